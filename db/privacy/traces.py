"""Collects what identifies a person in the database, before the person is erased.

It reads only. Deleting is in `erasure`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.connection import Store
from db.privacy import identifiers, suppression
from db.privacy.suppression import SuppressionList


@dataclass(frozen=True, slots=True)
class PersonTraces:
    """Everything that identifies a person, collected before the person is erased."""

    identities: tuple[int, ...]  # ids of their identities
    works: tuple[int, ...]  # ids of contributions that only they wrote
    keys: tuple[str, ...]  # identity keys
    words: tuple[str, ...]  # names and logins
    titles: tuple[str, ...]  # of `works`
    identifiers: frozenset[str]
    previous: tuple[str, ...]  # hashes of earlier logins and names
    addresses: tuple[str, ...]  # hashes of their addresses


def of_persons(store: Store, persons: Sequence[int]) -> PersonTraces:
    """The traces of these persons, who are one human."""
    rows = store.rows(
        "SELECT * FROM identities WHERE person_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(persons)),
    )
    ids = json.dumps([row["id"] for row in rows])
    works = [row["id"] for row in store.rows(_ONLY_THEIRS, ids)]
    titles = [
        row["title"]
        for row in store.rows(
            "SELECT DISTINCT title FROM contributions WHERE kind <> 'review'"
            " AND id IN (SELECT value FROM json_each(?))",
            json.dumps(works),
        )
    ]
    names = {row["name"] for row in rows if row["name"]}
    shared = _shared_pages(store, ids, rows)
    found = {one for row in rows for one in identifiers.unshared(identifiers.of_row(row), shared)}
    found |= {one for name in names if (one := identifiers.of_name(name))}
    found |= {one for name in names for one in identifiers.of_names_in_text(name)}
    found |= set(_work_keys(store, works))
    found |= {one for title in titles if (one := identifiers.of_title(title))}
    found |= set(_names_in_repositories(store, ids, names))
    return PersonTraces(
        tuple(row["id"] for row in rows),
        tuple(works),
        tuple(row["key"] for row in rows),
        tuple(names | {row["login"] for row in rows if row["login"]}),
        tuple(titles),
        frozenset(found),
        _previous(store, ids),
        tuple(suppression.address_hashes(store, [row["id"] for row in rows])),
    )


def sources_of(store: Store, who: PersonTraces) -> list[str]:
    """The names of the sources that show their identities or credits."""
    rows = store.rows(
        "SELECT DISTINCT s.name FROM sources s JOIN credits k ON k.source_id = s.id"
        " WHERE k.identity_id IN (SELECT value FROM json_each(?1))"
        " UNION SELECT s.name FROM sources s JOIN identities i ON i.source_id = s.id"
        " WHERE i.id IN (SELECT value FROM json_each(?1))",
        json.dumps(who.identities),
    )
    return [row["name"] for row in rows]


def _work_keys(store: Store, works: Sequence[int]) -> Iterator[str]:
    """The keys and commits of their works: a second source may show them under another name."""
    ids = json.dumps(works)
    for sql in (
        "SELECT key FROM contributions WHERE id IN (SELECT value FROM json_each(?))",
        "SELECT oid FROM commits WHERE contribution_id IN (SELECT value FROM json_each(?))",
    ):
        yield from (identifiers.of_work(row[0]) for row in store.rows(sql, ids))


def _previous(store: Store, ids: str) -> tuple[str, ...]:
    rows = store.rows(
        "SELECT hash FROM previous_identifiers"
        " WHERE identity_id IN (SELECT value FROM json_each(?))",
        ids,
    )
    return tuple(row["hash"] for row in rows)


def linked_persons(store: Store, person: int) -> list[int]:
    """The person, and persons who are the same human.

    These have an address of theirs, or only bylines under a present or previous login of theirs.
    """
    rows, hash_of = store.rows(_IDS, person), SuppressionList(store).hash
    ids = json.dumps([row["id"] for row in rows])
    same = {row["person_id"] for row in store.rows(_SAME_ADDRESS, ids)} - {person}
    logins = {hash_of(identifiers.of_login(row["login"])) for row in rows if row["login"]}
    logins |= set(_previous(store, ids))
    if not logins:
        return [person, *sorted(same)]
    bylines = store.each(
        "SELECT person_id, login FROM identities i WHERE login IS NOT NULL"
        " AND person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM identities a"
        "  WHERE a.person_id = i.person_id AND a.type = 'account')"
    )
    linked = {
        row["person_id"] for row in bylines if hash_of(identifiers.of_login(row["login"])) in logins
    }
    return [person, *sorted((linked | same) - {person})]


_SAME_ADDRESS = (
    "SELECT DISTINCT i.person_id FROM address_hashes h JOIN address_hashes o"
    " ON o.hash = h.hash AND o.kind = h.kind JOIN identities i ON i.id = o.identity_id"
    " WHERE h.kind = 'address' AND i.person_id IS NOT NULL"
    " AND h.identity_id IN (SELECT value FROM json_each(?))"
)
_IDS = "SELECT id, login FROM identities WHERE person_id = ?"


#: Works without another human author; the author of a review is the reviewer.
_ONLY_THEIRS = """
WITH mine AS (SELECT value AS id FROM json_each(?))
SELECT DISTINCT c.id FROM credits k JOIN mine ON mine.id = k.identity_id
JOIN contributions c ON c.id = k.contribution_id
WHERE (k.part IN ('author', 'co_author') OR c.kind = 'review' AND k.part = 'reviewer')
  AND NOT EXISTS (
    SELECT 1 FROM credits o JOIN identities i ON i.id = o.identity_id
    WHERE o.contribution_id = c.id AND NOT i.bot AND o.identity_id NOT IN (SELECT id FROM mine)
      AND (o.part IN ('author', 'co_author') OR c.kind = 'review' AND o.part = 'reviewer'))
