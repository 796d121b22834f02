"""Finds who answers the problems of an opening by their own work, and the works that answer each.

A person's value for a problem is that of their best work, with a diminishing reward for more of
them: best x (1 + 0.2 ln n). Values are summed over the problems. General scores, stack and place
are added in `opening_ranking`.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from db import Store
from db.ranking import found_works
from sourcing.shortlist import matching
from sourcing.shortlist.matching import Match, Scope

#: The least fit of a work that answers a problem, and how many works of a problem are read.
LEAST_FIT, _WORKS_READ = 0.3, 1_500
#: How much more works than the best one count.
_MORE_WORKS = 0.2
#: What a part in a work counts: others wrote it too, or a review only comments on it.
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
        """How well a person's work answers the problem; 0.0 if it does not."""
        mine = self.by_person.get(person, ())
        return mine[0].value * (1 + _MORE_WORKS * math.log(len(mine))) if mine else 0.0


def answers(store: Store, problems: Sequence[str], today: str) -> tuple[ProblemAnswers, ...]:
    """The works and people that answer each problem; `today` (`YYYY-MM-DD`) as in `Scope`."""
    return tuple(_of_problem(store, problem, today) for problem in problems if problem.strip())


def _of_problem(store: Store, problem: str, today: str) -> ProblemAnswers:
    scope = Scope(today=today)
    found = matching.search(store, problem, _WORKS_READ, scope, words=False).matches
    works = tuple(match for match in found if match.fit >= LEAST_FIT)
    people = found_works.people(store, [match.contribution_id for match in works], today)
    by_person: dict[int, list[PersonalAnswer]] = defaultdict(list)
    for match in works:
        for row in people[match.contribution_id]:
            value = match.fit * _PART[row["part"]]
            by_person[row["person_id"]].append(
                PersonalAnswer(match.contribution_id, row["part"], value)
            )
    ordered = {
        person: tuple(sorted(mine, key=lambda one: (-one.value, -one.contribution_id)))
        for person, mine in by_person.items()
    }
    return ProblemAnswers(problem, works, ordered)


def totals(answered: Sequence[ProblemAnswers]) -> dict[int, float]:
    """The sum of each person's values over the problems, for all who answer any."""
    people = {person for problem in answered for person in problem.by_person}
    return {person: sum(problem.value(person) for problem in answered) for person in people}
