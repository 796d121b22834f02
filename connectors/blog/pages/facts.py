"""Facts about one page: title, day, text, language, and the people its author fields name.

Each place that names an author is kept apart, because only the profile of the whole site shows
which of them to believe: `authors.attribution` decides. It fetches nothing.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from connectors._http.tdmrep import is_reserved
from connectors.blog.authors import bylines, fields
from connectors.blog.authors.bylines import NamedAuthor
from connectors.blog.formats import dates
from connectors.blog.pages import discovery, html, structured_data
from connectors.blog.pages.html import beside_heading, own_part
from connectors.blog.urls import is_parsable, joined, spelled
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT
from sourcing.core.text import clean, clean_line, fold

#: Characters of text below which a page is not a post.
_SHORT = 200
_ENDS = re.compile(r"\s+[|\-–—·•:»«]+\s+|\s*[|»]\s*")
_LISTED = 3  # posts on one page from which on it is a list
_REFRESH = re.compile(r"\burl\s*=?\s*['\"]?([^'\"]*)", re.IGNORECASE)
_POST_TYPE = re.compile(r"schema\.org/(?:Blog|News|Tech)?(?:Posting|Article)")
_LINKED_HEADING = "h1 a[href]:not([href^='#']), h2 > a[href]:not([href^='#'])"
#: Marked as a day by microformats (hAtom, h-entry) or by an icon beside it.
_DATED = ".published, .dt-published, :has(> .fa-calendar)"
#: A day beside one of these words is not the day of publication.
_UPDATED = re.compile(
    r"updated|modified|comment|revised|edited|aktualisiert|geändert|mis à jour|modifié|"
    r"actualizad|atualizad|aggiornat|modificat|bijgewerkt|uppdaterad|opdateret|oppdatert|"
    r"обновлен|обновлён|изменен|оновлено|zaktualizowan|aktualizován|güncelle|更新|수정|업데이트",
    re.IGNORECASE,
)
_MAIN = ["[itemprop=articleBody]", "d-article", ".e-content", ".post-content", ".entry-content",
         ".article-content", "article", "main", "[role=main]", "#content", ".content"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class PageFacts:
    """The facts that one page states."""

    url: str
    #: Its heading or "", then its other titles, with the name of the site still on them.
    titles: tuple[str, ...]
    #: The day of publication, `YYYY-MM-DD`, on the author's calendar.
    day: str | None
    language: str | None
    text: str
    #: 2: the page declares itself a post. 1: it states a day and has text. 0: neither.
    weight: int
    #: The name of the site (og:site_name), and the host of its canonical link.
    site: str = ""
    home: str = ""
    #: Place of `authors.fields.ORDER` → the people it names.
    authors: Mapping[str, tuple[NamedAuthor, ...]] = field(default_factory=dict)
    #: Addresses of the same post in its languages, the default first.
    translations: tuple[str, ...] = ()
    #: The address of the same post on another host, of which this is a cross-post; or "".
    original: str = ""

    def title(self, common: frozenset[str], sites: frozenset[str]) -> str:
        """The title. `common`: titles that many pages share. `sites`: folded names of the site."""
        first, *others = self.titles
        heading = "" if first in common else first
        own = [title for title in others if title not in common and fold(title) not in sites]
        if heading and (not own or any(fold(title).startswith(fold(heading)) for title in own)):
            return heading
        cut = [without(title, sites | {fold(self.site)}) for title in own]
        # Where all titles are common, one of them is likelier than none.
        return max(cut, key=cut.count) if cut else first or without("".join(others[:1]), sites)


def without(title: str, sites: frozenset[str]) -> str:
    """The title without the name of the site at its end or beginning."""
    parts = [part for part in _ENDS.split(title) if part]
    if len(parts) > 1 and fold(parts[-1]) in sites:
        return title[: title.rindex(parts[-1])].rstrip(" |-–—·•:»«")
    if len(parts) > 1 and fold(parts[0]) in sites:
        return title[len(parts[0]) :].lstrip(" |-–—·•:»«")
    site, colon, rest = title.partition(": ")
    return rest.strip() if colon and rest.strip() and fold(site) in sites else title


def ending(title: str) -> str:
    """The last part of a title, which may be the name of the site; folded."""
    parts = [part for part in _ENDS.split(title) if part]
    return fold(parts[-1]) if len(parts) > 1 else ""


def read(page: BeautifulSoup, url: str, today: date, link_header: str = "") -> PageFacts | None:
    """The facts of a page; None for redirect stubs, lists, and pages that forbid to be stored."""
    if unfit(page, url):
        return None
    articles = _own(structured_data.articles(page), url) or []
    article = articles[0] if articles else {}
    site, language = _meta(page, "og:site_name"), _language(page)
    author_fields, linked = fields.collect(page, article)
    authors = bylines.people(author_fields, site, linked)
    day = _day(page, article, language, today)
    microdata = page.find(itemtype=_POST_TYPE)
    og_article = _meta(page, "og:type") == "article" and _meta(page, "article:published_time")
    text = _text(page)
    declared = bool(articles or microdata or og_article)
    in_path = dates.in_path(urlsplit(url).path)
    return PageFacts(
        url=_canonical(page, url),
        titles=tuple(_titles(page, article)),
        day=day or (in_path if in_path and not dates.is_future(in_path, today) else None),
        language=language,
        text=text,
        weight=2 if day and declared else int(bool(day) and len(text) >= _SHORT),
        site=site,
        home=_home(page),
        authors=authors,
        translations=tuple(discovery.translations(page, url, link_header)),
        original=_original(page, url),
    )


def unfit(page: BeautifulSoup, url: str) -> str:
    """The reason why the page is not a post that may be kept; "" if there is none."""
    if leads_to(page, url):
        return "it only leads to another address"
    if forbidden(page):
        return "it asks not to be indexed or mined"
    if _own(structured_data.articles(page), url) is None or _lists(page):
        return "it lists several posts"
    return ""


def forbidden(page: BeautifulSoup) -> bool:
    """True if the page asks not to be indexed or mined."""
    robots = {word.strip() for word in _meta(page, "robots").lower().split(",")}
    return bool({"noindex", "none"} & robots) or is_reserved(_meta(page, "tdm-reservation"))


def leads_to(page: BeautifulSoup, url: str) -> str:
    """The target of `<meta http-equiv=refresh>`; "" without one."""
    tag = page.select_one("meta[http-equiv=refresh i]")
    found = _REFRESH.search(str(tag.get("content") or "")) if tag else None
    return next(iter(joined(url, found[1].strip())), url) if found else ""


def _lists(page: BeautifulSoup) -> bool:
    """True if the page holds several posts, each with a linked heading."""
    if len(page.find_all(itemprop="blogPost", limit=_LISTED)) > 1:
        return True
    entries = [a for a in page.find_all("article", limit=50) if a.find_parent("article") is None]
    linked = [e for e in entries if e.select_one(_LINKED_HEADING) and len(e.get_text()) < 5_000]
    return len(linked) >= _LISTED


def _own(found: list[structured_data.Node], url: str) -> list[structured_data.Node] | None:
    """The node about this page; None if the page is a list of several others."""
    if len(found) < 2:
        return found
    path = urlsplit(url).path.rstrip("/")
    mine = [n for n in found if path and path in str(n.get("url") or n.get("mainEntityOfPage"))]
    if mine:
        return mine
    return None if len(found) >= _LISTED else found[:1]


def _meta(page: BeautifulSoup, name: str) -> str:
    tag = page.find("meta", attrs={"property": name}) or page.find("meta", attrs={"name": name})
    return clean_line(str(tag.get("content") or ""), 1000) if tag else ""


def _titles(page: BeautifulSoup, article: structured_data.Node) -> Iterator[str]:
    heading = clean_line(_heading(page), TITLE_LIMIT)
    headline = clean_line(html.text(str(article.get("headline") or "")), TITLE_LIMIT)
    titles = [_meta(page, "citation_title"), _meta(page, "og:title"),
              clean_line(page.title.get_text(), TITLE_LIMIT) if page.title else ""]  # fmt: skip
    # A headline may be cut short for search engines; then the heading has the rest.
    if headline and not (heading and fold(heading).startswith(fold(headline))):
        heading = headline
    yield heading
    yield from dict.fromkeys(title for title in titles if title)


def _heading(page: BeautifulSoup) -> str:
    named = own_part(page).find(itemprop=re.compile(r"\bheadline\b"))
    heading = named if isinstance(named, Tag) and named.name != "meta" else html.heading(page)
    if heading is None:
        return ""
    for anchor in heading.select(
        "a.headerlink, a.anchor, a[aria-hidden], .anchor-link, a[href^='#'], a.hash-link"
    ):
        if len(anchor.get_text(strip=True)) <= 1:
            anchor.decompose()
    return heading.get_text()


def _day(
    page: BeautifulSoup, article: structured_data.Node, language: str | None, today: date
) -> str | None:
    """The day of publication on its author's calendar, where the page states one."""
    visible = _visible_day(page, language)
    for stated in (
        str(article.get("datePublished") or ""),
        _meta(page, "article:published_time"),
        _itemprop_day(page),
        _meta(page, "citation_publication_date") or _meta(page, "dcterms.date"),
        _meta(page, "date"),
    ):
        day = dates.find(stated, language)
        if day and not dates.is_future(day, today):
            # A time stamp in UTC may be one day off the day that the author's clock showed.
            utc = stated.rstrip().endswith(("Z", "+00:00")) and "T00:00:00" not in stated
            return visible if utc and visible and _is_one_apart(visible, day) else day
    return visible if visible and not dates.is_future(visible, today) else None


