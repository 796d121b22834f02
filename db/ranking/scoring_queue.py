"""The work queue of the classifier and the scorer, and the writer of their results.

The queue is two columns: the version of the classifier that read a contribution, and
`persons.needs_scoring`. Each batch is one transaction, so a killed run loses nothing.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any, NamedTuple

from db.connection import Store, translated
from sourcing.core.model import Credited, Evidence, Kind, Score, Work

#: Proofs stored per signal, for the shortlist; the dossier computes all of them.
PROOFS_KEPT = 5


# -- contributions to be read ---------------------------------------------------------------


class UnreadWork(NamedTuple):
    """The columns of a contribution that the classifier reads. Lists are JSON."""

    id: int
    kind: Kind
    title: str
    body: str | None
    paths: str | None
    files: int | None
    renames: int | None
    additions: int | None
    deletions: int | None
    labels: str | None
    duplicate_of: int | None
    repeats: str | None
    branch: str | None
    same_author: int  # 1: its author is an author of the work that it repeats


def unread(store: Store, limit: int = 2_000) -> list[UnreadWork]:
    """Contributions that the classifier has to read, lowest id first."""
    rows = store.rows(
        "SELECT c.id, c.kind, c.title, substr(c.body, 1, 6000) AS body, c.paths, c.files,"
        " c.renames, c.additions, c.deletions, c.labels, c.duplicate_of, c.repeats, c.branch,"
        " EXISTS (SELECT 1 FROM credits a JOIN credits b ON b.identity_id = a.identity_id"
        "  AND b.contribution_id = c.duplicate_of AND b.part IN ('author', 'co_author')"
        "  WHERE a.contribution_id = c.id AND a.part = 'author') AS same_author"
        " FROM evidence e JOIN contributions c ON c.id = e.contribution_id"
        " WHERE e.classifier IS NULL ORDER BY e.contribution_id LIMIT ?",
        limit,
    )
    return [UnreadWork._make(row) for row in rows]


def save_evidence(store: Store, read: Sequence[tuple[int, Evidence]], classifier: str) -> None:
    """Store evidence and mark the credited people for scoring."""
    with store.transaction():
        store.conn.executemany(
            "UPDATE evidence SET classifier = ?, work = ?, relevant = ?, relevance = ?,"
            " substance = ?, reasons = ?, in_shared_code = ?, value = ?, title_words = ?,"
            " second = ?, certainty = ?, duplicate = ?"
            " WHERE contribution_id = ?",
            [
                (classifier, e.work, e.relevant, e.relevance, e.substance,
                 json.dumps(e.reasons, ensure_ascii=False), e.in_shared_code, e.value,
                 e.title_words, e.second, e.certainty, e.duplicate, id_)
                for id_, e in read
            ],
        )  # fmt: skip
        store.conn.execute(
            "UPDATE persons SET needs_scoring = 1 WHERE NOT needs_scoring AND id IN ("
            " SELECT i.person_id FROM credits k JOIN identities i ON i.id = k.identity_id"
            " WHERE k.contribution_id IN (SELECT value FROM json_each(?)))",
            [json.dumps([id_ for id_, _ in read])],
        )


def invalidate_evidence(store: Store, classifier: str) -> None:
    """Mark contributions that another version of the classifier read; runs once per version."""
    if store.meta("read") == classifier:
        return
    with store.transaction():
        store.set_meta("read", classifier)
        store.conn.execute(
            "UPDATE evidence SET classifier = NULL WHERE classifier <> ?", [classifier]
        )


# -- persons to be scored -------------------------------------------------------------------


def invalidate_scores(store: Store, as_of: str, rubric: str) -> None:
    """Mark everybody for scoring if the stored scores have another date or rubric."""
    if store.meta("scored") == f"{as_of} {rubric}":
        return
    with store.transaction():
        store.conn.execute("UPDATE persons SET needs_scoring = 1 WHERE NOT needs_scoring")
        store.set_meta("scored", f"{as_of} {rubric}")


#: The facets of one relevant work: kind, repository, language.
Worked = tuple[Work, str | None, str | None]
#: A merged pull request: identity id, contribution id, time, repository.
Written = tuple[int, int, str, str]


@dataclass(frozen=True, slots=True)
class Due:
    """A person to be scored, with their credited work, its facets and their pull requests."""

    person: int
    credited: list[Credited]
    worked: set[Worked]
    last_at: str | None
    written: list[Written]
    repositories: set[str]  # in which the person is credited with changes


def needs_scoring(store: Store, limit: int = 5_000) -> list[int]:
    """The next persons to be scored."""
    return [
        row["id"] for row in store.rows("SELECT id FROM persons WHERE needs_scoring LIMIT ?", limit)
    ]


def credited(store: Store, persons: Sequence[int]) -> dict[int, list[Credited]]:
    """The credited work of each of these persons that its source still shows, of any value."""
    return {one.person: one.credited for one in due(store, persons)}


def due(store: Store, persons: Sequence[int]) -> Iterator[Due]:
    """These persons with the work that they are scored by, in the order of their ids."""
    waiting = dict.fromkeys(persons)
    with translated(store.path):
        rows = tuples(store.conn, _CREDITED, persons)
        for person, mine in groupby(rows, itemgetter(0)):
            del waiting[person]
            yield _due(person, mine)
    for person in waiting:
        yield _due(person, ())


def tuples(conn: sqlite3.Connection, sql: str, persons: Sequence[int]) -> sqlite3.Cursor:
    """Rows as plain tuples, which are faster to read than `sqlite3.Row`."""
    cursor = conn.cursor()
    cursor.row_factory = None
    return cursor.execute(sql, [json.dumps(list(persons))])


#: Faster than `json.loads`; the stored JSON has no surrounding white space.
_parsed = json.JSONDecoder().raw_decode


def _due(person: int, rows: Iterable[tuple[Any, ...]]) -> Due:
    credited: list[Credited] = []
    worked: set[Worked] = set()
    written: list[Written] = []
    repositories: set[str] = set()
    last_at = None
    for row in rows:
        (_, identity, id_, place, repo, language, kind, part, at, shown,
         work, relevant, relevance, substance, reasons, shared, value, words, reverted, login,
         by_other) = row  # fmt: skip
        if last_at is None or at > last_at:
            last_at = at
        if repo is not None and kind in _CHANGES:
            repositories.add(repo)
        if part == "author" and kind == "merged_pr":
            written.append((identity, id_, at, place))
        if shown:
            evidence = (
                Evidence(
                    work, bool(relevant), relevance, substance, tuple(_parsed(reasons)[0]),
                    bool(shared), value, words,
                )
                if value
                else Evidence(work, bool(relevant), relevance, substance, ())
            )  # fmt: skip
            accepted = True if by_other else _unless_own(place, login)
            credited.append(
                Credited(id_, place, kind, part, at, evidence, accepted, bool(reverted))
            )
            if relevant:
                worked.add((work, repo, language))
    return Due(person, credited, worked, last_at, written, repositories)


#: Kinds of contribution that change a repository.
_CHANGES = ("merged_pr", "commit")

#: The credited work of many people. It is read in the order of contribution ids, so that each page
#: of the file is read once.
_CREDITED = """
WITH mine AS MATERIALIZED (
    SELECT k.contribution_id, k.part, i.id, i.person_id, i.login
    FROM identities i CROSS JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
    WHERE i.person_id IN (SELECT value FROM json_each(?))
    ORDER BY k.contribution_id LIMIT -1  -- without a limit, SQLite takes the order to be idle
)
SELECT i.person_id, i.id, c.id, ifnull(c.repo, c.key), c.repo, c.language, c.kind, i.part, c.at,
       e.work IS NOT NULL AND c.withdrawn_at IS NULL AND NOT e.duplicate,
       e.work, e.relevant, e.relevance,
       e.substance, e.reasons, e.in_shared_code, e.value, e.title_words,
       r.id IS NOT NULL AND r.withdrawn_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM contributions rr WHERE rr.id = r.reverted_by AND rr.withdrawn_at IS NULL
       ),
       i.login,
       EXISTS (SELECT 1 FROM credits m JOIN identities mi ON mi.id = m.identity_id
               WHERE m.contribution_id = c.id AND m.part = 'merger'
               AND mi.person_id IS NOT i.person_id)
