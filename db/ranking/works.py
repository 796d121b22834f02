"""Contributions as they are shown: the works that prove a score or match a query, and their texts.

It reads. The order here decides which work is the best evidence; `scoring` extracts decisions from
texts.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.connection import Store
from sourcing.core.shortlist_query import ShortlistQuery


@dataclass(frozen=True, slots=True)
class StoredWork:
    """A contribution with the classifier's reading of it."""

    id: int
    key: str
    form: str  # merged_pr, review, commit, post, talk
    repo: str | None  # host/owner/name
    number: int | None
    title: str
    url: str | None
    at: str
    kind: str  # the kind of work, such as reliability
    substance: float  # 0 to 3
    reasons: tuple[str, ...]
    paths: tuple[str, ...]  # the first of the files that it changes
    files: int | None  # how many files it changes; None: unknown
    part: str  # the person's part in it; '' if the query was not about a person
    second: str  # the next most plausible kind; '' if there is none
    certainty: float  # the probability that `kind` is right
    places: tuple[str, ...]  # where else the same work is: a branch, a repository or a site


@dataclass(frozen=True, slots=True)
class Undiscussed:
    """A pull request without a fetched discussion."""

    key: str
    repo: str
    number: int


@dataclass(frozen=True, slots=True)
class StoredText:
    """The texts in and around a contribution."""

    id: int
    kind: str  # merged_pr, review, commit, post, talk
    title: str
    body: str | None
    url: str | None
    closes: str | None  # JSON: the titles of the issues it closes
    remarks: str | None  # JSON: objects with place, text, url, own
    writers: int  # how many people wrote the body


def evidence(
    store: Store,
    weights: Mapping[str, float],
    persons: Sequence[int],
    query: ShortlistQuery,
    each: int = 3,
) -> dict[int, list[StoredWork]]:
    """The strongest work of each person under a role's weights, or the work that matches the query.

    The value of a work (`scoring.value`) and the weight of its kind decide: a hard problem ranks
    before small recent changes. Version bumps, releases and renames are shown only where a person
    has nothing else; of equal titles only one is shown. Work older than two years counts half. For
    `about`, `shortlist.page` must have run the query before.
    """
    values = {
        "persons": json.dumps(list(persons)),
        "weights": json.dumps(dict(weights)),
        "repo": query.repo,
        "kind": query.kind,
    }
    found: dict[int, list[StoredWork]] = {person: [] for person in persons}
    shown: dict[int, set[object]] = {person: set() for person in persons}
    for row in store.rows_named(_statement(query), values):
        mine, titles = found[row["person_id"]], shown[row["person_id"]]
        if mine and not row["value"] and not query.about:
            continue  # fewer works rather than routine work beside them
        if len(mine) < each and row["title_words"] not in titles:
            mine.append(_work(row, row["part"]))
            titles.add(row["title_words"] or row["id"])
    return found


def works(store: Store, ids: Sequence[int]) -> dict[int, StoredWork]:
    """These contributions, by id."""
    rows = store.rows(
        f"SELECT {_COLUMNS} FROM contributions c LEFT JOIN evidence e ON e.contribution_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?))",  # nosec B608
        json.dumps(list(ids)),
    )
    return {row["id"]: _work(row, "") for row in rows}


def _work(row: sqlite3.Row, part: str) -> StoredWork:
    return StoredWork(
        id=row["id"],
        key=row["key"],
        form=row["form"],
        repo=row["repo"],
        number=row["number"],
        title=row["title"],
        url=row["url"],
        at=row["at"],
        kind=row["work"] or "",
        substance=row["substance"] or 0.0,
        reasons=tuple(json.loads(row["reasons"] or "[]")),
        paths=tuple(json.loads(row["paths"] or "[]")),
        files=row["files"],
        part=part,
        second=row["second"] or "",
        certainty=row["certainty"] or 0.0,
        places=tuple(dict.fromkeys(json.loads(row["places"]))),
    )


