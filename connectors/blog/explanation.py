"""Explains one page: the statements of each place, the attribution, and its reason.

It requests one page and stores nothing. The attribution is that of the crawl, with the profile
that the crawl of the site has so far.
"""

from collections.abc import Mapping
from datetime import date

from bs4 import BeautifulSoup

from connectors._http.answer import Answer
from connectors._http.client import Web
from connectors.blog.authors.attribution import authors_of, is_constant
from connectors.blog.authors.bylines import NamedAuthor
from connectors.blog.authors.fields import ORDER
from connectors.blog.authors.site_profile import PLACES, SiteProfile
from connectors.blog.pages import facts as page_facts
from connectors.blog.pages import html
from connectors.blog.urls import Scope
from sourcing.core.model import Cursor

#: (subject, finding)
Finding = tuple[str, str]


def explain(web: Web, url: str, sites: Mapping[str, Cursor], today: date) -> list[Finding]:
    """All facts of a page. `sites`: the cursors of the crawled blogs, by start page."""
    answer = web.get(url)
    start = _site_of(answer.url, sites)
    site = SiteProfile(sites[start].get("site", {}) if start else {})
    page = html.page(answer)
    facts = None if answer.reserved else page_facts.read(page, answer.url, today, answer.link)
    findings = [("page", answer.url), ("site", _known(start, site))]
    if facts is None:
        return [*findings, ("not a post", _unfit(answer, page))]
    if not start:
        site.add(facts)
        site.add_frame(page, answer.url, home=False)
    return [*findings, *_facts(facts, site), *_authors(facts, site)]


def _site_of(url: str, sites: Mapping[str, Cursor]) -> str | None:
    inside = [start for start in sites if Scope(start).holds(url)]
    return max(inside, key=len, default=None)


def _known(start: str | None, site: SiteProfile) -> str:
    if start is None:
        return "not crawled: judged by this page alone"
    return f"{start}, judged with the {site.pages} posts seen there"


def _unfit(answer: Answer, page: BeautifulSoup) -> str:
    return "its host asks not to keep it" if answer.reserved else page_facts.unfit(page, answer.url)


def _facts(facts: page_facts.PageFacts, site: SiteProfile) -> list[Finding]:
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


def _authors(facts: page_facts.PageFacts, site: SiteProfile) -> list[Finding]:
    stated = [(place, facts.authors[place]) for place in ORDER if facts.authors.get(place)]
    people, why = authors_of(facts, site)
    return [
        *((PLACES[place], _names(place, named, site)) for place, named in stated),
        ("author", ", ".join(n.name for n in people) or "nobody"),
        ("why", why),
        *(("account", f"{n.name}: {n.login} ({n.proof})") for n in people if n.login),
        *(("account", f"{n.name}: none shown beyond doubt") for n in people if not n.login),
    ]


def _names(place: str, people: tuple[NamedAuthor, ...], site: SiteProfile) -> str:
    listed = ", ".join(person.name for person in people)
    return f"{listed} (the same on most pages)" if is_constant(place, people, site) else listed
