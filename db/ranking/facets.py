"""By what people can be filtered, ready-made: where they work in the open, on what, from where.

Made anew whenever a person is scored. Counts go down by triggers, so that they are exact whoever
deletes a person or a profile. What is not known is a value too, the empty one.
"""

from __future__ import annotations

import json
import sqlite3
from collections import Counter
from collections.abc import Iterable, Mapping

from db.connection import Store
from db.ranking.scoring_queue import Worked, tuples

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
    with store.transaction():
        _change(store.conn, wanted, _numbers(store.conn, set().union(*wanted.values())))


def _numbers(conn: sqlite3.Connection, traits: set[Trait]) -> dict[Trait, int]:
    """The ids of these values, new ones included."""
    conn.executemany(
        "INSERT OR IGNORE INTO trait_values (facet, value) VALUES (?, ?)", sorted(traits)
    )
    found = "SELECT id FROM trait_values WHERE facet = ? AND value = ?"
    return {trait: conn.execute(found, trait).fetchone()[0] for trait in traits}


def _change(
    conn: sqlite3.Connection, wanted: Mapping[int, set[Trait]], numbers: Mapping[Trait, int]
) -> None:
    """Write only what differs: most nights most people show what they showed before."""
    shown = {(person, numbers[trait]) for person, mine in wanted.items() for trait in mine}
    found = "SELECT person_id, value_id FROM json_each(?) CROSS JOIN traits ON person_id = value"
    had = set(tuples(conn, found, list(wanted)))
    # More before fewer: a value that nobody shows any more is gone for good.
    fresh = sorted(shown - had)
    conn.executemany("INSERT INTO traits VALUES (?, ?)", fresh)
    more = Counter([number for _, number in fresh])
    conn.executemany(
        "UPDATE trait_values SET people = people + ? WHERE id = ?",
        [(count, number) for number, count in more.items()],
    )
    conn.executemany("DELETE FROM traits WHERE person_id = ? AND value_id = ?", sorted(had - shown))
