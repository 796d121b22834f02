"""Stores exclusions: people, pages and companies that must not be contacted for now.

The identities that each exclusion matches are stored when either changes, so that a lookup is an
index walk (`exclusion_matching`). This module does not decide who is contacted
(`sourcing.privacy.contact_policy` does).
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal

from db.connection import Store
from db.privacy import exclusion_matching, identifiers

#: A `domain` is that of commit addresses, an `address` a keyed hash, an `organisation` its name on
#: a forge.
Field = Literal["identity", "login", "website", "company", "domain", "address", "organisation"]


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
        exclusion_matching.match(store, only_changed=False)


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
            exclusion_matching.match(store, only_changed=True)


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
    """The people with these names or aliases, by name; the order of the words does not matter."""
    wanted: dict[str, set[str]] = defaultdict(set)
    for name in names:
        for spelling in _spellings(name):
            wanted[spelling].add(name)
    result: dict[str, list[NamedPerson]] = defaultdict(list)
    for row in store.each("SELECT id, name, login, aliases FROM persons ORDER BY id"):
        spelled = {s for one in (row["name"] or "", *row["aliases"].split(";"))
                   for s in _spellings(one)}  # fmt: skip
        for name in {name for spelling in spelled for name in wanted.get(spelling, ())}:
            result[name].append(NamedPerson(row["id"], row["name"], row["login"]))
    return result


def _spellings(name: str) -> set[str]:
    """The folded spellings of a name, without those that abbreviate the first name."""
    return {one for one in identifiers.spellings(name) if one and "." not in one}
