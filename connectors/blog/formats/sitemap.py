"""Sitemaps (sitemaps.org protocol): XML, gzip or one address a line. It fetches nothing."""

import re
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from html import unescape

from connectors.blog.formats import charset
from connectors.blog.pages.discovery import default_first

#: Addresses read of one sitemap (the protocol allows 50,000), start tags looked at, inflated
#: size in bytes, characters of one entry.
_URLS, _TAGS, _INFLATED, _ENTRY = 50_000, 100_000, 50_000_000, 20_000
_START = re.compile(r"<(?:\w{1,20}:)?(?:url|sitemap)[\s>]", re.IGNORECASE)
_ALTERNATE = re.compile(r"<(?:\w{1,20}:)?link\s([^<>]{1,2000})>")
_LANGUAGE = re.compile(r"hreflang\s?=\s?[\"']([\w-]{1,20})")
_HREF = re.compile(r"href\s?=\s?[\"']([^\"']{1,1000})")


@dataclass(frozen=True, slots=True)
class Entry:
    """One address. `changed`: its lastmod as written or "". `translations`: `default_first`."""

    changed: str
    translations: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Sitemap:
    """Address → entry. `is_index`: the addresses are sitemaps again."""

    entries: Mapping[str, Entry]
    is_index: bool


def read(body: bytes, content_type: str = "") -> Sitemap:
    """The addresses of a sitemap; none if the body is something else."""
    if body.startswith(b"\x1f\x8b"):
        try:
            body = zlib.decompressobj(zlib.MAX_WBITS | 16).decompress(body, _INFLATED)
        except zlib.error:
            return Sitemap({}, is_index=False)
    text = charset.decode(body, content_type)
    entries = {url: entry for url, entry in _entries(text) if url}
    return Sitemap(entries or _lines(text), "<sitemapindex" in text[:5000])


def _entries(text: str) -> Iterator[tuple[str, Entry]]:
    """Each entry reaches from its start tag to the next one: an unclosed one costs nothing."""
    start = _START.search(text)
    for _ in range(_TAGS):
        if start is None:
            return
        following = _START.search(text, start.end())
        end = following.start() if following else len(text)
        entry = text[start.end() : min(end, start.end() + _ENTRY)]
        yield _element(entry, "loc"), Entry(_element(entry, "lastmod"), tuple(_translations(entry)))
        start = following


def _element(entry: str, name: str) -> str:
    """The text of the first element of that name, with or without a namespace prefix."""
    at = entry.find(f"{name}>")
    if at < 0:
        return ""
    inner = entry[at + len(name) + 1 :]
    if inner.lstrip().startswith("<![CDATA["):
        inner = inner.lstrip()[9:].partition("]]>")[0]
    return unescape(inner.partition("<")[0].strip())[:2000]


def _translations(entry: str) -> list[str]:
    """The addresses of an entry with xhtml:link elements, the default first."""
    result: dict[str, str] = {}
    for tag in _ALTERNATE.finditer(entry) if "hreflang" in entry else ():
        language, href = _LANGUAGE.search(tag[1]), _HREF.search(tag[1])
        if language and href:
            result.setdefault(language[1].lower(), unescape(href[1]))
    return default_first(result)


def _lines(text: str) -> dict[str, Entry]:
    """A text sitemap: nothing but addresses."""
    lines = text[:_INFLATED].split()[:_URLS]
    if lines and all(line.startswith(("http://", "https://")) for line in lines):
        return {line: Entry("") for line in lines}
    return {}
