"""Which problem of an opening a work answers, and how well.

The matching engine judges the fit of the stored work. A message shows only the title and a few
sentences, so this module also measures how much of the problem a text covers in so many words.
It chooses no sentence and writes no text.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from db import Store
from sourcing.shortlist import matching
from sourcing.shortlist.answers import ANSWERS_FIT, COUNTED_FIT
from sourcing.shortlist.matching import engine, query, spelling
from sourcing.shortlist.matching.concepts import phrases
from sourcing.shortlist.matching.terms import terms

#: From this fit on a work can answer a problem; below `RELATED` it has nothing to do with it.
ANSWERS, RELATED = ANSWERS_FIT, COUNTED_FIT
#: The share of a problem that one passage of a work covers, and that a message shows, if the work
#: answers it. A passage is the title with one sentence: a long text holds all words somewhere.
COVERED, SHOWN = 0.5, 0.4
#: From this fit and this coverage on it is called the same problem.
SAME_FIT, SAME_COVERED = 0.7, 0.8
#: Wordings that count here: the words of the problem and other words for the same idea.
_SAME_IDEA = query.NEAR


@dataclass(frozen=True, slots=True)
class ProblemList:
    """The problems that works are compared with.

    `specific`: an opening lists them. Otherwise there is one text about everything that the sender
    does, and a work need not answer it.
    """

    texts: tuple[str, ...]
    specific: bool = True


@dataclass(frozen=True, slots=True)
class AnsweredProblem:
    """One problem, and how well a work answers it."""

    problem: str
    fit: float  # the matching engine's, 0 to 1
    covered: float = 0.0  # share of the problem that the best passage covers, 0 to 1
    shown: float = 0.0  # share of the problem that title and quotations cover, 0 to 1
    words: tuple[str, ...] = ()  # words of the work that carry the fit

    @property
    def answers(self) -> bool:
        """True if the work truly answers the problem, and a message can show it."""
        return self.fit >= ANSWERS and self.covered >= COVERED and self.shown >= SHOWN

    @property
    def same(self) -> bool:
        """True if it is the same problem, and not only a close one."""
        return self.fit >= SAME_FIT and self.covered >= SAME_COVERED


class ProblemMatcher:
    """Compares works and texts with the problems of one opening; reads each problem once."""

    def __init__(self, store: Store, problems: Sequence[str]) -> None:
        self._store = store
        self._plans = {
            problem: engine.plan(store, spelling.corrected(store, query.read(problem))[0])
            for problem in dict.fromkeys(problems)
        }

    def fits(self, ids: Sequence[int]) -> dict[int, dict[str, AnsweredProblem]]:
        """The fit of each of these works with each problem; without fit 0."""
        found: dict[int, dict[str, AnsweredProblem]] = {}
        for problem in self._plans if ids else ():
            for id_, match in matching.fit(self._store, problem, ids).items():
                if match.fit > 0:
                    words = tuple(word.found for word in match.words)
                    answer = AnsweredProblem(problem, match.fit, words=words)
                    found.setdefault(id_, {})[problem] = answer
        return found

    def coverage(self, problem: str, texts: Sequence[str]) -> float:
        """The share of a problem's ideas, by their rarity, that the texts word (0 to 1).

        One idea in common says nothing ("slow" alone is no answer to "the test suite is slow"): it
        counts 0, unless the problem has no other.
        """
        plan, found = self._plans[problem], set[str]()
        for text in texts:
            words = terms(text)
            found.update(words, phrases(words))
        met = [
            rarity
            for rarity, wordings in zip(plan.rarity, plan.wordings, strict=True)
            if any(weight >= _SAME_IDEA and term in found for term, weight in wordings.items())
        ]
        return sum(met) / plan.full if len(met) >= min(2, len(plan.rarity)) else 0.0