"""


def _names_in_repositories(store: Store, ids: str, names: Iterable[str]) -> Iterator[str]:
    """Their full names in the repositories that they worked in."""
    full = [name for name in names if " " in name.strip()]
    for row in store.rows(
        "SELECT DISTINCT c.repo FROM credits k JOIN contributions c ON c.id = k.contribution_id"
        " WHERE c.repo IS NOT NULL AND k.identity_id IN (SELECT value FROM json_each(?))",
        ids,
    ):
        for name in full:
            for spelling in identifiers.spellings(name):
                yield identifiers.of_name_in(row["repo"], spelling)


def _shared_pages(store: Store, ids: str, rows: Sequence[sqlite3.Row]) -> set[str]:
    """Their pages and hosts that other people name as well, such as an employer's."""
    pages = {
        one
        for row in rows
        for one in identifiers.of_identity(identifiers.of_row(row))
        if one.startswith(("page:", "site:"))
    }
    if not pages:
        return set()
    others = store.each(
        "SELECT key, type, name, login, url, website, routes FROM identities"
        " WHERE id NOT IN (SELECT value FROM json_each(?))",
        ids,
    )
    shared = set()
    for identity in map(identifiers.of_row, others):
        named = identifiers.of_identity(identity) | identifiers.of_pages(identity)
        shared |= named & pages
    return shared


def suppressed_persons(store: Store) -> list[int]:
    """The stored persons who are on the suppression list."""
    suppressed = SuppressionList(store)
    if not suppressed:
        return []
    rows = _identities_of_persons(store)
    found = {row["person_id"] for row in rows if identifiers.of_row(row) in suppressed}
    found |= {row["person_id"] for row in store.rows(_SUPPRESSED_ADDRESS)}
    return sorted(found)


_SUPPRESSED_ADDRESS = (
    "SELECT DISTINCT i.person_id FROM address_hashes h JOIN suppressions s ON s.hash = h.hash"
    " JOIN identities i ON i.id = h.identity_id WHERE h.kind = 'address'"
    " AND i.person_id IS NOT NULL"
)


def new_namesakes(store: Store, now: str) -> list[int]:
    """Persons with the full name of a suppressed person, each reported once."""
    suppressed = SuppressionList(store)
    if not suppressed:
        return []
    rows = store.each(
        "SELECT id, name FROM persons WHERE instr(name, ' ')"
        " AND id NOT IN (SELECT person_id FROM suppressed_namesakes)"
    )
    found = [
        row["id"]
        for row in rows
        if suppressed.matches(one for one in [identifiers.of_name(row["name"])] if one)
    ]
    with store.transaction():
        store.conn.executemany(
            "INSERT INTO suppressed_namesakes VALUES (?, ?)", [(id_, now) for id_ in found]
        )
    return found


def persons_with_identifiers(store: Store, wanted: set[str]) -> list[int]:
    """The stored persons who have one of these identifiers."""
    rows = _identities_of_persons(store)
    return sorted(
        {
            row["person_id"]
            for row in rows
            if identifiers.of_identity(identifiers.of_row(row)) & wanted
        }
    )


def _identities_of_persons(store: Store) -> Iterator[sqlite3.Row]:
    return store.each(
        "SELECT person_id, key, type, name, login, url, website, routes FROM identities"
        " WHERE person_id IS NOT NULL"
    )


def persons_with_keys(store: Store, keys: Sequence[str]) -> list[int]:
    """The persons who have an identity with one of these keys."""
    rows = store.rows(
        "SELECT DISTINCT person_id FROM identities WHERE person_id IS NOT NULL"
        " AND key IN (SELECT value FROM json_each(?))",
        json.dumps(list(keys)),
    )
    return [row["person_id"] for row in rows]
