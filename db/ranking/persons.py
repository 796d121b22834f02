"""Persons as they are shown: names, identities and months of work; and the lookup of a person.

It writes only that a profile was opened. Lists of people are in `shortlist`, works in `works`.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db import backup
from db.connection import Store
from db.records import records


@dataclass(frozen=True, slots=True)
class PersonRecord:
    """A person as stored. Times are UTC in ISO 8601."""

    id: int
    name: str | None
    login: str | None
    aliases: str  # other logins and names, separated by ;
    status: str
    standing: str  # core, regular or occasional in the repositories crawled
    first_seen_at: str
    opened_at: str | None  # when a user opened the profile
    noticed_at: str | None  # when the person was notified of the stored data
    released_at: str | None  # when the profile details were released
    last_at: str | None  # newest public work of any kind except merging

    @property
    def display_name(self) -> str:
        """The published name, the login, or the number."""
        return self.name or self.login or f"#{self.id}"


@dataclass(frozen=True, slots=True)
class IdentityRecord:
    """An account or byline, and the source that last showed it (None: no longer crawled)."""

    id: int
    key: str
    person_id: int
    name: str | None
    login: str | None
    url: str | None
    company: str | None
    location: str | None
    website: str | None
    bio: str | None
    hireable: bool | None
    routes: str | None  # JSON: pages the person publishes for contact
    proof: str | None  # where a site shows the login
    purged_at: str | None  # when the profile details were purged
    fetched_at: str
    source: str | None


@dataclass(frozen=True, slots=True)
class IdentityLink:
    """Why two identities are one person. `manual`: a user joined them."""

    proof: str
    urls: str  # JSON
    manual: bool


@dataclass(frozen=True, slots=True)
class OptOutQuote:
    """Where a person writes that recruiters must not contact them."""

    quote: str
    place: str
    url: str | None


@dataclass(frozen=True, slots=True)
class MonthOfWork:
    """Contributions in one month (`YYYY-MM`), in all and relevant ones."""

    month: str
    work: int
    relevant: int


@dataclass(frozen=True, slots=True)
class MonthOfKind:
    """How many works of one kind a person did in one month (`YYYY-MM`)."""

    person_id: int
    month: str
    kind: str
    works: int


@dataclass(frozen=True, slots=True)
class ExportFile:
    """An exported file that still contains a person."""

    path: str
    at: str
    by: str
    preset: str


def find(store: Store, who: str) -> list[int]:
    """The persons with this id, identity key, login or full name, whichever matches first."""
    for sql in (
        "SELECT id FROM persons WHERE id = CAST(?1 AS INTEGER) AND CAST(id AS TEXT) = ?1",
        "SELECT person_id FROM identities WHERE key = ?1 AND person_id IS NOT NULL",
        "SELECT DISTINCT person_id FROM identities"
        " WHERE login = ltrim(?1, '@') COLLATE NOCASE AND person_id IS NOT NULL",
        "SELECT DISTINCT person_id FROM identities"
        " WHERE name = ?1 COLLATE NOCASE AND person_id IS NOT NULL",
    ):
        if found := [row[0] for row in store.rows(sql, who)]:
            return found
    return []


def person(store: Store, id_: int) -> PersonRecord:
    """One person. Raises IndexError for an id that does not exist."""
    return records(
        PersonRecord,
        store.rows(
            "SELECT id, name, login, aliases, status, standing, first_seen_at, opened_at,"
            " noticed_at, released_at, last_at FROM persons WHERE id = ?",
            id_,
        ),
    )[0]


def namesakes(store: Store, id_: int) -> list[int]:
    """Other persons of the same name: other people, or one that no proof joins to this one."""
    return [
        row["id"]
        for row in store.rows(
            "SELECT o.id FROM persons p JOIN persons o ON o.name = p.name COLLATE NOCASE"
            " WHERE p.id = ? AND o.id <> p.id ORDER BY o.id",
            id_,
        )
    ]


def objection(store: Store, id_: int) -> OptOutQuote | None:
    """The person's own words that recruiters must not contact them, or None."""
    rows = store.rows(
        "SELECT o.quote, o.place, o.url FROM objections o JOIN identities i ON i.id = o.identity_id"
        " WHERE i.person_id = ? ORDER BY o.seen_at LIMIT 1",
        id_,
    )
    return next(iter(records(OptOutQuote, rows)), None)


