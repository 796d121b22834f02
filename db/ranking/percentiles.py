"""Percentiles: the share of all stored people with a lower score.

Per role a table of thresholds is stored. The percentile of a score is that of the highest threshold
it reaches. This module changes no score.
"""

from __future__ import annotations

import math
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence

from db.connection import Store

#: The steps of the scale: whole per cents, and tenths in the last one.
STEPS = (*map(float, range(100)), *(99 + tenth / 10 for tenth in range(1, 10)))

#: An SQL expression: the percentile of the score `s`, a row of `scores`.
OF_SCORE = (
    "(SELECT q.percentile FROM percentiles q WHERE q.role = s.role AND q.points <= s.points"
    " ORDER BY q.points DESC LIMIT 1)"
)


def of_points(store: Store, role: str, points: float) -> float:
    """The percentile of a score under a role; 0.0 below the first threshold."""
    found = store.scalar(
        "SELECT percentile FROM percentiles WHERE role = ? AND points <= ?"
        " ORDER BY points DESC LIMIT 1",
        role,
        points,
    )
    return float(found or 0.0)


def refresh(store: Store, roles: Iterable[str]) -> None:
    """Renew the thresholds of these roles if a score or the number of people changed since."""
    people = int(store.scalar("SELECT count(*) FROM persons"))
    state = f"{store.meta('scorings')} {people}"
    if store.meta("percentiles") == state:
        return
    with store.transaction():
        store.set_meta("percentiles", state)
        store.conn.execute("DELETE FROM percentiles WHERE role NOT LIKE 'opening:%'")
        for role in roles:
            renew(store, role, people)


def renew(store: Store, role: str, people: int) -> None:
    """Replace the thresholds of one role. Runs in the transaction of the caller."""
    rows = store.rows("SELECT points FROM scores WHERE role = ? ORDER BY points", role)
    points = [row["points"] for row in rows]
    store.conn.execute("DELETE FROM percentiles WHERE role = ?", [role])
    store.conn.executemany(
        "INSERT INTO percentiles VALUES (?, ?, ?) ON CONFLICT DO UPDATE"
        " SET percentile = excluded.percentile",
        [(role, threshold, step) for step, threshold in _thresholds(points, people)],
    )


def _thresholds(points: Sequence[float], people: int) -> Iterator[tuple[float, float]]:
    """The fewest points for each step. `points` ascend; all other people stand below them."""
    others = people - len(points)
    for step in STEPS:
        below = math.ceil(people * step / 100) - others  # so many with points must stand below
        at = (
            0
            if below <= 0
            else bisect_right(points, points[below - 1])
            if below <= len(points)
            else len(points)
        )
        if at < len(points):
            yield step, points[at]
