"""Deduplication across sources, renames, and links between a change and its revert.

It recognises one contribution by its merge commit, its number or its new name. It works inside the
caller's transaction on stored rows.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace

from sourcing.core.model import Contribution
from sourcing.core.text import fold


@dataclass(frozen=True, slots=True)
class MergedRow:
    """A stored contribution that a known commit merged."""

    id: int
    kind: str


def rename(conn: sqlite3.Connection, old: str, new: str) -> None:
    """Move a repository's contributions to its new name, except those the new name already has.

    Later contributions under the old name, for example from a clone, are stored under the new one.
    """
    conn.execute("DELETE FROM renames WHERE old = ?", [new])
    conn.execute("INSERT OR REPLACE INTO renames VALUES (?, ?)", [old, new])
    conn.execute("UPDATE renames SET new = ? WHERE new = ?", [new, old])
    conn.execute(
        "UPDATE OR IGNORE contributions SET repo = ?2, key = substr(key, 1, instr(key, ':')) || ?2"
        " || substr(key, instr(key, ':') + 1 + length(?1)) WHERE repo = ?1",
        [old, new],
    )


def rename_site(conn: sqlite3.Connection, source: int, old: str, new: str) -> None:
    """Move a site's posts and bylines to its new host."""
    conn.execute(
        "UPDATE OR IGNORE contributions SET key = 'post:' || ?2 || substr(key, 6 + length(?1)),"
        " url = replace(url, '//' || ?1 || '/', '//' || ?2 || '/')"
        " WHERE substr(key, 1, 6 + length(?1)) = 'post:' || ?1 || '/' AND id IN"
        " (SELECT contribution_id FROM source_contributions WHERE source_id = ?3)",
        [old, new, source],
    )
    conn.execute(
        "UPDATE OR IGNORE identities SET key = substr(key, 1, instr(key, ':')) || ?2"
        " || substr(key, instr(key, ':') + 1 + length(?1))"
        " WHERE substr(key, instr(key, ':') + 1, length(?1) + 1) = ?1 || '/' AND source_id = ?3",
        [old, new, source],
    )


def move(conn: sqlite3.Connection, source: int, keys: Iterable[tuple[str, str]]) -> set[int]:
    """Give contributions of a source their new keys (before, after).

    The ids of those for which a contribution with the new key exists: it replaces them.
    """
    replaced: set[int] = set()
    for before, after in keys:
        for id_ in ids_of(conn, source, [before]):
            updated = conn.execute(
                "UPDATE OR IGNORE contributions SET key = ? WHERE id = ?", [after, id_]
            ).rowcount
            replaced |= set() if updated else {id_}
    return replaced


def ids_of(conn: sqlite3.Connection, source: int, keys: Iterable[str]) -> set[int]:
    """The ids of contributions with these keys that the source shows."""
    found = conn.execute(
        "SELECT c.id FROM json_each(?) j JOIN contributions c ON c.key = j.value"
        " CROSS JOIN source_contributions s ON s.contribution_id = c.id AND s.source_id = ?",
        [json.dumps(list(keys)), source],
    )
    return {int(row[0]) for row in found}


def moved(conn: sqlite3.Connection, items: Iterable[Contribution]) -> list[Contribution]:
    """The contributions under the current names of their repositories."""
    names = {row["old"]: row["new"] for row in conn.execute("SELECT old, new FROM renames")}
    return [_moved(item, names.get(item.repo or "")) for item in items]


def _moved(item: Contribution, name: str | None) -> Contribution:
    if name is None:
        return item
    return replace(item, repo=name, key=item.key.replace(f":{item.repo}", f":{name}", 1))


#: Stored contributions by (oid of the merge commit, repository).
Merged = Mapping[tuple[str, str], MergedRow]


