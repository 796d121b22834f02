"""Statistics per source for the recruiter: the last run, the cost, and the people found.

It reads only.
"""

from __future__ import annotations

from dataclasses import dataclass

from db.connection import Store
from db.records import records

#: The number of top people over which the yield of a source is counted.
BEST = 200


@dataclass(frozen=True, slots=True)
class SourceOverview:
    """One source with its last run and the totals of all its runs; None before the first run."""

    id: int
    source: str
    #: When the config first lacked the source.
    missed_at: str | None
    #: The last run.
    started_at: str | None
    ended_at: str | None
    outcome: str | None
    error: str | None
    added: int | None
    #: Totals: contributions stored, points and requests spent, runs.
    stored: int | None
    points: int | None
    requests: int | None
    runs: int | None


def overview(store: Store) -> list[SourceOverview]:
    """Every source, by name."""
    rows = store.rows(
        "SELECT s.id, s.name AS source, s.missed_at, r.started_at, r.ended_at, r.outcome, r.error,"
        " r.added, t.stored, t.points, t.requests, t.runs"
        " FROM sources s"
        " LEFT JOIN (SELECT source_id, max(id) AS last, sum(added) AS stored,"
        "   sum(points) AS points, sum(requests) AS requests, count(*) AS runs"
        "   FROM runs GROUP BY source_id) t ON t.source_id = s.id"
        " LEFT JOIN runs r ON r.id = t.last ORDER BY s.name"
    )
    return records(SourceOverview, rows)


def finds(store: Store, role: str) -> dict[int, int]:
    """By source id, the number of a role's top people for whom the source shows a proof."""
    rows = store.rows(
        "SELECT g.source_id, count(DISTINCT b.person_id) AS people"  # nosec B608
        " FROM (SELECT person_id FROM scores WHERE role = ? ORDER BY points DESC, person_id"
        f"  LIMIT {BEST}) b"
        " JOIN proofs f ON f.person_id = b.person_id"
        " JOIN source_contributions g ON g.contribution_id = f.contribution_id GROUP BY"
        " g.source_id",
        role,
    )
    return {row["source_id"]: row["people"] for row in rows}
