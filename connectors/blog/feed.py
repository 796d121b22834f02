"""A feed's bytes made into posts and the people credited for them.

feedparser reads the feed (`items`: what it says, letter for letter but for addresses); here
is judged what of it can be told on (`read`). It fetches nothing.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any, NamedTuple
from urllib.parse import parse_qsl, urlencode, urlsplit

import feedparser

from connectors.blog import html, json_feed
from connectors.blog.authors.bylines import Author, people
from connectors.blog.discovery import encoded, spelled
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT, Contribution, Credit, Identity
from sourcing.core.text import MASK, clean, clean_line

#: The newest posts taken of one feed.
POSTS = 1_000

#: feedparser cuts addresses with long endings in two and keeps half of one as a name, so they go
#: before it reads. Bounded in front, or a long base64 image would take for ever.
_ADDRESS = re.compile(rb"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
#: Tags inside tags that no real feed has; feedparser takes ten seconds for a megabyte of them.
_DEPTH = 2_000
#: No feed needs entities of its own, and ten lines of them make a gigabyte.
_ENTITY = re.compile(rb"<!ENTITY[^>]*>", re.IGNORECASE)
_TAG, _CDATA = re.compile(rb"<(/?)[A-Za-z][^<>]*"), re.compile(rb"<!\[CDATA\[.*?\]\]>", re.DOTALL)
_TRACKING = re.compile(r"utm_\w+|ref|source|fbclid|gclid|mc_[ce]id|at_\w+", re.IGNORECASE)
#: Endings under which many hosts answer with the same page as without.
_INDEX = re.compile(r"/index\.(?:html?|php)$|\.html?$")
_ISO_DAY = re.compile(r"\s*(\d{4})-(\d\d)-(\d\d)")
_RFC_DAY = re.compile(r"\b(\d{1,2})[ -]([A-Za-z]{3})[a-z]*\.?,?[ -](\d{4})\b")
_MONTHS = {name.lower(): number for number, name in enumerate(calendar.month_abbr)}


class Unreadable(Exception):  # noqa: N818 - it is an answer to "is this a feed?", not a failure
    """The bytes are no feed."""


class Item(NamedTuple):
    """One entry as its feed tells it: not yet a post, and its authors not yet people."""

    title: str
    link: str | None
    day: str | None
    authors: tuple[Author, ...]
    body: str
    language: str | None


class Feed(NamedTuple):
    """What a feed says. `authors` are the head's, and sign no item yet."""

    title: str
    authors: tuple[Author, ...]
    items: tuple[Item, ...]


def items(body: bytes, url: str) -> Feed:
    """What the feed that was read at `url` says, in its own order."""
    feed = _parse(body, url)
    head = feed.get("feed") or {}
    entries = (entry for entry in feed.get("entries") or () if isinstance(entry, Mapping))
    return Feed(str(head.get("title") or ""), _authors(head), tuple(map(_item, entries)))


def read(body: bytes, url: str) -> tuple[tuple[Contribution, ...], tuple[Identity, ...]]:
    """The posts of the feed that was read at `url`, newest first, and their authors."""
    feed = items(body, url)
    signed = any(item.authors for item in feed.items)
    posts: dict[str, Contribution] = {}
    identities: dict[str, Identity] = {}
    for item in feed.items:
        if not (item.link and item.day and (item.title or item.body)):
            continue
        authors = people(item.authors if signed else feed.authors, _host(item.link), feed.title)
        if not signed and len(authors) > 1:
            authors = []  # the head's several authors: by which of them is not known
        post = _post(item, item.link, authors)
        if posts.setdefault(post.key, post) is post:
            identities.update({a.id: a for a in authors if a.url or a.id not in identities})
    newest = sorted(posts.values(), key=lambda post: (post.at, post.key), reverse=True)[:POSTS]
    credited = {credit.identity for post in newest for credit in post.credits}
    return tuple(newest), tuple(i for i in identities.values() if i.id in credited)