FROM mine i CROSS JOIN contributions c ON c.id = i.contribution_id
LEFT JOIN evidence e ON e.contribution_id = c.id
LEFT JOIN contributions r ON r.id = c.reverted_by
ORDER BY i.person_id, c.id
"""


def _unless_own(place: str, login: str | None) -> bool | None:
    """False in a repository under the author's own name, otherwise None (unknown)."""
    if not login:
        return None
    parts = place.split("/")
    own = len(parts) > 2 and parts[-2].casefold() == login.casefold()
    return False if own else None


def save_scores(
    store: Store,
    scores: Sequence[Score],
    last_at: Sequence[tuple[str | None, int]],
    repositories: Iterable[str] = (),
) -> None:
    """Replace the scores, signals and strongest proofs of these persons.

    `last_at`: the time of each person's newest work. The standings in these repositories, and in
    the repositories where these persons had one, are marked for renewal.
    """
    conn = store.conn
    with store.transaction():
        # Percentiles and opening orders compare this value to see that scores changed.
        store.set_meta("scorings", str(int(store.meta("scorings") or 0) + 1))
        people = [s.person for s in scores]
        points = [
            (role, s.person, points, s.as_of, s.rubric, s.counted[role])
            for s in scores
            for role, points in s.roles.items()
            if points > 0
        ]
        _replace(conn, "scores", people, points)
        signals = [(s.person, g.name, g.points) for s in scores for g in s.signals]
        _replace(conn, "signals", people, signals)
        proofs = [
            (s.person, g.name, contribution, points)
            for s in scores
            for g in s.signals
            for contribution, points in g.proofs[:PROOFS_KEPT]
        ]
        # In the order of the index, so that each of its pages is written once.
        proofs.sort(key=itemgetter(2))
        _replace(conn, "proofs", people, proofs)
        conn.executemany("UPDATE persons SET needs_scoring = 0, last_at = ? WHERE id = ?", last_at)
        conn.executemany(
            "UPDATE persons SET changes = ?1 WHERE id = ?2 AND changes <> ?1",
            [(s.changes, s.person) for s in scores],
        )
        conn.executemany(
            "INSERT OR IGNORE INTO standings_due VALUES (?)", [(r,) for r in sorted(repositories)]
        )
        conn.execute(
            "INSERT OR IGNORE INTO standings_due SELECT repo FROM standings"
            " WHERE person_id IN (SELECT value FROM json_each(?))",
            [json.dumps(people)],
        )


