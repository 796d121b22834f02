"""What one page says of itself, place by place, and what is believed of it: for people.

It asks for one page and stores nothing; the judgement is the crawl's own, with what the
site's crawl had seen so far.
"""

from collections.abc import Mapping

from bs4 import BeautifulSoup

from connectors._http.answer import Answer
from connectors._http.client import Web
from connectors.blog import html
from connectors.blog import page as post_page
from connectors.blog.authors.attribution import PLACES, Site
from connectors.blog.authors.fields import ORDER, Named
from connectors.blog.discovery import Scope
from sourcing.core.model import Cursor

#: (what it is about, what is said of it)
Finding = tuple[str, str]


def explain(web: Web, url: str, sites: Mapping[str, Cursor]) -> list[Finding]:
    """Everything read from the page. `sites`: the cursors of the blogs crawled, by start page."""
    answer = web.get(url)
    start = _site_of(answer.url, sites)
    site = Site(sites[start].get("site", {}) if start else {})
    page = html.page(answer.body, answer.url)
    facts = None if answer.reserved else post_page.read(page, answer.url)
    findings = [("page", answer.url), ("site", _seen(start, site))]
    if facts is None:
        return [*findings, ("not a post", _unfit(answer, page))]
    if not start:
        site.learn(facts.claims, facts)
        site.look(page, answer.url, home=False)
    return [*findings, *_facts(facts, site), *_authors(facts, site)]


def _site_of(url: str, sites: Mapping[str, Cursor]) -> str | None:
    inside = [start for start in sites if Scope(start).holds(url)]
    return max(inside, key=len, default=None)


def _seen(start: str | None, site: Site) -> str:
    if start is None:
        return "not crawled: judged by this page alone"
    return f"{start}, judged with the {site.pages} posts seen there"


def _unfit(answer: Answer, page: BeautifulSoup) -> str:
    return "its host asks not to keep it" if answer.reserved else post_page.unfit(page, answer.url)


def _facts(facts: post_page.Facts, site: Site) -> list[Finding]:
    chosen = facts.title(site.common_titles(), site.names())
    others = [title for title in facts.titles if title and title != chosen]
    return [
        ("title", chosen or "none: it is left out"),
        *(("also called", title) for title in others),
        ("day", facts.day or "none stated: only a feed can tell it"),
        ("language", facts.language or "not stated"),
        ("text", f"{len(facts.text)} characters: {facts.text[:120]!r}"),
        (
            "is a post",
            ["only if a feed lists it", "it is dated", "it calls itself one"][facts.weight],
        ),
    ]


def _authors(facts: post_page.Facts, site: Site) -> list[Finding]:
    told = [(place, facts.claims[place]) for place in ORDER if facts.claims.get(place)]
    named, why = site.judged(facts, facts.url)
    return [
        *((PLACES[place], _said(place, names, site)) for place, names in told),
        ("author", ", ".join(n.name for n in named) or "nobody"),
        ("why", why),
        *(("account", f"{n.name}: {n.login} ({n.proof})") for n in named if n.login),
        *(("account", f"{n.name}: none shown beyond doubt") for n in named if not n.login),
    ]


def _said(place: str, names: tuple[Named, ...], site: Site) -> str:
    listed = ", ".join(named.name for named in names)
    return f"{listed} (the same on most pages)" if site.is_constant(place, names) else listed
