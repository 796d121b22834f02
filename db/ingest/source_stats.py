"""Sources as the recruiter judges them: how the last run went, what they cost, whom they brought.

It reads only; cursors and runs are written by `store`.
"""

from __future__ import annotations

import sqlite3

from db.connection import Store

#: Whose evidence counts as a find: as many as somebody may look at.
BEST = 200


def overview(store: Store) -> list[sqlite3.Row]:
    """Every source with its last run, and what all its runs stored and spent."""
    return store.rows(
        "SELECT s.id, s.name AS source, s.missed_at, r.started_at, r.ended_at, r.outcome, r.error,"
        " r.added, t.stored, t.points, t.requests, t.runs"
        " FROM sources s"
        " LEFT JOIN (SELECT source_id, max(id) AS last, sum(added) AS stored,"
        "   sum(points) AS points, sum(requests) AS requests, count(*) AS runs"
        "   FROM runs GROUP BY source_id) t ON t.source_id = s.id"
        " LEFT JOIN runs r ON r.id = t.last ORDER BY s.name"
    )


def finds(store: Store, role: str) -> dict[int, int]:
    """For how many of a role's best people each source shows some of their proofs."""
    rows = store.rows(
        "SELECT g.source_id, count(DISTINCT b.person_id) AS people"
        " FROM (SELECT person_id FROM scores WHERE role = ? ORDER BY points DESC, person_id"
        f"  LIMIT {BEST}) b"
        " JOIN proofs f ON f.person_id = b.person_id"
        " JOIN source_contributions g ON g.contribution_id = f.contribution_id GROUP BY"
        " g.source_id",
        role,
    )
    return {row["source_id"]: row["people"] for row in rows}
