"""The places of a page that name its authors, strongest first, as texts with their links.

It does not decide which names are people: `bylines` does.
"""

import re
from collections.abc import Iterable, Iterator, Mapping

from bs4 import BeautifulSoup, Tag

from connectors.blog.authors import unlabelled_authors, words
from connectors.blog.authors.bylines import AuthorField
from connectors.blog.pages import html, structured_data
from connectors.blog.pages.html import beside_heading
from sourcing.core.text import fold

#: Strongest first: JSON-LD, citation metadata, elements marked as author, bylines, the item of
#: the feed, the author field of the page's head.
ORDER = ("data", "citation", "marked", "byline", "feed", "head")
_CITED = ["citation_author", "article:author", "dc.creator", "parsely-author", "sailthru.author"]
_BYLINE = re.compile(
    r"(?:^|[-_])(?:authors?|byline|md-profile|writers?)(?:$|[-_])|^(?:authors?|byline)"
)
_IN_BYLINE = "[itemprop=name], .p-name, .fn, strong, b, a[href]"
#: The whole label of a byline: headings about authors or authorization have labels, too.
_LABEL = re.compile(r"^(?:post |article )?authors?(?: details| name| profile)?$", re.IGNORECASE)
_NOT_BYLINE = re.compile(
    r"comment|related|recent|share|widget|sidebar-list|authors-list|quote|epigraph|testimonial",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"https?://(?:www\.)?github\.com/[^/]+\.png(?:\?.*)?")
_PROFILE = re.compile(r"^https?://(?:www\.)?github\.com/[^/]+/?$")
_WORDS = "|".join(
    map(re.escape, sorted(words.PREFIXES | words.PREPOSITIONS, key=len, reverse=True))
)
#: "By A and B" at the start of a text or behind a separator or a year.
_BY = re.compile(
    rf"(?:^|[|•·\n—–-]|\d{{4}}\.?)\s*((?:{_WORDS})\b[\s:：]\s*[^|•·\n]{{3,200}})",
    re.IGNORECASE,
)


def collect(
    page: BeautifulSoup, article: structured_data.Node
) -> tuple[list[AuthorField], dict[str, str]]:
    """The author fields of a page, and folded text → address of links to GitHub profiles.

    `article`: the schema.org node of the post.
    """
    authors = structured_data.many(article.get("author")) or structured_data.front_matter(page)
    fields = [
        *_from_data(authors),
        *_from_meta(page, "citation", _CITED),
        *_marked(page),
        *_bylines(page),
        *_by_words(page),
        *unlabelled_authors.collect(page),
        *_from_meta(page, "head", ["author", "twitter:creator"]),
    ]
    return fields, _profile_links(page)


def _from_data(authors: Iterable[object]) -> Iterator[AuthorField]:
    for author in list(authors)[:20]:
        if isinstance(author, str):
            yield _marked_up("data", [author])
        elif isinstance(author, Mapping) and "Organization" not in structured_data.kinds(author):
            names = [n for n in structured_data.many(author.get("name")) if isinstance(n, str)]
            urls = [
                *structured_data.many(author.get("url")),
                *structured_data.many(author.get("sameAs")),
            ]
            yield _marked_up("data", names, [url for url in urls if isinstance(url, str)])


def _marked_up(place: str, markups: Iterable[str], urls: Iterable[str] = ()) -> AuthorField:
    """A field of texts that may hold links."""
    texts: list[str] = []
    links: dict[str, str] = {}
    for markup in markups:
        if "<" not in markup:
            texts.append(markup)
            continue
        part = html.soup(markup[:5000])
        texts.append(part.get_text())
        links |= {fold(a.get_text()): str(a["href"]) for a in part.find_all("a", href=True)}
    return AuthorField(place, (tuple(texts),), tuple(urls), links)


def _from_meta(page: BeautifulSoup, place: str, wanted: list[str]) -> Iterator[AuthorField]:
    contents: list[str] = []
    accounts: list[str] = []
    for tag in page.find_all("meta", limit=200):
        name = str(tag.get("property") or tag.get("name") or "").lower()
        content = str(tag.get("content") or "")
        if name == "article:author":
            accounts += [url.strip() for url in content.split(",") if "://" in url]
        if name in wanted and "://" not in content.partition("<")[0]:
            # "Family, Given" is one person in citation metadata (Google Scholar, Highwire tags).
            family, comma, given = content.partition(", ")
            if comma and name == "citation_author" and " " not in family.strip():
                content = f"{given} {family}"
            contents.append(content)
    if contents:
        yield _marked_up(place, contents, accounts)


