"""The work of people over the last two years by month and kind, for small charts beside a list.

It counts relevant work. It does not rate it.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from db import Store
from db.ranking import persons

#: The number of months of a chart, and of kinds that a bar names; it combines the others.
MONTHS, KINDS = 24, 4


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
