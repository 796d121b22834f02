"""Those who said "do not store": asked before every insert, known by keyed hashes only.

A mark is what tells somebody again: the account's number, a login, a page, a host of their
own, a by-line in a repository; and, to take them out of what others wrote, name and titles.
Who is refused is decided here; what becomes of what they wrote, in `pages` and `erasure`.
"""

from __future__ import annotations

import hmac
import json
import re
import sqlite3
from collections.abc import Iterable
from urllib.parse import urlsplit

from db.connection import Store
from sourcing.core.model import Identity, Page
from sourcing.core.text import fold, page

#: Hosts on which many people have a page each: the page tells who it is, the host does not.
_SHARED = re.compile(
    r"(?:^|\.)(?:github|gitlab|bitbucket|codeberg|twitter|x|t|linkedin|facebook|instagram|threads|"
    r"youtube|youtu|medium|dev|hashnode|substack|reddit|stackoverflow|keybase|bsky|mastodon|"
    r"hachyderm|fosstodon|mstdn|linktr|about|huggingface|kaggle|orcid|researchgate|scholar|google|"
    r"notion|patreon|twitch|discord|telegram|weibo|zhihu|juejin|csdn|cnblogs|vk|habr|xing|"
    r"wordpress|blogspot|tumblr|calendly|gravatar|arxiv)"
    r"\.(?:com|org|net|io|to|app|co|me|be|ee|cn|ru|de|gl|so|tv|gg|social|network|online|im)$"
)
#: Names and titles so short are everywhere.
_SHORTEST_TITLE, _SHORTEST_NAME = 12, 4


class Suppressed:
    """The hashes of one database, and how an Identity is looked up among them."""

    def __init__(self, store: Store, more: Iterable[str] = (), hashes: Iterable[str] = ()) -> None:
        self._key = bytes.fromhex(store.meta("suppression_key") or "")
        self._hashes = {row["hash"] for row in store.rows("SELECT hash FROM suppressions")}
        self._hashes.update(map(self.hash, more), hashes)

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def __contains__(self, identity: Identity) -> bool:
        return self.meets(marks(identity))

    def meets(self, marks_: Iterable[str]) -> bool:
        """True if any of these marks is somebody's who is not to be stored."""
        return bool(self._hashes) and any(self.hash(mark) in self._hashes for mark in marks_)

    def hash(self, mark: str) -> str:
        """A mark as it is kept."""
        return hmac.digest(self._key, mark.encode("utf-8", "replace"), "sha256").hex()


def note_former(store: Store, page_: Page) -> None:
    """Remember, as hashes, what accounts were called before a page calls them otherwise."""
    news = {i.id: i for i in page_.identities if i.id.startswith("github:")}
    hashed = Suppressed(store)
    for row in store.rows(
        "SELECT id, key, login, name FROM identities WHERE key IN (SELECT value FROM json_each(?))",
        json.dumps(list(news)),
    ):
        new = news[row["key"]]
        former: list[str | None] = []
        if row["login"] and new.login and row["login"] != new.login:
            former.append(login_mark(row["login"]))
        if row["name"] and new.name and row["name"] != new.name:
            former.append(name_mark(row["name"]))
        store.conn.executemany(
            "INSERT OR IGNORE INTO previous_identifiers VALUES (?, ?)",
            [(row["id"], hashed.hash(mark)) for mark in former if mark],
        )


def note_names(store: Store, rows: Iterable[sqlite3.Row]) -> None:
    """Remember, as hashes, names that are let go: a "no" said later covers them, too."""
    hashed = Suppressed(store)
    store.conn.executemany(
        "INSERT OR IGNORE INTO previous_identifiers VALUES (?, ?)",
        [(row["id"], hashed.hash(mark)) for row in rows if (mark := name_mark(row["name"]))],
    )


def suppress(store: Store, marks_: Iterable[str], now: str, hashes: Iterable[str] = ()) -> None:
    """Remember these marks for good, as hashes; inside the caller's transaction."""
    asked = Suppressed(store)
    store.conn.executemany(
        "INSERT OR IGNORE INTO suppressions VALUES (?, ?)",
        [(hash_, now) for hash_ in (*map(asked.hash, marks_), *hashes)],
    )


def marks(identity: Identity) -> set[str]:
    """What tells an Identity again wherever it is seen."""
    found = {identity.id}
    if identity.login:
        found.add(login_mark(identity.login))
    if (repository := _repository(identity.id)) and " " in (identity.name or ""):
        found.add(byline_mark(repository, identity.name or ""))
    found |= places(identity)
    if identity.url and not identity.id.startswith("blog:"):
        # Where an account has its profile, everybody of that forge has one.
        found.discard(f"site:{page(identity.url).partition('/')[0]}")
    if host := blog_host(identity.id):
        found.add(f"site:{host}")
    return found


def places(identity: Identity) -> set[str]:
    """The marks of all pages that they name, and of their hosts."""
    urls = (identity.url, identity.website, *(identity.routes or ()))
    named = {place for url in urls if url and (place := page(url))}
    return {f"page:{p}" for p in named} | {f"site:{p.partition('/')[0]}" for p in named}


def of_row(row: sqlite3.Row) -> Identity:
    """A stored identity, for its marks."""
    return Identity(
        row["key"], row["name"], row["login"], row["url"], website=row["website"],
        routes=tuple(json.loads(row["routes"] or "[]")),
    )  # fmt: skip


def lasting(identity: Identity, elsewhere: set[str]) -> set[str]:
    """The marks worth keeping: a host only if it is theirs alone, none that others have too."""
    return {
        mark
        for mark in marks(identity) - elsewhere
        if not mark.startswith(("site:", "page:")) or _theirs(mark)
    }


def _theirs(mark: str) -> bool:
    kind, _, place = mark.partition(":")
    shared = _SHARED.search(place.partition("/")[0]) is not None
    return not shared if kind == "site" else not shared or "/" in place


def page_marks(place: str) -> set[str]:
    """The marks of a page: a host of nobody else's is theirs with all its pages."""
    site = f"site:{place}"
    return {f"page:{place}"} | ({site} if "/" not in place and _theirs(site) else set())


def login_mark(login: str) -> str:
    """The mark of a login."""
    return f"login:{login.casefold().removeprefix('@')}"


def byline_mark(repository: str, name: str) -> str:
    """The mark of a full name in one repository, which is one human there."""
    return f"byline:{repository}:{fold(name)}"


def name_mark(name: str) -> str | None:
    """The mark of a name in what others wrote."""
    folded = fold(name)
    return f"name:{folded}" if len(folded) >= _SHORTEST_NAME else None


def title_mark(title: str) -> str | None:
    """The mark of a title in what others wrote."""
    folded = fold(re.sub(r"\s*\(#\d+\)\s*$", "", title))
    return f"title:{folded}" if len(folded) >= _SHORTEST_TITLE else None


def _repository(key: str) -> str:
    return key.removeprefix("git:").rpartition("/")[0] if key.startswith("git:") else ""


def blog_host(key: str) -> str:
    """The host of a blog's by-line."""
    if not key.startswith("blog:"):
        return ""
    return (urlsplit(f"//{key.removeprefix('blog:')}").hostname or "").removeprefix("www.")
