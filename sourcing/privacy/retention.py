"""What every night ends with: exclusions and drafts that are over, details let go, notices due.

It decides whose details are kept: people somebody looked at, and those near the top for an
opening. What is said for good is `erasure`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db import Store
from db.outreach import draft_changes
from db.privacy import exclusions, retention
from db.ranking import persons
from db.ranking.persons import Filter
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.times import stamp
from sourcing.identity import resolve
from sourcing.privacy import erasure

#: Who stands so near the top of an opening's role is kept, opened or not.
TOP = 200
#: A notice is due this many days after first sight at the latest (GDPR, article 14).
NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """Somebody who is to be told that something is held about them, and by when."""

    person: int
    called: str
    first_seen: str
    due: str
    why_kept: str


def nightly(
    store: Store,
    rubric: Rubric,
    config: Config,
    roles: Sequence[str],
    now: datetime,
    *,
    dates_hold: bool = True,
) -> Iterator[str]:
    """Keep what rule and config allow; a line for each thing the user should know.

    Unless `dates_hold`, the clock may be wrong, and nothing goes for its age.
    """
    at = stamp(now)
    if again := erasure.sweep(store, at):
        yield f"{again} people who said no had come in under something new; they are erased"
    wanted = near_the_top(store, rubric, roles)
    retention.want(store, wanted)
    if dates_hold:
        yield from _let_go(store, config, wanted, now)
    soon = (now + timedelta(days=7)).strftime("%Y-%m-%d")
    if due := sum(notice.due <= soon for notice in notices(store, wanted)):
        yield f"{due} people are to be told by {soon} that you hold something: people notices"


def _let_go(store: Store, config: Config, wanted: set[int], now: datetime) -> Iterator[str]:
    """What is past its time: exclusions, drafts, profile details, work."""
    at = stamp(now)
    exclusions.lapse(store, at[:10])
    if late := draft_changes.expire(store, at, "the nightly crawl"):
        yield f"drafts nobody decided on in time: {late}; they expired"
    before = stamp(now - timedelta(days=config.retention.profile_days))
    gone = retention.let_go(store, wanted, before, at)
    floor = stamp(now - timedelta(days=config.github.lookback_days))
    past = retention.let_work_go(store, floor)
    if gone or past:
        resolve(store, at)
        yield f"let go: profile details of {gone} people nobody looked at, {past} old contributions"


def near_the_top(store: Store, rubric: Rubric, roles: Sequence[str]) -> set[int]:
    """The people who stand near the top of these roles."""
    wish = Filter(limit=TOP)
    return {
        row["person_id"]
        for role in roles
        if role in rubric.roles
        for row in persons.shortlist(store, role, wish)
    }


def notices(store: Store, wanted: set[int]) -> list[Notice]:
    """Whose notice falls due, soonest first."""
    return [
        Notice(
            person=row["id"],
            called=row["name"] or row["login"] or "",
            first_seen=row["first_seen_at"][:10],
            due=_due(row["first_seen_at"]),
            why_kept="you looked" if row["looked_at"] else "near the top of an opening",
        )
        for row in retention.untold(store, wanted)
    ]


def _due(first_seen: str) -> str:
    seen = datetime.fromisoformat(first_seen).astimezone(UTC)
    return (seen + timedelta(days=NOTICE_DAYS)).strftime("%Y-%m-%d")
