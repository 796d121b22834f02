"""Who is who, as a human says: joins and separations made by hand, which no crawl undoes."""

from __future__ import annotations

import sqlite3
from collections.abc import Sequence

from db.connection import Store


def joined(store: Store, a: int, b: int, proof: str, now: str) -> None:
    """These two identities are one human; nothing said by hand before stands against it."""
    with store.transaction():
        store.conn.execute(
            "DELETE FROM joins WHERE origin = 'hand' AND verdict = 'different' AND ("
            " a IN (SELECT id FROM identities WHERE person_id = (SELECT person_id FROM identities"
            " WHERE id = ?1)) AND b IN (SELECT id FROM identities WHERE person_id = (SELECT"
            " person_id FROM identities WHERE id = ?2)) OR"
            " b IN (SELECT id FROM identities WHERE person_id = (SELECT person_id FROM identities"
            " WHERE id = ?1)) AND a IN (SELECT id FROM identities WHERE person_id = (SELECT"
            " person_id FROM identities WHERE id = ?2)))",
            [a, b],
        )
        _say(store, a, b, "same", proof, now)


def parted(store: Store, identity: int, others: Sequence[int], proof: str, now: str) -> None:
    """This identity is not the human behind the others."""
    with store.transaction():
        for other in others:
            _say(store, identity, other, "different", proof, now)


def _say(store: Store, a: int, b: int, verdict: str, proof: str, now: str) -> None:
    low, high = sorted((a, b))
    store.conn.execute("DELETE FROM joins WHERE a = ? AND b = ? AND origin = 'hand'", [low, high])
    store.conn.execute(
        "INSERT INTO joins (a, b, verdict, proof, origin, made_at) VALUES (?, ?, ?, ?, 'hand', ?)",
        [low, high, verdict, proof, now],
    )
    store.conn.execute("UPDATE identities SET needs_resolution = 1 WHERE id IN (?, ?)", [low, high])


def made(store: Store) -> list[sqlite3.Row]:
    """Everything said by hand, with the persons it concerns."""
    return store.rows(
        "SELECT j.verdict, j.proof, j.made_at, x.key AS a, y.key AS b, x.person_id AS person,"
        " y.person_id AS other FROM joins j JOIN identities x ON x.id = j.a"
        " JOIN identities y ON y.id = j.b WHERE j.origin = 'hand' ORDER BY j.made_at, j.id"
    )


def alike(store: Store, limit: int) -> list[sqlite3.Row]:
    """Full names that several persons bear: perhaps one human for whom the proof is missing."""
    return store.rows(
        "SELECT name, json_group_array(id) AS persons FROM persons"
        " WHERE name LIKE '% %' GROUP BY name COLLATE NOCASE HAVING count(*) > 1"
        " ORDER BY count(*) DESC, name LIMIT ?",
        limit,
    )


def many(store: Store, limit: int) -> list[sqlite3.Row]:
    """Persons who have several identities, those with most first."""
    return store.rows(
        "SELECT p.id, p.name, p.login, json_group_array(i.key) AS keys FROM persons p"
        " JOIN identities i ON i.person_id = p.id GROUP BY p.id HAVING count(*) > 1"
        " ORDER BY count(*) DESC, p.id LIMIT ?",
        limit,
    )
