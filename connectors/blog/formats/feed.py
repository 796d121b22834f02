"""Parses RSS 0.9-2.0, RSS 1.1, Atom 1.0 (RFC 4287) and JSON Feed into posts and their authors.

`items` gives the entries as the feed states them, without addresses; `read` turns them into
posts. feedparser reads chunks of the feed, so that cost and memory are bounded. It fetches nothing.
"""

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from time import process_time
from typing import Any, NamedTuple
from urllib.parse import urlsplit

import feedparser

from connectors.blog.authors.bylines import AuthorField, credited
from connectors.blog.formats import charset, dates, feed_chunks, json_feed
from connectors.blog.pages import html
from connectors.blog.urls import encoded, is_parsable, post_key
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT, Contribution, Credit, Identity
from sourcing.core.text import MASK, clean, clean_line

#: The newest posts taken of one feed; characters of markup turned into text, of one and of all.
POSTS, _MARKUP, _MARKUP_OF_ALL = 1_000, 40_000, 4_000_000
#: Processor seconds after which the rest of a feed is left out.
_SECONDS = 4.0
#: feedparser splits addresses with long domains and keeps a part of them as a name, so they are
#: masked before. The local part is bounded, so that a base64 image costs no more than other text.
_ADDRESS = re.compile(r"(?<![\w.%+-])[\w.%+-]{1,64}@(?:[A-Za-z0-9-]{1,63}\.){1,8}[A-Za-z]{2,24}\b")
_LANGUAGE = re.compile(r"[A-Za-z]{2}(?![A-Za-z])")


class Unreadable(Exception):  # noqa: N818 - the answer to "is this a feed?", not a failure
    """The bytes are not a feed."""


class Item(NamedTuple):
    """One entry as its feed states it. Its authors may be teams or companies."""

    title: str
    link: str | None
    #: The first field that states a day, `YYYY-MM-DD`.
    day: str | None
    authors: tuple[AuthorField, ...]
    #: The longest content field, as markup.
    markup: str
    language: str | None


class Feed(NamedTuple):
    """A parsed feed. `authors` are those of its head: they sign no single item."""

    title: str
    authors: tuple[AuthorField, ...]
    items: tuple[Item, ...]


def items(body: bytes, url: str, content_type: str = "") -> Feed:
    """The entries of the feed at `url` in their order; Unreadable if it is not a feed."""
    head: Mapping[str, Any] = {}
    entries: list[Item] = []
    for parsed in _parse(charset.decode(body, content_type), url):
        head = head or parsed.get("feed") or {}
        language = _language(head)
        listed = (entry for entry in parsed.get("entries") or () if isinstance(entry, Mapping))
        entries += (_item(entry, language) for entry in listed)
    return Feed(str(head.get("title") or ""), _authors(head), tuple(entries))


def read(
    body: bytes, url: str, today: date, content_type: str = ""
) -> tuple[tuple[Contribution, ...], tuple[Identity, ...]]:
    """The posts of a feed, newest first, and their authors. Posts of the future are left out."""
    feed = items(body, url, content_type)
    signed = any(item.authors for item in feed.items)
    dated = [i for i in feed.items if i.link and i.day and not dates.is_future(i.day, today)]
    several = _told_apart_by_fragment(dated)
    posts: dict[str, Contribution] = {}
    identities: dict[str, Identity] = {}
    markup_left = _MARKUP_OF_ALL
    for item in sorted(dated, key=lambda item: item.day or "", reverse=True):
        link = item.link or ""
        key = post_key(link, fragment=post_key(link) in several)
        if key in posts or not (item.title or item.markup) or len(posts) >= POSTS:
            continue
        authors = credited(item.authors if signed else feed.authors, _host(link), feed.title)
        if not signed and len(authors) > 1:
            authors = []  # The head names several people: which of them wrote it is not known.
        markup = item.markup[: min(_MARKUP, markup_left)]
        markup_left -= len(markup)
        posts[key] = _post(key, item, clean(html.text(markup), BODY_LIMIT), authors)
        identities.update({a.id: a for a in authors if a.url or a.id not in identities})
    newest = sorted(posts.values(), key=lambda post: (post.at, post.key), reverse=True)
    return tuple(newest), tuple(identities.values())


