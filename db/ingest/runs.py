"""The log of crawls: one row per night, and queries over the Runs of the sources.

A night without an end was killed; the next night marks it so.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.connection import Store
from db.records import records

#: Runs that prove a source reachable; a killed run, or one without a page, proves nothing.
_ALIVE = "(outcome IN ('done', 'unchanged') OR (outcome = 'budget_exhausted' AND pages > 0))"


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The work of a night after the crawl, and its cost."""

    #: Contributions that the classifier read, people scored, API points spent.
    read: int
    scored: int
    points: int


@dataclass(frozen=True, slots=True)
class FailureStreak:
    """Consecutive failed runs of one source up to its last run."""

    runs: int
    #: Start of the first of them, and the text of the last error.
    since: str | None
    error: str | None


@dataclass(frozen=True, slots=True)
class NightRecord:
    """One night with the totals of its runs."""

    id: int
    started_at: str
    ended_at: str | None
    outcome: str
    #: Contributions that the classifier read, and people scored.
    read: int
    scored: int
    points: int
    #: Runs in all, and by outcome.
    sources: int
    failed: int
    gone: int
    budget_exhausted: int
    #: Contributions.
    added: int
    changed: int
    requests: int


@dataclass(frozen=True, slots=True)
class FailedRun:
    """A run of a night that failed or found its source gone."""

    source: str
    source_id: int
    outcome: str
    error: str | None


def begin(store: Store, now: str) -> int:
    """Record the start of a night; returns its id."""
    with store.transaction():
        store.conn.execute("UPDATE nights SET outcome = 'killed' WHERE outcome = 'running'")
        return int(
            store.conn.execute("INSERT INTO nights (started_at) VALUES (?)", [now]).lastrowid or 0
        )


def end(store: Store, night: int, outcome: str, now: str, done: Evaluated) -> None:
    """Record the end of a night."""
    with store.transaction():
        store.conn.execute(
            "UPDATE nights SET outcome = ?, ended_at = ?, read = ?, scored = ?, points = ?"
            " WHERE id = ?",
            [outcome, now, done.read, done.scored, done.points, night],
        )


def failures(store: Store, source_id: int) -> FailureStreak:
    """The consecutive failures of a source; zero runs if the last run succeeded."""
    rows = store.rows(
        "SELECT count(*) AS runs, min(started_at) AS since,"  # nosec B608
        " (SELECT error FROM runs WHERE source_id = ?1 AND outcome IN ('failed', 'gone')"
        "  ORDER BY id DESC LIMIT 1) AS error"
        " FROM runs WHERE source_id = ?1 AND outcome IN ('failed', 'gone') AND id >"
        f" ifnull((SELECT max(id) FROM runs WHERE source_id = ?1 AND {_ALIVE}), 0)",
        source_id,
    )
    return records(FailureStreak, rows)[0]


def recent(store: Store, limit: int) -> list[NightRecord]:
    """The last nights, newest first."""
    rows = store.rows(
        "SELECT n.id, n.started_at, n.ended_at, n.outcome, n.read, n.scored, n.points,"
        " count(r.id) AS sources, ifnull(sum(r.outcome = 'failed'), 0) AS failed,"
        " ifnull(sum(r.outcome = 'gone'), 0) AS gone,"
        " ifnull(sum(r.outcome = 'budget_exhausted'), 0) AS budget_exhausted,"
        " ifnull(sum(r.added), 0) AS added, ifnull(sum(r.changed), 0) AS changed,"
        " ifnull(sum(r.requests), 0) AS requests"
        " FROM (SELECT * FROM nights ORDER BY id DESC LIMIT ?) n"
        " LEFT JOIN runs r ON r.night_id = n.id GROUP BY n.id ORDER BY n.id DESC",
        limit,
    )
    return records(NightRecord, rows)


@dataclass(frozen=True, slots=True)
class NightOfSource:
    """The outcome of one source in one night."""

    source: str
    night: int
    outcome: str


def outcomes(store: Store, first_night: int) -> list[NightOfSource]:
    """The outcome of each source in each night since this one, in order."""
    rows = store.rows(
        "SELECT s.name AS source, r.night_id AS night, r.outcome FROM runs r"
        " JOIN sources s ON s.id = r.source_id WHERE r.night_id >= ? ORDER BY r.id",
        first_night,
    )
    return records(NightOfSource, rows)


def failed_runs(store: Store, night: int) -> list[FailedRun]:
    """The runs of a night that failed or found their source gone."""
    rows = store.rows(
        "SELECT s.name AS source, s.id AS source_id, r.outcome, r.error FROM runs r"
        " JOIN sources s ON s.id = r.source_id"
        " WHERE r.night_id = ? AND r.outcome IN ('failed', 'gone') ORDER BY r.id",
        night,
    )
    return records(FailedRun, rows)
