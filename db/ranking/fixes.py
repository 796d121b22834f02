"""Packages that the team runs, and the repairs that later versions of them contain.

It stores and reads; `sourcing.discovery.fixes` decides what is a fix. The view `fixes_since` shows
the same to any SQLite tool.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class PackageInUse:
    """A package at the version in use, with its repository as contributions name it."""

    ecosystem: str
    name: str
    version: str
    direct: bool | None
    repo: str


@dataclass(frozen=True, slots=True)
class FixOfPerson:
    """A repair by a person that an update of a package would bring."""

    person_id: int
    contribution_id: int
    package: str
    in_use: str
    fixed_in: str
    direct: bool
    substance: float
    value: float  # `scoring.value`: how good it is as evidence


def known_repos(store: Store) -> dict[str, str]:
    """The repositories of all contributions, by their case-folded name."""
    names = store.rows("SELECT DISTINCT repo FROM contributions WHERE repo IS NOT NULL")
    return {row["repo"].casefold(): row["repo"] for row in names}


def sources_of(store: Store, repo: str) -> list[str]:
    """The names of the sources that show contributions of a repository."""
    rows = store.rows(
        "SELECT DISTINCT s.name FROM contributions c"
        " JOIN source_contributions x ON x.contribution_id = c.id"
        " JOIN sources s ON s.id = x.source_id WHERE c.repo = ? ORDER BY s.name",
        repo,
    )
    return [row["name"] for row in rows]


def contributions_of(store: Store, repo: str, oids: Sequence[str]) -> dict[int, list[str]]:
    """The works of a repository that have any of these commits, with the commits."""
    rows = store.rows(
        "SELECT k.contribution_id AS id, k.oid FROM json_each(?) w"
        " JOIN commits k ON k.oid = w.value"
        " JOIN contributions c ON c.id = k.contribution_id AND c.repo = ?",
        json.dumps(list(oids)),
        repo,
    )
    found: dict[int, list[str]] = {}
    for row in rows:
        found.setdefault(row["id"], []).append(row["oid"])
    return found


def replace(store: Store, fixes: Mapping[PackageInUse, Mapping[int, str]], now: str) -> None:
    """Store these packages and their fixes (contribution → version) in place of all others."""
    with store.transaction():
        store.conn.execute("DELETE FROM packages")
        for package, fixed in fixes.items():
            id_ = store.conn.execute(
                "INSERT INTO packages (ecosystem, name, version, direct, repository, read_at)"
                " VALUES (?, ?, ?, ?, ?, ?) RETURNING id",
                (package.ecosystem, package.name, package.version, package.direct, package.repo,
                 now),
            ).fetchone()[0]  # fmt: skip
            store.conn.executemany(
                "INSERT INTO package_fixes VALUES (?, ?, ?)",
                [(id_, contribution, version) for contribution, version in fixed.items()],
            )


def of_people(store: Store) -> list[FixOfPerson]:
    """The repairs with their authors, by person and contribution."""
    rows = store.rows(
        "SELECT DISTINCT i.person_id, f.contribution_id, f.package, f.in_use, f.fixed_in, f.direct,"
        " f.substance, ifnull(e.value, 0) AS value FROM fixes_since f"
        " JOIN evidence e ON e.contribution_id = f.contribution_id"
        " JOIN credits k ON k.contribution_id = f.contribution_id AND k.part IN"
        " ('author', 'co_author')"
        " JOIN identities i ON i.id = k.identity_id AND i.person_id IS NOT NULL AND NOT i.bot"
        " ORDER BY i.person_id, f.contribution_id, f.package"
    )
    return [
        FixOfPerson(
            row["person_id"], row["contribution_id"], row["package"], row["in_use"],
            row["fixed_in"], row["direct"] != 0, row["substance"], row["value"],
        )
        for row in rows
    ]  # fmt: skip
