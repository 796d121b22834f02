"""What still needs doing, kept in columns so that a kill in between loses nothing.

A contribution is unread until the classifier's version stands beside it, an identity
unsettled until a person is found for it, a person stale until scored. Each step streams
in batches of one transaction.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

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
    """Mark what another version of the classifier has read."""
    with store.transaction():
        store.conn.execute(
            "UPDATE evidence SET classifier = NULL WHERE classifier <> ?", [classifier]
        )


# -- identities to be settled ---------------------------------------------------------------


@dataclass(slots=True)
class Claims:
    """All that decides who is who around the unsettled identities.

    `identities`: rows by id. `same` and `different`: pairs of ids; `by_hand` those of them
    that a human made; `profile`: pairs of which both name one page, the profile of one of them.
    """

    identities: dict[int, sqlite3.Row]
    same: set[tuple[int, int]] = field(default_factory=set)
    different: set[tuple[int, int]] = field(default_factory=set)
    by_hand: set[tuple[int, int]] = field(default_factory=set)
    profile: set[tuple[int, int]] = field(default_factory=set)


def claims(store: Store) -> Claims:
    """The unsettled identities and everything that is or was joined to them."""
    found = Claims({})
    frontier = [row["id"] for row in store.rows("SELECT id FROM identities WHERE unsettled")]
    while frontier:
        batch = json.dumps(frontier)
        fresh: set[int] = set()
        for row in store.rows(_IDENTITY_ROWS, batch):
            found.identities[row["id"]] = row
        for row in store.rows(_NEIGHBOURS, batch):
            pair = (min(row["a"], row["b"]), max(row["a"], row["b"]))
            if row["verdict"] is not None:
                getattr(found, row["verdict"]).add(pair)
            if row["by_hand"]:
                found.by_hand.add(pair)
            fresh.update(pair)
        frontier = sorted(fresh - found.identities.keys())
    return found


_IDENTITY_ROWS = """
SELECT i.id, i.key, i.person_id, i.bot, i.name, i.login, i.url, i.authority, i.fetched_at,
       (SELECT count(*) FROM credits WHERE identity_id = i.id) AS credits
FROM identities i WHERE i.id IN (SELECT value FROM json_each(?))
"""
#: Joined by proof; naming the same page, which is the profile of one of them; one until now.
_NEIGHBOURS = """
WITH here AS (SELECT i.* FROM identities i WHERE i.id IN (SELECT value FROM json_each(?)))
SELECT j.a, j.b, j.verdict, j.source_id IS NULL AS by_hand FROM here JOIN joins j ON j.a = here.id
UNION SELECT j.a, j.b, j.verdict, j.source_id IS NULL FROM here JOIN joins j ON j.b = here.id
UNION SELECT here.id, o.id, 'profile', 0 FROM here JOIN identities o
    ON o.url = here.url COLLATE NOCASE AND o.id <> here.id
    WHERE here.login IS NOT NULL OR o.login IS NOT NULL
UNION SELECT here.id, o.id, NULL, 0 FROM here JOIN identities o
    ON o.person_id = here.person_id AND o.id <> here.id
"""


@dataclass(frozen=True, slots=True)
class Settled:
    """A person found: the identities, and how the person is called."""

    identities: tuple[int, ...]
    person: int | None
    name: str | None
    login: str | None
    aliases: str


def settle(store: Store, people: Iterable[Settled], bots: Iterable[int], now: str) -> None:
    """Write who is who. A person without identities is merged into where they went."""
    with store.transaction():
        conn = store.conn
        conn.executemany(
            "UPDATE identities SET person_id = NULL, unsettled = 0 WHERE id = ?",
            [(id_,) for id_ in bots],
        )
        for found in people:
            person = found.person
            if person is None:
                row = conn.execute(
                    "INSERT INTO persons (first_seen_at) VALUES (?) RETURNING id", [now]
                ).fetchone()
                person = int(row[0])
            _move(conn, person, json.dumps(found.identities))
            conn.execute(
                "UPDATE persons SET name = ?, login = ?, aliases = ?, stale = 1 WHERE id = ?",
                [found.name, found.login, found.aliases, person],
            )
        conn.execute(
            "DELETE FROM persons WHERE NOT EXISTS"
            " (SELECT 1 FROM identities WHERE person_id = persons.id)"
            " AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = persons.id)"
        )


def _move(conn: sqlite3.Connection, person: int, identities: str) -> None:
    """Give the identities to the person, with what stood under persons left empty by it."""
    left = [
        row[0]
        for row in conn.execute(
            "SELECT DISTINCT person_id FROM identities WHERE person_id <> ?1 AND id IN"
            " (SELECT value FROM json_each(?2)) AND person_id NOT IN (SELECT person_id FROM"
            " identities WHERE person_id IS NOT NULL AND id NOT IN"
            " (SELECT value FROM json_each(?2)))",
            [person, identities],
        ).fetchall()
    ]
    conn.execute(
        "UPDATE identities SET person_id = ?, unsettled = 0"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [person, identities],
    )
    for old in left:
        _move_drafts(conn, person, old)
        conn.execute("UPDATE notes SET person_id = ? WHERE person_id = ?", [person, old])
        conn.execute("UPDATE OR IGNORE tags SET person_id = ? WHERE person_id = ?", [person, old])
        conn.execute(
            "UPDATE persons SET first_seen_at = min(persons.first_seen_at, o.first_seen_at),"
            " opened_at = coalesce(persons.opened_at, o.opened_at),"
            " noticed_at = coalesce(persons.noticed_at, o.noticed_at),"
            " status = CASE WHEN 'do not contact' IN (persons.status, o.status)"
            "   THEN 'do not contact' WHEN 'declined' IN (persons.status, o.status)"
            "   THEN 'declined' WHEN persons.status = 'new' THEN o.status ELSE persons.status END"
            " FROM (SELECT * FROM persons WHERE id = ?) AS o WHERE persons.id = ?",
            [old, person],
        )


def _move_drafts(conn: sqlite3.Connection, person: int, old: int) -> None:
    """One human gets one message: the last one approved stands, the others expire."""
    both = json.dumps([person, old])
    conn.execute(
        "UPDATE drafts SET status = 'expired' WHERE person_id IN (SELECT value FROM json_each(?1))"
        " AND status IN ('proposed', 'edited', 'approved') AND id NOT IN ("
        "  SELECT id FROM drafts WHERE person_id IN (SELECT value FROM json_each(?1))"
        "  AND status IN ('proposed', 'edited', 'approved') AND NOT EXISTS (SELECT 1 FROM drafts"
        "   WHERE person_id IN (SELECT value FROM json_each(?1))"
        "   AND status IN ('sent', 'exported'))"
        "  ORDER BY status = 'approved' DESC, id DESC LIMIT 1)",
        [both],
    )
    conn.execute("UPDATE drafts SET person_id = ? WHERE person_id = ?", [person, old])


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
    """What counts for each of these persons; what is not read yet does not."""
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
       EXISTS (SELECT 1 FROM credits m WHERE m.contribution_id = c.id AND m.part = 'merger'
               AND m.identity_id <> k.identity_id) AS merged_by_other
FROM identities i
JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
JOIN evidence e ON e.contribution_id = c.id AND e.work IS NOT NULL
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
