"""The places on a page that name its authors, each read on its own, strongest first.

It believes none of them yet; names that are no people's are left out already.
"""

import re
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from bs4 import BeautifulSoup, Tag

from connectors.blog import html, structured_data
from connectors.blog.authors import unlabelled
from connectors.blog.authors.bylines import is_written_as_name, login_of, names_in, web
from connectors.blog.html import beside_heading
from sourcing.core.text import fold

#: Strongest first: the page's own data, citation data, marked links, by-lines, feed, head.
ORDER = ("data", "citation", "marked", "byline", "feed", "head")
_CITED = ["citation_author", "article:author", "dc.creator", "parsely-author", "sailthru.author"]
_BYLINE = re.compile(
    r"(?:^|[-_])(?:authors?|byline|md-profile|writers?)(?:$|[-_])|^(?:authors?|byline)"
)
_IN_BYLINE = "[itemprop=name], .p-name, .fn, strong, b, a[href]"
#: The whole label: headings that speak of authors, or of authorization, have labels, too.
_LABEL = re.compile(r"^(?:post |article )?authors?(?: details| name| profile)?$", re.IGNORECASE)
_NOT_BYLINE = re.compile(
    r"comment|related|recent|share|widget|sidebar-list|authors-list|quote|epigraph|testimonial",
    re.IGNORECASE,
)
_PICTURE = re.compile(r"https?://(?:www\.)?github\.com/[^/]+\.png(?:\?.*)?")
_BY = re.compile(
    r"(?:^|[|•·\n—–-]|\d{4})\s*(?:(?:(?:Written|Posted|Published)\s+)?[Bb]y|Authors?:?)\s+([^|•·\n]{3,200})"
)


class Named(NamedTuple):
    """A person as one place names them; `login` with the address that shows it, and where."""

    name: str
    login: str | None = None
    url: str | None = None
    proof: str | None = None


def claims(
    page: BeautifulSoup, article: structured_data.Node, site: str
) -> dict[str, tuple[Named, ...]]:
    """What each place says, those that say nothing left out."""
    authors = structured_data.many(article.get("author")) or structured_data.front_matter(page)
    found = {
        "data": _from_data(authors, site),
        "citation": _from_meta(page, _CITED, site),
        "marked": _marked(page, site),
        "byline": _by_class(page, site)
        or _by_words(page, site)
        or [Named(name) for name in unlabelled.names(page, site)],
        "head": _from_meta(page, ["author", "twitter:creator"], site),
    }
    linked = _linked(page)
    return {
        place: tuple(_with_login(named, linked) for named in _once(names))
        for place, names in found.items()
        if names
    }


def _from_data(authors: Iterable[object], site: str) -> list[Named]:
    found: list[Named] = []
    for author in list(authors)[:20]:
        if isinstance(author, str):
            found += _in_markup(author, site)
        elif isinstance(author, Mapping) and "Organization" not in structured_data.kinds(author):
            said = [n for n in structured_data.many(author.get("name")) if isinstance(n, str)]
            names = [named for name in said for named in _in_markup(name, site)]
            urls = [
                *structured_data.many(author.get("url")),
                *structured_data.many(author.get("sameAs")),
            ]
            found += _alone(names, [str(url) for url in urls])
    return found


def _alone(names: list[Named], urls: list[str]) -> list[Named]:
    """Addresses belong to one person: to which of several is not known."""
    if len(names) != 1:
        return names
    accounts = [url for url in urls if login_of(url)]
    if len({login_of(url) for url in accounts}) == 1:
        return [Named(names[0].name, login_of(accounts[0]), accounts[0])]
    return [names[0]._replace(url=names[0].url or next(filter(None, map(web, urls)), None))]


def _in_markup(said: str, site: str) -> list[Named]:
    """Names in a text that may hold links."""
    if "<" not in said:
        return [Named(name) for name in names_in(said, site)]
    page = html.soup(said[:5000])
    names = names_in(page.get_text(), site)
    links = {fold(a.get_text()): str(a["href"]) for a in page.find_all("a", href=True)}
    return [
        Named(name, login_of(links.get(fold(name))), web(links.get(fold(name)))) for name in names
    ]


def _from_meta(page: BeautifulSoup, wanted: list[str], site: str) -> list[Named]:
    found: list[Named] = []
    for tag in page.find_all("meta", limit=200):
        name = str(tag.get("property") or tag.get("name") or "").lower()
        content = str(tag.get("content") or "")
        if name in wanted and "://" not in content.partition("<")[0]:
            # "Family, Given" is one person in citation data.
            family, comma, given = content.partition(", ")
            if comma and name == "citation_author" and " " not in family.strip():
                content = f"{given} {family}"
            found += _in_markup(content, site)
    accounts = [
        str(t["content"]) for t in page.find_all("meta", property="article:author", content=True)
    ]
    accounts = [url.strip() for said in accounts for url in said.split(",")]
    return _alone(found, accounts) if found else []


