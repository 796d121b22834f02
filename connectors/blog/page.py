"""What one page says of itself: title, day, text, language, and who it says wrote it.

Every place that names an author is kept apart (`claims`), as which of them to believe only
the whole site shows. It reads; `_login` judges.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from urllib.parse import urljoin, urlsplit

from bs4 import BeautifulSoup, Tag

from connectors.blog import dates, html, structured_data
from connectors.blog.authors.fields import Named, claims
from connectors.blog.discovery import base, joined, ok, spelled
from connectors.blog.html import beside_heading, own_part
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT
from sourcing.core.text import clean, clean_line, fold

#: A page with this little text is no post.
_SHORT = 200
_ENDS = re.compile(r"\s+[|\-–—·•:»«]+\s+|\s*[|»]\s*")
_LISTED = 3
_REFRESH = re.compile(r"\burl\s*=?\s*['\"]?([^'\"]*)", re.IGNORECASE)
_POST_TYPE = re.compile(r"schema\.org/(?:Blog|News|Tech)?(?:Posting|Article)")
_LINKED_HEADING = "h1 a[href]:not([href^='#']), h2 > a[href]:not([href^='#'])"
#: Marked as the day by microformats, or by the picture beside it.
_DATED = ".published, .dt-published, :has(> .fa-calendar)"
_MAIN = ["[itemprop=articleBody]", "d-article", ".e-content", ".post-content", ".entry-content",
         ".article-content", "article", "main", "[role=main]", "#content", ".content"]  # fmt: skip


@dataclass(frozen=True, slots=True)
class Facts:
    """One page. `weight`: 2 it calls itself a post, 1 it is dated, 0 neither.

    `titles`: its heading or "", then what else it calls itself, site names still on them.
    `home`: the host at which it says it belongs.
    """

    url: str
    titles: tuple[str, ...]
    day: str | None
    language: str | None
    text: str
    weight: int
    site: str = ""
    home: str = ""
    claims: Mapping[str, tuple[Named, ...]] = field(default_factory=dict)

    def title(self, common: frozenset[str], sites: frozenset[str]) -> str:
        """The title; `common` are titles that many pages bear, `sites` the names of the site."""
        first, *others = self.titles
        heading = "" if first in common else first
        own = [title for title in others if title not in common and fold(title) not in sites]
        if heading and (not own or any(fold(title).startswith(fold(heading)) for title in own)):
            return heading
        cut = [without(title, sites | {fold(self.site)}) for title in own]
        # Where everything is common, a post of that name is likelier than one without any.
        return max(cut, key=cut.count) if cut else first or without("".join(others[:1]), sites)


def without(title: str, sites: frozenset[str]) -> str:
    """A title without the site's name at its end or beginning."""
    parts = [part for part in _ENDS.split(title) if part]
    if len(parts) > 1 and fold(parts[-1]) in sites:
        return title[: title.rindex(parts[-1])].rstrip(" |-–—·•:»«")
    if len(parts) > 1 and fold(parts[0]) in sites:
        return title[len(parts[0]) :].lstrip(" |-–—·•:»«")
    site, colon, rest = title.partition(": ")
    return rest.strip() if colon and rest.strip() and fold(site) in sites else title


def ending(title: str) -> str:
    """What may be the site's name in a title."""
    parts = [part for part in _ENDS.split(title) if part]
    return fold(parts[-1]) if len(parts) > 1 else ""


def read(page: BeautifulSoup, url: str) -> Facts | None:
    """The page's facts; None for a stub, a list, or what may not be kept."""
    if unfit(page, url):
        return None
    articles = _own(structured_data.articles(page), url) or []
    article = articles[0] if articles else {}
    site = _meta(page, "og:site_name")
    said = claims(page, article, site)
    day, dated = _day(page, article)
    microdata = page.find(itemtype=_POST_TYPE)
    og_article = _meta(page, "og:type") == "article" and _meta(page, "article:published_time")
    text = _text(page)
    return Facts(
        url=_canonical(page, url),
        titles=tuple(_titles(page, article)),
        day=day or dates.in_path(urlsplit(url).path),
        language=_language(page),
        text=text,
        weight=2 if dated and (articles or microdata or og_article) else int(
            dated and len(text) >= _SHORT),
        site=site,
        home=_home(page),
        claims=said,
    )  # fmt: skip


