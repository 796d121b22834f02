"""Where the posts of a site may be: feeds, sitemaps, archives, links. It fetches nothing.

What it returns are addresses to ask; whether a page is a post, the page itself decides.
"""

import re
import zlib
from collections.abc import Iterator
from html import unescape
from urllib.parse import quote, unquote, urldefrag, urljoin, urlsplit

from bs4 import BeautifulSoup

from connectors.blog import dates

_FEED_TYPES = frozenset(
    [
        *("application/rss+xml", "application/atom+xml", "application/rdf+xml"),
        *("application/feed+json", "application/xml", "text/xml"),
    ]
)
_FEED_PATH = re.compile(
    r"/(?:feed|rss|atom|index)(?:[-_.]\w+)?\.(?:xml|rss|atom|rdf)$|/(?:feed|rss|atom)/?$|\.(?:rss|atom)$"
    r"|/feed\.json$",
    re.IGNORECASE,
)
#: Asked without following redirects: many sites lead unknown addresses to their home page.
_GUESSES = ("feed.xml", "index.xml", "atom.xml", "rss.xml", "feed", "rss", "feed.atom")
#: Of lists made by a generator, and of what is no page.
_LISTS = re.compile(
    r"tags?|categor(?:y|ies)|topics?|authors?|archives?|page-?\d*|p\d+|search|series|labels?|404|"
    r"genindex|py-modindex|index-\d+|login|signup|cart|feed|rss|comments?|print|embed|amp",
    re.IGNORECASE,
)
#: Of pages that stand beside the posts, right under the start.
_BESIDE = re.compile(
    r"about(?:[-_]?(?:me|us))?|faqs?|contact|privacy(?:-policy)?|terms|imprint|impressum|legal|"
    r"resume|cv|now|uses|projects?|publications|talks|speaking|subscribe|newsletter|hire-me|"
    r"license|index|home|links|bookmarks|bio|team|people|jobs|careers|sitemap|readme|404|posts|blog|"
    r"articles|writing|tags|categories|archives?",
    re.IGNORECASE,
)
_DOCS = frozenset(["docs", "doc", "reference", "api", "documentation", "_modules", "_sources",
                   "apidocs", "manual", "wp-json", "wp-content", "assets", "static"])  # fmt: skip
_FILE = re.compile(r"\.(?!html?$|php$|aspx?$)[a-z][a-z0-9]{1,5}$", re.IGNORECASE)
_ARCHIVE = re.compile(r"/(?:archives?|all|all-posts|posts|blog|writing|articles|notes|page-?/?\d+)"
                      r"(?:/|\.html?|/index\.html?)?$", re.IGNORECASE)  # fmt: skip
_LOC = re.compile(r"<(?:\w+:)?loc>\s*(?:<!\[CDATA\[)?\s*([^<\]]{1,2000}?)\s*(?:\]\]>)?\s*<")
_LASTMOD = re.compile(r"<(?:\w+:)?lastmod>\s*([^<]{4,40}?)\s*<")
_ENTRY = re.compile(r"<(?:\w+:)?(?:url|sitemap)>.*?</(?:\w+:)?(?:url|sitemap)>", re.DOTALL)
#: Addresses read of one sitemap; its inflated size.
_URLS, _INFLATED = 10_000, 20_000_000
#: Of a path, what needs no encoding.
_PLAIN = "/~:@!$&'()*+,;="
_INDEX = re.compile(r"/index\.(?:html?|php)$|\.html?$")


