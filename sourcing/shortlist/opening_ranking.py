"""The order of an opening's people: its role's scores, what matches add, who fits its place.

Nobody is left out for a fact that is not published: the unknown are shown, marked and counted.
Pay and deal-breakers are for humans to check. The same order serves the terminal and the pages:
it is stored by the nightly, and computed when what is stored is out of date.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import Store
from db.ranking import opening_matches, opening_scores, works
from db.ranking.opening_scores import StoredOrder
from db.ranking.shortlist import Order
from scoring import Rubric
from sourcing.core.config import Opening
from sourcing.shortlist import locations
from sourcing.shortlist.opening_match import (
    OpeningAnswer,
    OpeningAnswers,
    opening_answers,
    stack_answers,
)
from sourcing.shortlist.rows import EvidenceItem, OpeningMatch, ShortlistRow

#: People whose stack is compared.
COMPARED = 500
#: What answers, stack and general score weigh in the order.
_ANSWERS_BASE, _ANSWERS, _STACK, _GENERAL = 200.0, 1000.0, 100.0, 50.0
_SENIOR = re.compile(r"\b(?:senior|staff|principal|lead|head|expert|experienced)\b", re.IGNORECASE)
#: Reviews of others' work, or months from first to last relevant work, that show experience.
_REVIEWS, _MONTHS = 5, 18


@dataclass(frozen=True, slots=True)
class OpeningContext:
    """The opening of a list, its order and what a reader must know about it; or just a role."""

    opening: Opening | None
    order: Order
    notes: tuple[str, ...]
    now: datetime


def context(
    store: Store, opening: tuple[str, Opening] | None, role: str, now: datetime
) -> OpeningContext:
    """How a list is ordered: by an opening with this role, or by the role alone."""
    if opening is None:
        return OpeningContext(None, role, (), now)
    name, wanted = opening[0], opening[1].model_copy(update={"role": role})
    held = opening_scores.stored(store, name)
    if held and held.fingerprint == _fingerprint(store, wanted):
        order: Order = opening_scores.key(name)
        notes = held.notes
    else:
        order, notes = compute(store, wanted, now)
    return OpeningContext(wanted, order, tuple(notes), now)


def keep(
    store: Store, rubric: Rubric, wanted: Mapping[str, Opening], now: datetime, *, all_: bool = True
) -> None:
    """Store the orders of openings, as far as scores or openings changed.

    `all_`: these are all the openings that exist; the orders of others are deleted.
    """
    for name, opening in wanted.items():
        fingerprint, held = _fingerprint(store, opening), opening_scores.stored(store, name)
        if opening.role in rubric.roles and not (held and held.fingerprint == fingerprint):
            points, notes = compute(store, opening, now)
            opening_scores.save(store, name, StoredOrder(fingerprint, notes), points)
    if all_:
        opening_scores.drop_others(store, list(wanted))


def compute(
    store: Store, opening: Opening, now: datetime
) -> tuple[list[tuple[int, float]], tuple[str, ...]]:
    """The people of an opening with their points, and notes about how they were chosen.

    Matches are compared for the people whom they could bring among the first thousand.
    """
    scored, notes = opening_scores.scored(store, opening.role), []
    placed = _placed(store, opening, [person for person, _ in scored], now)
    if opening.place:
        notes.append(_place_note(opening.place, placed))
    scored = [(person, points) for person, points in scored if placed.get(person) is not False]
    found = opening_answers(store, opening, now.strftime("%Y-%m-%d"))
    near = _in_reach(scored, found)
    stack = stack_answers(store, opening, near)
    most = max((points for _, points in scored), default=0.0) or 1.0
    worth = [
        (person, _worth(found.value(person), _share(opening, stack.get(person, ())), points / most))
        for person, points in scored
    ]
    return worth, (*notes, *found.notes)


def _worth(answered: float, stack: float, general: float) -> float:
    """What people are ordered by: answers first, then the stack, then the general score (all but
    the first between 0 and 1). Who answers nothing comes after everybody who answers something."""
    first = _ANSWERS_BASE + _ANSWERS * answered if answered else 0.0
    return first + _STACK * stack + _GENERAL * general


def _share(opening: Opening, shown: Sequence[OpeningAnswer]) -> float:
    """The share of the stack that work shows, by how clearly it does."""
    return sum(answer.fit for answer in shown) / max(1, len(opening.stack))


def _fingerprint(store: Store, opening: Opening) -> str:
    """What an order depends on: the opening and the scores."""
    text = f"{opening.model_dump_json()} {store.meta('scored')} {store.meta('scorings')}"
    return hashlib.sha256(text.encode()).hexdigest()


def _in_reach(scored: Sequence[tuple[int, float]], found: OpeningAnswers) -> list[int]:
    """The people whose stack is compared: those who answer most, then those with most points."""
    ordered = sorted(scored, key=lambda one: (-found.value(one[0]), -one[1]))
    return [person for person, _ in ordered[:COMPARED]]


# -- notes -------------------------------------------------------------------------------------


def to_ask(context: OpeningContext) -> Iterator[str]:
    """What of the opening public work does not show."""
    if (opening := context.opening) is None:
        return
    if opening.hours:
        yield f"hours “{opening.hours}”: nobody publishes theirs; ask"
    if opening.deal_breakers:
        yield f"for you to check: {'; '.join(opening.deal_breakers)}"


def _placed(
    store: Store, opening: Opening, people: Sequence[int], now: datetime
) -> dict[int, bool | None]:
    """Who is where the opening wants them: yes, no, or None if their place is unknown."""
    wanted = locations.wanted(opening.place)
    if not wanted:
        return {}
    said = opening_matches.places(store, people)
    day = now.date()
    return {person: locations.fits(wanted, said.get(person, []), day) for person in people}


def _place_note(place: str, placed: Mapping[int, bool | None]) -> str:
    if not locations.wanted(place):
        return f"place “{place}”: names no place to compare; nobody is left out"
    fits, elsewhere = (sum(fit is told for fit in placed.values()) for told in (True, False))
    unknown = len(placed) - fits - elsewhere
    return (
        f"place “{place}”: {fits} fit, {unknown} unknown and shown,"
        f" {elsewhere} elsewhere and left out"
    )


def level_note(context: OpeningContext, rows: Sequence[ShortlistRow]) -> Iterator[str]:
    """How many of the people shown have the level that the opening asks for."""
    if context.opening is None or not context.opening.level:
        return
    level = context.opening.level
    if not _SENIOR.search(level):
        yield f"level “{level}”: public work does not show it; nobody is left out"
        return
    unknown = sum("level" in row.unknown for row in rows)
    yield (
        f"level “{level}”: signs of it in {len(rows) - unknown} of those shown"
        f" (reviews others, answers for a project, or such work over {_MONTHS} months),"
        f" {unknown} unknown"
    )


# -- rows --------------------------------------------------------------------------------------


def matched(
    store: Store, context: OpeningContext, rows: Sequence[ShortlistRow]
) -> list[ShortlistRow]:
    """These rows with their matches, and with what of the opening is unknown about them."""
    if context.opening is None:
        return list(rows)
    people = [row.person_id for row in rows]
    found = opening_answers(store, context.opening, context.now.strftime("%Y-%m-%d"))
    mine = _answers(store, context.opening, found, people)
    unknown = _unknown(store, context.opening, people, context.now)
    shown = _items(store, mine)
    return [
        replace(
            row,
            added=round(found.value(row.person_id), 3),
            matches=shown[row.person_id],
            unknown=unknown[row.person_id],
        )
        for row in rows
    ]


def answers(store: Store, opening: Opening, person: int) -> tuple[OpeningMatch, ...]:
    """Everything of an opening that this person's work answers, best first."""
    found = opening_answers(store, opening)
    return _items(store, _answers(store, opening, found, [person]))[person]


