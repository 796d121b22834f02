"""One page of the shortlist at any size: who, why in words, what to filter by, what comes next.

It assembles what `db.search` finds; pages and files lay it out.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from sqlite3 import Row

from db import Store
from db.ranking import persons, shortlist
from db.ranking.persons import Filter
from db.ranking.shortlist import Wish
from scoring import Rubric
from sourcing.core.errors import ConfigError
from sourcing.shortlist.entries import Entry, entry, same

#: Pieces shown of each, and how many of the things their work shows are said in words.
EACH, SAID = 3, 2


@dataclass(frozen=True, slots=True)
class Found:
    """One line: the entry, and in words what the work shows."""

    entry: Entry
    why: str


@dataclass(frozen=True, slots=True)
class Results:
    """A page of them. `after` is the key of the next page; `exact`: counts are of these alone."""

    people: tuple[Found, ...]
    total: int
    counts: dict[str, list[tuple[str, int]]]
    exact: bool
    more: bool
    after: str


@dataclass(frozen=True, slots=True)
class Order:
    """By which role work and reasons are weighed, and by which scores people are ordered."""

    role: str
    scores: str


def results(
    store: Store, rubric: Rubric, order: Order, wish: Wish, after: str, limit: int
) -> Results:
    """The people after a key, best first; `after` is '' for the first page."""
    rubric.weights(order.role)
    key, rank = _key(after)
    found = shortlist.people(store, order.scores, wish, key, limit + 1)
    rows, more = found.rows[:limit], len(found.rows) > limit
    last = rows[-1] if rows else None
    following = f"{last['worth']!r}:{last['person_id']}:{rank + len(rows)}" if more and last else ""
    lines = tuple(_lines(store, rubric, order.role, wish, rows, rank))
    return Results(lines, found.total, found.counts, found.exact, found.more, following)


_KEY = re.compile(r"(-?\d{1,18}(?:\.\d{1,30})?(?:e[-+]?\d{1,3})?):(\d{1,18}):(\d{1,18})")


def _key(after: str) -> tuple[tuple[float, int] | None, int]:
    """`worth:number:rank` of the last one shown."""
    if not after:
        return None, 0
    found = _KEY.fullmatch(after)
    if not found:
        raise ConfigError("this page's address is cut short; begin at the first page")
    return (float(found[1]), int(found[2])), int(found[3])


def _lines(
    store: Store, rubric: Rubric, role: str, wish: Wish, rows: Sequence[Row], rank: int
) -> Iterator[Found]:
    ids = [row["person_id"] for row in rows]
    shown = _evidence(store, rubric, role, wish, ids)
    why = _why(store, rubric, role, ids)
    for at, row in enumerate(rows):
        around = [rows[i]["score"] for i in (at - 1, at + 1) if 0 <= i < len(rows)]
        line = entry(row, rank + at + 1, shown[row["person_id"]])
        tied = any(same(row["score"], other) for other in around)
        yield Found(replace(line, tied=tied), why[row["person_id"]])


def _evidence(
    store: Store, rubric: Rubric, role: str, wish: Wish, ids: Sequence[int]
) -> dict[int, list[Row]]:
    """The work that holds the words; without words the strongest, in the repository asked for."""
    if not wish.about:
        within = Filter(repo=wish.traits.get("repository"), kind=wish.traits.get("work"))
        return persons.evidence(store, rubric.roles[role], ids, within, EACH)
    found: dict[int, list[Row]] = {id_: [] for id_ in ids}
    for row in shortlist.matched(store, json.dumps(list(ids))):
        mine = found[row["person_id"]]
        if len(mine) < EACH and row["id"] not in {other["id"] for other in mine}:
            mine.append(row)
    return found


def _why(store: Store, rubric: Rubric, role: str, ids: Sequence[int]) -> dict[int, str]:
    """What the rubric says of each one's strongest signals under a role."""
    rules = {rule.name: rule for rule in rubric.signals}
    weights = rubric.roles[role]
    told: dict[int, list[str]] = {id_: [] for id_ in ids}
    for row in shortlist.signals(store, json.dumps(list(ids))):
        if weights.get(row["name"]) and len(told[row["person_id"]]) < SAID:
            told[row["person_id"]].append(rules[row["name"]].why)
    return {id_: "; ".join(words) for id_, words in told.items()}
