"""The order of an opening's people, stored among the scores under `opening:NAME`.

It stores and reads. `sourcing.shortlist.opening_ranking` decides the order.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class StoredOrder:
    """A stored order: the fingerprint of its inputs, and the notes for its readers."""

    fingerprint: str
    notes: tuple[str, ...] = ()


def key(name: str) -> str:
    """The key under which an opening's order is stored among the scores."""
    return f"opening:{name}"


def scored(store: Store, role: str) -> list[tuple[int, float]]:
    """Everybody with a score under a role, best first: person and points."""
    rows = store.rows(
        "SELECT person_id, points FROM scores WHERE role = ? ORDER BY points DESC, person_id", role
    )
    return [(row["person_id"], row["points"]) for row in rows]


def stored(store: Store, name: str) -> StoredOrder | None:
    """The order stored for an opening, or None."""
    text = store.meta(key(name))
    if text is None or not text.startswith("{"):  # before 0.3: the fingerprint alone
        return None
    held = json.loads(text)
    return StoredOrder(held["fingerprint"], tuple(held["notes"]))


def save(store: Store, name: str, order: StoredOrder, points: Sequence[tuple[int, float]]) -> None:
    """Replace the order of an opening: the points of each person in it."""
    text = json.dumps({"fingerprint": order.fingerprint, "notes": order.notes})
    with store.transaction():
        store.conn.execute("DELETE FROM scores WHERE role = ?", [key(name)])
        store.conn.executemany(
            "INSERT INTO scores (role, person_id, points, as_of, rubric, counted)"
            " SELECT ?, person_id, ?, max(as_of), max(rubric), max(counted) FROM scores"
            " WHERE person_id = ? GROUP BY person_id",
            [(key(name), worth, person) for person, worth in points],
        )
        store.set_meta(key(name), text)


def drop_others(store: Store, names: Sequence[str]) -> None:
    """Delete the orders of openings that no longer exist."""
    held = {row["name"] for row in store.rows("SELECT name FROM meta WHERE name LIKE 'opening:%'")}
    for gone in held - {key(name) for name in names}:
        with store.transaction():
            store.conn.execute("DELETE FROM scores WHERE role = ?", [gone])
            store.conn.execute("DELETE FROM meta WHERE name = ?", [gone])
