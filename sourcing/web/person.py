"""One person's page: what they did, with links; what it does not show; what we may do.

It lays out the dossier of `sourcing.dossier` and adds no judgment.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from sqlite3 import Row
from typing import Any

from db import people
from sourcing.dossier import Dossier, dossier
from sourcing.web.visit import Answer, MissingError, Shown, Visit

#: Points below which a line is not shown: they would read 0.0.
NOISE = 0.05


def page(visit: Visit) -> Answer:
    """Everything about one person."""
    id_ = known(visit)
    found = dossier(visit.store, visit.rubric, id_, visit.role)
    people.opened(visit.store, id_, visit.stamp)
    who = found.person
    facts = {
        "person": who,
        "called": who["name"] or who["login"] or f"#{id_}",
        "role": found.role,
        "as_of": found.as_of,
        "points": round(found.points, 1),
        "lines": [line for line in found.lines if line.points >= NOISE],
        "areas": areas(visit, found),
        "months": list(timeline(found.months)),
        "identities": found.identities,
        "joins": found.joins,
        "cannot_show": found.cannot_show,
        "namesakes": people.namesakes(visit.store, id_),
        "openings": visit.openings,
    }
    return Shown("person.html", facts)


def known(visit: Visit) -> int:
    """The number in the address, if it is somebody's."""
    id_ = int(visit.path["id"])
    if people.find(visit.store, str(id_)) != [id_]:
        raise MissingError(f"nobody here has the number {id_}")
    return id_


def areas(visit: Visit, found: Dossier) -> list[tuple[str, float]]:
    """The six areas of the work, each with the points it brought under this role."""
    points = dict.fromkeys(visit.rubric.areas, 0.0)
    for line in found.lines:
        points[line.area] += line.points
    return [(area, round(value, 1)) for area, value in points.items()]


def timeline(months: tuple[Row, ...]) -> Iterator[Mapping[str, Any]]:
    """Every month from the first to the last, those without work too; at most five years."""
    worked = {row["month"]: row for row in months}
    if not worked:
        return
    first, last = min(worked), max(worked)
    year, month = map(int, max(first, f"{int(last[:4]) - 5}{last[4:]}").split("-"))
    while (name := f"{year:04}-{month:02}") <= last:
        row = worked.get(name)
        yield {
            "month": name,
            "work": row["work"] if row else 0,
            "relevant": row["relevant"] if row else 0,
        }
        year, month = (year, month + 1) if month < 12 else (year + 1, 1)
