"""The work of people over time: small charts beside a list, and the timeline of one person.

It counts relevant work. It does not rate it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime

from db import Store
from db.ranking import persons

#: The number of months of a chart, and of kinds that a bar names; it combines the others.
MONTHS, KINDS = 24, 4
#: The shortest timeline, in days.
_SHORTEST = 180


@dataclass(frozen=True, slots=True)
class Activity:
    """One person's relevant work."""

    months: tuple[tuple[str, int], ...]  # month (`YYYY-MM`) and works, oldest first, gaps filled
    kinds: tuple[tuple[str, int], ...]  # kind and works, the most frequent first

    @property
    def words(self) -> str:
        """The chart in words, for screen readers and tooltips."""
        total = sum(works for _, works in self.kinds)
        named = ", ".join(f"{works} {kind}" for kind, works in self.kinds[:KINDS])
        return f"{total} relevant works in {len(self.months)} months: {named or 'none'}"


@dataclass(frozen=True, slots=True)
class Dot:
    """One work on a timeline; `at` is its place between the two ends, 0 to 1."""

    at: float
    date: str
    title: str


@dataclass(frozen=True, slots=True)
class Timeline:
    """The evidence of one person over time, in one row per kind of work."""

    rows: tuple[tuple[str, tuple[Dot, ...]], ...]
    years: tuple[tuple[int, float], ...]  # the start of each year within the ends

    @property
    def words(self) -> str:
        """The chart in words; the works themselves are listed below it."""
        named = ", ".join(f"{len(dots)} {kind}" for kind, dots in self.rows)
        return f"The works that count, over time: {named}"


def timeline(works: Sequence[tuple[str, str, str]], now: datetime) -> Timeline:
    """A timeline of works, each given as day (`YYYY-MM-DD`), kind and title, up to now."""
    kinds: dict[str, list[tuple[str, str]]] = {}
    for day, kind, title in dict.fromkeys(works):
        kinds.setdefault(kind, []).append((day[:10], title))
    last = now.date().toordinal()
    first = min((date.fromisoformat(day[:10]).toordinal() for day, _, _ in works), default=last)
    first = min(first, last - _SHORTEST)

    def place(day: date) -> float:
        return max(0.0, min(1.0, (day.toordinal() - first) / (last - first)))

    rows = sorted(kinds.items(), key=lambda row: (-len(row[1]), row[0]))
    years = range(date.fromordinal(first).year + 1, now.year + 1)
    return Timeline(
        tuple(
            (kind, tuple(Dot(place(date.fromisoformat(day)), day, title) for day, title in dots))
            for kind, dots in rows
        ),
        tuple((year, place(date(year, 1, 1))) for year in years),
    )


def of_people(store: Store, ids: Sequence[int], now: datetime) -> dict[int, Activity]:
    """The activity of these people up to this month."""
    names = _months(now)
    months: dict[int, Counter[str]] = {id_: Counter() for id_ in ids}
    kinds: dict[int, Counter[str]] = {id_: Counter() for id_ in ids}
    for one in persons.activity(store, ids, f"{names[0]}-01"):
        months[one.person_id][one.month] += one.works
        kinds[one.person_id][one.kind] += one.works
    return {
        id_: Activity(
            tuple((name, months[id_][name]) for name in names), tuple(kinds[id_].most_common())
        )
        for id_ in ids
    }


def _months(now: datetime) -> list[str]:
    last = now.year * 12 + now.month - 1
    return [f"{at // 12:04}-{at % 12 + 1:02}" for at in range(last - MONTHS + 1, last + 1)]
