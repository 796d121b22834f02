"""A hiring manager's answers: yes, maybe or no to a person, and evidence that was misread.

A misreading is corrected for good: whatever the classifier says later, it counts no more.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class Verdict:
    """One answer about one person."""

    person: int
    verdict: str
    reason: str = ""
    area: str = ""
    contribution: int | None = None
    note: str = ""


def save(store: Store, opening: str, by: str, answers: Sequence[Verdict], now: str) -> None:
    """Keep answers; a later one of the same reader about the same person replaces the first."""
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
                _misread(store.conn, answer.contribution, by, now)


def _misread(conn: sqlite3.Connection, contribution: int, by: str, now: str) -> None:
    conn.execute("INSERT OR IGNORE INTO misread VALUES (?, ?, ?)", [contribution, by, now])
    conn.execute(
        "UPDATE evidence SET relevant = 0, ground = 0 WHERE contribution_id = ?", [contribution]
    )
    conn.execute(
        "UPDATE persons SET stale = 1 WHERE id IN (SELECT i.person_id FROM credits k"
        " JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id = ?)",
        [contribution],
    )


def misread(store: Store, ids: Sequence[int]) -> set[int]:
    """Which of these contributions a human found misread."""
    rows = store.rows(
        "SELECT contribution_id AS id FROM misread"
        " WHERE contribution_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
    return {row["id"] for row in rows}


def is_theirs(store: Store, person: int, contribution: int) -> bool:
    """True for work of this person, which is more than the proofs that are stored."""
    return bool(
        store.rows(
            "SELECT 1 FROM identities i JOIN credits k ON k.identity_id = i.id"
            " WHERE i.person_id = ? AND k.contribution_id = ? AND k.part <> 'merger'",
            person,
            contribution,
        )
    )


def of_person(store: Store, person: int) -> list[sqlite3.Row]:
    """What was answered about a person."""
    return store.rows("SELECT * FROM verdicts WHERE person_id = ? ORDER BY at DESC, by", person)


def wanting(store: Store) -> list[sqlite3.Row]:
    """Of which areas more is wanted, by how many answers that nobody decided on yet."""
    return store.rows(
        "SELECT opening, area, count(*) AS answers FROM verdicts"
        " WHERE area <> '' AND settled_at IS NULL GROUP BY opening, area ORDER BY opening, area"
    )


def settle(store: Store, opening: str, area: str, now: str) -> None:
    """What these answers propose was decided."""
    with store.transaction():
        store.conn.execute(
            "UPDATE verdicts SET settled_at = ? WHERE opening = ? AND area = ?"
            " AND settled_at IS NULL",
            [now, opening, area],
        )