def unfit(page: BeautifulSoup, url: str) -> str:
    """Why the page is no post that may be kept; "" if nothing is against it."""
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
    return bool({"noindex", "none"} & robots) or _meta(page, "tdm-reservation") == "1"


def leads_to(page: BeautifulSoup, url: str) -> str:
    """Where a page sends its readers on without a redirect; "" if it does not."""
    tag = page.select_one("meta[http-equiv=refresh i]")
    found = _REFRESH.search(str(tag.get("content") or "")) if tag else None
    return next(iter(joined(url, found[1].strip())), url) if found else ""


def _lists(page: BeautifulSoup) -> bool:
    """True if several posts stand on the page, each with its heading linked."""
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
    for mark in heading.select(
        "a.headerlink, a.anchor, a[aria-hidden], .anchor-link, a[href^='#'], a.hash-link"
    ):
        if len(mark.get_text(strip=True)) <= 1:
            mark.decompose()
    return heading.get_text()


def _day(page: BeautifulSoup, article: structured_data.Node) -> tuple[str | None, bool]:
    """The day it was published, as its author's clock showed, and whether the page states it."""
    visible = _visible_day(page)
    for stated in (
        str(article.get("datePublished") or ""),
        _meta(page, "article:published_time"),
        _itemprop_day(page),
        _meta(page, "citation_publication_date") or _meta(page, "dcterms.date"),
        _meta(page, "date"),
    ):
        day = dates.said(stated)
        if day:
            # A UTC stamp late in the day is the next day for its reader, or the day before.
            utc = stated.rstrip().endswith(("Z", "+00:00")) and "T00:00:00" not in stated
            return (visible if utc and visible and visible[:7] == day[:7] else day), True
    return visible, visible is not None


def _itemprop_day(page: BeautifulSoup) -> str:
    tag = page.find(itemprop="datePublished")
    if not tag:
        return ""
    return str(tag.get("datetime") or tag.get("content") or "") or tag.get_text(" ", strip=True)


def _visible_day(page: BeautifulSoup) -> str | None:
    for tag in page.find_all("time", limit=5):
        around = " ".join(
            str(p.get("class", "")) + p.get_text(" ")[:60] for p in [tag, *tag.parents][:2]
        )
        if re.search(r"updated|modified|comment", around, re.IGNORECASE):
            continue
        if day := dates.said(str(tag.get("datetime") or "")) or dates.said(tag.get_text(" ")):
            return day
    for tag in page.select(_DATED, limit=5):
        said = str(tag.get("title") or "") or tag.get_text(" ")
        if len(said) < 60 and (day := dates.said(said)):
            return day
    for block in beside_heading(page):
        if day := dates.said(block):
            return day
    return None


def _text(page: BeautifulSoup) -> str:
    part = next(
        (p for s in _MAIN if (p := page.select_one(s)) and len(p.get_text()) > _SHORT), None
    )
    return clean(html.text(html.markup(part if part is not None else page.body)), BODY_LIMIT)


def _language(page: BeautifulSoup) -> str | None:
    said = str(page.html.get("lang") or "") if page.html else ""
    said = (said or _meta(page, "og:locale"))[:2].lower()
    return said if len(said) == 2 and said.isalpha() else None


def _canonical(page: BeautifulSoup, url: str) -> str:
    """The address the page goes by, if it lies on the same host and is not the whole site's."""
    link = page.find("link", rel="canonical", href=True)
    href = str(link["href"]).strip() if link else _meta(page, "og:url")
    made = joined(base(page, url), href) if href and ok(href) else []
    if not made:
        return url
    parts, here = urlsplit(made[0]), urlsplit(url)
    if parts.netloc != here.netloc or not _alike(parts.path, here.path):
        return url
    return urljoin(url, re.sub(r"/{2,}", "/", parts.path))


def _home(page: BeautifulSoup) -> str:
    link = page.find("link", rel="canonical", href=True)
    host = urlsplit(str(link["href"]).strip()).netloc if link and ok(str(link["href"])) else ""
    return host.lower().removeprefix("www.")


def _alike(path: str, here: str) -> bool:
    """True if both may be one page: the same path, or the same last name in it."""
    one, two = (re.sub(r"(?:/index)?\.html?$", "", spelled(p)).strip("/") for p in (path, here))
    return bool(one) and (one == two or one.rpartition("/")[2] == two.rpartition("/")[2])
