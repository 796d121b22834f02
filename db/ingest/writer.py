"""Writes a page and its cursor in one transaction; writing a page again changes nothing.

A source without a detail never deletes that of another source. Suppressed people are dropped before
insert.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict

from db.connection import Store
from db.ingest import deduplication, duplicates
from db.ingest.deduplication import apart, merged_by, same
from db.ingest.upsert import (
    CONTRIBUTION,
    IDENTITY,
    INSERT_CONTRIBUTION,
    INSERT_IDENTITY,
    MERGE_CONTRIBUTION,
    MERGE_IDENTITY,
    as_json,
    contribution_values,
)
from db.privacy import exclusion_matching, ingest_filter, suppression
from sourcing.core.model import Contribution, Identity, Join, Page


def save(store: Store, source_id: int, run_id: int, page: Page, now: str) -> tuple[int, int]:
    """Write the page; returns the numbers of contributions added and changed."""
    with store.transaction():
        writer = _Writer(store, source_id, ingest_filter.storable(store, source_id, page, now), now)
        writer.write()
        exclusion_matching.match_page(store, writer.identities, page.identities)
        cursor = json.dumps(writer.page.cursor)
        store.conn.execute("UPDATE sources SET cursor = ? WHERE id = ?", [cursor, source_id])
        store.conn.execute(
            "UPDATE runs SET pages = pages + 1, added = added + ?, changed = changed + ?"
            " WHERE id = ?",
            [writer.added, writer.changed, run_id],
        )
    return writer.added, writer.changed


def add(store: Store, source_id: int, page: Page, now: str) -> None:
    """Write a page of the enrichment; the cursor of the source does not change."""
    with store.transaction():
        _Writer(store, source_id, ingest_filter.storable(store, source_id, page, now), now).write()


class _Writer:
    """Writes one page inside the caller's transaction."""

    def __init__(self, store: Store, source_id: int, page: Page, now: str) -> None:
        self.store, self.conn = store, store.conn
        self.source_id, self.page, self.now = source_id, page, now
        self.identities: dict[str, int] = {}  # ids of all identities of the page, by key
        self.touched: set[int] = set()
        self.items: list[Contribution] = []
        self.added = self.changed = 0

    def write(self) -> None:
        if self.page.renamed and "/" in self.page.renamed[0]:
            deduplication.rename(self.conn, *self.page.renamed)
        elif self.page.renamed:
            deduplication.rename_site(self.conn, self.source_id, *self.page.renamed)
        replaced = deduplication.move(self.conn, self.source_id, self.page.moved)
        self.items = deduplication.moved(self.conn, self.page.contributions)
        self._identities(self.page.identities)
        suppression.store_hashes(self.store, self.identities, self.page.identities)
        shown_before = {k.identity for c in self.page.contributions for k in c.credits}
        self.identities |= _ids(
            self.conn, "identities", list(shown_before - self.identities.keys())
        )
        self._joins(self.page.joins)
        self._contributions(
            [
                c
                for c in self.items
                if not c.credits or any(k.identity in self.identities for k in c.credits)
            ]
        )
        self._contributors()
        self._discussions()
        for repo in {c.repo for c in self.items if c.repo}:
            self.touched |= deduplication.reverts(self.conn, repo)
        self.touched |= duplicates.link(self.conn, self.touched)
        gone = replaced | deduplication.ids_of(self.conn, self.source_id, self.page.withdrawn)
        if self.page.finished and self.page.scan > 1:
            gone |= self._of_earlier_scans()
        self._withdraw(sorted(gone))
        self.touched |= duplicates.link(self.conn, gone) | duplicates.repeating(
            self.conn, self.touched
        )
        self.conn.executemany(
            "INSERT INTO evidence (contribution_id) VALUES (?) ON CONFLICT DO UPDATE"
            " SET classifier = NULL WHERE classifier IS NOT NULL",
            [(id_,) for id_ in self.touched],
        )

    def _identities(self, identities: Sequence[Identity]) -> None:
        keys = json.dumps([i.id for i in identities])
        stood = {row["key"]: row for row in self.conn.execute(_IDENTITIES, [keys])}
        known = {key: int(row["id"]) for key, row in stood.items()}
        fresh = _next_id(self.conn, "identities")
        for identity in identities:
            row = {c: getattr(identity, c) for c in IDENTITY}
            row["routes"] = as_json(identity.routes) if identity.routes is not None else None
            # Most identities of a page are unchanged since the page before.
            if (as_is := stood.get(identity.id)) and tuple(as_is)[2:] == (
                *row.values(),
                self.page.source_priority,
            ):
                continue
            row |= {
                "key": identity.id,
                "type": identity.type,
                "source_priority": self.page.source_priority,
            }
            row |= {"now": self.now, "source": self.source_id}
            if identity.id in known:
                self.conn.execute(MERGE_IDENTITY, row | {"id": known[identity.id]})
            else:
                known[identity.id] = fresh
                self.conn.execute(INSERT_IDENTITY, row | {"id": fresh})
                fresh += 1
        self.identities = known

    def _joins(self, joins: Iterable[Join]) -> None:
        """Upsert joins. A page shows all joins of its identities, so missing ones are deleted."""
        shown: set[tuple[int, int]] = set()
        for join in joins:
            a, b = sorted((self.identities[join.a], self.identities[join.b]))
            shown.add((a, b))
            written = self.conn.execute(
                "INSERT INTO joins (a, b, proof, urls, source_id, made_at)"
                " VALUES (?, ?, ?, ?, ?, ?) ON CONFLICT DO NOTHING",
                [a, b, join.proof, json.dumps(join.urls), self.source_id, self.now],
            ).rowcount
            if written:
                self._mark_for_resolution(a, b)
        here = json.dumps([n for i in self.page.identities if (n := self.identities.get(i.id))])
        for row in self.conn.execute(
            "SELECT id, a, b FROM joins WHERE source_id = ?1"
            " AND a IN (SELECT value FROM json_each(?2))"
            " UNION SELECT id, a, b FROM joins WHERE source_id = ?1"
            " AND b IN (SELECT value FROM json_each(?2))",
            [self.source_id, here],
        ).fetchall():
            if (row["a"], row["b"]) not in shown:
                self.conn.execute("DELETE FROM joins WHERE id = ?", [row["id"]])
                self._mark_for_resolution(row["a"], row["b"])

    def _mark_for_resolution(self, *ids: int) -> None:
        for id_ in ids:
            self.conn.execute("UPDATE identities SET needs_resolution = 1 WHERE id = ?", [id_])

    def _contributions(self, contributions: Iterable[Contribution]) -> None:
        shown = {c.key: c for c in contributions}
        known = _ids(self.conn, "contributions", list(shown))
        merged = merged_by(self.conn, [c for key, c in shown.items() if key not in known])
        fresh: dict[int, Contribution] = {}
        next_id = _next_id(self.conn, "contributions")
        for seen in shown.values():
            item, id_ = apart(self.conn, seen, known.get(seen.key), self.page.source_priority)
            if id_ is None:
                id_ = same(self.conn, item, merged)
            if id_ is None:
                fresh[next_id + len(fresh)] = item
            else:
                self._merge(id_, item)
        self._insert(fresh)

    def _insert(self, fresh: Mapping[int, Contribution]) -> None:
        rows = (
            (id_, c.key, self.page.source_priority, *contribution_values(c))
            for id_, c in fresh.items()
        )
        self.conn.executemany(INSERT_CONTRIBUTION, rows)
        self.conn.executemany(
            "INSERT INTO credits VALUES (?, ?, ?, ?)",
            [
                (id_, self.source_id, *credit)
                for id_, c in fresh.items()
                for credit in self._credits_of(c)
            ],
        )
        self.conn.executemany(
            "INSERT INTO commits VALUES (?, ?)",
            [(oid, id_) for id_, c in fresh.items() for oid in dict.fromkeys(c.commits)],
        )
        seen = [(id_, self.source_id, self.page.scan, self.now) for id_ in fresh]
        self.conn.executemany("INSERT INTO source_contributions VALUES (?, ?, ?, ?)", seen)
        self.touched |= fresh.keys()
        self.added += len(fresh)

    def _merge(self, id_: int, item: Contribution) -> None:
        """Merge into a stored contribution: columns by priority, credits, provenance."""
        row = dict(zip(CONTRIBUTION, contribution_values(item), strict=True))
        row |= {"id": id_, "source_priority": self.page.source_priority}
        if item.kind == "commit":
            row["kind"] = None  # a commit known as the merge of a pull request keeps that kind
        changed = self.conn.execute(MERGE_CONTRIBUTION, row).rowcount > 0
        if self._credit(id_, self._credits_of(item)) or changed:
            self.touched.add(id_)
            self.changed += 1
        self.conn.executemany(
            "INSERT INTO commits VALUES (?, ?) ON CONFLICT DO NOTHING",
            [(oid, id_) for oid in item.commits],
        )
        self.conn.execute(
            "INSERT INTO source_contributions VALUES (?, ?, ?, ?) ON CONFLICT DO UPDATE"
            " SET scan = excluded.scan, fetched_at = excluded.fetched_at"
            " WHERE scan IS NOT excluded.scan",
            [id_, self.source_id, self.page.scan, self.now],
        )

    def _credits_of(self, item: Contribution) -> set[tuple[int, str]]:
        return {
            (self.identities[k.identity], k.part)
            for k in item.credits
            if k.identity in self.identities
        }

    def _credit(self, id_: int, told: set[tuple[int, str]]) -> bool:
        """Replace this source's credits with the current ones; True if they differed."""
        here = (id_, self.source_id)
        stood = {
            tuple(row)
            for row in self.conn.execute(
                "SELECT identity_id, part FROM credits WHERE contribution_id = ? AND source_id = ?",
                here,
            )
        }
        self.conn.executemany(
            "DELETE FROM credits WHERE contribution_id = ? AND source_id = ? AND identity_id = ?"
            " AND part = ?",
            [(*here, *credit) for credit in stood - told],
        )
        self.conn.executemany(
            "INSERT INTO credits VALUES (?, ?, ?, ?)", [(*here, *c) for c in told - stood]
        )
        self.conn.executemany(
            "UPDATE persons SET needs_scoring = 1"
            " WHERE id = (SELECT person_id FROM identities WHERE id = ?)",
            [(identity,) for identity, _ in stood - told],
        )
        return told != stood

    def _discussions(self) -> None:
        """Upsert discussions; a changed contribution loses its discussion until the next one."""
        self.conn.executemany(
            "DELETE FROM discussions WHERE contribution_id = ?", [(i,) for i in self.touched]
        )
        self.conn.executemany(
            "INSERT INTO discussions SELECT id, ?, ? FROM contributions WHERE key = ?"
            " ON CONFLICT DO UPDATE SET remarks = excluded.remarks,"
            " fetched_at = excluded.fetched_at",
            [
                (as_json([asdict(r) for r in d.remarks]), self.now, d.contribution)
                for d in self.page.discussions
            ],
        )

    def _contributors(self) -> None:
        self.conn.executemany(
            "INSERT INTO contributors VALUES (?1, ?2, ?3, ?4) ON CONFLICT DO UPDATE"
            " SET commits = ?3, fetched_at = ?4 WHERE commits IS NOT ?3",
            [
                (self.source_id, self.identities[c.identity], c.commits, self.now)
                for c in self.page.contributors
                if c.identity in self.identities
            ],
        )

    def _of_earlier_scans(self) -> set[int]:
        found = self.conn.execute(
            "SELECT contribution_id FROM source_contributions WHERE source_id = ? AND scan < ?",
            [self.source_id, self.page.scan],
        )
        return {row[0] for row in found}

    def _withdraw(self, gone: list[int]) -> None:
        self.conn.execute(
            "UPDATE persons SET needs_scoring = 1 WHERE NOT needs_scoring AND id IN ("
            "SELECT i.person_id FROM credits k JOIN identities i ON i.id = k.identity_id"
            " WHERE k.contribution_id IN (SELECT value FROM json_each(?)) AND k.source_id = ?)",
            [json.dumps(gone), self.source_id],
        )
        for table in ("source_contributions", "credits"):
            self.conn.executemany(
                f"DELETE FROM {table} WHERE source_id = ? AND contribution_id = ?",  # nosec B608
                [(self.source_id, id_) for id_ in gone],
            )
        self.conn.executemany(
            "UPDATE contributions SET withdrawn_at = ?1 WHERE id = ?2"
            " AND NOT EXISTS (SELECT 1 FROM source_contributions WHERE contribution_id = ?2)",
            [(self.now, id_) for id_ in gone],
        )
        self.touched.update(gone)


_IDENTITIES = (
    f"SELECT id, key, {', '.join(IDENTITY)}, source_priority FROM identities"  # nosec B608
    " WHERE key IN (SELECT value FROM json_each(?))"
)


def _ids(conn: sqlite3.Connection, table: str, keys: Sequence[str]) -> dict[str, int]:
    found = conn.execute(
        f"SELECT key, id FROM {table} WHERE key IN (SELECT value FROM json_each(?))",  # nosec B608
        [json.dumps(keys)],
    )
    return {row["key"]: row["id"] for row in found}


def _next_id(conn: sqlite3.Connection, table: str) -> int:
    row = conn.execute(f"SELECT ifnull(max(id), 0) + 1 FROM {table}").fetchone()  # nosec B608
    return int(row[0])
