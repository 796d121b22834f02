"""By what people can be filtered, ready-made: where they work in the open, on what, from where.

Made anew whenever a person is scored; counts are kept by triggers, so that they are exact
whoever deletes a person or a profile. What is not known is a value too, the empty one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Mapping

from db.store import Store

#: Facets of which everybody has a value, the empty one where nothing is known.
_ALWAYS = ("language", "location", "company")

_FOUND = """
WITH chosen AS MATERIALIZED (SELECT value AS person_id FROM json_each(?1)),
worked AS MATERIALIZED (
    SELECT DISTINCT i.person_id, e.work, c.repo, c.language
    FROM chosen JOIN identities i USING (person_id)
    JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
    JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
    JOIN evidence e ON e.contribution_id = c.id AND e.relevant
)
SELECT person_id, 'work' AS facet, work AS value FROM worked
UNION SELECT person_id, 'repository', substr(repo, instr(repo, '/') + 1) FROM worked
    WHERE repo IS NOT NULL
UNION SELECT person_id, 'language', language FROM worked WHERE language IS NOT NULL
UNION SELECT person_id, 'location', trim(location) FROM chosen JOIN identities USING (person_id)
    WHERE trim(location) <> ''
UNION SELECT person_id, 'company', trim(company, ' @') FROM chosen JOIN identities USING (person_id)
    WHERE trim(company, ' @') <> ''
UNION SELECT person_id, 'open to work', 'says so' FROM chosen JOIN identities USING (person_id)
    WHERE hireable
"""


def refresh(store: Store, areas: Mapping[int, Iterable[str]]) -> None:
    """Bring the traits of these people up to date; `areas` are those their scores show."""
    wanted: dict[int, set[tuple[str, str]]] = {
        person: {("area", area) for area in shown} for person, shown in areas.items()
    }
    chosen = json.dumps(list(wanted))
    for row in store.rows(_FOUND, chosen):
        wanted[row["person_id"]].add((row["facet"], row["value"]))
    for mine in wanted.values():
        known = {facet for facet, _ in mine}
        mine |= {(facet, "") for facet in _ALWAYS if facet not in known}
    had: dict[int, dict[tuple[str, str], int]] = {person: {} for person in wanted}
    for row in store.rows(
        "SELECT t.person_id, t.value_id, v.facet, v.value FROM traits t JOIN trait_values v"
        " ON v.id = t.value_id WHERE t.person_id IN (SELECT value FROM json_each(?))",
        chosen,
    ):
        had[row["person_id"]][row["facet"], row["value"]] = row["value_id"]
    with store.transaction():
        for person, mine in wanted.items():
            _change(store.conn, person, mine, had[person])


def _change(
    conn: sqlite3.Connection,
    person: int,
    wanted: set[tuple[str, str]],
    had: Mapping[tuple[str, str], int],
) -> None:
    """Write only what differs: most nights most people show what they showed before."""
    conn.executemany(
        "DELETE FROM traits WHERE person_id = ? AND value_id = ?",
        [(person, had[trait]) for trait in had.keys() - wanted],
    )
    new = sorted(wanted - had.keys())
    conn.executemany("INSERT OR IGNORE INTO trait_values (facet, value) VALUES (?, ?)", new)
    conn.executemany(
        "INSERT INTO traits SELECT ?, id FROM trait_values WHERE facet = ? AND value = ?",
        [(person, *trait) for trait in new],
    )
