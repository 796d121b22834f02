"""Which problem of an opening a work answers, and how well.

The matching engine judges the fit of the stored work. A message shows only the title and a few
sentences, so this module also measures how much of the problem a text covers in so many words.
It chooses no sentence and writes no text.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import pairwise

from db import Store
from sourcing.outreach import problem_phrases
from sourcing.shortlist import matching
from sourcing.shortlist.answers import COUNTED_FIT
from sourcing.shortlist.matching import concepts, engine, query, spelling
from sourcing.shortlist.matching.concepts import phrases
from sourcing.shortlist.matching.terms import terms

#: From this fit on a work can answer a problem; below `RELATED` it has nothing to do with it.
ANSWERS, RELATED = 0.25, COUNTED_FIT
#: The share of a problem that one passage of a work covers, and that a message shows, if the work
#: answers it. A passage is the title with one sentence: a long text holds all words somewhere.
COVERED, SHOWN = 0.55, 0.5
#: The same for a wish, which names no trouble: then its words must be there almost all.
ALL_SHOWN = 0.85
#: From this fit and this coverage on it is called the same problem.
SAME_FIT, SAME_COVERED = 0.7, 0.8
#: Wordings that count here: the words of the problem and other words for the same idea.
_SAME_IDEA = query.NEAR
#: The greatest rarities that count, and the weight of a word that is no term of the field.
_MOST_RARITY, _TROUBLE_RARITY, _PLAIN_WORD = 6.0, 4.0, 0.6
#: Names of code: their parts say little about a problem.
IDENTIFIER = re.compile(r"`[^`]+`|\b\w+\(\)|\b\w+?(?<=[a-z])[A-Z]\w*|\b\w+_\w+\b|\b\w+\.\w+\.\w+\b")

#: The least share of a problem's subject, without the trouble, that a work must have too.
_SUBJECT_SHARE = 0.45
#: What trouble weighs that a problem tells by its form alone.
_IMPLIED_WEIGHT = 3.0


@dataclass(frozen=True, slots=True)
class ProblemList:
    """The problems that works are compared with.

    `specific`: an opening lists them. Otherwise there is one text about everything that the sender
    does, and a work need not answer it.
    """

    texts: tuple[str, ...]
    specific: bool = True


@dataclass(frozen=True, slots=True)
class Coverage:
    """How much of a problem some texts word.

    `share`: 0 to 1, by rarity. `pointed`: they word what goes wrong and what it happens to.
    """

    share: float = 0.0
    pointed: bool = False


@dataclass(frozen=True, slots=True)
class AnsweredProblem:
    """One problem, and how well a work answers it."""

    problem: str
    fit: float  # the matching engine's, 0 to 1
    covered: Coverage = Coverage()  # of the problem, by the best passage
    shown: Coverage = Coverage()  # of the problem, by title and quotations
    words: tuple[str, ...] = ()  # words of the work that carry the fit

    @property
    def answers(self) -> bool:
        """True if the work truly answers the problem, and a message can show it."""
        return (
            self.fit >= ANSWERS
            and self.covered.share >= COVERED
            and self.shown.share >= SHOWN
            and self.shown.pointed
        )

    @property
    def same(self) -> bool:
        """True if it is the same problem, and not only a close one."""
        return self.fit >= SAME_FIT and self.covered.share >= SAME_COVERED


class ProblemMatcher:
    """Compares works and texts with the problems of one opening; reads each problem once."""

    def __init__(self, store: Store, problems: Sequence[str]) -> None:
        self._store = store
        self._problems = {
            problem: _Problem.of(
                problem, engine.plan(store, spelling.corrected(store, query.read(problem))[0])
            )
            for problem in dict.fromkeys(problems)
        }

    def fits(self, ids: Sequence[int]) -> dict[int, dict[str, AnsweredProblem]]:
        """The fit of each of these works with each problem; without fit 0."""
        found: dict[int, dict[str, AnsweredProblem]] = {}
        for problem in self._problems if ids else ():
            for id_, match in matching.fit(self._store, problem, ids).items():
                if match.fit > 0:
                    words = tuple(word.found for word in match.words)
                    answer = AnsweredProblem(problem, match.fit, words=words)
                    found.setdefault(id_, {})[problem] = answer
        return found

    def coverage(self, problem: str, texts: Sequence[str]) -> Coverage:
        """The share of a problem's ideas that the texts word, a title first.

        One idea in common says nothing ("slow" alone is no answer to "the test suite is slow"): it
        counts 0, unless the problem has no other.
        """
        return self._problems[problem].coverage(texts)

    def asks_for(self, problem: str, work: str) -> bool:
        """Whether a problem asks for this kind of work (testing, docs ...) by its words."""
        return work in self._problems[problem].kinds


@dataclass(frozen=True, slots=True)
class _Idea:
    """One idea of a problem; of weight 0 if it says nothing. `own`: its terms as worded there.

    `trouble`: it tells what goes wrong. `missing`: the problem says that this is not there.
    """

    weight: float
    wordings: Mapping[str, float]
    own: frozenset[str]
    trouble: bool
    missing: bool

    @classmethod
    def of(cls, idea: query.Idea, rarity: float, absent: Collection[str]) -> _Idea:
        kind = _trouble(idea.main)
        missing = not set(absent).isdisjoint(idea.main.split())
        weight = min(rarity, _MOST_RARITY)
        if kind or missing:
            weight = min(rarity, _TROUBLE_RARITY)
        elif idea.main in _everyday():
            weight = 0.0
        elif idea.main not in concepts.by_term():
            weight *= _PLAIN_WORD
        # Related words of a trouble are no trouble: a cache is not stale.
        wordings = {**dict.fromkeys(kind, query.NEAR), idea.main: 1.0} if kind else idea.wordings
        own = frozenset([idea.main, *idea.main.split()])
        return cls(weight, wordings, own, bool(kind), missing)

    def met(self, found: Collection[str]) -> bool:
        return any(w >= _SAME_IDEA and term in found for term, w in self.wordings.items())


@dataclass(frozen=True, slots=True)
class _Problem:
    """The ideas of a problem. `kinds`: the kinds of work that it asks for.

    `wish`: it asks for a person who did something, so that nothing needs to go wrong.
    """

    ideas: tuple[_Idea, ...]
    kinds: frozenset[str]
    wish: bool

    @classmethod
    def of(cls, problem: str, plan: engine.Plan) -> _Problem:
        absent, question = _absent(problem), plan.question
        ideas = (_Idea.of(*one, absent) for one in zip(question.ideas, plan.rarity, strict=True))
        wish = problem_phrases.person(problem) is not None
        told = [idea for idea in ideas if idea.weight]
        if not any(idea.trouble for idea in told):
            told += _implied(problem)
        return cls(tuple(told), question.deeds, wish)

    def coverage(self, texts: Sequence[str]) -> Coverage:
        in_title, found = set[str](), set[str]()
        for at, text in enumerate(texts):
            words = terms(IDENTIFIER.sub(" ", text))
            found.update(words, phrases(words), map(" ".join, pairwise(words)))
            in_title = in_title if at else set(found)
        met = [idea for idea in self.ideas if idea.met(found)]
        if not met or len(met) < min(2, len(self.ideas)):
            return Coverage()
        share = sum(idea.weight for idea in met) / sum(idea.weight for idea in self.ideas)
        if self.wish:
            return Coverage(share, share >= ALL_SHOWN)
        trouble = any(idea.trouble or (idea.missing and idea.met(in_title)) for idea in met)
        return Coverage(share, trouble and self._has_subject(found, share))

    def _has_subject(self, found: Collection[str], share: float) -> bool:
        """Whether the rarest idea is there, other than the trouble, and in the problem's own words:
        another single word for it may mean something else, unless most of the rest is there too."""
        subjects = [idea for idea in self.ideas if not (idea.trouble or idea.missing)]
        if not subjects:
            return True
        met = sum(idea.weight for idea in subjects if idea.met(found))
        if met < _SUBJECT_SHARE * sum(idea.weight for idea in subjects):
            return False
        rarest = max(subjects, key=lambda idea: idea.weight)
        same = {term for term, weight in rarest.wordings.items() if weight >= _SAME_IDEA}
        if share < ALL_SHOWN:
            same = {term for term in same if " " in term} | rarest.own
        return not same.isdisjoint(found)


#: Phrases for a missing action: "are never released", "without a deadline", "that nobody checked".
_ABSENT = re.compile(
    r"\b(?:nobody|never|not|no|without|cannot|\w+n['’]t) (?:(?:be|been|get|any|an?|the) )*"
    r"([\w-]+(?: [\w-]+)?)"
)


def _absent(problem: str) -> frozenset[str]:
    """The terms of the missing action of a problem; a work that does it meets the problem."""
    return frozenset(term for found in _ABSENT.findall(problem) for term in terms(found))


def _trouble(term: str) -> frozenset[str]:
    """All terms for the same kinds of trouble; empty if the term tells none."""
    return frozenset().union(*(kind for kind in _troubles() if term in kind))


def _implied(problem: str) -> Iterator[_Idea]:
    """Trouble that a problem tells by its form ("takes the whole night")."""
    for kind, patterns in _lists()["implied"].items():
        if any(re.search(rf"\b{pattern}", problem, re.IGNORECASE) for pattern in patterns):
            same = dict.fromkeys(map(concepts.term_of, _lists()["trouble"][kind]), query.NEAR)
            yield _Idea(_IMPLIED_WEIGHT, same, frozenset(), trouble=True, missing=False)


@cache
def _lists() -> Mapping[str, Mapping[str, Sequence[str]]]:
    file = files("sourcing.outreach") / "answers.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _troubles() -> tuple[frozenset[str], ...]:
    return tuple(
        frozenset(map(concepts.term_of, entries)) for entries in _lists()["trouble"].values()
    )


@cache
def _everyday() -> frozenset[str]:
    return frozenset(map(concepts.term_of, _lists()["words"]["everyday"]))