def undiscussed(store: Store, ids: Sequence[int]) -> list[Undiscussed]:
    """The pull requests among these contributions without a fetched discussion."""
    rows = store.rows(
        "SELECT key, repo, number FROM contributions WHERE kind = 'merged_pr'"
        " AND id IN (SELECT value FROM json_each(?))"
        " AND id NOT IN (SELECT contribution_id FROM discussions) ORDER BY id",
        json.dumps(list(ids)),
    )
    return [Undiscussed(row["key"], row["repo"], row["number"]) for row in rows]


def texts(store: Store, ids: Sequence[int]) -> list[StoredText]:
    """Title, body, titles of closed issues and remarks, and how many people wrote the body."""
    rows = store.rows(
        "SELECT c.id, c.kind, c.title, c.body, c.url, c.closes, d.remarks, ("
        " SELECT count(DISTINCT ifnull(i.person_id, -i.id)) FROM credits k"
        " JOIN identities i ON i.id = k.identity_id"
        " WHERE k.contribution_id = c.id AND NOT i.bot"
        " AND k.part IN ('author', 'co_author')) AS writers"
        " FROM contributions c LEFT JOIN discussions d ON d.contribution_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
    return [StoredText(*row) for row in rows]


_COLUMNS = (
    "c.id, c.key, c.kind AS form, c.repo, c.number, c.title, c.url, c.at, c.paths, c.files,"
    " e.work, e.substance, e.reasons, e.value, e.title_words, e.second, e.certainty,"
    " (SELECT json_group_array(place) FROM (SELECT coalesce(d.branch,"
    "   iif(d.repo IS NOT c.repo OR d.number IS NULL,"
    "       coalesce(substr(d.repo, instr(d.repo, '/') + 1), d.url), '#' || d.number)) AS place"
    "  FROM contributions d WHERE d.duplicate_of = c.id AND d.withdrawn_at IS NULL"
    "  ORDER BY d.branch, d.at, d.key)) AS places"
)
#: The value of a work under a role, for a person with a part in it, as the scorer orders proofs.
_VALUE = (
    "e.value * {weight} * iif({part} = 'author', 1, 0.5) * iif(c.at >="
    " (SELECT date(substr(value, 1, 10), '-730 days') FROM meta WHERE name = 'scored'), 1, 0.5)"
)
#: The works that gave points.
_PROOFS = f"""
SELECT f.person_id, {_COLUMNS},
       (SELECT min(k.part) FROM credits k JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND i.person_id = f.person_id) AS part
FROM proofs f JOIN json_each(:weights) w ON w.key = f.signal AND w.value > 0
JOIN contributions c ON c.id = f.contribution_id
JOIN evidence e ON e.contribution_id = c.id
WHERE f.person_id IN (SELECT value FROM json_each(:persons))
ORDER BY {_VALUE.format(weight="w.value", part="part")} DESC, c.at DESC, c.id
"""  # nosec B608
#: The works that answer the text; `shortlist.page` writes `temp.found`.
_FOUND = f"""
SELECT i.person_id, {_COLUMNS}, k.part
FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
JOIN found f ON f.id = k.contribution_id
JOIN contributions c ON c.id = f.id AND c.withdrawn_at IS NULL
JOIN evidence e ON e.contribution_id = c.id
WHERE i.person_id IN (SELECT value FROM json_each(:persons))
ORDER BY f.fit * iif(k.part = 'author', 1, 0.7) DESC, c.at DESC, c.id
"""  # nosec B608
#: Relevant work in a repository, of a kind, or both.
_FILTERED = f"""
SELECT i.person_id, {_COLUMNS}, k.part
FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
JOIN evidence e ON e.contribution_id = c.id AND e.relevant
LEFT JOIN json_each(:weights) w ON w.key = e.work
WHERE i.person_id IN (SELECT value FROM json_each(:persons)) {{terms}}
ORDER BY {_VALUE.format(weight="ifnull(w.value, 0.05)", part="k.part")} DESC, c.at DESC, c.id
"""  # nosec B608


def _statement(query: ShortlistQuery) -> str:
    if query.about:
        return _FOUND
    if not query.repo and not query.kind:
        return _PROOFS
    terms = " AND (c.repo = :repo OR c.repo LIKE '%/' || :repo)" if query.repo else ""
    return _FILTERED.format(terms=terms + (" AND e.work = :kind" if query.kind else ""))
