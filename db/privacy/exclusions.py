"""Who is not to be written to for now: what was said, and whom it meets.

Whom an exclusion meets is written down when either changes, so that asking costs an index
walk, and so that it still holds when the profile that showed it was let go.
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
    """One thing said: `value` as it is compared, `given` as it was written."""

    field: Field
    value: str
    given: str
    reason: str
    until: str | None = None


def add(store: Store, wanted: Iterable[Exclusion], now: str) -> None:
    """Say these; what was said of the same before is replaced."""
    with store.transaction():
        store.conn.executemany(
            "INSERT INTO exclusions (field, value, given, reason, until, made_at)"
            " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT (field, value) DO UPDATE"
            " SET given = excluded.given, reason = excluded.reason, until = excluded.until"
            " WHERE (reason, until) IS NOT (excluded.reason, excluded.until)",
            [(x.field, x.value, x.given, x.reason, x.until, now) for x in wanted],
        )
        _match(store, None)


def end(store: Store, ids: Sequence[int]) -> None:
    """Unsay these."""
    with store.transaction():
        store.conn.executemany("DELETE FROM exclusions WHERE id = ?", [(id_,) for id_ in ids])


def lapse(store: Store, today: str) -> int:
    """Forget those whose last day is over; how many."""
    with store.transaction():
        return store.conn.execute("DELETE FROM exclusions WHERE until < ?", [today]).rowcount


def match(store: Store) -> None:
    """Find whom the exclusions meet among identities that are new or changed."""
    if store.scalar("SELECT 1 FROM exclusions LIMIT 1"):
        with store.transaction():
            _match(store, "i.needs_resolution")


def listed(store: Store) -> list[sqlite3.Row]:
    """All that was said, and how many people it meets."""
    return store.rows(
        "SELECT x.*, (SELECT count(DISTINCT person_id) FROM excluded e WHERE e.exclusion_id = x.id)"
        " AS people FROM exclusions x ORDER BY x.id"
    )


def of_person(store: Store, person: int, today: str = "") -> list[sqlite3.Row]:
    """What is said of one person and holds today."""
    return store.rows(
        "SELECT DISTINCT exclusion_id, field, given, reason, until FROM excluded"
        " WHERE person_id = ? AND (until IS NULL OR until >= ?) ORDER BY exclusion_id",
        person,
        today,
    )


def of_value(store: Store, field: Field, value: str) -> list[int]:
    """What was said of exactly this."""
    rows = store.rows("SELECT id FROM exclusions WHERE field = ? AND value = ?", field, value)
    return [row["id"] for row in rows]


def named(store: Store, names: Iterable[str]) -> dict[str, list[sqlite3.Row]]:
    """The people who go by these names, by the name as it is compared."""
    wanted = {fold(name) for name in names} - {""}
    found: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in store.each("SELECT id, name, login, aliases FROM persons ORDER BY id"):
        called = {fold(one) for one in (row["name"] or "", *row["aliases"].split(";"))}
        for name in called & wanted:
            found[name].append(row)
    return found


def meeting(store: Store, field: Field, value: str) -> list[int]:
    """The people this would meet."""
    wanted: dict[tuple[str, str], list[int]] = {(field, value): [0]}
    return sorted(
        {row["person_id"] for row in _identities(store, None) if _met(row, wanted)} - {None}
    )


def _match(store: Store, which: str | None) -> None:
    said: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in store.conn.execute("SELECT id, field, value FROM exclusions"):
        said[row["field"], row["value"]].append(row["id"])
    for row in _identities(store, which):
        # Details that were let go cannot speak against what was found while they were there.
        stands = "exclusion_id IN (SELECT id FROM exclusions WHERE field = 'login')"
        gone = stands if row["purged_at"] else "1"
        met = _met(row, said)
        store.conn.execute(
            f"DELETE FROM excluded_identities WHERE identity_id = ? AND {gone}"
            " AND exclusion_id NOT IN (SELECT value FROM json_each(?))",
            [row["id"], json.dumps(sorted(met))],
        )
        store.conn.executemany(
            "INSERT OR IGNORE INTO excluded_identities VALUES (?, ?)",
            [(row["id"], id_) for id_ in met],
        )


def _identities(store: Store, which: str | None) -> Iterator[sqlite3.Row]:
    return store.each(
        "SELECT i.id, i.key, i.person_id, i.login, i.website, i.url, i.routes, i.company,"
        f" i.purged_at FROM identities i WHERE NOT i.bot AND {which or '1'}"
    )


def _met(row: sqlite3.Row, said: Mapping[tuple[str, str], Sequence[int]]) -> set[int]:
    marks: set[tuple[str, str]] = {("identity", row["key"])}
    if row["login"]:
        marks.add(("login", row["login"].casefold()))
    pages = [row["website"], row["url"], *json.loads(row["routes"] or "[]")]
    marks |= {("website", page(url)) for url in pages if url}
    if row["company"]:
        marks |= {("company", name) for name in organisations(row["company"])}
    return {id_ for mark in marks for id_ in said.get(mark, ())}
