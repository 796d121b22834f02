"""The contact routes that a person offers, best first, with the basis of each offer.

A route is a page and never an address. An empty list is a valid answer: there is no acceptable
route. The recruiter decides whether to use one; this module sends nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from db import Store
from db.outreach import citations
from db.outreach.citations import PublishedPages

#: The basis of an offer, the clearest first. Only an unclear one needs a reason.
BASES = ("invited", "offered for work", "published for work", "unclear")

_HIRE = re.compile(r"/(?:hire|hire-me|work-with-me|consulting|services|contact|kontakt)\b", re.I)
_OPEN = re.compile(
    r"\b(?:open to (?:work|offers|opportunities|new)|looking for (?:work|a (?:new )?(?:job|role))|"
    r"available for (?:hire|work)|hire me|for hire)\b",
    re.IGNORECASE,
)
#: Hosts for professional profiles, hosts of code, and hosts for everything else.
_PROFESSIONAL = ("linkedin.com", "xing.com")
_FORGES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_SOCIAL = (
    "twitter.com", "x.com", "bsky.app", "threads.net", "facebook.com", "instagram.com",
    "youtube.com", "twitch.tv", "reddit.com", "t.me", "discord.gg",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """One page of the person: its kind, the basis of the offer and the place it was seen."""

    kind: str
    url: str
    basis: str
    seen: str


def routes(store: Store, person: int) -> tuple[Route, ...]:
    """The routes of a person, best first; empty if none is acceptable."""
    result: dict[str, Route] = {}
    for pages in citations.pages(store, person):
        for route in _routes(pages):
            result.setdefault(route.url.rstrip("/").casefold(), route)
    return tuple(sorted(result.values(), key=lambda route: BASES.index(route.basis)))


def known(offered: tuple[Route, ...], via: str) -> Route | None:
    """The offered route with this address, or of this kind such as "website"."""
    wanted = via.rstrip("/").casefold()
    same = (r for r in offered if wanted in (r.url.rstrip("/").casefold(), r.kind))
    return next(same, None)


def _routes(pages: PublishedPages) -> Iterator[Route]:
    seen = pages.url or pages.source or "a source no longer read"
    invited = pages.hireable or _OPEN.search(pages.bio or "") is not None
    for url in dict.fromkeys([pages.website, *pages.routes]):
        if url and (found := kind(url)):
            yield Route(found, url, _basis(found, invited), f"published on {seen}")


def kind(url: str) -> str | None:
    """The kind of route that an address is, or None if it is no route."""
    parts = urlsplit(url if "//" in url else f"https://{url}")
    host = (parts.hostname or "").removeprefix("www.")
    if parts.scheme not in {"http", "https"} or "." not in host or _is(host, _FORGES):
        return None
    if _HIRE.search(parts.path):
        return "contact page"
    if _is(host, _PROFESSIONAL):
        return "professional network"
    social = _is(host, _SOCIAL) or parts.path.startswith("/@")
    return "social profile" if social else "website"


def _is(host: str, places: tuple[str, ...]) -> bool:
    return any(host == place or host.endswith(f".{place}") for place in places)


def _basis(kind: str, invited: bool) -> str:
    if invited and kind != "social profile":
        return "invited"
    if kind == "contact page":
        return "offered for work"
    return "unclear" if kind == "social profile" else "published for work"