#: The key columns and the value columns of each table of results, in their stored order.
_RESULTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "scores": (("role", "person_id"), ("points", "as_of", "rubric", "counted")),
    "signals": (("person_id", "name"), ("points",)),
    "proofs": (("person_id", "signal", "contribution_id"), ("points",)),
}


def _replace(
    conn: sqlite3.Connection, table: str, persons: Sequence[int], wanted: Sequence[tuple[Any, ...]]
) -> None:
    """Write only the rows that differ; most results are unchanged."""
    key, values = _RESULTS[table]
    width = len(key)
    of_these = f"SELECT * FROM {table} WHERE person_id IN (SELECT value FROM json_each(?))"  # nosec B608
    had = set(tuples(conn, of_these, persons))
    fresh = [row for row in wanted if row not in had]
    gone = {row[:width] for row in had.difference(wanted)} - {row[:width] for row in fresh}
    where = " AND ".join(f"{column} = ?" for column in key)
    conn.executemany(f"DELETE FROM {table} WHERE {where}", sorted(gone))  # nosec B608
    marks = ", ".join("?" * len(key + values))
    sets = ", ".join(f"{column} = excluded.{column}" for column in values)
    conn.executemany(
        f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO UPDATE SET {sets}",  # nosec B608
        fresh,
    )
