"""Ranks the people of an opening by matches, stack and score, and checks their place.

A person with an unknown fact stays on the list: it is marked and counted. Pay and deal-breakers are
not checked. The nightly stores the order for the terminal and the pages; an outdated one is
computed again.
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
from sourcing.shortlist import locations, requirements
from sourcing.shortlist.opening_match import (
    OpeningAnswer,
    OpeningAnswers,
    opening_answers,
    stack_answers,
)
from sourcing.shortlist.rows import EvidenceItem, OpeningMatch, ShortlistRow

#: The number of people to compare with the stack.
COMPARED = 500
#: The weights of answers, stack and general score in the order.
_ANSWERS_BASE, _ANSWERS, _STACK, _GENERAL = 200.0, 1000.0, 100.0, 50.0
_SENIOR = re.compile(r"\b(?:senior|staff|principal|lead|head|expert|experienced)\b", re.IGNORECASE)
#: Experience: this number of reviews, or of months from the first to the last relevant work.
_REVIEWS, _MONTHS = 5, 18


@dataclass(frozen=True, slots=True)
class OpeningContext:
    """The opening of a list with its order and the notes for readers; or only a role."""

    opening: Opening | None
    order: Order
    notes: tuple[str, ...]
    now: datetime


def context(
    store: Store, opening: tuple[str, Opening] | None, role: str, now: datetime
) -> OpeningContext:
    """The context of a list: an opening with this role, or the role alone."""
    if opening is None:
        return OpeningContext(None, role, (), now)
    name, wanted = opening[0], opening[1].model_copy(update={"role": role})
    stored = opening_scores.stored(store, name)
    if stored and stored.fingerprint == _fingerprint(store, wanted):
        order: Order = opening_scores.key(name)
        notes = stored.notes
    else:
        order, notes = compute(store, wanted, now)
    return OpeningContext(wanted, order, tuple(notes), now)


def keep(
    store: Store, rubric: Rubric, wanted: Mapping[str, Opening], now: datetime, *, all_: bool = True
) -> None:
    """Store the orders of openings for which scores or the opening changed.

    `all_`: these are all existing openings; the orders of others are deleted.
    """
    for name, opening in wanted.items():
        fingerprint, stored = _fingerprint(store, opening), opening_scores.stored(store, name)
        if opening.role in rubric.roles and not (stored and stored.fingerprint == fingerprint):
            points, notes = compute(store, opening, now)
            opening_scores.save(store, name, StoredOrder(fingerprint, notes), points)
    if all_:
        opening_scores.drop_others(store, list(wanted))


def compute(
    store: Store, opening: Opening, now: datetime
) -> tuple[list[tuple[int, float]], tuple[str, ...]]:
    """The people of an opening with their points, and notes about the selection.

    The stack is compared only for people who could reach the first thousand.
    """
    scored, notes = opening_scores.scored(store, opening.role), []
    placed = _placed(store, opening, [person for person, _ in scored], now)
    if opening.place:
        notes.append(_place_note(opening.place, placed))
    scored = [(person, points) for person, points in scored if placed.get(person) is not False]
    for name in filter(requirements.is_language, requirements.required(opening)):
        known = requirements.writes(store, name, [person for person, _ in scored])
        notes.append(_language_note(name, known, len(scored)))
        scored = [(person, points) for person, points in scored if known.get(person) is not False]
    answered = opening_answers(store, opening, now.strftime("%Y-%m-%d"))
    near = _in_reach(scored, answered)
    stack = stack_answers(store, opening, near)
    most = max((points for _, points in scored), default=0.0) or 1.0
    worth = [
        (
            person,
            _worth(answered.value(person), _share(opening, stack.get(person, ())), points / most),
        )
        for person, points in scored
    ]
    return worth, (*notes, *answered.notes)


def _worth(answered: float, stack: float, general: float) -> float:
    """The sort key: answers first, then the stack, then the general score (the last two between 0
    and 1).

    People without an answer rank after all people with one.
    """
    first = _ANSWERS_BASE + _ANSWERS * answered if answered else 0.0
    return first + _STACK * stack + _GENERAL * general


def _share(opening: Opening, shown: Sequence[OpeningAnswer]) -> float:
    """The share of the stack that work shows, weighted by how clearly it shows it; required
    technologies count twice."""
    must = {name.lower() for name in requirements.required(opening)}
    most = sum(1 + (name.lower() in must) for name in requirements.technologies(opening))
    return sum(a.fit * (1 + (a.wanted.lower() in must)) for a in shown) / max(1, most)


def _fingerprint(store: Store, opening: Opening) -> str:
    """A fingerprint of the inputs of an order: the opening and the scores."""
    text = f"{opening.model_dump_json()} {store.meta('scored')} {store.meta('scorings')}"
    return hashlib.sha256(text.encode()).hexdigest()


def _in_reach(scored: Sequence[tuple[int, float]], answered: OpeningAnswers) -> list[int]:
    """The people to compare with the stack: best answers first, then highest scores."""
    ordered = sorted(scored, key=lambda one: (-answered.value(one[0]), -one[1]))
    return [person for person, _ in ordered[:COMPARED]]


# -- notes -------------------------------------------------------------------------------------


def to_ask(context: OpeningContext) -> Iterator[str]:
    """The parts of the opening that public work cannot show."""
    if (opening := context.opening) is None:
        return
    if opening.hours:
        yield f"hours “{opening.hours}”: people do not publish their hours; ask them"
    if left := requirements.to_check(opening):
        yield f"for you to check: {'; '.join(left)}"


def _placed(
    store: Store, opening: Opening, people: Sequence[int], now: datetime
) -> dict[int, bool | None]:
    """By person, whether their place fits the opening; None if it is unknown."""
    wanted = locations.wanted(opening.place)
    if not wanted:
        return {}
    published = opening_matches.places(store, people)
    day = now.date()
    return {person: locations.fits(wanted, published.get(person, []), day) for person in people}


def _place_note(place: str, placed: Mapping[int, bool | None]) -> str:
    if not locations.wanted(place):
        return f"place “{place}”: is not a place that can be compared; all people stay on the list"
    fits, elsewhere = (sum(fit is wanted for fit in placed.values()) for wanted in (True, False))
    unknown = len(placed) - fits - elsewhere
    return (
        f"place “{place}”: {fits} fit, {unknown} unknown (shown), {elsewhere} elsewhere (not shown)"
    )


def _language_note(name: str, known: Mapping[int, bool], people: int) -> str:
    fits = sum(known.values())
    return (
        f"must have {name}: {fits} show it in files of their own relevant work,"
        f" {people - len(known)} unknown (shown), {len(known) - fits} do not (not shown)"
    )


def level_note(context: OpeningContext, rows: Sequence[ShortlistRow]) -> Iterator[str]:
    """A note on how many of the shown people have the level of the opening."""
    if context.opening is None or not context.opening.level:
        return
    level = context.opening.level
    if not _SENIOR.search(level):
        yield f"level “{level}”: public work does not show it; all people stay on the list"
        return
    unknown = sum("level" in row.unknown for row in rows)
    yield (
        f"level “{level}”: {len(rows) - unknown} of {len(rows)} people shown have signs of it"
        f" (reviews, project membership, or {_MONTHS} months of such work),"
        f" {unknown} unknown"
    )


# -- rows --------------------------------------------------------------------------------------


def matched(
    store: Store, context: OpeningContext, rows: Sequence[ShortlistRow]
) -> list[ShortlistRow]:
    """The rows with their matches and with the unknown facts that the opening asks for."""
    if context.opening is None:
        return list(rows)
    people = [row.person_id for row in rows]
    answered = opening_answers(store, context.opening, context.now.strftime("%Y-%m-%d"))
    by_person = _answers(store, context.opening, answered, people)
    unknown = _unknown(store, context.opening, people, context.now)
    missing = {person: _not_shown(context.opening, by_person[person]) for person in people}
    shown = _items(store, by_person)
    return [
        replace(
            row,
            added=round(answered.value(row.person_id), 3),
            matches=shown[row.person_id],
            unknown=(*unknown[row.person_id], *missing[row.person_id]),
        )
        for row in rows
    ]


def answers(store: Store, opening: Opening, person: int) -> tuple[OpeningMatch, ...]:
    """The parts of an opening that this person's work answers, best first."""
    answered = opening_answers(store, opening)
    return _items(store, _answers(store, opening, answered, [person]))[person]


