"""Where somebody's score stands among the others: who shares it."""

from __future__ import annotations

from db.connection import Store


def peers(store: Store, role: str, person: int, step: float) -> int:
    """How many others that are shown have the same score, to a `step`."""
    found = store.scalar(
        "SELECT count(*) FROM scores mine CROSS JOIN scores s ON s.role = ?1"
        "  AND s.points BETWEEN mine.points - ?3 AND mine.points + ?3"
        " CROSS JOIN persons p ON p.id = s.person_id"
        " WHERE mine.role = ?1 AND mine.person_id = ?2 AND s.person_id <> ?2 AND s.points > 0"
        " AND round(s.points / ?3) = round(mine.points / ?3)"
        " AND p.status NOT IN ('do not contact', 'declined')"
        " AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id)"
        " AND NOT EXISTS (SELECT 1 FROM identities i WHERE i.person_id = p.id AND"
        " i.mass_contributor)",
        role,
        person,
        step,
    )
    return int(found)