def _outside(tag: Tag) -> bool:
    """True for what stands in the site's own head, foot or lists, or among comments."""
    if _in_other_list(tag):
        return True
    frame = tag.find_parent(["nav", "footer", "header"])
    return frame is not None and frame.find_parent("article") is None and not _titled(frame)


def _in_other_list(tag: Tag) -> bool:
    """True among comments, related posts and shares, and under what somebody else said."""
    return tag.find_parent(["blockquote", "figure"]) is not None or any(
        _NOT_BYLINE.search(" ".join(above.get_attribute_list("class")))
        for above in [tag, *tag.parents]
        if above.get("class") and above.name not in {"body", "html"}
    )


def _titled(tag: Tag) -> bool:
    """True for a header that is the post's: its heading stands in it."""
    return tag.name == "header" and tag.find("h1") is not None


def _marked(page: BeautifulSoup, site: str) -> list[Named]:
    found: list[Named] = []
    for tag in page.select("[itemprop~=author], a[rel~=author]", limit=20):
        if tag.name == "meta" and tag.get("content"):
            found += [Named(name) for name in names_in(str(tag["content"]), site)]
            continue
        if _outside(tag) or "Organization" in str(tag.get("itemtype")):
            continue
        inner = tag.find(itemprop="name")
        shown = inner if inner is not None else tag
        said = str(shown.get("content") or "") or shown.decode_contents()
        names = _in_markup(said, site)
        around = (
            tag.parent if tag.parent and len(tag.parent.select("[itemprop~=author]")) == 1 else tag
        )
        urls = [str(a["href"]) for a in around.find_all("a", href=True)] if len(names) == 1 else []
        urls += [str(tag["href"])] if tag.get("href") else []
        pictures = [str(i["src"]) for i in around.find_all("img", src=True)]
        own = [url for url in urls if len(around.get_text()) < 500]
        found += _alone(names, own + [p for p in pictures if _PICTURE.fullmatch(p)])
    return found


def _by_class(page: BeautifulSoup, site: str) -> list[Named]:
    found: list[Named] = []
    seen: list[Tag] = []
    labelled = page.find_all(True, {"aria-label": _LABEL}, limit=20)
    for tag in [*page.find_all(class_=_BYLINE, limit=40), *labelled]:
        if any(above in seen for above in tag.parents) or _outside_byline(tag):
            continue
        text = tag.get_text("\n", strip=True)
        if not text or len(text) > 300:
            continue
        seen.append(tag)
        # A name stands in a tag of its own where a job or a firm stands beside it.
        parts = tag.select(".author") or tag.select(_IN_BYLINE) or [tag]
        names = [n for part in parts for n in names_in(part.get_text("\n", strip=True), site)]
        names = names or names_in(text.partition("\n")[0], site)
        names = [name for name in names if is_written_as_name(name)]
        urls = [str(a["href"]) for a in tag.find_all("a", href=True)]
        pictures = [str(i["src"]) for i in tag.find_all("img", src=True)]
        found += _alone(
            list(_once(Named(name) for name in names)),
            urls + [p for p in pictures if _PICTURE.fullmatch(p)],
        )
    quarto = page.select(".quarto-title-meta-heading", limit=20)
    for heading in quarto:
        if heading.get_text(strip=True).lower().startswith("author") and heading.parent:
            texts = [
                p.get_text(" ", strip=True) for p in heading.parent.select("p:not(.affiliation)")
            ]
            found += [Named(name) for text in texts for name in names_in(text, site)]
    return found


def _outside_byline(tag: Tag) -> bool:
    footer = tag.find_parent(["footer", "nav"])
    if footer is not None and footer.find_parent("article") is None and not _near_day(tag):
        return True
    return _in_other_list(tag)


def _near_day(tag: Tag) -> bool:
    return any(above.select_one("time, .published") for above in list(tag.parents)[:3])


def _by_words(page: BeautifulSoup, site: str) -> list[Named]:
    """`By A and B` in the short lines beside the heading, where the day stands too."""
    for text in beside_heading(page):
        for found in _BY.finditer(text):
            names = [name for name in names_in(found[1], site) if is_written_as_name(name)]
            if names:
                return [Named(name) for name in names]
    return []


def _linked(page: BeautifulSoup) -> dict[str, str]:
    """Profiles that a link whose text is just a name leads to."""
    found: dict[str, str] = {}
    for tag in page.find_all("a", href=re.compile(r"^https?://(?:www\.)?github\.com/[^/]+/?$")):
        text = re.sub(r"\([^()]*\)", "", tag.get_text(" ", strip=True)).strip()
        if " " in text:
            found.setdefault(fold(text), str(tag["href"]))
    return found


def _with_login(named: Named, linked: Mapping[str, str]) -> Named:
    url = linked.get(fold(named.name))
    return named._replace(login=login_of(url), url=url) if url and not named.login else named


def _once(names: Iterable[Named]) -> list[Named]:
    """Each person once, with the login if any place has it."""
    found: dict[str, Named] = {}
    for named in names:
        known = found.get(fold(named.name))
        if known is None or (named.login and not known.login):
            found[fold(named.name)] = named
    return list(found.values())
