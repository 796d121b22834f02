"""The shortlist at any size: one page of it, how many there are, and what to filter them by.

Without a wish it is an index walk and counts are ready-made. With one, the people who match are
written into a temporary table once, and page, total and counts are read off that.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.people import fts_words
from db.store import Store

#: So many of the newest contributions that hold the words are compared by how well they fit.
COMPARED = 20_000
#: Up to so many people the counts are of exactly those who match; above, of everybody.
COUNTED = 20_000
#: So many values of a facet are offered.
OFFERED = 40


@dataclass(frozen=True, slots=True)
class Wish:
    """Whom to show. `traits`: one value per facet, '' for those of whom it is not known."""

    about: str = ""
    traits: Mapping[str, str] = field(default_factory=dict)
    place: str = ""
    active_since: str = ""
    new_since: str = ""
    untouched_since: str = ""
    status: str = ""
    tag: str = ""
    today: str = ""

    def narrows(self) -> bool:
        """True if not everybody is meant."""
        return bool(
            self.about or self.traits or self.place or self.active_since or self.new_since
            or self.untouched_since or self.status or self.tag
        )  # fmt: skip


@dataclass(frozen=True, slots=True)
class Slice:
    """One page: its rows, how many match in all, and what they can be filtered by."""

    rows: list[sqlite3.Row]
    total: int
    counts: dict[str, list[tuple[str, int]]]
    exact: bool


_COLUMNS = (
    "p.id AS person_id, p.login, p.name, p.aliases, s.points AS score, p.last_at, p.status,"
    " p.first_seen_at, s.as_of"
)
#: Nobody who is left alone for now, and no machine; sets this small are read once.
_SHOWN = (
    "s.role = :role AND p.id NOT IN (SELECT person_id FROM excluded"
    " WHERE until IS NULL OR until >= :today)"
    " AND p.id NOT IN (SELECT person_id FROM identities WHERE flood AND person_id IS NOT NULL)"
)


def people(
    store: Store, role: str, wish: Wish, after: tuple[float, int] | None, limit: int
) -> Slice:
    """The people after a key (points or fit, number), best first."""
    values = _values(role, wish, after, limit)
    if not wish.narrows():
        return _everybody(store, values)
    _match(store, wish, values)
    rows = store.rows_named(
        f"SELECT {_COLUMNS}, h.worth FROM hits h JOIN persons p ON p.id = h.person_id"
        " JOIN scores s ON s.person_id = p.id AND s.role = :role"
        " WHERE :worth IS NULL OR h.worth < :worth OR h.worth = :worth AND h.person_id > :number"
        " ORDER BY h.worth DESC, h.person_id LIMIT :limit",
        values,
    )
    total = int(store.scalar("SELECT count(*) FROM hits"))
    exact = total <= COUNTED
    return Slice(rows, total, _live(store) if exact else _ready(store), exact)


def _everybody(store: Store, values: dict[str, Any]) -> Slice:
    walk = "" if values["worth"] is None else (
        " AND s.points <= :worth AND (s.points < :worth OR s.person_id > :number)"
    )  # fmt: skip
    rows = store.rows_named(
        f"SELECT {_COLUMNS}, s.points AS worth FROM scores s JOIN persons p ON p.id = s.person_id"
        f" WHERE {_SHOWN} AND p.status NOT IN ('do not contact', 'declined'){walk}"
        " ORDER BY s.points DESC, s.person_id LIMIT :limit",
        values,
    )
    total = store.rows_named(
        "SELECT (SELECT count(*) FROM scores WHERE role = :role) - (SELECT count(*) FROM scores s"
        " WHERE s.role = :role AND s.person_id IN ("
        "  SELECT id FROM persons"
        "  WHERE status <> 'new' AND status IN ('do not contact', 'declined')"
        "  UNION SELECT person_id FROM excluded WHERE until IS NULL OR until >= :today"
        "  UNION SELECT person_id FROM identities WHERE flood)) AS people",
        values,
    )[0]["people"]
    return Slice(rows, total, _ready(store), exact=False)


def _match(store: Store, wish: Wish, values: dict[str, Any]) -> None:
    """Write down who matches, and how well."""
    conn = store.conn
    conn.execute("DROP TABLE IF EXISTS temp.hits")
    conn.execute("CREATE TEMP TABLE hits (person_id INTEGER PRIMARY KEY, worth REAL NOT NULL)")
    joined, worth = "", "s.points"
    if wish.about:
        _find(store, values)
        joined = "JOIN fits f ON f.person_id = p.id"
        worth = "f.fit * s.points"
    terms = [_SHOWN, *_terms(wish, values)]
    conn.execute(
        f"INSERT INTO hits SELECT p.id, {worth} FROM scores s JOIN persons p ON p.id = s.person_id"
        f" {joined} WHERE {' AND '.join(terms)}",
        values,
    )


def _find(store: Store, values: dict[str, Any]) -> None:
    """Contributions that hold the words, and for each person how well their best one fits."""
    conn = store.conn
    conn.execute("DROP TABLE IF EXISTS temp.found")
    conn.execute("DROP TABLE IF EXISTS temp.fits")
    conn.execute("CREATE TEMP TABLE found (id INTEGER PRIMARY KEY, fit REAL NOT NULL)")
    conn.execute(
        "INSERT INTO found SELECT rowid, -bm25(contributions_fts, 2.0, 1.0) FROM contributions_fts"
        f" WHERE contributions_fts MATCH :about ORDER BY rowid DESC LIMIT {COMPARED}",
        values,
    )
    conn.execute("CREATE TEMP TABLE fits (person_id INTEGER PRIMARY KEY, fit REAL NOT NULL)")
    conn.execute(
        "INSERT INTO fits SELECT i.person_id, max(f.fit) FROM found f"
        " JOIN credits k ON k.contribution_id = f.id AND k.part <> 'merger'"
        " JOIN identities i ON i.id = k.identity_id AND i.person_id IS NOT NULL"
        " JOIN contributions c ON c.id = f.id AND c.withdrawn_at IS NULL GROUP BY i.person_id"
    )


def _terms(wish: Wish, values: dict[str, Any]) -> list[str]:
    terms = []
    for at, (facet, value) in enumerate(wish.traits.items()):
        values |= {f"facet{at}": facet, f"value{at}": value}
        terms.append(
            "EXISTS (SELECT 1 FROM traits t WHERE t.person_id = p.id AND t.value_id ="
            f" (SELECT id FROM trait_values WHERE facet = :facet{at} AND value = :value{at}))"
        )
    if wish.place:
        terms.append(
            "p.id IN (SELECT t.person_id FROM trait_values v JOIN traits t ON t.value_id = v.id"
            " WHERE v.facet IN ('location', 'company') AND v.value LIKE :place)"
        )
    if wish.active_since:
        terms.append("p.last_at >= :active_since")
    if wish.new_since:
        terms.append("p.first_seen_at >= :new_since")
    if wish.untouched_since:
        terms.append(
            "p.id NOT IN (SELECT person_id FROM drafts"
            " WHERE status IN ('sent', 'exported') AND ifnull(sent_at, decided_at)"
            " >= :untouched_since)"
        )
    if wish.tag:
        terms.append("p.id IN (SELECT person_id FROM tags WHERE tag = :tag)")
    refused = "p.status NOT IN ('do not contact', 'declined')"
    terms.append("p.status = :status" if wish.status else refused)
    return terms


def _values(role: str, wish: Wish, after: tuple[float, int] | None, limit: int) -> dict[str, Any]:
    worth, number = after or (None, None)
    return {
        "role": role,
        "about": fts_words(wish.about),
        "place": f"%{wish.place}%",
        "active_since": wish.active_since,
        "new_since": wish.new_since,
        "untouched_since": wish.untouched_since,
        "status": wish.status,
        "tag": wish.tag,
        "today": wish.today,
        "worth": worth,
        "number": number,
        "limit": limit,
    }


def _live(store: Store) -> dict[str, list[tuple[str, int]]]:
    """Counts of exactly those who match."""
    return _grouped(
        store.rows(
            "SELECT v.facet, v.value, count(*) AS people FROM hits h"
            " JOIN traits t ON t.person_id = h.person_id JOIN trait_values v ON v.id = t.value_id"
            " GROUP BY v.id UNION ALL SELECT 'status', p.status, count(*) FROM hits h"
            " JOIN persons p ON p.id = h.person_id GROUP BY p.status"
            " UNION ALL SELECT 'tag', t.tag, count(*) FROM hits h"
            " JOIN tags t ON t.person_id = h.person_id GROUP BY t.tag ORDER BY 1, 3 DESC, 2"
        )
    )


def _ready(store: Store) -> dict[str, list[tuple[str, int]]]:
    """Counts of everybody."""
    return _grouped(
        store.rows(
            "SELECT facet, value, people FROM trait_values"
            " UNION ALL SELECT 'status', 'new', (SELECT count(*) FROM persons)"
            "  - (SELECT count(*) FROM persons WHERE status <> 'new')"
            " UNION ALL SELECT 'status', status, count(*) FROM persons WHERE status <> 'new'"
            "  GROUP BY status"
            " UNION ALL SELECT 'tag', tag, count(*) FROM tags GROUP BY tag ORDER BY 1, 3 DESC, 2"
        )
    )


def _grouped(rows: Sequence[sqlite3.Row]) -> dict[str, list[tuple[str, int]]]:
    """The commonest values of each facet, and always how many have none."""
    found: dict[str, list[tuple[str, int]]] = {}
    for row in rows:
        mine = found.setdefault(row["facet"], [])
        if len(mine) < OFFERED or not row["value"]:
            mine.append((row["value"], row["people"]))
    return found


_MATCHED = """
SELECT i.person_id, c.id, c.key, c.kind AS form, c.repo, c.number, c.title, c.url, c.at,
       e.work, e.substance, e.reasons, NULL AS signal, f.fit AS points, k.part
FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
JOIN found f ON f.id = k.contribution_id
JOIN contributions c ON c.id = f.id AND c.withdrawn_at IS NULL
JOIN evidence e ON e.contribution_id = c.id
WHERE i.person_id IN (SELECT value FROM json_each(?))
ORDER BY f.fit * (0.1 + e.relevance * e.substance) DESC, c.at DESC, c.id
"""


def matched(store: Store, persons: str) -> list[sqlite3.Row]:
    """Of the people just found by words, the work that holds them; `persons` is a JSON list."""
    return store.rows(_MATCHED, persons)


_WHY = """
SELECT person_id, name FROM signals
WHERE person_id IN (SELECT value FROM json_each(:persons)) AND points > 0
ORDER BY person_id, points DESC
"""


def signals(store: Store, persons: str) -> list[sqlite3.Row]:
    """What these people's work shows, strongest first; `persons` is a JSON list."""
    return store.rows_named(_WHY, {"persons": persons})
