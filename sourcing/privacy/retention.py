"""Runs the retention rules every night: expires exclusions and drafts, purges old data.

It decides which profile details are kept (people in use, and the top of each opening) and lists
the people who must be notified. It does not erase individual people (`erasure`).
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from db import Store
from db.outreach import draft_changes
from db.privacy import erasure_tasks, exclusions, retention, traces
from db.ranking import shortlist
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.times import stamp
from sourcing.identity import resolve
from sourcing.privacy import erasure

#: The first people of each opening's role keep their profile details (DESIGN section 6).
TOP = 200
#: Days after which a person must be notified (GDPR, article 14, paragraph 3).
NOTICE_DAYS = 30


@dataclass(frozen=True, slots=True)
class Notice:
    """A person who must be notified that data about them is stored, and by when.

    The clock starts when a user first opens, shortlists or drafts the person; all others are left
    to retention.
    """

    person: int
    called: str
    used: str
    due: str


def nightly(
    store: Store,
    rubric: Rubric,
    config: Config,
    roles: Sequence[str],
    now: datetime,
    *,
    dates_hold: bool = True,
) -> Iterator[str]:
    """Apply the retention rules; yield a line for each result that the user should know.

    If `dates_hold` is false, the clock may be wrong, and nothing is deleted because of its age.
    """
    at = stamp(now)
    if again := erasure.erase_suppressed(store, at):
        yield f"{again} suppressed people were stored under a new identity; they are erased"
    wanted = near_the_top(store, rubric, roles)
    retention.allow_profiles(store, wanted)
    if dates_hold:
        yield from _delete_expired(store, config, wanted, now)
    soon = (now + timedelta(days=7)).strftime("%Y-%m-%d")
    if due := sum(notice.due <= soon for notice in notices(store)):
        yield f"{due} people must be notified by {soon}: people notices"
    if asked := erasure_tasks.open_tasks(store):
        yield f"{len(asked)} requests for erasure are open: people erasures"
    for person in traces.new_namesakes(store, at):
        yield (
            f"person {person} has the name of a suppressed person; if it is the same human:"
            f" sourcing suppress {person}"
        )


def _delete_expired(store: Store, config: Config, wanted: set[int], now: datetime) -> Iterator[str]:
    """Delete expired exclusions, drafts, profile details and contributions."""
    at = stamp(now)
    exclusions.expire(store, at[:10])
    if late := draft_changes.expire(store, at, "the nightly crawl"):
        yield f"{late} drafts expired without a decision"
    before = stamp(now - timedelta(days=config.retention.profile_days))
    purged = retention.purge_profiles(store, wanted, before, at)
    floor = stamp(now - timedelta(days=config.lookback_days))
    old = retention.purge_contributions(store, floor)
    if purged or old:
        resolve(store, at)
        yield (
            f"deleted: profile details of {purged} people who were not opened,"
            f" {old} old contributions"
        )


def near_the_top(store: Store, rubric: Rubric, roles: Sequence[str]) -> set[int]:
    """The people near the top of these roles."""
    return {
        person
        for role in roles
        if role in rubric.roles
        for person in shortlist.top(store, role, TOP)
    }


def notices(store: Store) -> list[Notice]:
    """The notices that are due, soonest first."""
    return [
        Notice(
            person=row.person_id,
            called=row.name or row.login or "",
            used=row.used_at[:10],
            due=_due(row.used_at),
        )
        for row in retention.pending_notices(store)
    ]


def record_notice(store: Store, person: int, how: str, now: str) -> None:
    """Record that a person has been notified, and by which route."""
    retention.record_notice(store, person, how, now)


def release(store: Store, person: int, now: str) -> None:
    """Delete a person's profile details now; their public work stays under their login."""
    retention.release(store, person, now)
    resolve(store, now)


def _due(used: str) -> str:
    begun = datetime.fromisoformat(used).astimezone(UTC)
    return (begun + timedelta(days=NOTICE_DAYS)).strftime("%Y-%m-%d")
