"""Links of a page: feeds, other pages, translations, and the usual places of feeds and sitemaps.

It returns addresses to request and fetches nothing. Whether a page is a post follows from the
page itself.
"""

import re
from collections.abc import Iterator, Mapping
from urllib.parse import urlsplit

from bs4 import BeautifulSoup

from connectors.blog.urls import Scope, is_parsable, joined

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
#: Requested without redirects: many sites redirect unknown addresses to their home page.
_GUESSES = ("feed.xml", "index.xml", "atom.xml", "rss.xml", "feed", "rss", "feed.atom")
#: A link of the HTTP header (RFC 8288, section 3) with hreflang.
_LINK_HEADER = re.compile(r"<([^<>]{1,1000})>([^<>]{0,400})")
#: Translations of one post; more are a list of the site's start pages.
_TRANSLATIONS = 40


def feeds(page: BeautifulSoup, url: str) -> list[str]:
    """The feeds that a page declares or links to, without those of comments."""
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
        elif tag.name == "a" and _FEED_PATH.search(
            urlsplit(href).path if is_parsable(href) else ""
        ):
            linked += joined(start, href)
    return list(dict.fromkeys(declared or linked))[:4]


def guesses(scope: Scope) -> list[str]:
    """The usual places of feeds."""
    return [f"{scope.origin}{scope.folder}{name}" for name in _GUESSES]


def sitemaps(scope: Scope) -> list[str]:
    """The usual places of sitemaps."""
    return list(dict.fromkeys(
        f"{scope.origin}{folder}sitemap.xml" for folder in (scope.folder, "/")
    ))  # fmt: skip


def links(page: BeautifulSoup, url: str) -> Iterator[str]:
    """The targets of the page's links, once each, without fragments and queries."""
    start, seen = base(page, url), set()
    for tag in page.find_all("a", href=True):
        for link in joined(start, str(tag["href"]).strip()):
            bare = link.partition("?")[0]
            if bare not in seen:
                seen.add(bare)
                yield bare


def translations(page: BeautifulSoup, url: str, header: str = "") -> list[str]:
    """The addresses of a post in its languages, the default first (HTML, link type alternate).

    A switch between start pages has the same form: the caller checks that the page names itself.
    """
    start, found = base(page, url), dict[str, str]()
    for tag in page.find_all("link", hreflang=True, href=True, limit=200):
        if "alternate" in tag.get_attribute_list("rel"):
            for link in joined(start, str(tag["href"]).strip()):
                found.setdefault(str(tag["hreflang"]).lower(), link)
    for link, parameters in _LINK_HEADER.findall(header):
        language = re.search(r"hreflang\s?=\s?\"?([\w-]+)", parameters)
        for target in joined(url, link) if language and "alternate" in parameters else ():
            found.setdefault(language[1].lower() if language else "", target)
    return default_first(found)


def default_first(translations: Mapping[str, str]) -> list[str]:
    """Addresses by hreflang as a list: the default, English, then the others.

    Empty for one address alone, and for more than a post has.
    """
    order = sorted(translations, key=lambda tag: (tag != "x-default", not tag.startswith("en")))
    ordered = list(dict.fromkeys(translations[tag] for tag in order))
    return ordered if 1 < len(ordered) <= _TRANSLATIONS else []


def base(page: BeautifulSoup, url: str) -> str:
    """The address that the page's links are relative to (HTML, the base element)."""
    tag = page.find("base", href=True)
    return next(iter(joined(url, str(tag["href"]))), url) if tag else url
