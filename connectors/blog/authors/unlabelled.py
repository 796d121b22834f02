"""Names that stand beside a post's day without a word such as "by".

Categories stand there as well, so a name counts only after a person's icon, or with a
profile's link in the same short block. It reads; what to believe `_login` judges.
"""

import re
from collections.abc import Iterator
from itertools import islice

from bs4 import BeautifulSoup, Tag
from bs4.element import NavigableString

from connectors.blog import dates
from connectors.blog.authors.bylines import is_written_as_name, names_in
from connectors.blog.html import own_part

_ICON = re.compile(
    r"(?:^|[-_ :/#])(?:users?|authors?|person|people|pen|pencil|edit|feather|writer)(?:$|[-_ \d])",
    re.IGNORECASE,
)
_DRAWN = ["class", "data-feather", "data-icon", "data-lucide", "aria-label", "title", "href",
          "xlink:href", "icon", "src", "alt"]  # fmt: skip
_PROFILE = re.compile(
    r"^https?://(?:www\.)?(?:github\.com|gitlab\.com|twitter\.com|x\.com|linkedin\.com/in|"
    r"orcid\.org|bsky\.app/profile|[\w.-]+/@)[\w./@-]*$|/(?:authors?|people|team|users?)/[^/]+/?$",
    re.IGNORECASE,
)
_TOPIC = re.compile(r"/(?:tags?|categor\w+|topics?|series|archives?|label)s?/", re.IGNORECASE)
_HANDLE = re.compile(r"\([^()]*\)|@\w+|\b\d+ ?min(?:ute)?s?(?: read)?\b", re.IGNORECASE)
_PIECE = re.compile(r"\s*[\n·|•,;()]\s*")
#: Longest block that holds a day, names and little else.
_SHORT = 200


def names(page: BeautifulSoup, site: str) -> list[str]:
    """The people named so, if every part of what stands there is one."""
    for said in (*_after_icons(page), *_with_profiles(page)):
        found = [name for name in names_in(said, site) if " " in name and is_written_as_name(name)]
        if found:
            return found
    return []


def _after_icons(page: BeautifulSoup) -> Iterator[str]:
    for icon in _icons(page):
        inner = icon.find("use")
        drawn = [str(tag.get(key) or "") for tag in (icon, inner) if tag for key in _DRAWN]
        drawn += icon.get_attribute_list("class")
        # A paragraph's pencil edits something; the heading's frame is short and has a day.
        if not any(_ICON.search(said or "") for said in drawn) or not _dated(icon):
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
    """True if a day is said shortly before it or after."""
    near = [
        *tag.find_all_previous(string=True, limit=12),
        *tag.find_all_next(string=True, limit=12),
    ]
    return any(dates.said(text) for text in near if len(text) < _SHORT)


def _with_profiles(page: BeautifulSoup) -> Iterator[str]:
    for link in own_part(page).find_all("a", href=_PROFILE, limit=10):
        block = _dated_block(link)
        if block is None:
            continue
        for topic in block.find_all("a", href=_TOPIC):
            topic.replace_with("\n")
        pieces = _PIECE.split(_HANDLE.sub("\n", "\n".join(_shown(block))))
        yield "\n".join(p for p in pieces if p and not dates.said(p))


def _dated_block(link: Tag) -> Tag | None:
    """The short block around a link in which the day stands, too."""
    for above in list(link.parents)[:3]:
        text = " ".join(_shown(above))
        if len(text) > _SHORT or (above.name in {"p", "li"} and len(text) > _SHORT // 2):
            return None
        if dates.said(text):
            return above
    return None


def _shown(tag: Tag) -> list[str]:
    """The texts in it that are read: the title of a drawing is not."""
    # So many hold more than a short block does.
    few = islice(tag.strings, _SHORT)
    return [text.strip() for text in few if text.strip() and not text.find_parent("svg")]
