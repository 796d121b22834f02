"""The ways to somebody that this person offers, best first, and how each is offered.

Pages only: an address is never one. No acceptable route is an answer. Whether to use one is the
recruiter's to say; nothing is sent from here.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from dataclasses import dataclass
from sqlite3 import Row
from urllib.parse import urlsplit

from db import Store
from db.outreach import citations

#: How a route is offered, the clearest first. Only an unclear one asks for a reason.
BASES = ("invited", "offered for work", "published for work", "unclear")

_HIRE = re.compile(r"/(?:hire|hire-me|work-with-me|consulting|services|contact|kontakt)\b", re.I)
_OPEN = re.compile(
    r"\b(?:open to (?:work|offers|opportunities|new)|looking for (?:work|a (?:new )?(?:job|role))|"
    r"available for (?:hire|work)|hire me|for hire)\b",
    re.IGNORECASE,
)
#: Places people keep for their working life, and those they keep for everybody.
_PROFESSIONAL = ("linkedin.com", "xing.com")
_FORGES = ("github.com", "gitlab.com", "codeberg.org", "bitbucket.org")
_SOCIAL = (
    "twitter.com", "x.com", "bsky.app", "threads.net", "facebook.com", "instagram.com",
    "youtube.com", "twitch.tv", "reddit.com", "t.me", "discord.gg",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Route:
    """A page of the person's own, what it is, on what basis it is offered and where it was seen."""

    kind: str
    url: str
    basis: str
    seen: str


def routes(store: Store, person: int) -> tuple[Route, ...]:
    """What a person offers, best first; empty if nothing is acceptable."""
    found: dict[str, Route] = {}
    for row in citations.pages(store, person):
        for route in _routes(row):
            found.setdefault(route.url.rstrip("/").casefold(), route)
    return tuple(sorted(found.values(), key=lambda route: BASES.index(route.basis)))


def known(offered: tuple[Route, ...], via: str) -> Route | None:
    """The offered route somebody means by an address or by a kind such as "website"."""
    wanted = via.rstrip("/").casefold()
    same = (r for r in offered if wanted in (r.url.rstrip("/").casefold(), r.kind))
    return next(same, None)


def _routes(row: Row) -> Iterator[Route]:
    seen = row["source"] or "a source no longer read"
    invited = bool(row["hireable"]) or _OPEN.search(row["bio"] or "") is not None
    for url in dict.fromkeys([row["website"], *json.loads(row["routes"] or "[]")]):
        if url and (found := kind(url)):
            yield Route(found, url, _basis(found, invited), f"published on {row['url'] or seen}")


def kind(url: str) -> str | None:
    """What an address is to its person; None for what is no route."""
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
