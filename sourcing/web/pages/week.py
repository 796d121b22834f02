"""This week: new people for each opening, drafts waiting, follow-ups, answers."""

from __future__ import annotations

from sourcing.people.digest import week
from sourcing.web.request import Answer, Go, Shown, Visit


def page(visit: Visit) -> Answer:
    """The facts of this week."""
    if not visit.scored:
        return Go("/first")
    openings = {name: visit.opening(name) for name in visit.openings}
    days = visit.config.outreach.follow_up_days
    found = week(visit.store, visit.rubric, openings, visit.now, days)
    return Shown("week.html", {"week": found})
