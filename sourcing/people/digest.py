"""This week: the new people of each opening and why, and the decisions that wait for the recruiter.

It returns facts for the page, and text, Markdown or HTML for a mail by cron. It reads only and
marks nobody as seen.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from db import Store
from db.outreach import drafts
from db.outreach.drafts import StoredDraft
from scoring import Rubric
from sourcing.core import markdown
from sourcing.core.config import Opening
from sourcing.core.draft_states import WAITING
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.privacy import retention
from sourcing.privacy.retention import Notice
from sourcing.shortlist import shortlist
from sourcing.shortlist.rows import ShortlistRow

NEW, WEEK = 5, timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Newcomers:
    """The best of those first seen within the week, for one opening."""

    opening: str
    title: str
    people: tuple[ShortlistRow, ...]


@dataclass(frozen=True, slots=True)
class Week:
    """The facts of the digest."""

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
    """The week up to now. A message is unanswered after `follow_up_days` days."""
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
        tuple(_notices(store, now)),
    )


def _notices(store: Store, now: datetime) -> Iterator[Notice]:
    """The notices that are due within the week."""
    due = (now + WEEK).strftime("%Y-%m-%d")
    return (notice for notice in retention.notices(store) if notice.due <= due)


def _newcomers(
    store: Store, rubric: Rubric, openings: Mapping[str, Opening], since: str, now: datetime
) -> Iterator[Newcomers]:
    for name, opening in openings.items():
        query = ShortlistQuery(
            role=opening.role, new_since=since, limit=NEW, today=now.strftime("%Y-%m-%d")
        )
        chosen = (name, opening) if name else None
        found = shortlist.build(store, rubric, query, now, chosen)
        yield Newcomers(name, opening.title or opening.role, found.rows)


def render(found: Week, form: str) -> str:
    """The week as `text`, `md` or `html`."""
    env = Environment(
        loader=PackageLoader("sourcing"),
        autoescape=select_autoescape(["html.j2"], default=False),
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    env.filters["plain"] = markdown.plain
    env.globals["link"] = markdown.link
    return env.get_template(f"digest.{form}.j2").render(week=found).strip() + "\n"
