"""HTML made into text a person would read. It judges nothing and fetches nothing."""

import re
import warnings
from collections.abc import Iterator

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString
from bs4.exceptions import ParserRejectedMarkup

#: More markup than this is never a post; the rest is left out.
_LIMIT = 400_000
_SILENT = ["script", "style", "template", "noscript", "svg", "iframe"]
_BLOCKS = ["p", "div", "br", "li", "tr", "pre", "blockquote", "figure", "section", "article",
           "h1", "h2", "h3", "h4", "h5", "h6"]  # fmt: skip
#: Six words and a full stop: somebody tells something already.
_SENTENCE = re.compile(r"(?:\S+\s+){5,}\S*[.!?:]$")
_SPACES, _LINES = re.compile(r"[^\S\n]+"), re.compile(r"\n\s*\n\s*")


def soup(markup: str | bytes) -> BeautifulSoup:
    """The parsed markup, whatever it is; empty if nothing can be made of it."""
    with warnings.catch_warnings():
        # It warns of input that looks like a file name or XML: strangers send that, too.
        warnings.simplefilter("ignore")
        try:
            return BeautifulSoup(markup, "lxml")
        except (ParserRejectedMarkup, ValueError, RecursionError):
            return BeautifulSoup("", "lxml")


def text(markup: str) -> str:
    """What is to be read in the markup, one line a paragraph."""
    page = soup(markup[:_LIMIT])
    for tag in page(_SILENT):
        tag.decompose()
    for tag in page(_BLOCKS):
        tag.append("\n") if tag.name == "br" else tag.insert_after("\n")
    return _LINES.sub("\n\n", _SPACES.sub(" ", page.get_text())).strip()


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
