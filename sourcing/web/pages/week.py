"""This week: new people for each opening, drafts waiting, follow-ups, answers."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from urllib.parse import parse_qsl

from sourcing.core.errors import SourcingError
from sourcing.people.digest import week
from sourcing.shortlist import saved_searches
from sourcing.shortlist.shortlist import build
from sourcing.web.pages.shortlist import asked, chosen_opening
from sourcing.web.request import Answer, Go, Query, Shown, Visit

#: Saved searches that are counted.
_SEARCHES = 12


def page(visit: Visit) -> Answer:
    """The facts that a recruiter needs this morning."""
    if not visit.scored:
        return Go("/first")
    openings = {name: visit.opening(name) for name in visit.openings}
    days = visit.config.outreach.follow_up_days
    found = week(visit.store, visit.rubric, openings, visit.now, days)
    searches = list(_new_by_search(visit, found.since[:10]))
    return Shown("week.html", {"week": found, "searches": searches})


def _new_by_search(visit: Visit, since: str) -> Iterator[dict[str, object]]:
    """The number of people first seen this week, for each saved search."""
    saved = saved_searches.saved(visit.store)
    for name, text in list(saved.items())[:_SEARCHES]:
        search = replace(visit, query=Query(tuple(parse_qsl(text))))
        try:
            query = replace(asked(search, since), new_since=since, limit=1)
            opening = chosen_opening(search)
            total = build(visit.store, visit.rubric, query, visit.now, opening).total
        except SourcingError:  # its opening or role is gone
            continue
        yield {"name": name, "query": search.query.but(new="7"), "new": total}
