"""Derives the identifiers that recognise a person again, from identities, names and titles.

Identifiers are plain strings such as `login:jroe`. They are never stored: `suppression` stores
their keyed hashes. This module reads nothing from the database, except a row that it is given.
"""

from __future__ import annotations

import json
import re
import sqlite3

from sourcing.core.identifiers import IdentityKey
from sourcing.core.model import Identity
from sourcing.core.text import fold, page

#: Hosts that many people share: there a page identifies a person, the host does not.
_SHARED_HOST = re.compile(
    r"(?:^|\.)(?:github|gitlab|bitbucket|codeberg|twitter|x|t|linkedin|facebook|instagram|threads|"
    r"youtube|youtu|medium|dev|hashnode|substack|reddit|stackoverflow|keybase|bsky|mastodon|"
    r"hachyderm|fosstodon|mstdn|linktr|about|huggingface|kaggle|orcid|researchgate|scholar|google|"
    r"notion|patreon|twitch|discord|telegram|weibo|zhihu|juejin|csdn|cnblogs|vk|habr|xing|"
    r"wordpress|blogspot|tumblr|calendly|gravatar|arxiv)"
    r"\.(?:com|org|net|io|to|app|co|me|be|ee|cn|ru|de|gl|so|tv|gg|social|network|online|im)$"
)
#: Shorter titles and names are too common to identify a person (characters after folding).
_SHORTEST_TITLE, _SHORTEST_NAME = 12, 4
#: Titles before and after a name; folded.
_TITLES = frozenset({"dr", "prof", "mr", "mrs", "ms", "phd", "msc", "jr", "sr", "ing", "dipl"})


def of_identity(identity: Identity) -> set[str]:
    """The identifiers that recognise an identity in any source."""
    result = {identity.id}
    if identity.login:
        result.add(of_login(identity.login))
    key = IdentityKey.parse(identity.id)
    if key and identity.type == "commit_author" and " " in (identity.name or ""):
        result.add(of_name_in(key.repository, identity.name or ""))
    result |= of_pages(identity)
    if identity.url and identity.type != "byline":
        # The host of a forge profile is shared by all accounts of the forge.
        result.discard(f"site:{page(identity.url).partition('/')[0]}")
    if key and key.site and identity.type == "byline":
        result.add(f"site:{key.site}")
    return result


def of_pages(identity: Identity) -> set[str]:
    """The identifiers of all pages that an identity names, and of their hosts."""
    urls = (identity.url, identity.website, *(identity.routes or ()))
    pages = {place for url in urls if url and (place := page(url))}
    return {f"page:{p}" for p in pages} | {f"site:{p.partition('/')[0]}" for p in pages}


def of_row(row: sqlite3.Row) -> Identity:
    """A stored identity, with the fields that identifiers are derived from."""
    return Identity(
        row["key"], row["name"], row["login"], row["url"], website=row["website"],
        routes=tuple(json.loads(row["routes"] or "[]")), type=row["type"],
    )  # fmt: skip


def unshared(identity: Identity, shared: set[str]) -> set[str]:
    """The identifiers of an identity that identify one person: no shared page, no shared host."""
    return {
        one
        for one in of_identity(identity) - shared
        if not one.startswith(("site:", "page:")) or _identifies_one_person(one)
    }


def of_page(place: str) -> set[str]:
    """The identifiers of a page; a personal host counts with all its pages."""
    site = f"site:{place}"
    is_personal_site = "/" not in place and _identifies_one_person(site)
    return {f"page:{place}"} | ({site} if is_personal_site else set())


def of_login(login: str) -> str:
    """The identifier of a login."""
    return f"login:{login.casefold().removeprefix('@')}"


def of_name_in(repository: str, name: str) -> str:
    """The identifier of a full name within one repository, where it counts as one person."""
    return f"byline:{repository}:{fold(name)}"


def of_name(name: str) -> str | None:
    """The identifier of a name in texts of other people; None if it is too short."""
    folded = fold(name)
    return f"name:{folded}" if len(folded) >= _SHORTEST_NAME else None


def of_names_in_text(name: str) -> set[str]:
    """The identifiers of a full name in every spelling: joined, reversed, without initials.

    `part:` is the first word of a spelling: only there a text is compared word by word.
    """
    words = [word for part in re.split(r"[\s.,_-]+", name) if (word := fold(part))]
    words = [word for word in words if word not in _TITLES]
    full = [word for word in words if len(word) > 1]
    if len(full) < 2:
        return set()
    result = set()
    for spelling in (words, full, full[::-1], [full[0], full[-1]], [full[-1], full[0]]):
        joined = "".join(spelling)
        if len(joined) >= _SHORTEST_NAME:
            result |= {f"name:{joined}", f"part:{spelling[0]}", f"part:{joined}"}
    if len(full[-1]) >= _SHORTEST_NAME - 1:
        initial = full[0][0]
        result |= {f"name:{initial}.{full[-1]}", f"part:{initial}"}
    return result


def of_work(key: str) -> str:
    """The identifier of a work of one suppressed author: a contribution key or an oid."""
    return f"work:{key}"


def spellings(name: str) -> set[str]:
    """The folded spellings of a full name, to be compared within one repository."""
    names = {one.removeprefix("name:") for one in of_names_in_text(name) if one.startswith("name:")}
    return names | {fold(name)}


def of_title(title: str) -> str | None:
    """The identifier of a title in texts of other people; None if it is too short."""
    folded = fold(re.sub(r"\s*\(#\d+\)\s*$", "", title))
    return f"title:{folded}" if len(folded) >= _SHORTEST_TITLE else None


def _identifies_one_person(identifier: str) -> bool:
    kind, _, place = identifier.partition(":")
    shared = _SHARED_HOST.search(place.partition("/")[0]) is not None
    return not shared if kind == "site" else not shared or "/" in place
