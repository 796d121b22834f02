"""HTML made into text a person would read. It judges nothing and fetches nothing."""

import re
import warnings

from bs4 import BeautifulSoup
from bs4.exceptions import ParserRejectedMarkup

#: More markup than this is never a post; the rest is left out.
_LIMIT = 400_000
_SILENT = ["script", "style", "template", "noscript", "svg", "iframe"]
_BLOCKS = ["p", "div", "br", "li", "tr", "pre", "blockquote", "figure", "section", "article",
           "h1", "h2", "h3", "h4", "h5", "h6"]  # fmt: skip
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