def _is_one_apart(one: str, other: str) -> bool:
    return abs(date.fromisoformat(one) - date.fromisoformat(other)) <= timedelta(days=1)


def _itemprop_day(page: BeautifulSoup) -> str:
    tag = page.find(itemprop="datePublished")
    if not tag:
        return ""
    return str(tag.get("datetime") or tag.get("content") or "") or tag.get_text(" ", strip=True)


def _visible_day(page: BeautifulSoup, language: str | None) -> str | None:
    for tag in page.find_all("time", limit=5):
        around = " ".join(
            f"{p.get('class', '')} {p.get('itemprop', '')} {p.get_text(' ')[:60]}"
            for p in [tag, *tag.parents][:2]
        )
        if _UPDATED.search(around):
            continue
        stated = str(tag.get("datetime") or "")
        if day := dates.find(stated, language) or dates.find(tag.get_text(" "), language):
            return day
    for tag in page.select(_DATED, limit=5):
        text = str(tag.get("title") or "") or tag.get_text(" ")
        if len(text) < 60 and (day := dates.find(text, language)):
            return day
    for text in beside_heading(page):
        day = dates.find(text, language)
        if day and not _UPDATED.match(text):
            return day
    return None


def _text(page: BeautifulSoup) -> str:
    part = next(
        (p for s in _MAIN if (p := page.select_one(s)) and len(p.get_text()) > _SHORT), None
    )
    return clean(html.text(html.markup(part if part is not None else page.body)), BODY_LIMIT)


