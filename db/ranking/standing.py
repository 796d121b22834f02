"""Standing: whether a person is a core, regular or occasional author of the repositories crawled.

Core: the busiest authors who together made half of the changes of a repository's last year.
Regular: other authors with changes in several months of that year. Everybody else is occasional.
It is a column and a filter. It is no part of a score.
"""

from __future__ import annotations

import json
import sqlite3
from dataclasses import dataclass
from typing import Literal

from db.connection import Store

Standing = Literal["core", "regular", "occasional"]

#: An author with changes in so many months of a repository's last year is regular.
REGULAR_MONTHS = 4

#: The changes of a repository's last year, which ends with its newest change, by author.
_CHANGES = """
SELECT i.person_id, c.id, substr(c.at, 1, 7) AS month
FROM contributions c
CROSS JOIN credits k ON k.contribution_id = c.id AND k.part = 'author'
CROSS JOIN identities i ON i.id = k.identity_id
    AND i.person_id IS NOT NULL AND NOT i.bot AND NOT i.mass_contributor
WHERE c.repo = ?1 AND c.kind IN ('merged_pr', 'commit') AND c.withdrawn_at IS NULL
  AND c.at > (SELECT datetime(n.at, '-1 year') FROM contributions n
              WHERE n.repo = ?1 AND n.kind IN ('merged_pr', 'commit') AND n.withdrawn_at IS NULL
              ORDER BY n.at DESC LIMIT 1)
"""

#: The highest standing that a person has in any repository.
_HIGHEST = """
UPDATE persons SET standing = new.standing FROM (
    SELECT value AS id, CASE ifnull((
        SELECT max(CASE standing WHEN 'core' THEN 2 WHEN 'regular' THEN 1 ELSE 0 END)
        FROM standings WHERE person_id = value), 0)
        WHEN 2 THEN 'core' WHEN 1 THEN 'regular' ELSE 'occasional' END AS standing
    FROM json_each(?)
) AS new WHERE persons.id = new.id AND persons.standing <> new.standing
"""


@dataclass(slots=True)
class _Author:
    """The changes of an author in a repository's last year."""

    changes: set[int]  # ids of contributions
    months: set[str]  # YYYY-MM


def refresh(store: Store) -> None:
    """Renew the standings in all repositories with an author who was scored since."""
    due = [row["repo"] for row in store.rows("SELECT repo FROM standings_due ORDER BY repo")]
    if not due:
        return
    with store.transaction():
        changed: set[int] = set()
        for repo in due:
            changed |= _refresh(store.conn, repo, _standings(_authors(store.conn, repo)))
        store.conn.execute(_HIGHEST, [json.dumps(sorted(changed))])
        store.conn.execute("DELETE FROM standings_due")


def _authors(conn: sqlite3.Connection, repo: str) -> dict[int, _Author]:
    cursor = conn.cursor()
    cursor.row_factory = None  # rows without column names are made faster
    authors: dict[int, _Author] = {}
    for person, contribution, month in cursor.execute(_CHANGES, [repo]):
        author = authors.get(person)
        if author is None:
            author = authors[person] = _Author(set(), set())
        author.changes.add(contribution)
        author.months.add(month)
    return authors


def _standings(authors: dict[int, _Author]) -> dict[int, Standing]:
    """The standing of each author. Authors with equally many changes have the same one."""
    busiest = sorted((-len(author.changes), person) for person, author in authors.items())
    half = -sum(changes for changes, _ in busiest) / 2
    result: dict[int, Standing] = {}
    made, fewest = 0, 0
    for negative, person in busiest:
        if made < half or -negative == fewest:
            result[person], fewest = "core", -negative
        else:
            regular = len(authors[person].months) >= REGULAR_MONTHS
            result[person] = "regular" if regular else "occasional"
        made -= negative
    return result


def _refresh(conn: sqlite3.Connection, repo: str, wanted: dict[int, Standing]) -> set[int]:
    """Write the rows that differ; return the people with a written or deleted row."""
    stored = {
        row["person_id"]: row["standing"]
        for row in conn.execute("SELECT person_id, standing FROM standings WHERE repo = ?", [repo])
    }
    gone = sorted(stored.keys() - wanted.keys())
    changed = sorted(person for person, one in wanted.items() if stored.get(person) != one)
    conn.executemany(
        "DELETE FROM standings WHERE repo = ? AND person_id = ?", [(repo, one) for one in gone]
    )
    conn.executemany(
        "INSERT INTO standings VALUES (?, ?, ?)"
        " ON CONFLICT DO UPDATE SET standing = excluded.standing",
        [(repo, person, wanted[person]) for person in changed],
    )
    return {*gone, *changed}
