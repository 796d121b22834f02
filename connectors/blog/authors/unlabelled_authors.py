"""Author fields beside the day of a post that have no word such as "by".

Categories have the same place, so a text counts only after the icon of a person, or with the
link of a profile in the same short block. `bylines` decides which names are people.
"""

import copy
import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from connectors.blog.authors.bylines import AuthorField
from connectors.blog.formats import dates
from connectors.blog.pages.html import own_part

_ICON = re.compile(
    r"(?:^|[-_ :/#])(?:users?|authors?|person|people|pen|pencil|edit|feather|writer)(?:$|[-_ \d])",
    re.IGNORECASE,
)
#: Attributes that name the drawing of an icon.
_DRAWING = ["class", "data-feather", "data-icon", "data-lucide", "aria-label", "title", "href",
            "xlink:href", "icon", "src", "alt"]  # fmt: skip
_PROFILE = re.compile(
    r"^https?://(?:www\.)?(?:github\.com|gitlab\.com|twitter\.com|x\.com|linkedin\.com/in|"
    r"orcid\.org|bsky\.app/profile|[\w.-]+/@)[\w./@-]*$|/(?:authors?|people|team|users?)/[^/]+/?$",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"/(?:tags?|categor\w+|topics?|series|archives?|label)s?/", re.IGNORECASE)
_HANDLE = re.compile(r"\([^()]*\)|@\w+|\b\d+ ?min(?:ute)?s?(?: read)?\b", re.IGNORECASE)
_PIECE = re.compile(r"\s*[\n·|•,;()]\s*")
#: Characters of the longest block that holds a day, names and little else.
_SHORT = 200
#: Behind the ranks of labelled bylines.
_RANK = 1_000


def collect(page: BeautifulSoup) -> Iterator[AuthorField]:
    """The fields, each with a separate rank."""
    for rank, text in enumerate([*_after_icons(page), *_with_profiles(page)], _RANK):
        yield AuthorField("byline", ((text,),), written=True, spaced=True, rank=rank)


def _after_icons(page: BeautifulSoup) -> Iterator[str]:
    for icon in _icons(page):
        inner = icon.find("use")
        drawings = [str(tag.get(key) or "") for tag in (icon, inner) if tag for key in _DRAWING]
        drawings += icon.get_attribute_list("class")
        # A pencil in a paragraph edits something; the block of the heading is short and has a day.
        if not any(_ICON.search(name or "") for name in drawings) or not _dated(icon):
            continue
        framed = icon.parent is not None and not icon.parent.get_text(strip=True)
        after = icon.parent.next_sibling if framed and icon.parent else icon.next_sibling
        while after is not None and not after.get_text(strip=True):
            after = after.next_sibling
        if isinstance(after, NavigableString | Tag) and len(after.get_text()) < _SHORT:
            yield after.get_text(" ", strip=True)


def _icons(page: BeautifulSoup) -> Iterator[Tag]:
    # Some themes have a card about the post beside it.
    for part in (own_part(page), *page.select("[class*=postcard]", limit=1)):
        yield from part.select("i, svg, img, span[class*=icon]", limit=30)


def _dated(tag: Tag) -> bool:
    """True if a day stands shortly before or after the tag."""
    near = [
        *tag.find_all_previous(string=True, limit=12),
        *tag.find_all_next(string=True, limit=12),
    ]
    return any(dates.find(text) for text in near if len(text) < _SHORT)


def _with_profiles(page: BeautifulSoup) -> Iterator[str]:
    for link in own_part(page).find_all("a", href=_PROFILE, limit=10):
        block = _dated_block(link)
        if block is None:
            continue
        block = copy.copy(block)
        for topic in block.find_all("a", href=_TOPIC):
            topic.replace_with("\n")
        pieces = _PIECE.split(_HANDLE.sub("\n", "\n".join(_shown(block))))
        yield "\n".join(piece for piece in pieces if piece and not dates.find(piece))


def _dated_block(link: Tag) -> Tag | None:
    """The short block around a link that also holds a day."""
    for above in list(link.parents)[:3]:
        text = " ".join(_shown(above))
        if len(text) > _SHORT or (above.name in {"p", "li"} and len(text) > _SHORT // 2):
            return None
        if dates.find(text):
            return above
    return None


def _shown(tag: Tag) -> list[str]:
    """The visible texts in the tag, without titles of drawings."""
    few = islice(tag.strings, _SHORT)
    return [text.strip() for text in few if text.strip() and not text.find_parent("svg")]
