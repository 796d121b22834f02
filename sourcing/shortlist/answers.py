"""Finds the works that answer a problem, and the people who did them.

A person's value for a problem is that of their best work with a small reward for more of them:
best x (1 + 0.15 ln n), where n counts works in proportion to the best one. Doubtful answers count
little: the value of a work is its fit squared. It does not rank people; `opening_ranking` adds
general scores, stack and place. Answers are cached until the stored data changes.
"""

from __future__ import annotations

import math
from collections import OrderedDict, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db import Store
from db.ranking import found_works
from sourcing.shortlist import matching
from sourcing.shortlist.matching import Match, Scope

#: From this fit on a work counts for the order of people; from the second on it is shown as an
#: answer. How many works of a problem are read.
COUNTED_FIT, ANSWERS_FIT, _WORKS_READ = 0.2, 0.5, 1_500
#: The weight of further works beside the best one.
_MORE_WORKS = 0.15
#: The weight of a part in a work: less for a co-author and a reviewer than for the author.
_PART = {"author": 1.0, "co_author": 0.7, "reviewer": 0.5}


@dataclass(frozen=True, slots=True)
class PersonalAnswer:
    """A person's work that answers a problem. `value`: fit, less for a smaller part."""

    contribution_id: int
    part: str
    value: float


@dataclass(frozen=True, slots=True)
class ProblemAnswers:
    """A problem with the works that answer it, best first, and each person's, best first."""

    problem: str
    works: tuple[Match, ...]
    by_person: Mapping[int, tuple[PersonalAnswer, ...]]

    def value(self, person: int) -> float:
        """The value of a person's work for the problem; 0.0 if it does not answer it."""
        values = [one.value**2 for one in self.by_person.get(person, ())]
        if not values:
            return 0.0
        return values[0] * (1 + _MORE_WORKS * math.log(sum(values) / values[0]))

    def best(self, person: int) -> PersonalAnswer | None:
        """The person's best work if its fit is that of an answer."""
        mine = self.by_person.get(person, ())
        return mine[0] if mine and mine[0].value >= ANSWERS_FIT else None


def answers(store: Store, problems: Sequence[str], today: str) -> tuple[ProblemAnswers, ...]:
    """The works and people that answer each problem; `today` (`YYYY-MM-DD`) as in `Scope`."""
    return tuple(_remembered(store, problem.strip(), None, today) for problem in problems)


def answers_like(store: Store, title: str, example: int, today: str) -> ProblemAnswers:
    """The works like an example (a contribution), which answers itself in full."""
    return _remembered(store, title, example, today)


_MEMORY: OrderedDict[tuple[object, ...], ProblemAnswers] = OrderedDict()
_REMEMBERED = 64


def _remembered(store: Store, problem: str, example: int | None, today: str) -> ProblemAnswers:
    matching.refresh(store)
    key = (str(store.path), found_works.state(store), problem, example, today)
    if (known := _MEMORY.get(key)) is not None:
        return known
    found = _MEMORY[key] = _find(store, problem, example, today)
    while len(_MEMORY) > _REMEMBERED:
        _MEMORY.popitem(last=False)
    return found


def _find(store: Store, problem: str, example: int | None, today: str) -> ProblemAnswers:
    scope = Scope(today=today)
    if example is None:
        found = matching.search(store, problem, _WORKS_READ, scope, words=False).matches
    else:
        like = matching.like(store, [example], _WORKS_READ, scope, words=False).matches
        found = (Match(example, 1.0), *like)
    works = tuple(match for match in found if match.fit >= COUNTED_FIT)
    people = found_works.people(store, [match.contribution_id for match in works], today)
    by_person: dict[int, list[PersonalAnswer]] = defaultdict(list)
    for match in works:
        for row in people.get(match.contribution_id, ()):
            value = match.fit * _PART[row["part"]]
            by_person[row["person_id"]].append(
                PersonalAnswer(match.contribution_id, row["part"], value)
            )
    ordered = {
        person: tuple(sorted(mine, key=lambda one: (-one.value, -one.contribution_id)))
        for person, mine in by_person.items()
    }
    return ProblemAnswers(problem, works, ordered)