def _told_apart_by_fragment(entries: Iterable[Item]) -> set[str]:
    """The keys under which several items differ by the fragment of their link alone."""
    links = {(post_key(i.link or ""), urlsplit(i.link or "").fragment) for i in entries}
    count = Counter(key for key, fragment in links if fragment)
    return {key for key, n in count.items() if n > 1}


def _parse(text: str, url: str) -> Iterator[Mapping[str, Any]]:
    if text[:200].lstrip().startswith("{"):
        parsed = json_feed.parse(_ADDRESS.sub(MASK, text), url)
        if parsed is None:
            raise Unreadable
        yield parsed
        return
    started, is_feed = process_time(), False
    for chunk in feed_chunks.chunks(text):
        if is_feed and process_time() - started > _SECONDS:
            return
        try:
            feed: Mapping[str, Any] = feedparser.parse(
                _ADDRESS.sub(MASK, chunk).encode("utf-8", "replace"),
                response_headers={
                    "content-location": url,
                    "content-type": "application/xml; charset=utf-8",
                },
                sanitize_html=False,
                resolve_relative_uris=False,
            )
        # feedparser documents no exceptions, and mangled feeds raise several.
        except Exception as error:
            raise Unreadable from error
        # The oldest feeds have no version; an HTML page may hold an "item" as well.
        is_feed = is_feed or bool(
            feed.get("version") or (feed.get("entries") and "<html" not in text[:5000].lower())
        )
        if not is_feed:
            raise Unreadable
        yield feed
    if not is_feed:
        raise Unreadable


def _item(entry: Mapping[str, Any], language: str | None) -> Item:
    own = _language(entry.get("title_detail") or {}) or language
    return Item(
        title=clean_line(_title(entry), TITLE_LIMIT),
        link=_link(entry),
        day=_day(entry, own),
        authors=_authors(entry),
        markup=_markup(entry),
        language=own,
    )


def _language(node: Mapping[str, Any]) -> str | None:
    match = _LANGUAGE.match(str(node.get("language") or ""))
    return match[0].lower() if match else None


def _authors(node: Mapping[str, Any]) -> tuple[AuthorField, ...]:
    """The authors as signed. RSS writes "jd@x.example (Jane Doe)": the address is dropped."""
    fields = []
    for author in node.get("authors") or ():
        name = str(author.get("name") or "").replace(MASK, "").strip()
        if name.startswith("(") and name.endswith(")"):
            name = name[1:-1].strip()
        if name:
            fields.append(AuthorField("feed", ((name,),), (str(author.get("href") or ""),)))
    return tuple(fields)


def _post(key: str, item: Item, text: str, authors: list[Identity]) -> Contribution:
    return Contribution(
        key=key,
        kind="post",
        title=item.title or clean_line(text.partition("\n")[0][:100], TITLE_LIMIT),
        at=f"{item.day}T00:00:00Z",
        credits=tuple(Credit(author.id, "author") for author in authors),
        url=item.link,
        body=text or None,
        language=item.language,
    )


def _title(entry: Mapping[str, Any]) -> str:
    title = str(entry.get("title") or "")
    marked_up = "html" in str((entry.get("title_detail") or {}).get("type"))
    return html.text(title) if marked_up else title


def _markup(entry: Mapping[str, Any]) -> str:
    """The longest content field: generators differ in which field holds the post."""
    values = [part.get("value") for part in entry.get("content") or ()] + [entry.get("summary")]
    return max((str(value) for value in values if value), key=len, default="")


def _link(entry: Mapping[str, Any]) -> str | None:
    link = str(entry.get("link") or "").strip()
    if not is_parsable(link):
        return None
    try:
        link = encoded(link)
        parts = urlsplit(link)
        usable = parts.scheme in {"http", "https"} and parts.hostname and MASK not in link
    except ValueError:
        return None
    return link if usable and clean_line(link, 500) == link else None


def _host(link: str) -> str:
    return urlsplit(link).netloc.lower()


def _day(entry: Mapping[str, Any], language: str | None) -> str | None:
    """The author's own day from the text: parsed dates are in UTC, near midnight another day."""
    stated = (entry.get(name) for name in ("published", "updated", "created"))
    first = next((str(text) for text in stated if text), "")
    return dates.find(first, language)