def merged_by(conn: sqlite3.Connection, items: Iterable[Contribution]) -> Merged:
    """Stored rows with the merge commits of these contributions, by oid and repository."""
    oids = [item.commits[0] for item in items if item.commits]
    rows = conn.execute(
        "SELECT o.oid, c.repo, c.id, c.kind FROM json_each(?) j JOIN commits o ON o.oid = j.value"
        " JOIN contributions c ON c.id = o.contribution_id AND c.kind IN ('merged_pr', 'commit')",
        [json.dumps(oids)],
    )
    return {(row["oid"], row["repo"]): MergedRow(row["id"], row["kind"]) for row in rows}


def same(conn: sqlite3.Connection, item: Contribution, merged: Merged) -> int | None:
    """The id of the stored row with the same merge commit, or None."""
    found = merged.get((item.commits[0], item.repo or "")) if item.commits else None
    if found is None or found.kind == item.kind == "merged_pr":
        return None
    if item.kind == "merged_pr":
        conn.execute("UPDATE contributions SET key = ? WHERE id = ?", [item.key, found.id])
    return found.id


def apart(
    conn: sqlite3.Connection, item: Contribution, known: int | None, source_priority: int
) -> tuple[Contribution, int | None]:
    """Separate two changes with one number: a history's `(#N)` may name an issue or another
    repository's pull request.

    The source with the higher priority keeps the number; the other change becomes a commit.
    """
    if known is None or item.kind != "merged_pr" or not item.commits:
        return item, known
    row = conn.execute(
        "SELECT title, source_priority, url, (SELECT group_concat(oid) FROM commits"
        " WHERE contribution_id = contributions.id) AS oids FROM contributions WHERE id = ?",
        [known],
    ).fetchone()
    oids = set((row["oids"] or "").split(",")) - {""}
    alike = not oids or not oids.isdisjoint(item.commits) or fold(row["title"]) == fold(item.title)
    if alike or row["source_priority"] == source_priority:
        return item, known
    if source_priority < row["source_priority"]:
        return _commit(item), None
    conn.execute(
        "UPDATE contributions SET key = ?, kind = 'commit', number = NULL, url = NULL WHERE id = ?",
        [f"commit:{item.repo}/{min(oids)[:16]}", known],
    )
    return item, None


def _commit(item: Contribution) -> Contribution:
    key = f"commit:{item.repo}/{item.commits[0][:16]}"
    return replace(item, key=key, kind="commit", number=None, url=None)


def reverts(conn: sqlite3.Connection, repo: str) -> set[int]:
    """Link each revert to the change it undoes, in any order of arrival; returns affected ids."""
    affected: set[int] = set()
    for revert in conn.execute(
        "SELECT id, at, reverts FROM contributions r WHERE repo = ? AND reverts IS NOT NULL"
        " AND NOT EXISTS (SELECT 1 FROM contributions WHERE reverted_by = r.id)",
        [repo],
    ).fetchall():
        target = _target(conn, repo, revert)
        if target is not None:
            conn.execute(
                "UPDATE contributions SET reverted_by = ? WHERE id = ?", [revert["id"], target]
            )
            affected |= _chain(conn, target)
    return affected


def _target(conn: sqlite3.Connection, repo: str, revert: sqlite3.Row) -> int | None:
    named: str = revert["reverts"]
    if named.startswith("#"):
        where, values = "key = ?", [f"pr:{repo}{named}"]
    else:
        where = (
            "repo = ? AND id IN (SELECT contribution_id FROM commits WHERE oid >= ? AND oid < ?)"
        )
        values = [repo, named, named + "g"]
    row = conn.execute(
        f"SELECT id FROM contributions WHERE {where} AND id <> ? AND at <= ?"  # nosec B608
        " ORDER BY at DESC LIMIT 1",
        [*values, revert["id"], revert["at"]],
    ).fetchone()
    return row["id"] if row else None


def _chain(conn: sqlite3.Connection, id_: int | None) -> set[int]:
    """A contribution and all that its revert, and the revert of that revert, affect."""
    chain: set[int] = set()
    while id_ is not None and id_ not in chain:
        chain.add(id_)
        row = conn.execute("SELECT id FROM contributions WHERE reverted_by = ?", [id_]).fetchone()
        id_ = row["id"] if row else None
    return chain
