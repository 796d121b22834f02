"""The order of an opening's people, kept ready among the scores under `opening:NAME`.

Who stands where is decided elsewhere.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.connection import Store


def order(name: str) -> str:
    """Under which role an opening's order is kept."""
    return f"opening:{name}"


def scored(store: Store, role: str) -> list[sqlite3.Row]:
    """Everybody with a score under a role, best first."""
    return store.rows(
        "SELECT person_id, points AS score FROM scores WHERE role = ?"
        " ORDER BY points DESC, person_id",
        role,
    )


def kept(store: Store, name: str) -> str | None:
    """Of what the order was made that is kept, or None if there is none."""
    return store.meta(order(name))


def keep(store: Store, name: str, made_of: str, points: Sequence[tuple[int, float]]) -> None:
    """Replace the order of an opening: points of each person in it."""
    with store.transaction():
        store.conn.execute("DELETE FROM scores WHERE role = ?", [order(name)])
        store.conn.executemany(
            "INSERT INTO scores SELECT ?, person_id, ?, max(as_of), max(rubric), max(counted)"
            " FROM scores WHERE person_id = ? GROUP BY person_id",
            [(order(name), worth, person) for person, worth in points],
        )
        store.set_meta(order(name), made_of)


def drop_others(store: Store, names: Sequence[str]) -> None:
    """Forget the orders of openings that are no more."""
    held = {row["name"] for row in store.rows("SELECT name FROM meta WHERE name LIKE 'opening:%'")}
    for gone in held - {order(name) for name in names}:
        with store.transaction():
            store.conn.execute("DELETE FROM scores WHERE role = ?", [gone])
            store.conn.execute("DELETE FROM meta WHERE name = ?", [gone])