class Scope:
    """The part of the web that is this site: one origin, from the start page's folder down."""

    def __init__(self, start: str) -> None:
        parts = urlsplit(encoded(start))
        self.origin = f"{parts.scheme}://{parts.netloc}"
        folder, _, name = parts.path.rpartition("/")
        is_page = not name or re.search(r"\.[a-z]\w{1,5}$", name, re.IGNORECASE)
        self.folder = (folder if is_page else parts.path) + "/"
        self.start = self.key(start)

    def own(self, url: str) -> str:
        """The address under the scheme and host by which the site was asked for."""
        parts = urlsplit(url)
        same = _bare(parts.netloc) == _bare(urlsplit(self.origin).netloc)
        return self.origin + url.partition(parts.netloc)[2] if same and parts.netloc else url

    def key(self, url: str) -> str:
        """One spelling for all the ways to link to a page."""
        parts = urlsplit(urldefrag(self.own(url))[0])
        path = re.sub(r"/{2,}", "/", _INDEX.sub("", spelled(parts.path)) or "/")
        return f"{parts.scheme}://{parts.netloc.lower()}{path}".rstrip("/")

    def holds(self, url: str) -> bool:
        """True if it lies within the site and may be a page."""
        parts = urlsplit(self.own(url))
        inside = f"{parts.scheme}://{parts.netloc.lower()}" == self.origin.lower()
        return (
            inside and (parts.path + "/").startswith(self.folder) and not _FILE.search(parts.path)
        )

    def _names(self, url: str) -> list[str]:
        path = urlsplit(url).path
        within = path[len(self.folder) :] if path.startswith(self.folder) else path
        return [re.sub(r"\.html?$", "", name) for name in within.split("/") if name]

    def is_list(self, url: str) -> bool:
        """True for tag lists, archives, page 2, the start page and pages such as about."""
        names = self._names(url)
        if dates.in_path(urlsplit(url).path):
            return False
        return not names or self.is_beside(url) or any(_LISTS.fullmatch(name) for name in names)

    def is_beside(self, url: str) -> bool:
        """True for what stands beside the posts, right under the start: some feeds list it."""
        names = self._names(url)
        return len(names) == 1 and bool(_BESIDE.fullmatch(names[0]))

    def family(self, url: str) -> str:
        """The first folder below the start, whatever the year; "" right under the start."""
        names = self._names(url)
        return re.sub(r"\d+", "#", names[0]) if len(names) > 1 else ""

    def is_documentation(self, url: str) -> bool:
        """True for what lies among documentation: not asked, unless a feed lists it."""
        return any(name.lower() in _DOCS for name in self._names(url)[:-1] or self._names(url))

    def is_archive(self, url: str) -> bool:
        """True for a page that lists posts and little else."""
        return bool(_ARCHIVE.search(urlsplit(url).path))


def _bare(netloc: str) -> str:
    return netloc.lower().removeprefix("www.")


def feeds(page: BeautifulSoup, url: str) -> list[str]:
    """The feeds a page declares or links to, those of comments left out."""
    start = base(page, url)
    declared, linked = [], []
    for tag in page.find_all(["link", "a"], href=True):
        href = str(tag["href"]).strip()
        rel = {word.lower() for word in tag.get_attribute_list("rel") if word}
        kind = str(tag.get("type", "")).partition(";")[0].strip().lower()
        if "comment" in href.lower():
            continue
        if "alternate" in rel and kind in _FEED_TYPES:
            declared += joined(start, href)
        elif tag.name == "a" and _FEED_PATH.search(urlsplit(href).path if ok(href) else ""):
            linked += joined(start, href)
    return list(dict.fromkeys(declared or linked))[:4]


def guesses(scope: Scope) -> list[str]:
    """Where feeds commonly are."""
    return [f"{scope.origin}{scope.folder}{name}" for name in _GUESSES]


def sitemaps(scope: Scope) -> list[str]:
    """Where sitemaps commonly are."""
    return list(dict.fromkeys(
        f"{scope.origin}{folder}sitemap.xml" for folder in (scope.folder, "/")
    ))  # fmt: skip


def sitemap(body: bytes) -> tuple[dict[str, str], bool]:
    """Its addresses with their last change, and whether they are sitemaps again."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _INFLATED)
        except zlib.error:
            return {}, False
    text = body.decode("utf-8", "replace")
    found: dict[str, str] = {}
    for entry in _ENTRY.finditer(text):
        if (loc := _LOC.search(entry[0])) and len(found) < _URLS:
            changed = _LASTMOD.search(entry[0])
            found[unescape(loc[1])] = changed[1] if changed else ""
    return found, "<sitemapindex" in text[:5000]


def links(page: BeautifulSoup, url: str) -> Iterator[str]:
    """Where a page leads, once each, without fragments and queries."""
    start, seen = base(page, url), set()
    for tag in page.find_all("a", href=True):
        for link in joined(start, str(tag["href"]).strip()):
            bare = link.partition("?")[0]
            if bare not in seen:
                seen.add(bare)
                yield bare


def base(page: BeautifulSoup, url: str) -> str:
    """What the page's links are relative to."""
    tag = page.find("base", href=True)
    return next(iter(joined(url, str(tag["href"]))), url) if tag else url


def joined(start: str, href: str) -> list[str]:
    """The address a link leads to; none if it is no web address."""
    if not ok(href):
        return []
    try:
        made = encoded(urldefrag(urljoin(start, href))[0])
    except ValueError:
        return []
    return [made] if made.startswith(("http://", "https://")) else []


def spelled(path: str) -> str:
    """One spelling of a path, however much of it was percent-encoded."""
    return quote(unquote(path, errors="surrogateescape"), _PLAIN, errors="surrogateescape")


def encoded(url: str) -> str:
    """The address as it is sent: people write letters and spaces, servers read neither."""
    if url.isascii() and " " not in url:
        return url
    parts = urlsplit(url)
    path, query = quote(parts.path, _PLAIN + "%"), quote(parts.query, _PLAIN + "%?")
    return parts._replace(path=path, query=query).geturl()


def ok(href: str) -> bool:
    """True if it can be taken apart at all."""
    try:
        urlsplit(href)
    except ValueError:
        return False
    return len(href) < 1000
