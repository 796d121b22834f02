"""By what people can be filtered, ready-made: where they work in the open, on what, from where.

Made anew whenever a person is scored. Counts go down by triggers, so that they are exact whoever
deletes a person or a profile. What is not known is a value too, the empty one.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from db.store import Store
from db.work import Worked

#: Facets of which everybody has a value, the empty one where nothing is known.
_ALWAYS = ("language", "location", "company")

_PROFILES = """
WITH chosen AS MATERIALIZED (
    SELECT person_id, trim(location) AS location, trim(company, ' @') AS company, hireable
    FROM json_each(?) JOIN identities ON person_id = value
)
SELECT person_id, 'location' AS facet, location AS value FROM chosen WHERE location <> ''
UNION SELECT person_id, 'company', company FROM chosen WHERE company <> ''
UNION SELECT person_id, 'open to work', 'says so' FROM chosen WHERE hireable
"""
_HAD = """
SELECT t.person_id, t.value_id, v.facet, v.value
FROM json_each(?) j CROSS JOIN traits t ON t.person_id = j.value
JOIN trait_values v ON v.id = t.value_id
"""

Trait = tuple[str, str]


def of_work(areas: Iterable[str], worked: Iterable[Worked]) -> set[Trait]:
    """The traits of somebody whose scores show these areas, and who did such work."""
    shown = {("area", area) for area in areas}
    for work, repo, language in worked:
        shown.add(("work", work))
        if repo is not None:
            shown.add(("repository", repo.split("/", 1)[-1]))
        if language is not None:
            shown.add(("language", language))
    return shown


def refresh(store: Store, wanted: Mapping[int, set[Trait]]) -> None:
    """Make the traits of these people what their work shows, and what their profiles say."""
    chosen = json.dumps(list(wanted))
    for row in store.rows(_PROFILES, chosen):
        wanted[row["person_id"]].add((row["facet"], row["value"]))
    for mine in wanted.values():
        known = {facet for facet, _ in mine}
        mine |= {(facet, "") for facet in _ALWAYS if facet not in known}
    had: dict[int, dict[Trait, int]] = {person: {} for person in wanted}
    for row in store.rows(_HAD, chosen):
        had[row["person_id"]][row["facet"], row["value"]] = row["value_id"]
    with store.transaction():
        _change(store.conn, wanted, had)


def _change(
    conn: sqlite3.Connection,
    wanted: Mapping[int, set[Trait]],
    had: Mapping[int, Mapping[Trait, int]],
) -> None:
    """Write only what differs: most nights most people show what they showed before."""
    conn.executemany(
        "DELETE FROM traits WHERE person_id = ? AND value_id = ?",
        [
            (person, value)
            for person, mine in had.items()
            for trait, value in mine.items()
            if trait not in wanted[person]
        ],
    )
    fresh = [(who, trait) for who, mine in wanted.items() for trait in mine - had[who].keys()]
    values = {trait for _, trait in fresh}
    conn.executemany(
        "INSERT OR IGNORE INTO trait_values (facet, value) VALUES (?, ?)", sorted(values)
    )
    found = "SELECT id FROM trait_values WHERE facet = ? AND value = ?"
    numbers = {trait: conn.execute(found, trait).fetchone()[0] for trait in values}
    conn.executemany(
        "INSERT INTO traits VALUES (?, ?)", [(who, numbers[trait]) for who, trait in fresh]
    )
    more = Counter([numbers[trait] for _, trait in fresh])
    conn.executemany(
        "UPDATE trait_values SET people = people + ? WHERE id = ?",
        [(count, number) for number, count in more.items()],
    )
