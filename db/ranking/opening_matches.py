"""The relevant work of some people as it is compared with an opening, and facts about them.

It reads. How much a match is worth is decided in `sourcing.shortlist`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class ComparableWork:
    """A person's part in a contribution, with the texts and evidence that are compared."""

    person_id: int
    part: str
    id: int
    title: str
    body: str | None
    repo: str | None
    paths: tuple[str, ...]
    substance: float


@dataclass(frozen=True, slots=True)
class ExampleWork:
    """A change that an opening names as an example."""

    id: int
    title: str
    repo: str
    paths: tuple[str, ...]


def works(store: Store, persons: Sequence[int]) -> list[ComparableWork]:
    """The relevant work that these people wrote or reviewed, by person, contribution and part.

    Withdrawn and reverted work is left out.
    """
    rows = store.rows(
        "SELECT DISTINCT i.person_id, k.part, c.id, c.title, c.body, c.repo, c.paths, e.substance"
        " FROM json_each(?) w JOIN identities i ON i.person_id = w.value"
        " JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'"
        " JOIN contributions c ON c.id = k.contribution_id"
        " AND c.withdrawn_at IS NULL AND c.reverted_by IS NULL"
        " JOIN evidence e ON e.contribution_id = c.id AND e.relevant ORDER BY c.id",
        json.dumps(list(persons)),
    )
    return [
        ComparableWork(
            row["person_id"], row["part"], row["id"], row["title"], row["body"], row["repo"],
            tuple(json.loads(row["paths"] or "[]")), row["substance"],
        )
        for row in rows
    ]  # fmt: skip


def work_with(store: Store, persons: Sequence[int], name: str, suffix: str) -> list[ComparableWork]:
    """For each of these people, a relevant work of theirs on files that end in `suffix`, or
    (without a suffix) in a repository of this name."""
    rows = store.rows(
        "SELECT i.person_id, k.part, c.id, c.title, c.repo, max(e.substance) AS substance"
        " FROM json_each(?1) w JOIN identities i ON i.person_id = w.value"
        " JOIN credits k ON k.identity_id = i.id AND k.part IN ('author', 'co_author')"
        " JOIN contributions c ON c.id = k.contribution_id"
        " AND c.withdrawn_at IS NULL AND c.reverted_by IS NULL"
        " AND (?3 <> '' AND instr(c.paths, ?3 || '\"')"
        "  OR ?3 = '' AND lower(c.repo) LIKE '%/' || lower(?2))"
        " JOIN evidence e ON e.contribution_id = c.id AND e.relevant GROUP BY i.person_id",
        json.dumps(list(persons)),
        name,
        suffix,
    )
    return [
        ComparableWork(
            row["person_id"], row["part"], row["id"], row["title"], None, row["repo"], (),
            row["substance"],
        )
        for row in rows
    ]  # fmt: skip


def writes(store: Store, persons: Sequence[int], suffix: str) -> dict[int, bool]:
    """By person, whether own relevant work has files that end in `suffix`; people without work
    of known files are left out."""
    rows = store.rows(
        "SELECT i.person_id, max(instr(c.paths, ?2 || '\"') > 0) AS yes"
        " FROM json_each(?1) w JOIN identities i ON i.person_id = w.value"
        " JOIN credits k ON k.identity_id = i.id AND k.part IN ('author', 'co_author')"
        " JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " AND c.paths IS NOT NULL AND c.paths <> '[]'"
        " JOIN evidence e ON e.contribution_id = c.id AND e.relevant GROUP BY i.person_id",
        json.dumps(list(persons)),
        suffix,
    )
    return {row["person_id"]: bool(row["yes"]) for row in rows}


def example(store: Store, repo: str, number: int) -> ExampleWork | None:
    """The change with this number in `owner/name`, if it is stored."""
    names = store.rows(
        "SELECT repo FROM (SELECT DISTINCT repo FROM contributions WHERE repo IS NOT NULL)"
        " WHERE lower(substr(repo, instr(repo, '/') + 1)) = lower(?)",
        repo,
    )
    rows = store.rows(
        "SELECT id, title, repo, paths FROM contributions"
        " WHERE repo IN (SELECT value FROM json_each(?)) AND number = ? AND kind = 'merged_pr'",
        json.dumps([row["repo"] for row in names]),
        number,
    )
    for row in rows:
        paths = tuple(json.loads(row["paths"] or "[]"))
        return ExampleWork(row["id"], row["title"], row["repo"], paths)
    return None


def places(store: Store, persons: Sequence[int]) -> dict[int, list[str]]:
    """The locations that these people publish."""
    result: dict[int, list[str]] = {}
    for row in store.rows(
        "SELECT person_id, location FROM identities WHERE location IS NOT NULL"
        " AND person_id IN (SELECT value FROM json_each(?)) ORDER BY source_priority DESC, id",
        json.dumps(list(persons)),
    ):
        result.setdefault(row["person_id"], []).append(row["location"])
    return result


def seniors(store: Store, persons: Sequence[int], reviews: int, months: int) -> set[int]:
    """People with experience: project members, people with many reviews or many months of work."""
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
