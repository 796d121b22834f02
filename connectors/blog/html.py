"""HTML made into text a person would read, at a cost that no page can raise.

It judges nothing and fetches nothing.
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

from sourcing.core.errors import ParseError

#: More markup than this is never a post; the rest is left out.
_LIMIT = 400_000
_SILENT = ["script", "style", "template", "noscript", "svg", "iframe"]
_BLOCKS = ["p", "div", "br", "li", "tr", "pre", "blockquote", "figure", "section", "article",
           "h1", "h2", "h3", "h4", "h5", "h6"]  # fmt: skip
#: Tags from which on tables and listings are text alone, those that no post has, and how deep
#: they may be nested; attributes of a tag that are read, and of each so much.
_MANY, _MOST, _DEEP, _ATTRIBUTES, _VALUE = 5_000, 15_000, 300, 50, 10_000
_DENSE = frozenset({"table", "pre", "code", "svg", "math"})
_BETWEEN = dict.fromkeys(_BLOCKS, "\n") | {"td": " ", "th": " "}
#: The parser's own way of escaping calls a function for each sign.
_ESCAPED = HTMLFormatter(partial(escape, quote=False))
#: Six words and a full stop: somebody tells something already.
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[.!?:]$")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\n\s*\n\s*")


class _Bounded(LXMLTreeBuilder):
    """Makes tags as long as they tell more than they cost; of others it keeps the text.

    A `page` by that name is refused where it goes beyond what a post has.
    """

    def __init__(self, page: str | None) -> None:
        super().__init__()
        self._page = page

    def feed(self, markup: str | bytes) -> None:
        #: Of each open tag, whether it was made.
        self._open: list[bool] = []
        self._made = self._dense = 0
        super().feed(markup)

    def start(
        self,
        tag: str | bytes,
        attrib: Mapping[Any, Any],
        nsmap: Any = MappingProxyType({}),  # lxml's own, of several kinds
    ) -> None:
        made = self._is_worth_it()
        self._open.append(made)
        if made:
            self._made += 1
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
        if self._is_worth_it():
            self._made += 1
            super().comment(text)

    def _is_worth_it(self) -> bool:
        if self._dense and self._made >= _MANY:
            return False
        fits = self._made < _MOST and len(self._open) < _DEEP
        if not fits and self._page is not None:
            raise ParseError(
                f"{self._page}: no post has more than {_MOST:,} tags, or {_DEEP} in one another;"
                " it is left out"
            )
        return fits


def page(markup: bytes, url: str) -> BeautifulSoup:
    """A parsed page; one that would cost too much to read is refused."""
    return _parsed(markup, url)


def soup(markup: str | bytes) -> BeautifulSoup:
    """The parsed markup, whatever it is; empty if nothing can be made of it."""
    return _parsed(markup, None)


def _parsed(markup: str | bytes, url: str | None) -> BeautifulSoup:
    with warnings.catch_warnings():
        # It warns of input that looks like a file name or XML: strangers send that, too.
        warnings.simplefilter("ignore")
        try:
            return BeautifulSoup(markup, builder=_Bounded(url))
        except (ParserRejectedMarkup, ValueError, RecursionError):
            return BeautifulSoup("", "lxml")


def markup(tag: Tag | None) -> str:
    """A part of a page as it is written."""
    return tag.decode(formatter=_ESCAPED) if tag is not None else ""


def text(markup: str) -> str:
    """What is to be read in the markup, one line a paragraph."""
    found = soup(markup[:_LIMIT])
    for tag in found(_SILENT):
        tag.decompose()
    for tag in found(_BLOCKS):
        tag.append("\n") if tag.name == "br" else tag.insert_after("\n")
    return _LINES.sub("\n\n", _SPACES.sub(" ", found.get_text())).strip()


def own_part(page: BeautifulSoup) -> Tag:
    """The part of the page that is the post, as far as it is marked."""
    articles = [a for a in page.find_all("article", limit=3) if len(a.get_text()) > 60]
    if len(articles) == 1:
        return articles[0]
    return page.find("main") or page.select_one("[role=main]") or page.body or page


def heading(page: BeautifulSoup) -> Tag | None:
    """The post's heading; that of a bar beside it is the site's."""
    found = own_part(page).find_all("h1", limit=5) or page.find_all("h1", limit=5)
    own = [h for h in found if not h.find_parent(["nav", "aside"]) and not _in_bar(h)]
    return next(iter(own or found), None)


def _in_bar(tag: Tag) -> bool:
    above = (parent for parent in tag.parents if parent.name not in {"body", "html"})
    return any("sidebar" in parent.get_attribute_list("class") for parent in above)


def beside_heading(page: BeautifulSoup) -> Iterator[str]:
    """Short texts beside the post's heading, where its day and its author are said."""
    part = own_part(page)
    first = heading(page)
    if first is None:
        for tag in part.find_all(
            class_=re.compile(r"date|meta|info|byline", re.IGNORECASE), limit=5
        ):
            yield tag.get_text(" ", strip=True)[:300]
        return
    # Some themes put the day between tags, in none of its own.
    bare = [text for text in first.next_siblings if isinstance(text, NavigableString)]
    yield from (text for text in map(str.strip, bare[:12]) if 0 < len(text) <= 100)
    for tag in [*first.find_previous_siblings(limit=2), *first.find_all_next(limit=40)]:
        text = tag.get_text(" ", strip=True)
        # A paragraph of some length is the post itself: days and names in it are other ones.
        if tag.name == "p" and len(text) > 200:
            return
        if len(text) <= 300 and not _SENTENCE.search(text):
            yield text