def _answers(
    store: Store, opening: Opening, answered: OpeningAnswers, people: Sequence[int]
) -> dict[int, tuple[OpeningAnswer, ...]]:
    """The answers of these people: problems, examples, then the stack."""
    stack = stack_answers(store, opening, people)
    return {person: (*answered.of(person), *stack.get(person, ())) for person in people}


def _not_shown(opening: Opening, shown: Sequence[OpeningAnswer]) -> tuple[str, ...]:
    """The required technologies that none of these answers shows."""
    names = {answer.wanted.lower() for answer in shown if answer.kind == "stack"}
    return tuple(name for name in requirements.required(opening) if name.lower() not in names)


def _items(
    store: Store, by_person: Mapping[int, Sequence[OpeningAnswer]]
) -> dict[int, tuple[OpeningMatch, ...]]:
    stored = works.works(
        store, [match.contribution for matches_ in by_person.values() for match in matches_]
    )
    return {
        person: tuple(
            OpeningMatch(
                match.kind,
                match.wanted,
                EvidenceItem.of(stored[match.contribution], match.part),
                round(match.fit, 3),
            )
            for match in matches_
        )
        for person, matches_ in by_person.items()
    }


def _unknown(
    store: Store, opening: Opening, people: Sequence[int], now: datetime
) -> dict[int, tuple[str, ...]]:
    """By person, the facts that the opening asks for and the person does not publish."""
    placed = _placed(store, opening, people, now)
    leveled = set(people)
    if _SENIOR.search(opening.level):
        leveled = opening_matches.seniors(store, people, _REVIEWS, _MONTHS)
    return {
        person: ("place",) * (placed.get(person, True) is None)
        + ("level",) * (person not in leveled)
        for person in people
    }
