"""Nights: when a crawl of all sources began and ended, and which sources keep failing.

A night that never ended was killed; the next one to begin says so. What a single Source did
stands in its Runs.
"""

from __future__ import annotations

import sqlite3

from db.connection import Store

#: Runs that show a Source alive; a killed run, or one that never got a turn, shows nothing.
_ALIVE = "(outcome IN ('done', 'unchanged') OR (outcome = 'budget_exhausted' AND pages > 0))"


def begin(store: Store, now: str) -> int:
    """A night begins."""
    with store.transaction():
        store.conn.execute("UPDATE nights SET outcome = 'killed' WHERE outcome = 'running'")
        return int(
            store.conn.execute("INSERT INTO nights (started_at) VALUES (?)", [now]).lastrowid or 0
        )


def end(store: Store, night: int, outcome: str, now: str, **done: int) -> None:
    """How it ended: contributions `read`, people `scored`, `points` spent."""
    with store.transaction():
        store.conn.execute(
            "UPDATE nights SET outcome = ?, ended_at = ?, read = ?, scored = ?, points = ?"
            " WHERE id = ?",
            [outcome, now, done["read"], done["scored"], done["points"], night],
        )


def failures(store: Store, source_id: int) -> sqlite3.Row:
    """How many runs in a row failed, up to the last; `since`, and with which `error`."""
    return store.rows(
        "SELECT count(*) AS runs, min(started_at) AS since, max(id) AS last,"
        " (SELECT error FROM runs WHERE source_id = ?1 AND outcome IN ('failed', 'gone')"
        "  ORDER BY id DESC LIMIT 1) AS error"
        " FROM runs WHERE source_id = ?1 AND outcome IN ('failed', 'gone') AND id >"
        f" ifnull((SELECT max(id) FROM runs WHERE source_id = ?1 AND {_ALIVE}), 0)",
        source_id,
    )[0]


def recent(store: Store, limit: int) -> list[sqlite3.Row]:
    """The last nights, newest first, each with what its runs came to."""
    return store.rows(
        "SELECT n.*, count(r.id) AS sources, ifnull(sum(r.added), 0) AS added,"
        " ifnull(sum(r.changed), 0) AS changed, ifnull(sum(r.requests), 0) AS requests,"
        " ifnull(sum(r.outcome = 'failed'), 0) AS failed, ifnull(sum(r.outcome = 'gone'), 0)"
        " AS gone, ifnull(sum(r.outcome = 'budget_exhausted'), 0) AS budget_exhausted"
        " FROM (SELECT * FROM nights ORDER BY id DESC LIMIT ?) n"
        " LEFT JOIN runs r ON r.night_id = n.id GROUP BY n.id ORDER BY n.id DESC",
        limit,
    )


def troubles(store: Store, night: int) -> list[sqlite3.Row]:
    """The runs of a night that did not go well, each with its source."""
    return store.rows(
        "SELECT s.name AS source, s.id AS source_id, r.outcome, r.error FROM runs r"
        " JOIN sources s ON s.id = r.source_id"
        " WHERE r.night_id = ? AND r.outcome IN ('failed', 'gone') ORDER BY r.id",
        night,
    )
