"""The owner of a site, as its home and about pages name them in several fields.

Fields are kept apart because only two that agree are proof: a title alone may be any two words
with capitals. It does not attribute posts.
"""

import re

from bs4 import BeautifulSoup

from connectors.blog.authors.bylines import is_written_as_name, names_in
from connectors.blog.pages import html, structured_data

#: The copyright line.
_RIGHTS = re.compile(
    r"(?:©|\(c\)|copyright)\s*(?:©\s*)?"
    r"(?:\d{4}(?:\s*[-–—]\s*(?:\d{4}|present))?,?\s*)?(?:by )?([^\d.|·•©]{5,40})",
    re.IGNORECASE,
)
_CUT = re.compile(r"\b(?:powered|built|made|all rights|theme|hosted|contents?)\b", re.IGNORECASE)
#: "Jane Doe's blog", "the personal site of Jane Doe".
_KIND = (
    r"(?:personal |tech |technical |professional )?(?:web ?log|blog|web ?site|home ?page|site|page)"
)
_OWNED = re.compile(
    rf"^(?:(?:the |a |an )?{_KIND} (?:of|by) (?P<after>[^|·•–—:,.]+)"
    rf"|(?P<before>[^|·•–—:,.]+?)['’]s? {_KIND})\b",
    re.IGNORECASE,
)
_I_AM = re.compile(r"\b(?:I am|I['’]m|[Mm]y name is) ((?:[^\W\d_a-z][\w'’.-]+ ?){2,4})")
_PARTS = re.compile(r"\s+[|\-–—·•:»«]+\s+|\s*[|»]\s*")


def owners(page: BeautifulSoup) -> dict[str, str]:
    """Field → the one person that it names, for each field that names exactly one."""
    meta = page.select_one("meta[name=author]")
    people = [n for n in structured_data.nodes(page) if "Person" in structured_data.kinds(n)]
    foot = page.select_one("footer") or page.select_one("#footer, .footer")
    rights = _RIGHTS.search(foot.get_text(" ", strip=True)) if foot else None
    title = page.title.get_text(" ", strip=True) if page.title else ""
    words = html.text(html.markup(page.select_one("main") or page.body))
    fields = {
        "meta": [str(meta.get("content") or "") if meta else ""],
        "data": [str(people[0].get("name") or "") if len(people) == 1 else ""],
        "rights": [_CUT.split(rights[1])[0] if rights else ""],
        "title": _PARTS.split(title),
        "whose": _owned_by(page, title),
        "words": _I_AM.findall(words[:3000]),
    }
    persons = {field: _one(texts) for field, texts in fields.items()}
    return {field: name for field, name in persons.items() if name}


def _owned_by(page: BeautifulSoup, title: str) -> list[str]:
    description = page.select_one("meta[name=description]")
    head = page.select_one("header")
    texts = [
        *_PARTS.split(title),
        str(description.get("content") or "") if description else "",
        *(head.get_text("\n", strip=True).split("\n")[:4] if head else ()),
    ]
    found = [_OWNED.match(text.strip()) for text in texts]
    return [match["after"] or match["before"] for match in found if match]


def _one(texts: list[str]) -> str:
    names = {
        name: None
        for part in texts
        for name in names_in(part, "")
        if " " in name and is_written_as_name(name)
    }
    return next(iter(names)) if len(names) == 1 else ""
