"""Stores requests for erasure and the copies that remain elsewhere, until no copy remains.

A request outlives the person's rows and names no person. It erases nothing (`erasure`).
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class ErasureTask:
    """One request; `person_id` is None once the person is erased."""

    id: int
    person_id: int | None
    asked_at: str
    asked_in: str
    erased_at: str | None
    remaining: tuple[str, ...]  # copies elsewhere, each with the step to take
    done_at: str | None


def add(store: Store, person: int, asked_in: str, remaining: Sequence[str], now: str) -> int:
    """Open a task; returns its number. An open task for the person is kept."""
    with store.transaction():
        row = store.conn.execute(
            "SELECT id FROM erasure_tasks WHERE person_id = ? AND done_at IS NULL", [person]
        ).fetchone()
        if row:
            return int(row["id"])
        made = store.conn.execute(
            "INSERT INTO erasure_tasks (person_id, asked_at, asked_in, remaining)"
            " VALUES (?, ?, ?, ?)",
            [person, now, asked_in, json.dumps(list(remaining), ensure_ascii=False)],
        )
        return int(made.lastrowid or 0)


def of_persons(store: Store, persons: Sequence[int]) -> list[int]:
    """The numbers of the open tasks for these persons."""
    rows = store.rows(
        "SELECT id FROM erasure_tasks WHERE done_at IS NULL"
        " AND person_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(persons)),
    )
    return [row["id"] for row in rows]


def record_erased(store: Store, tasks: Sequence[int], remaining: Sequence[str], now: str) -> None:
    """Record that the rows are erased, and the copies that remain."""
    lines = json.dumps(list(remaining), ensure_ascii=False)
    with store.transaction():
        store.conn.executemany(
            "UPDATE erasure_tasks SET erased_at = ?, remaining = ? WHERE id = ?",
            [(now, lines, id_) for id_ in tasks],
        )


def close(store: Store, task: int, now: str) -> bool:
    """Close a task after the erasure; False if there is no such task."""
    with store.transaction():
        return (
            store.conn.execute(
                "UPDATE erasure_tasks SET done_at = ? WHERE id = ? AND erased_at IS NOT NULL"
                " AND done_at IS NULL",
                [now, task],
            ).rowcount
            > 0
        )


def open_tasks(store: Store) -> list[ErasureTask]:
    """The open tasks, oldest first."""
    rows = store.rows("SELECT * FROM erasure_tasks WHERE done_at IS NULL ORDER BY id")
    return [_task(row) for row in rows]


def _task(row: sqlite3.Row) -> ErasureTask:
    return ErasureTask(
        row["id"], row["person_id"], row["asked_at"], row["asked_in"], row["erased_at"],
        tuple(json.loads(row["remaining"])), row["done_at"],
    )  # fmt: skip
