"""Entity resolution, storage side: claims about unresolved identities, and the resolved persons.

`sourcing.identity` decides which identities are one person; this module reads the claims and writes
the result.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from db.connection import Store
from db.records import records
from sourcing.core.model import IdentityType, Join
from sourcing.core.text import fold


@dataclass(frozen=True, slots=True)
class ClaimedIdentity:
    """An identity with all that entity resolution uses."""

    id: int
    key: str
    type: IdentityType
    person_id: int | None
    bot: bool
    name: str | None
    login: str | None
    url: str | None
    source_priority: int
    #: When profile details were deleted, or None.
    purged_at: str | None
    #: Credits of this identity.
    credits: int


@dataclass(frozen=True, slots=True)
class AccountWithoutRoutes:
    """An account with a profile that was read only as part of a contribution."""

    key: str
    login: str


@dataclass(slots=True)
class Claims:
    """The evidence on who is one person, for the unresolved identities and their neighbours.

    Pairs hold identity ids, the smaller one first.
    """

    identities: dict[int, ClaimedIdentity]
    #: Pairs that a proof or a human joined, and pairs that a human separated.
    same: set[tuple[int, int]] = field(default_factory=set)
    different: set[tuple[int, int]] = field(default_factory=set)
    #: Those of both kinds that a human made.
    manual: set[tuple[int, int]] = field(default_factory=set)
    #: Pairs that name one page, which is the profile of one of them.
    profile: set[tuple[int, int]] = field(default_factory=set)


def claims(store: Store) -> Claims:
    """The unresolved identities, with all identities that are or were joined to them."""
    found = Claims({})
    frontier = [row["id"] for row in store.rows("SELECT id FROM identities WHERE needs_resolution")]
    while frontier:
        batch = json.dumps(frontier)
        fresh: set[int] = set()
        for identity in records(ClaimedIdentity, store.rows(_IDENTITY_ROWS, batch)):
            found.identities[identity.id] = identity
        for row in store.rows(_NEIGHBOURS, batch):
            pair = (min(row["a"], row["b"]), max(row["a"], row["b"]))
            if row["verdict"] is not None:
                getattr(found, row["verdict"]).add(pair)
            if row["manual"]:
                found.manual.add(pair)
            fresh.update(pair)
        frontier = sorted(fresh - found.identities.keys())
    return found


_IDENTITY_ROWS = """
SELECT i.id, i.key, i.type, i.person_id, i.bot, i.name, i.login, i.url, i.source_priority,
       i.purged_at,
       (SELECT count(*) FROM credits WHERE identity_id = i.id) AS credits
FROM identities i WHERE i.id IN (SELECT value FROM json_each(?))
"""
#: Identities joined by proof, with the same profile page, or of the same person until now.
_NEIGHBOURS = """
WITH here AS (SELECT i.* FROM identities i WHERE i.id IN (SELECT value FROM json_each(?)))
SELECT j.a, j.b, j.verdict, j.origin = 'hand' AS manual FROM here JOIN joins j ON j.a = here.id
UNION SELECT j.a, j.b, j.verdict, j.origin = 'hand' FROM here JOIN joins j ON j.b = here.id
UNION SELECT here.id, o.id, 'profile', 0 FROM here JOIN identities o
    ON o.url = here.url COLLATE NOCASE AND o.id <> here.id
    WHERE here.login IS NOT NULL OR o.login IS NOT NULL
UNION SELECT here.id, o.id, NULL, 0 FROM here JOIN identities o
    ON o.person_id = here.person_id AND o.id <> here.id
"""


#: For each commit author of these contributions: the accounts that the forge credits with the same
#: pull requests, the number of agreeing pull requests, and the number of shared ones.
_AUTHORS = """
WITH touched AS (
    SELECT DISTINCT k.identity_id FROM credits k JOIN identities i ON i.id = k.identity_id
    WHERE k.contribution_id IN (SELECT value FROM json_each(?))
      AND k.part = 'author' AND i.type = 'commit_author' AND NOT i.bot
), both AS (
    SELECT g.identity_id AS a, h.identity_id AS b, c.number
    FROM touched t CROSS JOIN credits g ON g.identity_id = t.identity_id AND g.part = 'author'
    CROSS JOIN credits h ON h.contribution_id = g.contribution_id AND h.source_id <> g.source_id
        AND h.part = 'author'
    CROSS JOIN identities i ON i.id = h.identity_id AND i.type = 'account'
    CROSS JOIN contributions c ON c.id = g.contribution_id  -- last: few of them are needed
)
SELECT a, b, count(DISTINCT number) AS agreed,
       (SELECT count(DISTINCT number) FROM both o WHERE o.a = both.a) AS shared,
       group_concat(DISTINCT '#' || number) AS numbers, x.name AS name, y.name AS other, y.login
