"""What relevant work holds some words, shares files with a change, and who is credited with it.

It finds; what a match is worth is decided elsewhere. Only work that the classifier found relevant
and that still stands is looked at.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from db.store import Store

_STANDS = (
    "JOIN evidence e ON e.contribution_id = c.id AND e.relevant"
    " WHERE c.withdrawn_at IS NULL AND c.reverted_by IS NULL"
)


def relevant(store: Store) -> int:
    """How many contributions are relevant."""
    return int(store.scalar(f"SELECT count(*) FROM contributions c {_STANDS}"))


def holding(store: Store, phrase: str, *, title: bool = False) -> set[int]:
    """The contributions whose title or body holds this word or phrase, inflected or not."""
    query = '"' + phrase.replace('"', " ") + '"'
    rows = store.rows(
        "SELECT c.id FROM contributions_fts f JOIN contributions c ON c.id = f.rowid"
        f" {_STANDS} AND contributions_fts MATCH ?",
        f"title : {query}" if title else query,
    )
    return {row["id"] for row in rows}


def texts(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Title and body of contributions."""
    return store.rows(
        "SELECT id, title, ifnull(body, '') AS body FROM contributions"
        " WHERE id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )


def named(store: Store, name: str) -> set[int]:
    """The contributions to a repository of this name."""
    rows = store.rows(
        f"SELECT c.id FROM contributions c {_STANDS} AND lower(c.repo) LIKE '%/' || ? ESCAPE '\\'",
        name.lower().replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_"),
    )
    return {row["id"] for row in rows}


def written_in(store: Store, ending: str) -> set[int]:
    """The contributions that touch files with this ending."""
    rows = store.rows(
        f"SELECT c.id FROM contributions c {_STANDS} AND instr(c.paths, ?)", f'{ending}"'
    )
    return {row["id"] for row in rows}


def example(store: Store, repo: str, number: int) -> sqlite3.Row | None:
    """The change with this number in `owner/name`, if it is stored."""
    rows = store.rows(
        "SELECT id, title, repo, paths FROM contributions"
        " WHERE number = ?2 AND kind = 'merged_pr' AND lower(repo) LIKE '%/' || lower(?1)",
        repo,
        number,
    )
    return rows[0] if rows else None


def touching(store: Store, repo: str, paths: Sequence[str]) -> dict[int, float]:
    """The contributions with files of these in a repository: how alike the two sets are, 0 to 1."""
    rows = store.rows(
        "SELECT c.id, 2.0 * count(*) / (?3 + json_array_length(c.paths)) AS alike"
        f" FROM json_each(c.paths) p, contributions c {_STANDS}"
        " AND c.repo = ?1 AND p.value IN (SELECT value FROM json_each(?2)) GROUP BY c.id",
        repo,
        json.dumps(list(paths)),
        len(paths),
    )
    return {row["id"]: row["alike"] for row in rows}


def with_path(store: Store, path: str) -> dict[int, float]:
    """The contributions that touch this file, in any repository; 1 where they touch no other."""
    rows = store.rows(
        "SELECT c.id, 2.0 / (1 + json_array_length(c.paths)) AS alike"
        f" FROM contributions c {_STANDS} AND instr(c.paths, ?)",
        json.dumps(path, ensure_ascii=False),
    )
    return {row["id"]: row["alike"] for row in rows}


def silent(store: Store, persons: Sequence[int], column: str) -> int:
    """How many of these people publish no location, or no company."""
    if column not in ("location", "company"):
        raise ValueError(column)
    return int(
        store.scalar(
            "SELECT count(*) FROM json_each(?) w WHERE NOT EXISTS (SELECT 1 FROM identities i"
            f" WHERE i.person_id = w.value AND trim(ifnull(i.{column}, '')) <> '')",
            json.dumps(list(persons)),
        )
    )


def credited(store: Store, contributions: Sequence[int]) -> list[sqlite3.Row]:
    """Who wrote or reviewed these, in which part, and what each is worth."""
    return store.rows(
        "SELECT DISTINCT i.person_id, k.contribution_id AS id, k.part, e.relevance, e.substance"
        " FROM credits k JOIN identities i ON i.id = k.identity_id"
        " JOIN evidence e ON e.contribution_id = k.contribution_id"
        " WHERE k.part <> 'merger' AND i.person_id IS NOT NULL"
        " AND k.contribution_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(contributions)),
    )


def places(store: Store, persons: Sequence[int]) -> dict[int, list[str]]:
    """Where these people say that they are, as published."""
    found: dict[int, list[str]] = {}
    for row in store.rows(
        "SELECT person_id, location FROM identities WHERE location IS NOT NULL"
        " AND person_id IN (SELECT value FROM json_each(?)) ORDER BY authority DESC, id",
        json.dumps(list(persons)),
    ):
        found.setdefault(row["person_id"], []).append(row["location"])
    return found


def seniors(store: Store, persons: Sequence[int], reviews: int, months: int) -> set[int]:
    """Those whose public work shows experience: trusted with a project by its owners, asked to
    review, or at such work for long."""
    rows = store.rows(
        "SELECT i.person_id FROM identities i JOIN credits k ON k.identity_id = i.id"
        " JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " JOIN evidence e ON e.contribution_id = c.id"
        " WHERE i.person_id IN (SELECT value FROM json_each(?1)) AND k.part <> 'merger'"
        " GROUP BY i.person_id HAVING max(k.part <> 'reviewer'"
        "     AND c.association IN ('OWNER', 'MEMBER', 'COLLABORATOR'))"
        " OR count(DISTINCT iif(k.part = 'reviewer', c.id, NULL)) >= ?2"
        " OR julianday(max(iif(e.relevant, c.at, NULL)))"
        "     - julianday(min(iif(e.relevant, c.at, NULL))) >= ?3 * 30.4",
        json.dumps(list(persons)),
        reviews,
        months,
    )
    return {row["person_id"] for row in rows}
