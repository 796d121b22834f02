"""Parses HTML at a bounded cost, and extracts readable text and the place of the heading.

It fetches nothing and does not decide who wrote a post.
"""

import re
import warnings
from collections.abc import Iterator, Mapping
from functools import partial
from html import escape
from itertools import islice
from types import MappingProxyType
from typing import Any

from bs4 import BeautifulSoup, Tag
from bs4.builder._lxml import LXMLTreeBuilder
from bs4.element import NavigableString
from bs4.exceptions import ParserRejectedMarkup
from bs4.formatter import HTMLFormatter

from connectors._http.answer import Answer
from connectors.blog.formats import charset
from sourcing.core.errors import ParseError

#: Characters of markup that are turned into text; the rest is left out.
_LIMIT = 400_000
_SILENT = ["script", "style", "template", "noscript", "svg", "iframe"]
_BLOCKS = ["p", "div", "br", "li", "tr", "pre", "blockquote", "figure", "section", "article",
           "h1", "h2", "h3", "h4", "h5", "h6"]  # fmt: skip
#: Tags after which tables and listings become plain text; tags of the largest page that is read;
#: nesting depth; attributes read of one tag; characters read of one attribute.
_MANY, _MOST, _DEEP, _ATTRIBUTES, _VALUE = 5_000, 15_000, 300, 50, 10_000
_DENSE = frozenset({"table", "pre", "code", "svg", "math"})
_BETWEEN = dict.fromkeys(_BLOCKS, "\n") | {"td": " ", "th": " "}
#: The parser's own escaping calls a function for each character.
_ESCAPED = HTMLFormatter(partial(escape, quote=False))
#: Six words and a full stop: running text.
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[.!?:]$")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\n\s*\n\s*")


class _Bounded(LXMLTreeBuilder):
    """Creates tags up to the limits above; of further tags it keeps the text.

    With `page` (its address) it raises ParseError at the limits of a post instead.
    """

    def __init__(self, page: str | None) -> None:
        super().__init__()
        self._page = page

    def feed(self, markup: str | bytes) -> None:
        #: For each open tag, whether it was created.
        self._open: list[bool] = []
        self._created = self._dense = 0  # tags created; open tags of tables and listings
        super().feed(markup)

    def start(
        self,
        tag: str | bytes,
        attrib: Mapping[Any, Any],
        nsmap: Any = MappingProxyType({}),  # lxml passes several types
    ) -> None:
        created = self._may_create()
        self._open.append(created)
        if created:
            self._created += 1
            self._dense += tag in _DENSE
            few = islice(attrib.items(), _ATTRIBUTES)
            super().start(tag, {name: value[:_VALUE] for name, value in few}, nsmap)
        elif tag in _BETWEEN:
            self.data(_BETWEEN[str(tag)])

    def end(self, tag: str | bytes) -> None:
        if self._open.pop():
            self._dense -= tag in _DENSE
            super().end(tag)

    def comment(self, text: str | bytes) -> None:
        if self._may_create():
            self._created += 1
            super().comment(text)

    def _may_create(self) -> bool:
        if self._dense and self._created >= _MANY:
            return False
        fits = self._created < _MOST and len(self._open) < _DEEP
        if not fits and self._page is not None:
            raise ParseError(
                f"{self._page}: no post has more than {_MOST:,} tags, or {_DEEP} in one another;"
                " it is left out"
            )
        return fits


def page(answer: Answer) -> BeautifulSoup:
    """The parsed page of an answer; ParseError if it has more tags than any post."""
    return _parsed(charset.decode(answer.body, answer.content_type), answer.url)


def soup(markup: str) -> BeautifulSoup:
    """The parsed markup; an empty document if it cannot be parsed."""
    return _parsed(markup, None)


def _parsed(markup: str, url: str | None) -> BeautifulSoup:
    with warnings.catch_warnings():
        # BeautifulSoup warns of input that looks like a file name or XML; both are possible here.
        warnings.simplefilter("ignore")
        try:
            return BeautifulSoup(markup, builder=_Bounded(url))
        except (ParserRejectedMarkup, ValueError, RecursionError):
            return BeautifulSoup("", "lxml")


def markup(tag: Tag | None) -> str:
    """The markup of a part of a page."""
    return tag.decode(formatter=_ESCAPED) if tag is not None else ""


def text(markup: str) -> str:
    """The readable text of the markup, one line a paragraph."""
    document = soup(markup[:_LIMIT])
    for tag in document(_SILENT):
        tag.decompose()
    for tag in document(_BLOCKS):
        tag.append("\n") if tag.name == "br" else tag.insert_after("\n")
    return _LINES.sub("\n\n", _SPACES.sub(" ", document.get_text())).strip()


def own_part(page: BeautifulSoup) -> Tag:
    """The element that holds the post: its article, the main part, or the body."""
    articles = [a for a in page.find_all("article", limit=3) if len(a.get_text()) > 60]
    if len(articles) == 1:
        return articles[0]
    return page.find("main") or page.select_one("[role=main]") or page.body or page


def heading(page: BeautifulSoup) -> Tag | None:
    """The heading of the post; a heading in a sidebar belongs to the site."""
    headings = own_part(page).find_all("h1", limit=5) or page.find_all("h1", limit=5)
    own = [h for h in headings if not h.find_parent(["nav", "aside"]) and not _in_sidebar(h)]
    return next(iter(own or headings), None)


def _in_sidebar(tag: Tag) -> bool:
    above = (parent for parent in tag.parents if parent.name not in {"body", "html"})
    return any("sidebar" in parent.get_attribute_list("class") for parent in above)


def beside_heading(page: BeautifulSoup) -> Iterator[str]:
    """Short texts near the heading, where a post states its day and its author."""
    part = own_part(page)
    first = heading(page)
    if first is None:
        for tag in part.find_all(
            class_=re.compile(r"date|meta|info|byline", re.IGNORECASE), limit=5
        ):
            yield tag.get_text(" ", strip=True)[:300]
        return
    # Some themes put the day between tags, without an element around it.
    bare = [text for text in first.next_siblings if isinstance(text, NavigableString)]
    yield from (text for text in map(str.strip, bare[:12]) if 0 < len(text) <= 100)
    for tag in [*first.find_previous_siblings(limit=2), *first.find_all_next(limit=40)]:
        text = tag.get_text(" ", strip=True)
        # A long paragraph is the text of the post: days and names in it mean something else.
        if tag.name == "p" and len(text) > 200:
            return
        if len(text) <= 300 and not _SENTENCE.search(text):
            yield text