FROM both JOIN identities x ON x.id = a JOIN identities y ON y.id = b
WHERE x.purged_at IS NULL AND y.purged_at IS NULL  -- without names nothing new is found
GROUP BY a, b
"""


def join_authors(store: Store, contributions: Sequence[int], now: str) -> None:
    """Join a commit author with the account that the forge names for the same pull requests.

    All pull requests must agree, and the names too: the account that opens a pull request may bring
    the commits of another person. Enrichment asks the forge about the remaining authors.
    """
    with store.transaction():
        for row in store.rows(_AUTHORS, json.dumps(list(contributions))):
            alike = fold(row["name"] or "-") in {fold(row["other"] or ""), fold(row["login"] or "")}
            agreed = alike and row["agreed"] == row["shared"]
            _agree(store.conn, row, now, agreed=agreed)


def _agree(conn: sqlite3.Connection, row: sqlite3.Row, now: str, *, agreed: bool) -> None:
    pair = sorted((row["a"], row["b"]))
    if agreed:
        numbers = ", ".join(sorted(row["numbers"].split(","))[:2])
        proof = f"The history and the forge name them as the author of {numbers}"
        written = conn.execute(
            "INSERT INTO joins (a, b, proof, origin, made_at) VALUES (?, ?, ?, 'authorship', ?)"
            " ON CONFLICT DO NOTHING",
            [*pair, proof, now],
        )
    else:
        written = conn.execute(
            "DELETE FROM joins WHERE a = ? AND b = ? AND origin = 'authorship'", pair
        )
    if written.rowcount:
        conn.execute("UPDATE identities SET needs_resolution = 1 WHERE id IN (?, ?)", pair)


def authors_without_account(store: Store, repo: str, limit: int) -> dict[str, str]:
    """Commit authors without an account, by key, each with the oid of one of their commits.

    It leaves out authors about whom the forge was asked before.
    """
    rows = store.rows(
        "SELECT i.key, min(o.oid) AS oid FROM identities i"
        " JOIN credits k ON k.identity_id = i.id AND k.part = 'author'"
        " JOIN contributions c ON c.id = k.contribution_id AND c.repo = ?1"
        " JOIN commits o ON o.contribution_id = c.id"
        # The author of a merge only merged, and a squash may hold the work of several people.
        " WHERE (SELECT count(*) FROM commits WHERE contribution_id = c.id) = 1"
        "  AND (SELECT count(DISTINCT identity_id) FROM credits WHERE contribution_id = c.id"
        "       AND source_id = k.source_id AND part IN ('author', 'co_author')) = 1"
        "  AND i.type = 'commit_author' AND i.asked_at IS NULL AND NOT i.bot AND NOT EXISTS ("
        "  SELECT 1 FROM identities a WHERE a.person_id = i.person_id AND a.type = 'account')"
        " GROUP BY i.id LIMIT ?2",
        repo,
        limit,
    )
    return {row["key"]: row["oid"] for row in rows}


def record_answer(store: Store, key: str, join: Join | None, now: str) -> None:
    """Record that the forge was asked about an identity, and the join that it proved."""
    with store.transaction():
        store.conn.execute("UPDATE identities SET asked_at = ? WHERE key = ?", [now, key])
        if join is None:
            return
        store.conn.execute(
            "INSERT INTO joins (a, b, proof, urls, origin, made_at)"
            " SELECT min(x.id, y.id), max(x.id, y.id), ?, ?, 'commit', ?"
            " FROM identities x, identities y WHERE x.key = ? AND y.key = ? ON CONFLICT DO NOTHING",
            [join.proof, json.dumps(join.urls), now, join.a, join.b],
        )
        store.conn.execute(
            "UPDATE identities SET needs_resolution = 1 WHERE key IN (?, ?)", [join.a, join.b]
        )


def accounts_without_routes(store: Store, persons: Sequence[int]) -> list[AccountWithoutRoutes]:
    """Accounts of these persons and of all opened persons, without their published pages."""
    rows = store.rows(
        "SELECT i.key, i.login FROM identities i WHERE i.type = 'account' AND i.routes IS NULL"
        " AND i.login IS NOT NULL AND NOT i.bot"
        " AND (i.person_id IN (SELECT value FROM json_each(?)) OR i.person_id IN"
        "  (SELECT id FROM persons WHERE opened_at IS NOT NULL))",
        json.dumps(list(persons)),
    )
    return records(AccountWithoutRoutes, rows)


@dataclass(frozen=True, slots=True)
class ResolvedPerson:
    """The result of entity resolution for one person."""

    identities: tuple[int, ...]
    #: The id of the stored person, or None for a new one.
    person: int | None
    name: str | None
    login: str | None
    #: Other logins and names, separated by ";".
    aliases: str


def save(store: Store, people: Iterable[ResolvedPerson], bots: Iterable[int], now: str) -> None:
    """Write resolved persons; a person without identities is merged into the new one."""
    with store.transaction():
        conn = store.conn
        conn.executemany(
            "UPDATE identities SET person_id = NULL, needs_resolution = 0 WHERE id = ?",
            [(id_,) for id_ in bots],
        )
        for found in people:
            person = found.person
            if person is None:
                person = _new(conn, json.dumps(found.identities), now)
            _move(conn, person, json.dumps(found.identities))
            conn.execute(
                "UPDATE persons SET name = ?, login = ?, aliases = ?, needs_scoring = 1 WHERE"
                " id = ?",
                [found.name, found.login, found.aliases, person],
            )
        conn.execute(
            "DELETE FROM persons WHERE NOT EXISTS"
            " (SELECT 1 FROM identities WHERE person_id = persons.id)"
            " AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = persons.id)"
        )


def _new(conn: sqlite3.Connection, identities: str, now: str) -> int:
    """A new person; after a split they keep the notice clock and the "no" of the former person."""
    row = conn.execute(
        "INSERT INTO persons (first_seen_at, status) SELECT ifnull(min(p.first_seen_at), ?1),"
        " CASE WHEN sum(p.status = 'do not contact') THEN 'do not contact'"
        " WHEN sum(p.status = 'declined') THEN 'declined' ELSE 'new' END"
        " FROM identities i JOIN persons p ON p.id = i.person_id"
        " WHERE i.id IN (SELECT value FROM json_each(?2)) RETURNING id",
        [now, identities],
    ).fetchone()
    return int(row[0])


def _move(conn: sqlite3.Connection, person: int, identities: str) -> None:
    """Move identities to the person, with the drafts and notes of persons that become empty."""
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
        "UPDATE identities SET person_id = ?, needs_resolution = 0"
        " WHERE id IN (SELECT value FROM json_each(?))",
        [person, identities],
    )
    for old in left:
        _move_drafts(conn, person, old)
        conn.execute("UPDATE notes SET person_id = ? WHERE person_id = ?", [person, old])
        for table in ("tags", "verdicts", "export_rows"):
            conn.execute(
                f"UPDATE OR IGNORE {table} SET person_id = ? WHERE person_id = ?",  # nosec B608
                [person, old],
            )
        conn.execute(
            "UPDATE persons SET first_seen_at = min(persons.first_seen_at, o.first_seen_at),"
            " opened_at = coalesce(persons.opened_at, o.opened_at),"
            " noticed_at = coalesce(persons.noticed_at, o.noticed_at),"
            " released_at = coalesce(persons.released_at, o.released_at),"
            " status = CASE WHEN 'do not contact' IN (persons.status, o.status)"
            "   THEN 'do not contact' WHEN 'declined' IN (persons.status, o.status)"
            "   THEN 'declined' WHEN persons.status = 'new' THEN o.status ELSE persons.status END"
            " FROM (SELECT * FROM persons WHERE id = ?) AS o WHERE persons.id = ?",
            [old, person],
        )


def _move_drafts(conn: sqlite3.Connection, person: int, old: int) -> None:
    """One person gets one message: the last approved draft stays open, the others expire."""
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