def opened(store: Store, id_: int, now: str) -> None:
    """Note that a user opened the profile: its details are kept from now on."""
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET opened_at = ?, released_at = NULL"
            " WHERE id = ? AND opened_at IS NULL",
            [now, id_],
        )
        store.conn.execute(
            "UPDATE identities SET purged_at = NULL WHERE person_id = ? AND purged_at IS NOT NULL",
            [id_],
        )


def identities(store: Store, id_: int) -> list[IdentityRecord]:
    """The accounts and bylines of a person, the best known first."""
    rows = store.rows(
        "SELECT i.id, i.key, i.person_id, i.name, i.login, i.url, i.company, i.location, i.website,"
        " i.bio, i.hireable, i.routes, i.proof, i.purged_at, i.fetched_at, s.name AS source"
        " FROM identities i LEFT JOIN sources s ON s.id = i.source_id"
        " WHERE i.person_id = ? ORDER BY i.source_priority DESC, i.id",
        id_,
    )
    return records(IdentityRecord, rows)


def links(store: Store, id_: int) -> list[IdentityLink]:
    """The proofs that a person's identities are one person."""
    rows = store.rows(
        "SELECT j.proof, j.urls, j.origin = 'hand' AS manual FROM joins j"
        " JOIN identities a ON a.id = j.a JOIN identities b ON b.id = j.b"
        " WHERE a.person_id = ?1 AND b.person_id = ?1 AND j.verdict = 'same'"
        " UNION SELECT 'Both name the profile ' || a.url, json_array(a.url), 0 FROM identities a"
        " JOIN identities b ON b.url = a.url COLLATE NOCASE AND b.id <> a.id"
        " WHERE a.person_id = ?1 AND b.person_id = ?1 AND a.login IS NOT NULL",
        id_,
    )
    return records(IdentityLink, rows)


def months(store: Store, id_: int) -> list[MonthOfWork]:
    """Contributions by month, oldest first; months without any are left out."""
    rows = store.rows(
        "SELECT substr(c.at, 1, 7) AS month, count(DISTINCT c.id) AS work,"
        " count(DISTINCT iif(e.relevant, c.id, NULL)) AS relevant"
        " FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'"
        " JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " JOIN evidence e ON e.contribution_id = c.id"
        " WHERE i.person_id = ? GROUP BY month ORDER BY month",
        id_,
    )
    return records(MonthOfWork, rows)


def activity(store: Store, ids: Sequence[int], since: str) -> list[MonthOfKind]:
    """The relevant work of these people since a day, by month and kind."""
    rows = store.rows(
        "SELECT i.person_id, substr(c.at, 1, 7) AS month, e.work AS kind,"
        " count(DISTINCT c.id) AS works FROM json_each(?) w"
        " CROSS JOIN identities i ON i.person_id = w.value"
        " CROSS JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'"
        " CROSS JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " AND c.at >= ? CROSS JOIN evidence e ON e.contribution_id = c.id AND e.relevant"
        " GROUP BY i.person_id, month, kind ORDER BY i.person_id, month, works DESC, kind",
        json.dumps(list(ids)),
        since,
    )
    return records(MonthOfKind, rows)


def signals(store: Store, ids: Sequence[int]) -> dict[int, list[str]]:
    """The names of the signals that each person meets, strongest first."""
    found: dict[int, list[str]] = {id_: [] for id_ in ids}
    for row in store.rows(
        "SELECT person_id, name FROM signals WHERE person_id IN (SELECT value FROM json_each(?))"
        " AND points > 0 ORDER BY person_id, points DESC",
        json.dumps(list(ids)),
    ):
        found[row["person_id"]].append(row["name"])
    return found


def exports(store: Store, id_: int) -> list[ExportFile]:
    """The exported files that contain a person."""
    rows = store.rows(
        "SELECT DISTINCT e.path, e.at, e.by, e.preset FROM export_rows r"
        " JOIN exports e ON e.id = r.export_id WHERE r.person_id = ? ORDER BY e.id",
        id_,
    )
    return records(ExportFile, rows)


def backups(store: Store) -> list[str]:
    """The paths of copies of this database: the recorded ones, and those in its folder.

    A restored database does not record the copies that were made after it.
    """
    rows = store.rows("SELECT DISTINCT path FROM backups")
    beside = backup.copies_beside(store.path, store.meta("suppression_key") or "")
    return sorted({*(row["path"] for row in rows), *beside})