def _language(page: BeautifulSoup) -> str | None:
    """The ISO 639-1 code of the page's language."""
    stated = str(page.html.get("lang") or "") if page.html else ""
    tag = page.select_one("meta[http-equiv=content-language i]")
    stated = stated or _meta(page, "og:locale") or (str(tag.get("content") or "") if tag else "")
    code = stated.strip()[:2].lower()
    return code if len(code) == 2 and code.isalpha() and code.isascii() else None


def _canonical(page: BeautifulSoup, url: str) -> str:
    """The canonical address (RFC 6596), if it is of this page and on the same host."""
    link = page.find("link", rel="canonical", href=True)
    href = str(link["href"]).strip() if link else _meta(page, "og:url")
    made = joined(discovery.base(page, url), href) if href and is_parsable(href) else []
    if not made:
        return url
    parts, here = urlsplit(made[0]), urlsplit(url)
    if parts.netloc != here.netloc or not _alike(parts.path, here.path):
        return url
    return urljoin(url, re.sub(r"/{2,}", "/", parts.path))


def _original(page: BeautifulSoup, url: str) -> str:
    """The canonical address on another host, if it ends like this one: this is a cross-post."""
    link = page.find("link", rel="canonical", href=True)
    href = str(link["href"]).strip() if link else ""
    made = joined(discovery.base(page, url), href) if href and is_parsable(href) else []
    if not made:
        return ""
    parts, here = urlsplit(made[0]), urlsplit(url)
    return made[0] if parts.netloc != here.netloc and _alike(parts.path, here.path) else ""


def _home(page: BeautifulSoup) -> str:
    link = page.find("link", rel="canonical", href=True)
    host = (
        urlsplit(str(link["href"]).strip()).netloc
        if link and is_parsable(str(link["href"]))
        else ""
    )
    return host.lower().removeprefix("www.")


def _alike(path: str, here: str) -> bool:
    """True if both may be one page: the same path, or the same last segment."""
    one, two = (re.sub(r"(?:/index)?\.html?$", "", spelled(p)).strip("/") for p in (path, here))
    return bool(one) and (one == two or one.rpartition("/")[2] == two.rpartition("/")[2])
