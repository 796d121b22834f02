"""This week: new people per opening, drafts waiting, follow-ups, answers."""

from __future__ import annotations

from sourcing.people.digest import week
from sourcing.shortlist import summaries
from sourcing.web.request import Answer, Go, Shown, Visit


def page(visit: Visit) -> Answer:
    """What a recruiter should know this morning."""
    if not visit.scored:
        return Go("/first")
    openings = {name: visit.opening(name) for name in visit.openings}
    found = week(
        visit.store, visit.rubric, openings, visit.now, visit.config.outreach.follow_up_days
    )
    shown = [p.id for n in found.newcomers for entry in n.people for p in entry.evidence]
    return Shown("week.html", {"week": found, "plain": summaries.lines(visit.store, shown)})
