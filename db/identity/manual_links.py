"""Manual joins and separations of identities. No crawl undoes them."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store
from db.records import records


def join(store: Store, a: int, b: int, proof: str, now: str) -> None:
    """Join two identities, and delete manual separations between their persons."""
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
        _record(store, a, b, "same", proof, now)


def separate(store: Store, identity: int, others: Sequence[int], proof: str, now: str) -> None:
    """Separate an identity from the person behind the others."""
    with store.transaction():
        for other in others:
            _record(store, identity, other, "different", proof, now)


def _record(store: Store, a: int, b: int, verdict: str, proof: str, now: str) -> None:
    low, high = sorted((a, b))
    store.conn.execute("DELETE FROM joins WHERE a = ? AND b = ? AND origin = 'hand'", [low, high])
    store.conn.execute(
        "INSERT INTO joins (a, b, verdict, proof, origin, made_at) VALUES (?, ?, ?, ?, 'hand', ?)",
        [low, high, verdict, proof, now],
    )
    store.conn.execute("UPDATE identities SET needs_resolution = 1 WHERE id IN (?, ?)", [low, high])


@dataclass(frozen=True, slots=True)
class ManualLink:
    """One manual correction between two identities, with their persons."""

    #: "same" or "different".
    verdict: str
    proof: str
    made_at: str
    #: Identity keys.
    a: str
    b: str
    person: int | None
    other: int | None


@dataclass(frozen=True, slots=True)
class SharedName:
    """A full name that several persons have."""

    name: str
    persons: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class JoinedPerson:
    """A person with several identities, by their keys."""

    id: int
    name: str | None
    login: str | None
    keys: tuple[str, ...]


def recorded(store: Store) -> list[ManualLink]:
    """All manual corrections, oldest first."""
    rows = store.rows(
        "SELECT j.verdict, j.proof, j.made_at, x.key AS a, y.key AS b, x.person_id AS person,"
        " y.person_id AS other FROM joins j JOIN identities x ON x.id = j.a"
        " JOIN identities y ON y.id = j.b WHERE j.origin = 'hand' ORDER BY j.made_at, j.id"
    )
    return records(ManualLink, rows)


def shared_names(store: Store, limit: int) -> list[SharedName]:
    """Full names of several persons, who may be one person without a proof."""
    rows = store.rows(
        "SELECT name, json_group_array(id) AS persons FROM persons"
        " WHERE name LIKE '% %' GROUP BY name COLLATE NOCASE HAVING count(*) > 1"
        " ORDER BY count(*) DESC, name LIMIT ?",
        limit,
    )
    return [SharedName(row["name"], tuple(json.loads(row["persons"]))) for row in rows]


def joined_persons(store: Store, limit: int) -> list[JoinedPerson]:
    """Persons with several identities, those with most first."""
    rows = store.rows(
        "SELECT p.id, p.name, p.login, json_group_array(i.key) AS keys FROM persons p"
        " JOIN identities i ON i.person_id = p.id GROUP BY p.id HAVING count(*) > 1"
        " ORDER BY count(*) DESC, p.id LIMIT ?",
        limit,
    )
    return [
        JoinedPerson(row["id"], row["name"], row["login"], tuple(json.loads(row["keys"])))
        for row in rows
    ]
