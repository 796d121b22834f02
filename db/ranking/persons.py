"""Persons as others see them: the shortlist, one person's dossier, who is meant by a word.

It reads what is ready-made and writes nothing but that somebody looked.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class Filter:
    """Which people to show; None means no wish. Dates are `YYYY-MM-DD`."""

    about: str | None = None
    repo: str | None = None
    kind: str | None = None
    location: str | None = None
    company: str | None = None
    active_since: str | None = None
    new_since: str | None = None
    status: str | None = None
    limit: int = 20
    today: str = ""  # exclusions that ended before this day hold no more; "": all hold

    @property
    def by_work(self) -> bool:
        """True if people are chosen by what some of their work is about."""
        return bool(self.about or self.repo or self.kind)


def shortlist(store: Store, role: str, wish: Filter) -> list[sqlite3.Row]:
    """People best first: rank among those shown, points, and how they are called.

    Who is excluded is not shown; who is not to be contacted only when asked for by status.
    `about` orders by match × score.
    """
    machine = "EXISTS (SELECT 1 FROM identities WHERE person_id = p.id AND mass_contributor)"
    terms, values = ["s.role = :role", f"NOT {machine}", _NOT_EXCLUDED], _values(role, wish)
    if wish.status:
        terms.append("p.status = :status")
    else:
        terms.append("p.status NOT IN ('do not contact', 'declined')")
    if wish.active_since:
        terms.append("p.last_at >= :active_since")
    if wish.new_since:
        terms.append("p.first_seen_at >= :new_since")
    terms += [
        f"EXISTS (SELECT 1 FROM identities WHERE person_id = p.id AND {name} LIKE :{name})"
        for name in ("location", "company")
        if getattr(wish, name)
    ]
    joined, order = "", "s.points DESC, s.person_id"
    if wish.by_work:
        joined = f"JOIN ({_MATCHING.format(**_matching(wish))}) m ON m.person_id = p.id"
        order = "m.fit * s.points DESC, s.person_id" if wish.about else order
    return store.rows_named(
        f"SELECT row_number() OVER (ORDER BY {order}) AS rank, p.id AS person_id, p.login, p.name,"
        " p.aliases, s.points AS score, p.last_at, p.status, p.first_seen_at, s.as_of"
        f" FROM scores s JOIN persons p ON p.id = s.person_id {joined}"
        f" WHERE {' AND '.join(terms)} ORDER BY {order} LIMIT :limit",
        values,
    )


_NOT_EXCLUDED = (
    "NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id"
    " AND (x.until IS NULL OR x.until >= :today))"
)
_MATCHING = """
SELECT i.person_id, max({fit}) AS fit
FROM contributions c JOIN evidence e ON e.contribution_id = c.id
JOIN credits k ON k.contribution_id = c.id AND k.part <> 'merger'
JOIN identities i ON i.id = k.identity_id {joined}
WHERE c.withdrawn_at IS NULL AND i.person_id IS NOT NULL {terms}
GROUP BY i.person_id
"""


def _matching(wish: Filter) -> dict[str, str]:
    terms, joined, fit = "", "", "1.0"
    if wish.about:
        joined = (
            "JOIN (SELECT rowid AS hit, -bm25(contributions_fts, 2.0, 1.0) AS match"
            " FROM contributions_fts WHERE contributions_fts MATCH :about"
            " ORDER BY bm25(contributions_fts, 2.0, 1.0) LIMIT 5000) ON hit = c.id"
        )
        fit = "match"
    else:
        terms += " AND e.relevant"
    if wish.repo:
        terms += " AND (c.repo = :repo OR c.repo LIKE '%/' || :repo)"
    if wish.kind:
        terms += " AND e.work = :kind"
    return {"joined": joined, "terms": terms, "fit": fit}


def _values(role: str, wish: Filter) -> dict[str, str | int | None]:
    return {
        "role": role,
        "about": fts_words(wish.about or ""),
        "repo": wish.repo,
        "kind": wish.kind,
        "location": f"%{wish.location}%",
        "company": f"%{wish.company}%",
        "active_since": wish.active_since,
        "new_since": wish.new_since,
        "status": wish.status,
        "today": wish.today,
        "limit": wish.limit if wish.limit > 0 else -1,
    }


def fts_words(text: str) -> str:
    """Words as an FTS5 query that has all of them, whatever signs they hold."""
    return " ".join('"' + word.replace('"', '""') + '"' for word in text.split())


def evidence(
    store: Store, weights: Mapping[str, float], persons: Sequence[int], wish: Filter, each: int = 3
) -> dict[int, list[sqlite3.Row]]:
    """The strongest work of each person under a role's weights, or what matches the wish.

    The value of a work (scoring.value) decides: a hard problem stands before small jobs of last
    week, and bumps, releases or renames are not shown.
    """
    values = _values("", wish) | {
        "persons": json.dumps(list(persons)),
        "weights": json.dumps(dict(weights)),
    }
    sql = _MATCHED_WORK.format(**_matching(wish)) if wish.by_work else _PROVEN_WORK
    found: dict[int, list[sqlite3.Row]] = {person: [] for person in persons}
    for row in store.rows_named(sql, values):
        mine = found[row["person_id"]]
        if len(mine) < each and row["id"] not in {other["id"] for other in mine}:
            mine.append(row)
    return found


_WORK_COLUMNS = (
    "c.id, c.key, c.kind AS form, c.repo, c.number, c.title, c.url, c.at,"
    " e.work, e.substance, e.reasons"
)
_MATCHED_WORK = f"""
SELECT i.person_id, {_WORK_COLUMNS}, NULL AS signal, {{fit}} AS points, k.part
FROM contributions c JOIN evidence e ON e.contribution_id = c.id
JOIN credits k ON k.contribution_id = c.id AND k.part <> 'merger'
JOIN identities i ON i.id = k.identity_id {{joined}}
WHERE c.withdrawn_at IS NULL AND i.person_id IN (SELECT value FROM json_each(:persons)) {{terms}}
ORDER BY {{fit}} * (0.1 + e.relevance * e.substance) DESC, c.at DESC, c.id
"""
_PROVEN_WORK = f"""
SELECT f.person_id, {_WORK_COLUMNS}, f.signal, f.points * w.value AS points,
       (SELECT min(k.part) FROM credits k JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND i.person_id = f.person_id) AS part
