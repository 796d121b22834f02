"""The shortlist of an opening: its role's scores, what matches add, who fits its place and level.

Nobody is left out for what nobody knows: the unknown are shown, marked and counted. Pay and
deal-breakers are for humans to check.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from itertools import pairwise
from sqlite3 import Row

from db import Store
from db.ranking import opening_matches, opening_scores
from db.ranking import persons as people
from db.ranking.persons import Filter
from scoring import Rubric
from sourcing.core.config import Opening
from sourcing.core.errors import ConfigError
from sourcing.shortlist import locations
from sourcing.shortlist.entries import TIE, Entry, Met, entries, piece
from sourcing.shortlist.opening_match import MOST, Found, matches

#: Matches shown with a person, and the places for which an order kept ready compares them.
SHOWN, READY = 3, 1000
_SENIOR = re.compile(r"\b(?:senior|staff|principal|lead|head|expert|experienced)\b", re.IGNORECASE)
#: Reviews of others' work, or months from first to last relevant work, that show experience.
_REVIEWS, _MONTHS = 5, 18


@dataclass(frozen=True, slots=True)
class Ranked:
    """An opening's people, best first, and what a reader must know of how they were chosen."""

    entries: tuple[Entry, ...]
    notes: tuple[str, ...]


def ranked(
    store: Store, rubric: Rubric, name: str, opening: Opening, wish: Filter, now: datetime
) -> Ranked:
    """The shortlist of an opening. With `about`, its order stands and matches are shown."""
    try:
        weights = rubric.weights(opening.role)
    except ConfigError as exc:
        raise ConfigError(f"opening {name}: role: {exc}") from exc
    rows: Sequence[Row] = people.shortlist(store, opening.role, replace(wish, limit=0))
    notes: list[str] = []
    placed = _placed(store, opening, rows, now, notes)
    rows = [row for row in rows if placed.get(row["person_id"]) is not False]
    rows = _in_reach(rows, wish)
    found = matches(store, opening, [row["person_id"] for row in rows])
    if not wish.about:
        rows = sorted(rows, key=lambda row: (-_total(row, found), row["rank"]))
    rows = rows[: wish.limit or None]
    unproven = _unproven(store, opening, rows, notes)
    if opening.hours:
        notes.append(f"hours “{opening.hours}”: nobody publishes theirs; ask")
    if opening.deal_breakers:
        notes.append(f"for you to check: {'; '.join(opening.deal_breakers)}")
    unknown = {
        id_: ("place",) * (placed.get(id_, True) is None) + ("level",) * (id_ in unproven)
        for id_ in (row["person_id"] for row in rows)
    }
    listed = tuple(entries(store, weights, rows, wish))
    ready = tuple(
        replace(e, rank=rank, unknown=unknown[e.person_id])
        for rank, e in enumerate(_matched(store, listed, found), 1)
    )
    return Ranked(ready if wish.about else _tied(ready), (*notes, *found.notes))


def keep(
    store: Store, rubric: Rubric, wanted: Mapping[str, Opening], now: datetime, *, all_: bool = True
) -> None:
    """Put the orders of openings ready for the pages, as far as scores or openings changed.

    `all_`: these are all the openings there are. The first thousand places are exact; after them
    the role alone decides. Who is left out for the moment is left out when it is read.
    """
    for name, opening in wanted.items():
        told = f"{opening.model_dump_json()} {store.meta('scored')} {store.meta('scorings')}"
        made_of = hashlib.sha256(told.encode()).hexdigest()
        if opening.role not in rubric.roles or opening_scores.kept(store, name) == made_of:
            continue
        rows: Sequence[Row] = opening_scores.scored(store, opening.role)
        placed = _placed(store, opening, rows, now, [])
        rows = [row for row in rows if placed.get(row["person_id"]) is not False]
        near = [row["person_id"] for row in _in_reach(rows, Filter(limit=READY))]
        found = matches(store, opening, near)
        points = [(row["person_id"], _total(row, found)) for row in rows]
        opening_scores.keep(store, name, made_of, points)
    if all_:
        opening_scores.drop_others(store, list(wanted))


def order(store: Store, name: str, role: str) -> str:
    """By which scores a list for an opening is ordered: its own if ready, or the role's."""
    return opening_scores.order(name) if name and opening_scores.kept(store, name) else role


