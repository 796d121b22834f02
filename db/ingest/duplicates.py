"""Links a work to the work that it repeats, in any order of arrival.

A backport names its original by number or commit; a cross-post by its key; an imported history has
the same commits. Works inside the caller's transaction. `sourcing.pipeline.evaluate` decides the
value of a duplicate.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator

#: "+repo" in the queries: the index of repositories would read a whole repository per work.
#: A backport of a backport of a backport; longer chains are errors.
_DEEPEST = 5


def link(conn: sqlite3.Connection, touched: Iterable[int]) -> set[int]:
    """Set `duplicate_of` of all works that these affect; returns the ids of works that changed."""
    ids = json.dumps(sorted(touched))
    changed: set[int] = set()
    for repo, name in sorted(_names(conn, ids), key=lambda one: (one[0] or "", one[1])):
        for id_, original in _group(conn, repo, name):
            changed |= _set(conn, id_, original)
    changed |= _imported(conn, ids) | _relanded(conn, ids)
    return changed | _of_withdrawn(conn, ids)


def repeating(conn: sqlite3.Connection, ids: Iterable[int]) -> set[int]:
    """The duplicates of these works: what they count depends on their original's authors."""
    rows = conn.execute(
        "SELECT id FROM contributions WHERE duplicate_of IN (SELECT value FROM json_each(?))",
        [json.dumps(sorted(ids))],
    )
    return {row["id"] for row in rows}


def _names(conn: sqlite3.Connection, ids: str) -> set[tuple[str | None, str]]:
    """What these works repeat, and the names under which others may repeat them."""
    rows = conn.execute(
        "SELECT repo, repeats AS name FROM contributions"
        " WHERE id IN (SELECT value FROM json_each(?1)) AND repeats IS NOT NULL"
        " UNION SELECT c.repo, r.repeats FROM json_each(?1) j"
        " JOIN contributions c ON c.id = j.value"
        " CROSS JOIN contributions r ON r.repeats IN ('#' || c.number, c.key) AND +r.repo IS c.repo"
        " UNION SELECT c.repo, r.repeats FROM json_each(?1) j"
        " JOIN contributions c ON c.id = j.value JOIN commits k ON k.contribution_id = c.id"
        " CROSS JOIN contributions r ON r.repeats = k.oid AND +r.repo IS c.repo",
        [ids],
    )
    return {(row["repo"], row["name"]) for row in rows}


def _group(
    conn: sqlite3.Connection, repo: str | None, name: str
) -> Iterator[tuple[int, int | None]]:
    """All works that repeat one work, each with it. Without it they repeat the first of them."""
    members = [
        row["id"]
        for row in conn.execute(
            "SELECT id FROM contributions WHERE repeats = ? AND +repo IS ?"
            " AND withdrawn_at IS NULL ORDER BY at, key",
            [name, repo],
        )
    ]
    original = _original(conn, repo, name)
    root = _root(conn, original) if original is not None else None
    for id_ in members:
        repeated = members[0] if root is None else root
        yield id_, None if repeated == id_ else repeated


def _original(conn: sqlite3.Connection, repo: str | None, name: str) -> int | None:
    if name.startswith("#"):
        where, values = "key = ?", [f"pr:{repo}{name}"]
    elif ":" in name:
        where, values = "key = ?", [name]
    else:
        where = "+repo IS ? AND id IN (SELECT contribution_id FROM commits WHERE oid = ?)"
        values = [str(repo), name]
    row = conn.execute(
        f"SELECT id FROM contributions WHERE {where} AND withdrawn_at IS NULL"  # nosec B608
        " ORDER BY at, key LIMIT 1",
        values,
    ).fetchone()
    return row["id"] if row else None


def _root(conn: sqlite3.Connection, id_: int) -> int:
    """The work at the end of a chain of copies."""
    for _ in range(_DEEPEST):
        row = conn.execute("SELECT duplicate_of FROM contributions WHERE id = ?", [id_]).fetchone()
        if row is None or row["duplicate_of"] is None:
            break
        id_ = row["duplicate_of"]
    return id_


def _imported(conn: sqlite3.Connection, ids: str) -> set[int]:
    """Link changes with the same commit in several repositories: the first one is the work."""
    changed: set[int] = set()
    rows = conn.execute(
        "SELECT DISTINCT k.oid FROM json_each(?) j JOIN commits k ON k.contribution_id = j.value"
        " JOIN commits o ON o.oid = k.oid AND o.contribution_id <> k.contribution_id",
        [ids],
    ).fetchall()
    for row in rows:
        same = conn.execute(
            "SELECT c.id, c.repo, c.repeats FROM commits k JOIN contributions c"
            " ON c.id = k.contribution_id WHERE k.oid = ? AND c.withdrawn_at IS NULL"
            " AND c.kind IN ('merged_pr', 'commit') ORDER BY c.at, c.repo, c.key",
            [row["oid"]],
        ).fetchall()
        for other in same[1:]:
            if other["repo"] != same[0]["repo"] and other["repeats"] is None:
                changed |= _set(conn, other["id"], same[0]["id"])
    return changed


def _relanded(conn: sqlite3.Connection, ids: str) -> set[int]:
    """Link the revert of a revert to the change that is in force again."""
    rows = conn.execute(
        "SELECT again.id, original.id AS original FROM json_each(?) j"
        " JOIN contributions original ON original.id = j.value AND original.withdrawn_at IS NULL"
        " JOIN contributions undone ON undone.id = original.reverted_by"
        " JOIN contributions again ON again.id = undone.reverted_by",
        [ids],
    ).fetchall()
    return set().union(*(_set(conn, row["id"], row["original"]) for row in rows))


def _of_withdrawn(conn: sqlite3.Connection, ids: str) -> set[int]:
    """Unlink the duplicates of works that are no longer shown: they are the work now."""
    rows = conn.execute(
        "SELECT d.id FROM json_each(?) j JOIN contributions c ON c.id = j.value"
        " AND c.withdrawn_at IS NOT NULL JOIN contributions d ON d.duplicate_of = c.id",
        [ids],
    ).fetchall()
    return set().union(*(_set(conn, row["id"], None) for row in rows))


def _set(conn: sqlite3.Connection, id_: int, original: int | None) -> set[int]:
    updated = conn.execute(
        "UPDATE contributions SET duplicate_of = ?1 WHERE id = ?2 AND duplicate_of IS NOT ?1",
        [original, id_],
    ).rowcount
    return {id_} if updated else set()
