"""Matches people's work with an opening: its problems, its example changes, its stack.

Problems and examples are searched with the matching engine among all work; the stack is compared
with the work of given people. Each answer names the contribution that shows it. It does not order
people: `opening_ranking` does.
"""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import connectors
from db import Store
from db.ranking import opening_matches
from sourcing.core.config import Opening
from sourcing.core.text import fold
from sourcing.shortlist import matching
from sourcing.shortlist.answers import ANSWERS_FIT, ProblemAnswers, answers, answers_like
from sourcing.shortlist.matching.results import FoundWork, works
from sourcing.shortlist.requirements import LANGUAGES, technologies

#: The weight of an example; a problem has weight 1.
_EXAMPLE = 0.5
#: The weight of a technology shown by a person's files, and by the repository that they work in.
_BY_FILES = 0.5
_LINK = re.compile(
    r"(?:https?://[^/\s]+/)?([\w.-]+/[\w.-]+)(?:/(?:-/)?(?:pull|pulls|merge_requests)/|#)(\d+)\b"
)


@dataclass(frozen=True, slots=True)
class OpeningAnswer:
    """A part of an opening answered by one contribution; `fit` is between 0 and 1."""

    kind: str  # problem, example or stack
    wanted: str
    contribution: int
    part: str
    fit: float


@dataclass(frozen=True, slots=True)
class OpeningAnswers:
    """The answers of people's work to an opening, and notes about examples that are not stored."""

    problems: tuple[ProblemAnswers, ...]
    examples: tuple[ProblemAnswers, ...]
    notes: tuple[str, ...]

    def value(self, person: int) -> float:
        """The value of a person's work for problems and examples; 0.0 if it answers none."""
        own = sum(problem.value(person) for problem in self.problems)
        return own + _EXAMPLE * sum(example.value(person) for example in self.examples)

    def people(self) -> set[int]:
        """The people who answer a problem or an example."""
        return {p for asked in (*self.problems, *self.examples) for p in asked.by_person}

    def of(self, person: int) -> tuple[OpeningAnswer, ...]:
        """The person's best work for each problem and example, problems first."""
        return tuple(
            OpeningAnswer(kind, asked.problem, best.contribution_id, best.part, best.value)
            for kind, several in (("problem", self.problems), ("example", self.examples))
            for asked in several
            if (best := asked.best(person))
        )


def opening_answers(store: Store, opening: Opening, today: str = "") -> OpeningAnswers:
    """The answers to the problems and examples of an opening. Without problems, the bottleneck is
    the problem. `today` (`YYYY-MM-DD`): exclusions that ended before do not count."""
    problems = [text for text in opening.problems if fold(text)]
    if not problems and fold(opening.bottleneck):
        problems = [opening.bottleneck]
    examples: list[ProblemAnswers] = []
    notes: list[str] = []
    for text in filter(fold, opening.example_prs):
        link = _LINK.search(text)
        if link is None:
            examples += answers(store, [text], today)
        elif (row := opening_matches.example(store, link[1], int(link[2]))) is None:
            notes.append(
                f"{text.strip()}: not stored, so nothing is compared with it;"
                f" crawl {connectors.source_of_link(text) or link[1]}"
            )
        else:
            examples.append(answers_like(store, row.title, row.id, today))
    return OpeningAnswers(answers(store, problems, today), tuple(examples), tuple(notes))


def best_works(
    store: Store, opening: Opening, today: str, most: int = 5
) -> tuple[tuple[str, tuple[FoundWork, ...]], ...]:
    """For each problem the works that answer it best, by any visible person."""
    result = []
    for asked in opening_answers(store, opening, today).problems:
        ids = [match.contribution_id for match in asked.works[:most] if match.fit >= ANSWERS_FIT]
        explained = matching.fit(store, asked.problem, ids)
        result.append((asked.problem, works(store, [explained[id_] for id_ in ids], today)))
    return tuple(result)


def stack_answers(
    store: Store, opening: Opening, people: Sequence[int], today: str = ""
) -> Mapping[int, tuple[OpeningAnswer, ...]]:
    """For each of these people, the work that shows a technology of the stack.

    A language is recognised by the files of relevant work, because its name may be an ordinary
    word.
    """
    result: dict[int, list[OpeningAnswer]] = defaultdict(list)
    for name in technologies(opening):
        suffix = LANGUAGES.get(name.lower(), "")
        best = {
            row.person_id: OpeningAnswer("stack", name, row.id, row.part, _BY_FILES)
            for row in opening_matches.work_with(store, people, name, suffix)
        }
        if not suffix:
            mentioned = answers(store, [name], today)[0]
            for person in people:
                if one := mentioned.best(person):
                    answer = OpeningAnswer("stack", name, one.contribution_id, one.part, one.value)
                    if person not in best or best[person].fit < answer.fit:
                        best[person] = answer
        for person, answer in best.items():
            result[person].append(answer)
    return {person: tuple(mine) for person, mine in result.items()}
