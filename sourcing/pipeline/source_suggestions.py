"""Suggests sources: websites that people near the top name in their profiles.

They are suggestions only: a person's website may have any content.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

import connectors
from db import Store
from db.identity import personal_sites
from sourcing.outreach import contact_routes
from sourcing.privacy import contact_policy

#: The number of people per role to consider, and of suggestions.
BEST, PROPOSED = 50, 10


def proposals(store: Store, sources: Iterable[str], now: str) -> list[str]:
    """Sources to add, each with the person who names the website."""
    reader = next((c for c in connectors.every() if c.of_website), None)
    if reader is None or reader.of_website is None:
        return []
    prefix = f"{reader.name}:"
    known = {_host(name.removeprefix(prefix)) for name in sources if name.startswith(prefix)}
    result: dict[str, str] = {}
    for site in personal_sites.of_top_people(store, BEST):
        host = _host(site.website)
        fresh = host and host not in known and host not in result
        if not fresh or contact_routes.kind(site.website) != "website":
            continue
        if contact_policy.hidden(store, site.person, now) is None:
            result[host] = f"{reader.of_website(site.website)} ({site.name or site.login})"
    return list(result.values())[:PROPOSED]


def _host(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").netloc.lower().removeprefix("www.")
    except ValueError:
        return ""