FROM proofs f JOIN json_each(:weights) w ON w.key = f.signal AND w.value > 0
JOIN contributions c ON c.id = f.contribution_id
JOIN evidence e ON e.contribution_id = c.id
WHERE f.person_id IN (SELECT value FROM json_each(:persons))
ORDER BY e.value * w.value * iif(part = 'co_author', 0.35, 1) DESC, c.at DESC, c.id
"""


# -- one person ------------------------------------------------------------------------------


def find(store: Store, who: str) -> list[int]:
    """The persons meant by an id from the list, a login, an Identity or a full name."""
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


def person(store: Store, id_: int) -> sqlite3.Row:
    """How a person is called and where they stand with us."""
    return store.rows("SELECT * FROM persons WHERE id = ?", id_)[0]


def namesakes(store: Store, id_: int) -> list[int]:
    """Others of the same name: perhaps somebody else, perhaps not joined for want of proof."""
    return [
        row["id"]
        for row in store.rows(
            "SELECT o.id FROM persons p JOIN persons o ON o.name = p.name COLLATE NOCASE"
            " WHERE p.id = ? AND o.id <> p.id ORDER BY o.id",
            id_,
        )
    ]


def objection(store: Store, id_: int) -> sqlite3.Row | None:
    """Where a person says in so many words that recruiters are not to write, or None."""
    rows = store.rows(
        "SELECT o.* FROM objections o JOIN identities i ON i.id = o.identity_id"
        " WHERE i.person_id = ? ORDER BY o.seen_at LIMIT 1",
        id_,
    )
    return rows[0] if rows else None


def opened(store: Store, id_: int, now: str) -> None:
    """Note that somebody looked: what is known of this person is kept from now on."""
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


def identities(store: Store, id_: int) -> list[sqlite3.Row]:
    """The accounts and by-lines of a person, and where each was seen."""
    return store.rows(
        "SELECT i.*, s.name AS source FROM identities i LEFT JOIN sources s ON s.id = i.source_id"
        " WHERE i.person_id = ? ORDER BY i.source_priority DESC, i.id",
        id_,
    )


def proofs_of_identity(store: Store, id_: int) -> list[sqlite3.Row]:
    """Why a person's identities are held to be one human."""
    return store.rows(
        "SELECT j.proof, j.urls, j.origin = 'hand' AS by_hand FROM joins j"
        " JOIN identities a ON a.id = j.a JOIN identities b ON b.id = j.b"
        " WHERE a.person_id = ?1 AND b.person_id = ?1 AND j.verdict = 'same'"
        " UNION SELECT 'Both name the profile ' || a.url, json_array(a.url), 0 FROM identities a"
        " JOIN identities b ON b.url = a.url COLLATE NOCASE AND b.id <> a.id"
        " WHERE a.person_id = ?1 AND b.person_id = ?1 AND a.login IS NOT NULL",
        id_,
    )


def works(store: Store, ids: Sequence[int]) -> dict[int, sqlite3.Row]:
    """Contributions with what the classifier read in them, by id."""
    rows = store.rows(
        f"SELECT {_WORK_COLUMNS}, c.body, c.paths, c.reverted_by, ("
        " SELECT count(DISTINCT ifnull(i.person_id, -i.id)) FROM credits k"
        " JOIN identities i ON i.id = k.identity_id"
        " WHERE k.contribution_id = c.id AND NOT i.bot"
        " AND k.part IN ('author', 'co_author')) AS writers"
        " FROM contributions c"
        " LEFT JOIN evidence e ON e.contribution_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
    return {row["id"]: row for row in rows}


def undiscussed(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Those of these contributions around which nobody has looked yet."""
    return store.rows(
        "SELECT key, repo, number FROM contributions WHERE kind = 'merged_pr'"
        " AND id IN (SELECT value FROM json_each(?))"
        " AND id NOT IN (SELECT contribution_id FROM discussions) ORDER BY id",
        json.dumps(list(ids)),
    )


def months(store: Store, id_: int) -> list[sqlite3.Row]:
    """How much work a month, in all and of the relevant kind, oldest first."""
    return store.rows(
        "SELECT substr(c.at, 1, 7) AS month, count(DISTINCT c.id) AS work,"
        " count(DISTINCT iif(e.relevant, c.id, NULL)) AS relevant"
        " FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'"
        " JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " JOIN evidence e ON e.contribution_id = c.id"
        " WHERE i.person_id = ? GROUP BY month ORDER BY month",
        id_,
    )


def exports(store: Store, id_: int) -> list[sqlite3.Row]:
    """The files written that hold a person."""
    return store.rows(
        "SELECT DISTINCT e.path, e.at, e.by, e.preset FROM export_rows r"
        " JOIN exports e ON e.id = r.export_id WHERE r.person_id = ? ORDER BY e.id",
        id_,
    )


def backups(store: Store) -> list[str]:
    """Where copies of this database were put."""
    return [row["path"] for row in store.rows("SELECT DISTINCT path FROM backups ORDER BY path")]
