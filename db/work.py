"""What still needs doing, kept in columns so that a kill in between loses nothing.

A contribution is unread until the classifier's version stands beside it, a person stale until
scored. Each step streams in batches of one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from typing import Any

from db.store import Store, translated
from sourcing.model import Credited, Evidence, Score, Work

#: How many proofs of a signal are kept ready for the shortlist; the dossier makes them all.
PROOFS_KEPT = 5


# -- contributions to be read ---------------------------------------------------------------


def unread(store: Store, limit: int = 500) -> list[sqlite3.Row]:
    """Contributions the classifier has to read, oldest id first."""
    return store.rows(
        "SELECT c.id, c.kind, c.title, substr(c.body, 1, 6000) AS body, c.paths, c.files,"
        " c.renames, c.additions, c.deletions, c.labels"
        " FROM evidence e JOIN contributions c ON c.id = e.contribution_id"
        " WHERE e.classifier IS NULL ORDER BY e.contribution_id LIMIT ?",
        limit,
    )


def save_evidence(store: Store, read: Sequence[tuple[int, Evidence]], classifier: str) -> None:
    """Store readings; whoever is credited with them becomes stale."""
    with store.transaction():
        store.conn.executemany(
            "UPDATE evidence SET classifier = ?, work = ?, relevant = ?, relevance = ?,"
            " substance = ?, reasons = ?, ground = ? WHERE contribution_id = ?",
            [
                (classifier, e.work, e.relevant, e.relevance, e.substance,
                 json.dumps(e.reasons, ensure_ascii=False), e.ground, id_)
                for id_, e in read
            ],
        )  # fmt: skip
        store.conn.execute(
            "UPDATE persons SET stale = 1 WHERE NOT stale AND id IN ("
            " SELECT i.person_id FROM credits k JOIN identities i ON i.id = k.identity_id"
            " WHERE k.contribution_id IN (SELECT value FROM json_each(?)))",
            [json.dumps([id_ for id_, _ in read])],
        )


def read_again(store: Store, classifier: str) -> None:
    """Mark what another version of the classifier has read; looked for once a version."""
    if store.meta("read") == classifier:
        return
    with store.transaction():
        store.set_meta("read", classifier)
        store.conn.execute(
            "UPDATE evidence SET classifier = NULL WHERE classifier <> ?", [classifier]
        )


# -- persons to be scored -------------------------------------------------------------------


def score_again(store: Store, as_of: str, rubric: str) -> None:
    """Make everybody stale if the scores are of another week or rubric."""
    if store.meta("scored") == f"{as_of} {rubric}":
        return
    with store.transaction():
        store.conn.execute("UPDATE persons SET stale = 1 WHERE NOT stale")
        store.set_meta("scored", f"{as_of} {rubric}")


#: What relevant work is filtered by: its kind, where it is, in which language.
Worked = tuple[Work, str | None, str | None]


@dataclass(frozen=True, slots=True)
class Due:
    """A person to be scored: what counts for them, and by what it is found."""

    person: int
    credited: list[Credited]
    worked: set[Worked]


def stale(store: Store, limit: int = 2_000) -> list[int]:
    """The next persons to be scored."""
    return [row["id"] for row in store.rows("SELECT id FROM persons WHERE stale LIMIT ?", limit)]


def credited(store: Store, persons: Sequence[int]) -> dict[int, list[Credited]]:
    """What may count for each of these persons: relevant work, and any job on common ground."""
    return {one.person: one.credited for one in due(store, persons)}


def due(store: Store, persons: Sequence[int]) -> Iterator[Due]:
    """What these persons are scored by, one after the other."""
    waiting = dict.fromkeys(persons)
    with translated(store.path):
        rows = store.conn.execute(_CREDITED, [json.dumps(list(persons))])
        for person, mine in groupby(rows, itemgetter(0)):
            del waiting[person]
            yield _due(person, mine)
    for person in waiting:
        yield Due(person, [], set())


def _due(person: int, rows: Iterable[sqlite3.Row]) -> Due:
    found = Due(person, [], set())
    for row in rows:
        (_, id_, place, repo, language, kind, part, at,
         work, relevant, relevance, substance, reasons, ground, reverted, login,
         by_other) = row  # fmt: skip
        told = tuple(json.loads(reasons))
        evidence = Evidence(work, bool(relevant), relevance, substance, told, bool(ground))
        accepted = True if by_other else _unless_own(place, login)
        counted = Credited(id_, place, kind, part, at, evidence, accepted, bool(reverted))
        found.credited.append(counted)
        if relevant:
            found.worked.add((work, repo, language))
    return found


#: Joined in this order: rows of evidence are small, and much of it counts nowhere.
_CREDITED = """
SELECT i.person_id, c.id, ifnull(c.repo, c.key), c.repo, c.language, c.kind, k.part, c.at,
       e.work, e.relevant, e.relevance, e.substance, e.reasons, e.ground,
       r.id IS NOT NULL AND r.withdrawn_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM contributions rr WHERE rr.id = r.reverted_by AND rr.withdrawn_at IS NULL
       ),
       i.login,
       EXISTS (SELECT 1 FROM credits m JOIN identities mi ON mi.id = m.identity_id
               WHERE m.contribution_id = c.id AND m.part = 'merger'
               AND mi.person_id IS NOT i.person_id)
