"""The first places of a repository's list go to people with enough works that count.

A few good works can reach a high share. Such people are promising and new here; they stand behind
eight others who have shown more. It changes the order of one list and no stored score.
"""

from __future__ import annotations

from db.connection import Store

#: The places, and the works that a person needs for one of them (rubric.toml, `established`).
PLACES, WORKS_NEEDED = 8, 4
#: More than the tolerance within which neighbours on a list count as equal.
_STEP = 0.11


def reserve(store: Store, role: str) -> None:
    """Lower the worth of people with few works in `temp.hits` until eight others precede them.

    All of them are lowered by the same amount, so that their order stays. Nothing changes where
    fewer than eight others match.
    """
    people = (
        "SELECT h.worth FROM hits h CROSS JOIN scores s ON s.role = ?1"
        " AND s.person_id = h.person_id AND s.counted {compared} ?2 ORDER BY h.worth DESC"
    )
    enough = store.rows(people.format(compared=">=") + " LIMIT ?3", role, WORKS_NEEDED, PLACES)
    few = store.rows(people.format(compared="<") + " LIMIT 1", role, WORKS_NEEDED)
    if len(enough) < PLACES or not few or few[0]["worth"] < enough[-1]["worth"]:
        return
    store.conn.execute(
        "UPDATE hits SET worth = worth - ?1 WHERE person_id IN"
        " (SELECT person_id FROM scores WHERE role = ?2 AND counted < ?3)",
        (few[0]["worth"] - enough[-1]["worth"] + _STEP, role, WORKS_NEEDED),
    )
