"""This week: the new people of each opening and why, and what waits for the recruiter.

As facts for the page, and as text, Markdown or HTML to be mailed by whoever runs it. It looks
only; nothing is marked as seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from db import Store
from db.outreach import drafts
from db.outreach.drafts import StoredDraft
from db.ranking.persons import Filter
from scoring import Rubric
from sourcing.core.config import Opening
from sourcing.core.draft_states import WAITING
from sourcing.privacy import retention
from sourcing.privacy.retention import Notice
from sourcing.shortlist.entries import Entry, shortlist
from sourcing.shortlist.opening_ranking import ranked

NEW, WEEK = 5, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The best of those first seen within the week, for one opening."""

    opening: str
    title: str
    people: tuple[Entry, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """What a recruiter should know on a Monday."""

    since: str
    newcomers: tuple[Newcomers, ...]
    waiting: tuple[StoredDraft, ...]
    unanswered: tuple[StoredDraft, ...]
    answered: tuple[StoredDraft, ...]
    notices: tuple[Notice, ...] = ()


def week(
    store: Store,
    rubric: Rubric,
    openings: Mapping[str, Opening],
    now: datetime,
    follow_up_days: int,
) -> Week:
    """The week up to now; after so many days without an answer one more look is due."""
    openings = openings or {"": Opening()}
    since = (now - WEEK).strftime("%Y-%m-%d")
    rows = drafts.listed(store)
    late = (now - timedelta(days=follow_up_days)).strftime("%Y-%m-%d")
    return Week(
        since,
        tuple(_newcomers(store, rubric, openings, since, now)),
        tuple(r for r in rows if r.status in WAITING),
        tuple(r for r in rows if r.status == "sent" and not r.outcome and (r.sent_at or "") < late),
        tuple(r for r in rows if r.outcome and (r.outcome_at or "") >= since),
        tuple(_notices(store, rubric, openings, now)),
    )


def _notices(
    store: Store, rubric: Rubric, openings: Mapping[str, Opening], now: datetime
) -> Iterator[Notice]:
    """Who is to be contacted, told or let go within the week."""
    roles = [opening.role for opening in openings.values()]
    due = (now + WEEK).strftime("%Y-%m-%d")
    wanted = retention.near_the_top(store, rubric, roles)
    return (notice for notice in retention.notices(store, wanted) if notice.due <= due)


def _newcomers(
    store: Store, rubric: Rubric, openings: Mapping[str, Opening], since: str, now: datetime
) -> Iterator[Newcomers]:
    for name, opening in openings.items():
        wish = Filter(new_since=since, limit=NEW, today=now.strftime("%Y-%m-%d"))
        if name:
            found = ranked(store, rubric, name, opening, wish, now).entries
        else:
            found = tuple(shortlist(store, rubric, opening.role, wish))
        yield Newcomers(name, opening.title or opening.role, found)


def written(found: Week, form: str) -> str:
    """The week as `text`, `md` or `html`."""
    env = Environment(
        loader=PackageLoader("sourcing"),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["plain"] = _plain
    return env.get_template(f"digest.{form}.j2").render(week=found).strip() + "\n"


def _plain(text: str) -> str:
    """Text in which Markdown finds nothing to lay out."""
    return "".join("\\" + c if c in "\\`*_[]<>|#" else c for c in text)
