"""The shortlist: who, best first, and why, as the address says.

It lays out; who is on it and in which order is decided by `sourcing.shortlist`.
"""

from __future__ import annotations

from typing import get_args

from db.people import Filter
from sourcing.model import Work
from sourcing.shortlist import shortlist
from sourcing.web.visit import Answer, Go, Shown, Visit

PER_PAGE = 20


def page(visit: Visit) -> Answer:
    """The people of an opening or role."""
    if not visit.scored:
        return Go("/first")
    query = visit.query
    wish = Filter(
        about=query.get("about") or None,
        repo=query.get("repo") or None,
        kind=query.get("kind") or None,
        location=query.get("location") or None,
        company=query.get("company") or None,
        status=query.get("status") or None,
        limit=PER_PAGE,
    )
    entries = list(shortlist(visit.store, visit.rubric, visit.role, wish))
    facts = {
        "role": visit.role,
        "as_of": visit.scored,
        "people": entries,
        "kinds": get_args(Work),
        "roles": list(visit.rubric.roles),
        "openings": visit.openings,
    }
    return Shown("shortlist.html", facts)
