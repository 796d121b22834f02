"""Facets: the stored values that people can be filtered by.

They are repositories, kinds of work, areas, languages, published locations and companies, and are
renewed when a person is scored. Triggers keep the counts exact when a person or a profile is
deleted. An unknown location, company or language is the empty value.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence

from db.connection import Store
from db.ranking.scoring_queue import Worked, tuples
from db.ranking.visibility import HIDDEN

#: Facets of which every person has a value; the empty value means unknown.
_ALWAYS = ("language", "location", "company")
#: How many values of a facet are offered.
OFFERED = 40

_PROFILES = """
WITH chosen AS MATERIALIZED (
    SELECT person_id, trim(location) AS location, trim(company, ' @') AS company, hireable
    FROM json_each(?) JOIN identities ON person_id = value
)
SELECT person_id, 'location' AS facet, location AS value FROM chosen WHERE location <> ''
UNION SELECT person_id, 'company', company FROM chosen WHERE company <> ''
UNION SELECT person_id, 'open to work', 'says so' FROM chosen WHERE hireable
"""
Trait = tuple[str, str]


def of_work(areas: Iterable[str], worked: Iterable[Worked]) -> set[Trait]:
    """The facet values of a person, from the areas of their scores and from their work."""
    shown = {("area", area) for area in areas}
    for work, repo, language in worked:
        shown.add(("work", work))
        if repo is not None:
            shown.add(("repository", repo.split("/", 1)[-1]))
        if language is not None:
            shown.add(("language", language))
    return shown


def refresh(store: Store, wanted: Mapping[int, set[Trait]]) -> None:
    """Store these facet values, and add the values that the people's profiles state."""
    chosen = json.dumps(list(wanted))
    for row in store.rows(_PROFILES, chosen):
        wanted[row["person_id"]].add((row["facet"], row["value"]))
    for mine in wanted.values():
        known = {facet for facet, _ in mine}
        mine |= {(facet, "") for facet in _ALWAYS if facet not in known}
    with store.transaction():
        _change(store.conn, wanted, _numbers(store.conn, set().union(*wanted.values())))


def _numbers(conn: sqlite3.Connection, traits: set[Trait]) -> dict[Trait, int]:
    """The ids of these values; new values are added."""
    conn.executemany(
        "INSERT OR IGNORE INTO trait_values (facet, value) VALUES (?, ?)", sorted(traits)
    )
    found = "SELECT id FROM trait_values WHERE facet = ? AND value = ?"
    return {trait: conn.execute(found, trait).fetchone()[0] for trait in traits}


def _change(
    conn: sqlite3.Connection, wanted: Mapping[int, set[Trait]], numbers: Mapping[Trait, int]
) -> None:
    """Write only the values that differ; most are unchanged."""
    shown = {(person, numbers[trait]) for person, mine in wanted.items() for trait in mine}
    found = "SELECT person_id, value_id FROM json_each(?) CROSS JOIN traits ON person_id = value"
    had = set(tuples(conn, found, list(wanted)))
    # Additions first: a value without people is deleted by a trigger.
    fresh = sorted(shown - had)
    conn.executemany("INSERT INTO traits VALUES (?, ?)", fresh)
    more = Counter([number for _, number in fresh])
    conn.executemany(
        "UPDATE trait_values SET people = people + ? WHERE id = ?",
        [(count, number) for number, count in more.items()],
    )
    conn.executemany("DELETE FROM traits WHERE person_id = ? AND value_id = ?", sorted(had - shown))


# -- filters and counts ------------------------------------------------------------------------


def condition(store: Store, facet: str, value: str) -> str:
    """A condition on `o.person_id`: the person has this value."""
    ids = ", ".join(map(str, _value_ids(store, facet, value)))
    return (
        f"EXISTS (SELECT 1 FROM traits t WHERE t.person_id = o.person_id AND t.value_id IN ({ids}))"  # nosec B608
    )


def rarest(store: Store, wanted: Mapping[str, str]) -> str:
    """A SELECT of the people with the rarest of these values."""
    ids = [_value_ids(store, facet, value) for facet, value in wanted.items()]
    counts = [
        store.scalar(
            "SELECT ifnull(sum(people), 0) FROM trait_values"
            " WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(mine),
        )
        for mine in ids
    ]
    fewest = ids[counts.index(min(counts))] if ids else []
    among = ", ".join(map(str, fewest))
    return f"SELECT DISTINCT person_id FROM traits WHERE value_id IN ({among})"  # nosec B608


def _value_ids(store: Store, facet: str, value: str) -> list[int]:
    """The ids of the values that match; a repository may lack its owner or have its host."""
    same = "value = ?2"
    if facet == "repository" and value:
        same += " OR value LIKE '%/' || ?2 OR ?2 LIKE '%/' || value"
    rows = store.rows(f"SELECT id FROM trait_values WHERE facet = ?1 AND ({same})", facet, value)  # nosec B608
    return [row["id"] for row in rows]


Counts = dict[str, list[tuple[str, int]]]


def of_hits(store: Store) -> Counts:
    """Counts over the people in `temp.hits` alone."""
    return _grouped(
        store.rows(
            "SELECT v.facet, v.value, g.people FROM (SELECT t.value_id, count(*) AS people"
            "  FROM hits h CROSS JOIN traits t ON t.person_id = h.person_id GROUP BY t.value_id) g"
            " JOIN trait_values v ON v.id = g.value_id"
            " UNION ALL SELECT 'status', p.status, count(*) FROM hits h"
            " CROSS JOIN persons p ON p.id = h.person_id GROUP BY p.status"
            " UNION ALL SELECT 'tag', t.tag, count(*) FROM hits h"
            " JOIN tags t ON t.person_id = h.person_id GROUP BY t.tag"
            " UNION ALL SELECT 'standing', p.standing, count(*) FROM hits h"
            " CROSS JOIN persons p ON p.id = h.person_id GROUP BY p.standing ORDER BY 1, 3 DESC, 2"
        )
    )


def everybody(store: Store, today: str) -> Counts:
    """Counts over everybody: the stored counts, minus the few hidden people."""
    return _grouped(
        store.rows_named(
            f"WITH hidden AS MATERIALIZED ({HIDDEN}), less AS MATERIALIZED (SELECT t.value_id,"
            "  count(*) AS people FROM hidden CROSS JOIN traits t ON t.person_id = hidden.person_id"
            "  GROUP BY t.value_id)"  # nosec B608
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


def _grouped(rows: Sequence[sqlite3.Row]) -> Counts:
    """The most common values of each facet, and always the number of people without one."""
    result: Counts = {}
    for row in rows:
        mine = result.setdefault(row["facet"], [])
        if len(mine) < OFFERED or not row["value"]:
            mine.append((row["value"], row["people"]))
    return result