def _marked(page: BeautifulSoup) -> Iterator[AuthorField]:
    """Elements with `itemprop=author` or `rel=author` (HTML, link type author)."""
    for tag in page.select("[itemprop~=author], a[rel~=author]", limit=20):
        if tag.name == "meta" and tag.get("content"):
            yield AuthorField("marked", ((str(tag["content"]),),))
            continue
        if _outside(tag) or "Organization" in str(tag.get("itemtype")):
            continue
        inner = tag.find(itemprop="name")
        shown = inner if inner is not None else tag
        markup = str(shown.get("content") or "") or shown.decode_contents()
        around = (
            tag.parent if tag.parent and len(tag.parent.select("[itemprop~=author]")) == 1 else tag
        )
        urls = [str(a["href"]) for a in around.find_all("a", href=True)]
        urls += [str(tag["href"])] if tag.get("href") else []
        own = urls if len(around.get_text()) < 500 else []
        yield _marked_up("marked", [markup], own + _pictures(around))


def _outside(tag: Tag) -> bool:
    """True in the header, footer or navigation of the site, and among comments."""
    if _in_other_list(tag):
        return True
    frame = tag.find_parent(["nav", "footer", "header"])
    return frame is not None and frame.find_parent("article") is None and not _has_heading(frame)


def _in_other_list(tag: Tag) -> bool:
    """True among comments, related posts and share buttons, and within quotations."""
    return tag.find_parent(["blockquote", "figure"]) is not None or any(
        _NOT_BYLINE.search(" ".join(above.get_attribute_list("class")))
        for above in [tag, *tag.parents]
        if above.get("class") and above.name not in {"body", "html"}
    )


def _has_heading(tag: Tag) -> bool:
    """True for the header of the post, which contains its heading."""
    return tag.name == "header" and tag.find("h1") is not None


def _pictures(tag: Tag) -> list[str]:
    sources = (str(image["src"]) for image in tag.find_all("img", src=True))
    return [source for source in sources if _PICTURE.fullmatch(source)]


def _bylines(page: BeautifulSoup) -> Iterator[AuthorField]:
    """Elements with a class or label that says that they name the author."""
    seen: list[Tag] = []
    labelled = page.find_all(True, {"aria-label": _LABEL}, limit=20)
    for tag in [*page.find_all(class_=_BYLINE, limit=40), *labelled]:
        if any(above in seen for above in tag.parents) or _outside_byline(tag):
            continue
        text = tag.get_text("\n", strip=True)
        if not text or len(text) > 300:
            continue
        seen.append(tag)
        # A name has an element around it where a job or a company stands beside it.
        parts = tag.select(".author") or tag.select(_IN_BYLINE) or [tag]
        texts = tuple(part.get_text("\n", strip=True) for part in parts)
        urls = [str(a["href"]) for a in tag.find_all("a", href=True)]
        yield AuthorField(
            "byline",
            (texts, (text.partition("\n")[0],)),
            tuple(urls + _pictures(tag)),
            written=True,
        )
    for heading in page.select(".quarto-title-meta-heading", limit=20):
        label = heading.get_text(strip=True).lower()
        if heading.parent and label in words.PREFIXES:
            cells = heading.parent.select("p:not(.affiliation)")
            yield AuthorField("byline", (tuple(p.get_text(" ", strip=True) for p in cells),))


def _outside_byline(tag: Tag) -> bool:
    footer = tag.find_parent(["footer", "nav"])
    if footer is not None and footer.find_parent("article") is None and not _near_day(tag):
        return True
    return _in_other_list(tag)


def _near_day(tag: Tag) -> bool:
    return any(above.select_one("time, .published") for above in list(tag.parents)[:3])


def _by_words(page: BeautifulSoup) -> Iterator[AuthorField]:
    """`By A and B` in the short lines beside the heading, where the day stands too."""
    rank = 1
    for text in beside_heading(page):
        for found in _BY.finditer(text):
            yield AuthorField("byline", ((found[1],),), written=True, rank=rank)
            rank += 1


def _profile_links(page: BeautifulSoup) -> dict[str, str]:
    """Folded text → address of links to GitHub profiles with just a name as text."""
    result: dict[str, str] = {}
    for tag in page.find_all("a", href=_PROFILE):
        text = re.sub(r"\([^()]*\)", "", tag.get_text(" ", strip=True)).strip()
        if " " in text:
            result.setdefault(fold(text), str(tag["href"]))
    return result