FROM identities i
CROSS JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
CROSS JOIN evidence e ON e.contribution_id = k.contribution_id AND (e.relevant OR e.ground)
CROSS JOIN contributions c ON c.id = e.contribution_id AND c.withdrawn_at IS NULL
LEFT JOIN contributions r ON r.id = c.reverted_by
WHERE i.person_id IN (SELECT value FROM json_each(?))
ORDER BY i.person_id
"""


def _unless_own(place: str, login: str | None) -> bool | None:
    """False in a repository under the author's own name; elsewhere nobody knows."""
    parts = place.split("/")
    own = len(parts) > 2 and parts[-2] and parts[-2].casefold() == (login or "").casefold()
    return False if own else None


def save_scores(store: Store, scores: Sequence[Score]) -> None:
    """Replace the scores, signals and strongest proofs of these persons."""
    conn = store.conn
    with store.transaction():
        # What is made of scores sees by this that they changed.
        store.set_meta("scorings", str(int(store.meta("scorings") or 0) + 1))
        people = [s.person for s in scores]
        points = [
            (role, s.person, points, s.as_of, s.rubric)
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
        _replace(conn, "proofs", people, proofs)
        conn.executemany(
            "UPDATE persons SET stale = 0, last_at = (SELECT max(c.at) FROM identities i"
            " JOIN credits k ON k.identity_id = i.id"
            " JOIN contributions c ON c.id = k.contribution_id"
            " WHERE i.person_id = persons.id AND k.part <> 'merger') WHERE id = ?",
            [(person,) for person in people],
        )


#: The key of each table of results, which comes first, and what stands under it.
_RESULTS: dict[str, tuple[tuple[str, ...], tuple[str, ...]]] = {
    "scores": (("role", "person_id"), ("points", "as_of", "rubric")),
    "signals": (("person_id", "name"), ("points",)),
    "proofs": (("person_id", "signal", "contribution_id"), ("points",)),
}


def _replace(
    conn: sqlite3.Connection, table: str, persons: Sequence[int], wanted: Iterable[tuple[Any, ...]]
) -> None:
    """Write only what differs: most results are again what they were."""
    key, values = _RESULTS[table]
    width = len(key)
    found = conn.execute(
        f"SELECT * FROM {table} WHERE person_id IN (SELECT value FROM json_each(?))",
        [json.dumps(persons)],
    )
    had = {row[:width]: row[width:] for row in map(tuple, found)}
    fresh = [row for row in wanted if had.pop(row[:width], None) != row[width:]]
    where = " AND ".join(f"{column} = ?" for column in key)
    conn.executemany(f"DELETE FROM {table} WHERE {where}", had)
    marks = ", ".join("?" * len(key + values))
    sets = ", ".join(f"{column} = excluded.{column}" for column in values)
    conn.executemany(
        f"INSERT INTO {table} VALUES ({marks}) ON CONFLICT DO UPDATE SET {sets}", fresh
    )
