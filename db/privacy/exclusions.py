"""Stores exclusions: people, pages and companies that must not be contacted for now.

The identities that each exclusion matches are stored when either changes. So a lookup is an index
walk, and an exclusion still holds after the profile details that proved it are purged. This module
does not decide who is contacted (`sourcing.privacy.contact_policy` does).
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from db.connection import Store
from sourcing.core.text import fold, organisations, page

Field = Literal["identity", "login", "website", "company"]


@dataclass(frozen=True, slots=True)
class Exclusion:
    """One exclusion to be stored.

    `value` is compared with identities, `given` is the text that the user typed, `until` is the
    last day on which it holds (None: until it is removed).
    """

    field: Field
    value: str
    given: str
    reason: str
    until: str | None = None


@dataclass(frozen=True, slots=True)
class StoredExclusion:
    """One stored exclusion; `people` is the number of persons that it matches."""

    id: int
    field: Field
    value: str
    given: str
    reason: str
    until: str | None
    people: int


@dataclass(frozen=True, slots=True)
class PersonExclusion:
    """One exclusion that matches a person."""

    exclusion_id: int
    field: Field
    given: str
    reason: str
    until: str | None


@dataclass(frozen=True, slots=True)
class NamedPerson:
    """A person found by name."""

    id: int
    name: str | None
    login: str | None


def add(store: Store, exclusions: Iterable[Exclusion], now: str) -> None:
    """Store exclusions; an exclusion of the same field and value is replaced."""
    with store.transaction():
        store.conn.executemany(
            "INSERT INTO exclusions (field, value, given, reason, until, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (field, value) DO UPDATE"
            " SET given = excluded.given, reason = excluded.reason, until = excluded.until"
            " WHERE (reason, until) IS NOT (excluded.reason, excluded.until)",
            [(x.field, x.value, x.given, x.reason, x.until, now) for x in exclusions],
        )
        _match(store, only_changed=False)


def remove(store: Store, ids: Sequence[int]) -> None:
    """Delete exclusions by id."""
    with store.transaction():
        store.conn.executemany("DELETE FROM exclusions WHERE id = ?", [(id_,) for id_ in ids])


def expire(store: Store, today: str) -> int:
    """Delete the exclusions that ended before `today`; return their number."""
    with store.transaction():
        return store.conn.execute("DELETE FROM exclusions WHERE until < ?", [today]).rowcount


def match_changed(store: Store) -> None:
    """Match all exclusions against identities that are new or changed."""
    if store.scalar("SELECT 1 FROM exclusions LIMIT 1"):
        with store.transaction():
            _match(store, only_changed=True)


def all_exclusions(store: Store) -> list[StoredExclusion]:
    """Every stored exclusion, oldest first."""
    rows = store.rows(
        "SELECT x.*, (SELECT count(DISTINCT person_id) FROM excluded e WHERE e.exclusion_id = x.id)"
        " AS people FROM exclusions x ORDER BY x.id"
    )
    return [
        StoredExclusion(
            row["id"], row["field"], row["value"], row["given"], row["reason"], row["until"],
            row["people"],
        )
        for row in rows
    ]  # fmt: skip


def of_person(store: Store, person: int, today: str = "") -> list[PersonExclusion]:
    """The exclusions that match a person and hold today."""
    rows = store.rows(
        "SELECT DISTINCT exclusion_id, field, given, reason, until FROM excluded"
        " WHERE person_id = ? AND (until IS NULL OR until >= ?) ORDER BY exclusion_id",
        person,
        today,
    )
    return [PersonExclusion(**dict(row)) for row in rows]


def ids_of_value(store: Store, field: Field, value: str) -> list[int]:
    """The ids of the exclusions with exactly this field and value."""
    rows = store.rows("SELECT id FROM exclusions WHERE field = ? AND value = ?", field, value)
    return [row["id"] for row in rows]


def people_named(store: Store, names: Iterable[str]) -> dict[str, list[NamedPerson]]:
    """The people with these names or aliases, by folded name."""
    wanted = {fold(name) for name in names} - {""}
    found: dict[str, list[NamedPerson]] = defaultdict(list)
    for row in store.each("SELECT id, name, login, aliases FROM persons ORDER BY id"):
        folded = {fold(one) for one in (row["name"] or "", *row["aliases"].split(";"))}
        for name in folded & wanted:
            found[name].append(NamedPerson(row["id"], row["name"], row["login"]))
    return found


def people_matching(store: Store, field: Field, value: str) -> list[int]:
    """The persons that an exclusion with this field and value would match."""
    wanted: dict[tuple[str, str], list[int]] = {(field, value): [0]}
    rows = _identities(store, only_changed=False)
    return sorted({row["person_id"] for row in rows if _matching(row, wanted)} - {None})


def _match(store: Store, *, only_changed: bool) -> None:
    exclusions: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in store.conn.execute("SELECT id, field, value FROM exclusions"):
        exclusions[row["field"], row["value"]].append(row["id"])
    for row in _identities(store, only_changed=only_changed):
        # A purged profile shows no company and no website: those matches are kept as they are.
        removable = "exclusion_id IN (SELECT id FROM exclusions WHERE field = 'login')"
        matching = _matching(row, exclusions)
        store.conn.execute(
            "DELETE FROM excluded_identities WHERE identity_id = ?"
            f" AND {removable if row['purged_at'] else '1'}"
            " AND exclusion_id NOT IN (SELECT value FROM json_each(?))",
            [row["id"], json.dumps(sorted(matching))],
        )
        store.conn.executemany(
            "INSERT OR IGNORE INTO excluded_identities VALUES (?, ?)",
            [(row["id"], id_) for id_ in matching],
        )


def _identities(store: Store, *, only_changed: bool) -> Iterator[sqlite3.Row]:
    which = "i.needs_resolution" if only_changed else "1"
    return store.each(
        "SELECT i.id, i.key, i.person_id, i.login, i.website, i.url, i.routes, i.company,"
        f" i.purged_at FROM identities i WHERE NOT i.bot AND {which}"
    )


def _matching(row: sqlite3.Row, exclusions: Mapping[tuple[str, str], Sequence[int]]) -> set[int]:
    values: set[tuple[str, str]] = {("identity", row["key"])}
    if row["login"]:
        values.add(("login", row["login"].casefold()))
    pages = [row["website"], row["url"], *json.loads(row["routes"] or "[]")]
    values |= {("website", page(url)) for url in pages if url}
    if row["company"]:
        values |= {("company", name) for name in organisations(row["company"])}
    return {id_ for value in values for id_ in exclusions.get(value, ())}