def _in_reach(rows: Sequence[Row], wish: Filter) -> Sequence[Row]:
    """Those whom all matches together could bring onto the list: the work of others is not read."""
    if not wish.limit or len(rows) <= wish.limit:
        return rows
    if wish.about:
        return rows[: wish.limit]
    last = rows[wish.limit - 1]["score"]
    return [row for row in rows if row["score"] * (1 + MOST) >= last]


def unplaced(store: Store, role: str, wish: Filter) -> list[str]:
    """How many a filter by place or company leaves out because nobody knows theirs."""
    notes = []
    wider = {"location": replace(wish, location=None), "company": replace(wish, company=None)}
    for column, wide in wider.items():
        if wide != wish:
            rows = people.shortlist(store, role, replace(wide, limit=0))
            count = opening_matches.silent(store, [row["person_id"] for row in rows], column)
            notes.append(f"{column}: {count} more publish none and are not shown")
    return notes


def _total(row: Row, found: Found) -> float:
    points: float = row["score"]
    return points * (1 + found.adds(row["person_id"]))


def _placed(
    store: Store, opening: Opening, rows: Sequence[Row], now: datetime, notes: list[str]
) -> dict[int, bool | None]:
    """Who is where the opening wants them: yes, no, or None where nobody knows."""
    wish = locations.wanted(opening.place)
    if not wish:
        if opening.place:
            notes.append(f"place “{opening.place}”: names no place to compare; nobody is left out")
        return {}
    said = opening_matches.places(store, [row["person_id"] for row in rows])
    fit = {
        row["person_id"]: locations.fits(wish, said.get(row["person_id"], []), now.date())
        for row in rows
    }
    yes, no = (sum(value is told for value in fit.values()) for told in (True, False))
    unknown = len(fit) - yes - no
    told_ = f"{yes} fit, {unknown} unknown and shown, {no} elsewhere and left out"
    notes.append(f"place “{opening.place}”: {told_}")
    return fit


def _unproven(store: Store, opening: Opening, rows: Sequence[Row], notes: list[str]) -> set[int]:
    """Those of whom nobody knows whether they have the level; public work never shows the lack."""
    if not opening.level:
        return set()
    if not _SENIOR.search(opening.level):
        notes.append(f"level “{opening.level}”: public work does not show it; nobody is left out")
        return set()
    persons = [row["person_id"] for row in rows]
    unknown = set(persons) - opening_matches.seniors(store, persons, _REVIEWS, _MONTHS)
    notes.append(
        f"level “{opening.level}”: signs of it in {len(persons) - len(unknown)} of those shown"
        f" (reviews others, answers for a project, or such work over {_MONTHS} months),"
        f" {len(unknown)} unknown"
    )
    return unknown


def matched(store: Store, opening: Opening, listed: Sequence[Entry]) -> tuple[Entry, ...]:
    """These people with their matches as reasons, in the order they stand in."""
    return _matched(store, listed, matches(store, opening, [e.person_id for e in listed]))


def met(store: Store, opening: Opening, person: int) -> tuple[Met, ...]:
    """Everything of an opening that this person's work meets, best first."""
    mine = matches(store, opening, [person]).matches.get(person, ())
    works = people.works(store, [m.contribution for m in mine])
    return tuple(Met(m.kind, m.wanted, piece(works[m.contribution], m.part)) for m in mine)


def _matched(store: Store, listed: Sequence[Entry], found: Found) -> tuple[Entry, ...]:
    best = {e.person_id: found.matches.get(e.person_id, ())[:SHOWN] for e in listed}
    works = people.works(store, [m.contribution for mine in best.values() for m in mine])
    return tuple(
        replace(
            e,
            added=round(e.score * found.adds(e.person_id), 3),
            matches=tuple(
                Met(m.kind, m.wanted, piece(works[m.contribution], m.part))
                for m in best[e.person_id]
            ),
        )
        for e in listed
    )


def _tied(listed: Sequence[Entry]) -> tuple[Entry, ...]:
    ties = {
        e.person_id
        for pair in pairwise(listed)
        if len({round((e.score + e.added) / TIE) for e in pair}) == 1
        for e in pair
    }
    return tuple(replace(e, tied=e.person_id in ties) for e in listed)