def _parse(body: bytes, url: str) -> Mapping[str, Any]:
    bare = _ADDRESS.sub(MASK.encode(), body)
    if bare[:200].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"{"):
        found = json_feed.parse(bare, url)
        if found is None:
            raise Unreadable
        return found
    if _too_deep(body):
        raise Unreadable
    headers = {"content-location": url, "content-type": "application/xml"}
    try:
        feed: Mapping[str, Any] = feedparser.parse(
            _ENTITY.sub(b"", bare),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    # It promises to raise nothing, and what it would raise on some mangled feed nobody knows.
    except Exception as error:
        raise Unreadable from error
    # It knows no version of the oldest feeds; in a page, though, it may find an "item", too.
    if not feed.get("version") and (not feed.get("entries") or b"<html" in body.lower()):
        raise Unreadable
    return feed


def _too_deep(body: bytes) -> bool:
    depth = 0
    for tag in _TAG.finditer(_CDATA.sub(b"", body)):
        depth += -1 if tag[1] else not tag[0].endswith(b"/")
        if depth > _DEPTH:
            return True
    return False


def _item(entry: Mapping[str, Any]) -> Item:
    language = str((entry.get("title_detail") or {}).get("language") or "")[:2].lower()
    return Item(
        clean_line(_title(entry), TITLE_LIMIT),
        _link(entry),
        _day(entry),
        _authors(entry),
        _body(entry),
        language if language.isalpha() else None,
    )


def _authors(node: Mapping[str, Any]) -> tuple[Author, ...]:
    """As they are signed. RSS asks for "jd@x.example (Jane Doe)": the address goes."""
    found = []
    for said in node.get("authors") or ():
        name = str(said.get("name") or "").replace(MASK, "").strip()
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1].strip()
        if name:
            found.append(Author(name, said.get("href")))
    return tuple(found)


def _post(item: Item, link: str, authors: list[Identity]) -> Contribution:
    return Contribution(
        key=key(link),
        kind="post",
        title=item.title or clean_line(item.body.partition("\n")[0][:100], TITLE_LIMIT),
        at=f"{item.day}T00:00:00Z",
        credits=tuple(Credit(author.id, "author") for author in authors),
        url=link,
        body=item.body or None,
        language=item.language,
    )


def _title(entry: Mapping[str, Any]) -> str:
    title = str(entry.get("title") or "")
    marked_up = "html" in str((entry.get("title_detail") or {}).get("type"))
    return html.text(title) if marked_up else title


def _body(entry: Mapping[str, Any]) -> str:
    """The longest of what the feed gives: some put the post in one field, some in another."""
    given = [part.get("value") for part in entry.get("content") or ()] + [entry.get("summary")]
    markup = max((str(value) for value in given if value), key=len, default="")
    return clean(html.text(markup), BODY_LIMIT)


def _link(entry: Mapping[str, Any]) -> str | None:
    link = str(entry.get("link") or "").strip()
    try:
        link = encoded(link)
        parts = urlsplit(link)
    except ValueError:
        return None
    usable = parts.scheme in {"http", "https"} and parts.hostname and MASK not in link
    return link if usable and clean_line(link, 500) == link else None


def _host(link: str) -> str:
    return urlsplit(link).netloc.lower()


def key(link: str) -> str:
    """One key for all the ways to write the address of one post."""
    parts = urlsplit(link)
    path = _INDEX.sub("", spelled(parts.path)).rstrip("/")
    kept = [(k, v) for k, v in parse_qsl(parts.query) if not _TRACKING.fullmatch(k)]
    return f"post:{parts.netloc.lower()}{path}" + (f"?{urlencode(kept)}" if kept else "")


def _day(entry: Mapping[str, Any]) -> str | None:
    """The author's own day. feedparser's parsed dates are UTC: near midnight, another day."""
    field = next((name for name in ("published", "updated", "created") if entry.get(name)), None)
    if not field:
        return None
    raw, parsed = str(entry[field]), entry.get(f"{field}_parsed")
    if found := _ISO_DAY.match(raw):
        year, month, day = map(int, found.groups())
    elif (found := _RFC_DAY.search(raw)) and found[2].lower() in _MONTHS:
        year, month, day = int(found[3]), _MONTHS[found[2].lower()], int(found[1])
    elif parsed:
        year, month, day = parsed[:3]
    else:
        return None
    try:
        made = date(year, month, day)
    except ValueError:
        return None
    # Generators write their zero for a page without a day.
    return made.isoformat() if made.year > 1990 else None
