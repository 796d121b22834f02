"""The shortlist at any size: one page of it, how many there are, and what to filter them by.

Without a wish it is an index walk, and counts are ready-made. With one, whoever matches is written
into a temporary table, found from the wish that fewest meet; if those are too many to be worth
counting, the page is the same index walk again, which then finds its people soon.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from db.connection import Store, translated
from db.ranking.persons import fts_words

#: So many of the newest contributions that hold the words are compared by how well they fit.
COMPARED = 5_000
#: So many people are counted one by one; with more, counts are those of everybody.
COUNTED = 5_000
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
    """One page: its rows, how many match in all, and what they can be filtered by.

    `exact`: the counts are of these alone. `more`: there are more than `total`.
    """

    rows: list[sqlite3.Row]
    total: int
    counts: dict[str, list[tuple[str, int]]]
    exact: bool
    more: bool = False


_COLUMNS = (
    "p.id AS person_id, p.login, p.name, p.aliases, s.points AS score, p.last_at, p.status,"
    " p.first_seen_at, s.as_of"
)
#: Nobody who is left alone for now, and no machine: sets so small that they are read once.
_SHOWN = (
    "s.person_id NOT IN (SELECT person_id FROM excluded WHERE until IS NULL OR until >= :today)"
    " AND s.person_id NOT IN"
    " (SELECT person_id FROM identities WHERE mass_contributor AND person_id IS NOT NULL)"
)
_REFUSED = (
    "SELECT id AS person_id FROM persons"
    " WHERE status <> 'new' AND status IN ('do not contact', 'declined')"
)
#: All of them at once.
_ALONE = (
    f"{_REFUSED} UNION SELECT person_id FROM excluded WHERE until IS NULL OR until >= :today"
    " UNION SELECT person_id FROM identities WHERE mass_contributor AND person_id IS NOT NULL"
)


def people(
    store: Store, role: str, wish: Wish, after: tuple[float, int] | None, limit: int
) -> Slice:
    """The people after a key (points or fit, number), best first."""
    values = _values(role, wish, after, limit)
    if not wish.narrows():
        rows = _walk(store, [_SHOWN, f"s.person_id NOT IN ({_REFUSED})"], values)
        return Slice(rows, _everybody(store, values), _ready(store, wish.today), exact=False)
    terms = _terms(wish, values)
    with translated(store.path):
        found = _match(store, wish, terms, values)
    if found > COUNTED and not wish.about:
        rows = _walk(store, [_SHOWN, *terms], values)
        return Slice(rows, COUNTED, _ready(store, wish.today), exact=False, more=True)
    rows = store.rows_named(
        f"SELECT {_COLUMNS}, h.worth FROM (SELECT person_id, worth FROM hits WHERE :worth IS NULL"
        "  OR worth < :worth OR worth = :worth AND person_id > :number"
        "  ORDER BY worth DESC, person_id LIMIT :limit) h"
        " CROSS JOIN persons p ON p.id = h.person_id"
        " CROSS JOIN scores s ON s.role = :role AND s.person_id = p.id"
        " ORDER BY h.worth DESC, h.person_id",
        values,
    )
    exact = found <= COUNTED
    return Slice(rows, found, _live(store) if exact else _ready(store, wish.today), exact)


def _walk(store: Store, terms: Sequence[str], values: dict[str, Any]) -> list[sqlite3.Row]:
    """The best who meet the terms, by the index of scores."""
    after = "" if values["worth"] is None else (
        " AND s.points <= :worth AND (s.points < :worth OR s.person_id > :number)"
    )  # fmt: skip
    return store.rows_named(
        f"SELECT {_COLUMNS}, s.points AS worth FROM scores s CROSS JOIN persons p"
        f" ON p.id = s.person_id WHERE s.role = :role AND {' AND '.join(terms)}{after}"
        " ORDER BY s.points DESC, s.person_id LIMIT :limit",
        values,
    )


def _everybody(store: Store, values: dict[str, Any]) -> int:
    row = store.rows_named(
        "SELECT (SELECT count(*) FROM scores WHERE role = :role) - (SELECT count(*) FROM scores s"
        f" WHERE s.role = :role AND s.person_id IN ({_ALONE})) AS people",
        values,
    )[0]
    return int(row["people"])


def _match(store: Store, wish: Wish, terms: Sequence[str], values: dict[str, Any]) -> int:
    """Write down who matches, and how well; by words all of them, otherwise as many as count."""
    conn = store.conn
    conn.execute("DROP TABLE IF EXISTS temp.hits")
    conn.execute("CREATE TEMP TABLE hits (person_id INTEGER PRIMARY KEY, worth REAL NOT NULL)")
    if wish.about:
        _find(store, values)
        source, worth, most = "SELECT person_id, fit FROM fits", "d.fit * s.points", -1
    else:
        source, worth, most = _fewest(store, wish, values), "s.points", COUNTED + 1
    # CROSS JOIN keeps the order: from the fewest to their scores, never the other way round.
    conn.execute(
        f"INSERT INTO hits SELECT s.person_id, {worth} FROM ({source}) d"
        " CROSS JOIN scores s ON s.role = :role AND s.person_id = d.person_id"
        " CROSS JOIN persons p ON p.id = s.person_id"
        f" WHERE {' AND '.join([_SHOWN, *terms])} LIMIT {most}",
        values,
    )
    return int(store.scalar("SELECT count(*) FROM hits"))


def _fewest(store: Store, wish: Wish, values: dict[str, Any]) -> str:
    """From whom to begin: those who meet the wish that fewest meet."""
    if wish.traits:
        values["fewest"] = _rarest(store, wish, values)
    by_wish = (
        (wish.tag, "SELECT person_id FROM tags WHERE tag = :tag"),
        (wish.status, "SELECT id AS person_id FROM persons WHERE status = :status"),
        (wish.traits, "SELECT person_id FROM traits WHERE value_id = :fewest"),
        (wish.place, _PLACED),
        (wish.new_since, "SELECT id AS person_id FROM persons WHERE first_seen_at >= :new_since"),
        (wish.active_since, "SELECT id AS person_id FROM persons WHERE last_at >= :active_since"),
        (True, "SELECT person_id FROM scores WHERE role = :role"),
    )
    return next(source for wanted, source in by_wish if wanted)


def _rarest(store: Store, wish: Wish, values: dict[str, Any]) -> int | None:
    """The value that fewest people have; None if nobody has one of them."""
    either = (f"facet = :facet{at} AND value = :value{at}" for at in range(len(wish.traits)))
    counted = store.rows_named(
        f"SELECT id FROM trait_values WHERE {' OR '.join(either)} ORDER BY people", values
    )
    return counted[0]["id"] if len(counted) == len(wish.traits) else None


_PLACED = (
    "SELECT DISTINCT t.person_id FROM trait_values v CROSS JOIN traits t ON t.value_id = v.id"
    " WHERE v.facet IN ('location', 'company') AND v.value LIKE :place"
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
        " CROSS JOIN credits k ON k.contribution_id = f.id AND k.part <> 'merger'"
        " CROSS JOIN identities i ON i.id = k.identity_id AND i.person_id IS NOT NULL"
        " CROSS JOIN contributions c ON c.id = f.id AND c.withdrawn_at IS NULL"
        " GROUP BY i.person_id"
    )


def _terms(wish: Wish, values: dict[str, Any]) -> list[str]:
    terms = []
    for at, (facet, value) in enumerate(wish.traits.items()):
        values |= {f"facet{at}": facet, f"value{at}": value}
        terms.append(
            "EXISTS (SELECT 1 FROM traits t WHERE t.person_id = s.person_id AND t.value_id ="
            f" (SELECT id FROM trait_values WHERE facet = :facet{at} AND value = :value{at}))"
        )
    if wish.place:
        terms.append(f"s.person_id IN ({_PLACED})")
    if wish.active_since:
        terms.append("p.last_at >= :active_since")
    if wish.new_since:
        terms.append("p.first_seen_at >= :new_since")
    if wish.untouched_since:
        terms.append(
            "s.person_id NOT IN (SELECT person_id FROM drafts"
            " WHERE status IN ('sent', 'exported') AND ifnull(sent_at, decided_at)"
            " >= :untouched_since)"
        )
    if wish.tag:
        terms.append("s.person_id IN (SELECT person_id FROM tags WHERE tag = :tag)")
    terms.append("p.status = :status" if wish.status else f"s.person_id NOT IN ({_REFUSED})")
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
            "SELECT v.facet, v.value, g.people FROM (SELECT t.value_id, count(*) AS people"
            "  FROM hits h CROSS JOIN traits t ON t.person_id = h.person_id GROUP BY t.value_id) g"
            " JOIN trait_values v ON v.id = g.value_id"
            " UNION ALL SELECT 'status', p.status, count(*) FROM hits h"
            " CROSS JOIN persons p ON p.id = h.person_id GROUP BY p.status"
            " UNION ALL SELECT 'tag', t.tag, count(*) FROM hits h"
            " JOIN tags t ON t.person_id = h.person_id GROUP BY t.tag ORDER BY 1, 3 DESC, 2"
        )
    )


def _ready(store: Store, today: str) -> dict[str, list[tuple[str, int]]]:
    """Counts of everybody: those ready-made, without the few who are left alone."""
    return _grouped(
        store.rows_named(
            f"WITH alone AS MATERIALIZED ({_ALONE}), less AS MATERIALIZED (SELECT t.value_id,"
            "  count(*) AS people FROM alone CROSS JOIN traits t ON t.person_id = alone.person_id"
            "  GROUP BY t.value_id)"
            " SELECT v.facet, v.value, v.people - ifnull(l.people, 0) AS people"
            " FROM trait_values v LEFT JOIN less l ON l.value_id = v.id"
            " WHERE v.people > ifnull(l.people, 0)"
            " UNION ALL SELECT 'status', 'new', (SELECT count(*) FROM persons)"
            "  - (SELECT count(*) FROM persons WHERE status <> 'new')"
            " UNION ALL SELECT 'status', status, count(*) FROM persons WHERE status <> 'new'"
            "  GROUP BY status"
            " UNION ALL SELECT 'tag', tag, count(*) FROM tags GROUP BY tag ORDER BY 1, 3 DESC, 2",
            {"today": today},
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
