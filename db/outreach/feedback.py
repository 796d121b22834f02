"""A hiring manager's feedback: yes, maybe or no to a person, and evidence that was misread.

A contribution marked as misread counts for nothing from then on, however it is classified later.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """One new answer about one person."""

    person: int
    verdict: str  # "yes", "maybe" or "no"
    reason: str = ""
    area: str = ""  # an area of which the reader wants to see more
    contribution: int | None = None  # a contribution that was misread
    note: str = ""


@dataclass(frozen=True, slots=True)
class StoredVerdict:
    """An answer as it is stored, with its opening, its reader and its time."""

    person_id: int
    opening: str
    by: str
    verdict: str
    reason: str
    area: str
    contribution_id: int | None
    note: str
    at: str
    settled_at: str | None  # when the change of weights that it suggests was decided


@dataclass(frozen=True, slots=True)
class WantedArea:
    """An area of which readers of an opening want to see more, and how many answers say so."""

    opening: str
    area: str
    answers: int


def save(store: Store, opening: str, by: str, answers: Sequence[Verdict], now: str) -> None:
    """Store answers; a later one by the same reader about the same person replaces the first."""
    with store.transaction():
        store.conn.executemany(
            "INSERT INTO verdicts (person_id, opening, by, verdict, reason, area, contribution_id,"
            " note, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?) ON CONFLICT DO UPDATE SET"
            " verdict = excluded.verdict, reason = excluded.reason, area = excluded.area,"
            " contribution_id = excluded.contribution_id, note = excluded.note, at = excluded.at,"
            " settled_at = NULL",
            [
                (a.person, opening, by, a.verdict, a.reason, a.area, a.contribution, a.note, now)
                for a in answers
            ],
        )
        for answer in answers:
            if answer.contribution is not None:
                _mark_misread(store.conn, answer.contribution, by, now)


def _mark_misread(conn: sqlite3.Connection, contribution: int, by: str, now: str) -> None:
    conn.execute("INSERT OR IGNORE INTO misread VALUES (?, ?, ?)", [contribution, by, now])
    conn.execute(
        "UPDATE evidence SET relevant = 0, in_shared_code = 0, value = 0 WHERE contribution_id = ?",
        [contribution],
    )
    conn.execute(
        "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM credits k"
        " JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id = ?)",
        [contribution],
    )


def misread(store: Store, ids: Sequence[int]) -> set[int]:
    """Which of these contributions a human marked as misread."""
    rows = store.rows(
        "SELECT contribution_id AS id FROM misread"
        " WHERE contribution_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
    return {row["id"] for row in rows}


def is_theirs(store: Store, person: int, contribution: int) -> bool:
    """True if the person is credited with this contribution other than as its merger."""
    return bool(
        store.rows(
            "SELECT 1 FROM identities i JOIN credits k ON k.identity_id = i.id"
            " WHERE i.person_id = ? AND k.contribution_id = ? AND k.part <> 'merger'",
            person,
            contribution,
        )
    )


def of_person(store: Store, person: int) -> list[StoredVerdict]:
    """The answers about a person, newest first."""
    rows = store.rows("SELECT * FROM verdicts WHERE person_id = ? ORDER BY at DESC, by", person)
    return [StoredVerdict(**dict(row)) for row in rows]


def wanted_areas(store: Store) -> list[WantedArea]:
    """The areas of which more is wanted, with the number of undecided answers."""
    rows = store.rows(
        "SELECT opening, area, count(*) AS answers FROM verdicts"
        " WHERE area <> '' AND settled_at IS NULL GROUP BY opening, area ORDER BY opening, area"
    )
    return [WantedArea(**dict(row)) for row in rows]


def resolve_area(store: Store, opening: str, area: str, now: str) -> None:
    """Mark the answers about this area as decided."""
    with store.transaction():
        store.conn.execute(
            "UPDATE verdicts SET settled_at = ? WHERE opening = ? AND area = ?"
            " AND settled_at IS NULL",
            [now, opening, area],
        )
