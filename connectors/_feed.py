"""A feed's bytes made into posts and the people credited for them.

feedparser reads the feed; here is judged what of it can be told on. It fetches nothing.
"""

import calendar
import re
from collections.abc import Mapping
from datetime import date
from typing import Any
from urllib.parse import parse_qsl, urlencode, urlsplit

import feedparser

from connectors import _html
from connectors._byline import only_person, people
from sourcing.model import BODY_LIMIT, TITLE_LIMIT, Contribution, Credit, Identity
from sourcing.text import MASK, clean, clean_line

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


def read(body: bytes, url: str) -> tuple[tuple[Contribution, ...], tuple[Identity, ...]]:
    """The posts of the feed that was read at `url`, newest first, and their authors."""
    feed = _parse(body, url)
    entries = [entry for entry in feed.entries if isinstance(entry, Mapping)]
    site = str(feed.feed.get("title") or "")
    signed = any(entry.get("authors") for entry in entries)
    posts: dict[str, Contribution] = {}
    identities: dict[str, Identity] = {}
    for entry in entries:
        link = _link(entry)
        at = _day(entry)
        if not link or not at:
            continue
        host = urlsplit(link).netloc.lower()
        authors = people(entry, host, site) if signed else only_person(feed.feed, host)
        post = _post(entry, link, at, authors)
        if post and posts.setdefault(post.key, post) is post:
            identities.update({a.id: a for a in authors if a.url or a.id not in identities})
    newest = sorted(posts.values(), key=lambda post: (post.at, post.key), reverse=True)[:POSTS]
    credited = {credit.identity for post in newest for credit in post.credits}
    return tuple(newest), tuple(i for i in identities.values() if i.id in credited)


def _parse(body: bytes, url: str) -> Any:  # feedparser brings no types
    if _too_deep(body):
        raise Unreadable
    headers = {"content-location": url, "content-type": "application/xml"}
    try:
        feed = feedparser.parse(
            _ADDRESS.sub(MASK.encode(), _ENTITY.sub(b"", body)),
            response_headers=headers,
            sanitize_html=False,
            resolve_relative_uris=False,
        )
    # It promises to raise nothing, and what it would raise on some mangled feed nobody knows.
    except Exception as error:
        raise Unreadable from error
    if not feed.get("version"):
        raise Unreadable
    return feed


def _too_deep(body: bytes) -> bool:
    depth = 0
    for tag in _TAG.finditer(_CDATA.sub(b"", body)):
        depth += -1 if tag[1] else not tag[0].endswith(b"/")
        if depth > _DEPTH:
            return True
    return False


def _post(
    entry: Mapping[str, Any], link: str, at: str, authors: list[Identity]
) -> Contribution | None:
    body = _body(entry)
    title = clean_line(_title(entry) or body.partition("\n")[0][:100], TITLE_LIMIT)
    if not title:
        return None
    detail = entry.get("title_detail") or {}
    language = str(detail.get("language") or "")[:2].lower()
    return Contribution(
        key=key(link),
        kind="post",
        title=title,
        at=at,
        credits=tuple(Credit(author.id, "author") for author in authors),
        url=link,
        body=body or None,
        language=language if language.isalpha() else None,
    )


def _title(entry: Mapping[str, Any]) -> str:
    title = str(entry.get("title") or "")
    html = "html" in str((entry.get("title_detail") or {}).get("type"))
    return _html.text(title) if html else title


def _body(entry: Mapping[str, Any]) -> str:
    """The longest of what the feed gives: some put the post in one field, some in another."""
    given = [part.get("value") for part in entry.get("content") or ()] + [entry.get("summary")]
    markup = max((str(value) for value in given if value), key=len, default="")
    return clean(_html.text(markup), BODY_LIMIT)


def _link(entry: Mapping[str, Any]) -> str | None:
    link = str(entry.get("link") or "").strip()
    try:
        parts = urlsplit(link)
    except ValueError:
        return None
    usable = parts.scheme in {"http", "https"} and parts.hostname and MASK not in link
    return link if usable and clean_line(link, 500) == link else None


def key(link: str) -> str:
    """One key for all the ways to write the address of one post."""
    parts = urlsplit(link)
    path = _INDEX.sub("", parts.path).rstrip("/")
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
    return f"{made.isoformat()}T00:00:00Z" if made.year > 1990 else None
