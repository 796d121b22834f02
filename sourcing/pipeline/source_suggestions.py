"""Blogs worth adding to the sources: websites that people near the top name in their profiles.

They are proposed, never read unasked: a person's own site may be anything.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlsplit

from db import Store
from db.identity import personal_sites
from sourcing.outreach import contact_routes
from sourcing.privacy import contact_policy

#: How many of each role's best are looked at, and how many sites are proposed.
BEST, PROPOSED = 50, 10


def proposals(store: Store, sources: Iterable[str], now: str) -> list[str]:
    """Sources to add, each with whose site it is."""
    known = {_host(name.removeprefix("blog:")) for name in sources if name.startswith("blog:")}
    found: dict[str, str] = {}
    for row in personal_sites.of_the_best(store, BEST):
        host = _host(row["website"])
        fresh = host and host not in known and host not in found
        if not fresh or contact_routes.kind(row["website"]) != "website":
            continue
        if contact_policy.hidden(store, row["id"], now) is None:
            found[host] = f"blog:{row['website']} ({row['name'] or row['login']})"
    return list(found.values())[:PROPOSED]


def _host(url: str) -> str:
    try:
        return urlsplit(url if "//" in url else f"//{url}").netloc.lower().removeprefix("www.")
    except ValueError:
        return ""
