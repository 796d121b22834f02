"""What still needs doing, kept in columns so that a kill in between loses nothing.

A contribution is unread until the classifier's version stands beside it, a person stale until
scored. Each step streams in batches of one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from db.store import Store
from sourcing.model import Credited, Evidence, Score

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
            " substance = ?, reasons = ? WHERE contribution_id = ?",
            [
                (classifier, e.work, e.relevant, e.relevance, e.substance,
                 json.dumps(e.reasons, ensure_ascii=False), id_)
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


def stale(store: Store, limit: int = 500) -> list[tuple[int, list[Credited]]]:
    """The next persons to be scored, each with what counts for them."""
    ids = [row["id"] for row in store.rows("SELECT id FROM persons WHERE stale LIMIT ?", limit)]
    return list(credited(store, ids).items())


def credited(store: Store, persons: Sequence[int]) -> dict[int, list[Credited]]:
    """What counts for each of these persons; what is not read yet, or not relevant, does not."""
    found: dict[int, list[Credited]] = {person: [] for person in persons}
    for row in store.rows(_CREDITED, json.dumps(list(persons))):
        found[row["person_id"]].append(_as_credited(row))
    return found


_CREDITED = """
SELECT i.person_id, c.id, ifnull(c.repo, c.key) AS repo, c.kind, k.part, c.at,
       e.work, e.relevant, e.relevance, e.substance, e.reasons,
       r.id IS NOT NULL AND r.withdrawn_at IS NULL AND NOT EXISTS (
           SELECT 1 FROM contributions rr WHERE rr.id = r.reverted_by AND rr.withdrawn_at IS NULL
       ) AS reverted,
       i.login,
       EXISTS (SELECT 1 FROM credits m JOIN identities mi ON mi.id = m.identity_id
               WHERE m.contribution_id = c.id AND m.part = 'merger'
               AND mi.person_id IS NOT i.person_id) AS merged_by_other
FROM identities i
JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
JOIN evidence e ON e.contribution_id = c.id AND e.relevant
LEFT JOIN contributions r ON r.id = c.reverted_by
WHERE i.person_id IN (SELECT value FROM json_each(?))
"""


def _as_credited(row: sqlite3.Row) -> Credited:
    owner = row["repo"].split("/")[-2].casefold() if row["repo"].count("/") > 1 else ""
    own = bool(owner) and owner == (row["login"] or "").casefold()
    return Credited(
        contribution=row["id"],
        repo=row["repo"],
        kind=row["kind"],
        part=row["part"],
        at=row["at"],
        evidence=Evidence(
            row["work"],
            bool(row["relevant"]),
            row["relevance"],
            row["substance"],
            tuple(json.loads(row["reasons"])),
        ),
        accepted=True if row["merged_by_other"] else (False if own else None),
        reverted=bool(row["reverted"]),
    )


def save_scores(store: Store, scores: Sequence[Score]) -> None:
    """Replace the scores, signals and strongest proofs of these persons."""
    conn = store.conn
    with store.transaction():
        # What is made of scores sees by this that they changed.
        store.set_meta("scorings", str(int(store.meta("scorings") or 0) + 1))
        ids = [(s.person,) for s in scores]
        for table in ("scores", "signals", "proofs"):
            conn.executemany(f"DELETE FROM {table} WHERE person_id = ?", ids)
        conn.executemany(
            "INSERT INTO scores VALUES (?, ?, ?, ?, ?)",
            [
                (role, s.person, points, s.as_of, s.rubric)
                for s in scores
                for role, points in s.roles.items()
                if points > 0
            ],
        )
        conn.executemany(
            "INSERT INTO signals VALUES (?, ?, ?)",
            [(s.person, g.name, g.points) for s in scores for g in s.signals],
        )
        conn.executemany(
            "INSERT INTO proofs VALUES (?, ?, ?, ?)",
            [
                (s.person, g.name, contribution, points)
                for s in scores
                for g in s.signals
                for contribution, points in g.proofs[:PROOFS_KEPT]
            ],
        )
        conn.executemany(
            "UPDATE persons SET stale = 0, last_at = (SELECT max(c.at) FROM identities i"
            " JOIN credits k ON k.identity_id = i.id"
            " JOIN contributions c ON c.id = k.contribution_id"
            " WHERE i.person_id = persons.id AND k.part <> 'merger') WHERE id = ?",
            ids,
        )