def _answers(
    store: Store, opening: Opening, found: OpeningAnswers, people: Sequence[int]
) -> dict[int, tuple[OpeningAnswer, ...]]:
    """The answers of these people: problems, examples, then the stack."""
    stack = stack_answers(store, opening, people)
    return {person: (*found.of(person), *stack.get(person, ())) for person in people}


def _items(
    store: Store, mine: Mapping[int, Sequence[OpeningAnswer]]
) -> dict[int, tuple[OpeningMatch, ...]]:
    stored = works.works(store, [m.contribution for some in mine.values() for m in some])
    return {
        person: tuple(
            OpeningMatch(
                m.kind, m.wanted, EvidenceItem.of(stored[m.contribution], m.part), round(m.fit, 3)
            )
            for m in some
        )
        for person, some in mine.items()
    }


def _unknown(
    store: Store, opening: Opening, people: Sequence[int], now: datetime
) -> dict[int, tuple[str, ...]]:
    """What the opening asks for and these people do not publish."""
    placed = _placed(store, opening, people, now)
    leveled = set(people)
    if _SENIOR.search(opening.level):
        leveled = opening_matches.seniors(store, people, _REVIEWS, _MONTHS)
    return {
        person: ("place",) * (placed.get(person, True) is None)
        + ("level",) * (person not in leveled)
        for person in people
    }
