"""The results of a search for display: contributions with their people, best first.

Terminal, page and files lay them out; the engine decides the order. People are listed with their
work and not ranked.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from sqlite3 import Row

from db import Store
from db.ranking import found_works
from sourcing.core.errors import ConfigError
from sourcing.shortlist.matching.query import Question
from sourcing.shortlist.matching.retrieval import Answer, Match, Scope, answer, search
from sourcing.shortlist.matching.similar import question_like

#: The number of a person's works that `--like PERSON` compares with.
_WORKS_COMPARED = 5


@dataclass(frozen=True, slots=True)
class FoundPerson:
    """A person of a found work. `part`: author, co_author or (of a review) reviewer."""

    id: int
    name: str
    login: str
    part: str


@dataclass(frozen=True, slots=True)
class FoundWork:
    """A contribution that answers, with its fit between 0 and 1.

    `words`: words of the question that it meets, as asked; where the text says it differently,
    `asked = found`. `missing`: words that it does not meet. `oids`: its commits.
    """

    id: int
    fit: float
    title: str
    url: str | None
    repo: str
    oids: tuple[str, ...]
    kind: str
    date: str
    people: tuple[FoundPerson, ...]
    words: tuple[str, ...]
    missing: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class SearchResults:
    """Works, best first, and notes for readers: words not met, words replaced."""

    works: tuple[FoundWork, ...]
    notes: tuple[str, ...]


def results(store: Store, text: str, limit: int, scope: Scope) -> SearchResults:
    """The works that answer a text."""
    if not text.strip():
        raise ConfigError("search: say what to look for, or name an example with --like")
    found = search(store, text, limit, scope)
    return SearchResults(works(store, found.matches, scope.today), notes(found))


def results_like(store: Store, example: Sequence[Row], limit: int, scope: Scope) -> SearchResults:
    """The works that are like an example, without the example itself."""
    asked: Question = question_like(store, example)
    without = scope.without | {row["id"] for row in example}
    scope = Scope(scope.repo, scope.kind, scope.today, frozenset(without))
    found = answer(store, asked, limit, scope)
    shared = ", ".join(idea.asked for idea in asked.ideas[:8])
    note = f"compared by: {shared}" if shared else "the example has no words to compare"
    return SearchResults(works(store, found.matches, scope.today), (note,))


def example_of(store: Store, address: str) -> list[Row]:
    """The stored contribution at a web address; ConfigError if there is none."""
    rows = found_works.at_address(store, address)
    if not rows:
        raise ConfigError(f"--like {address}: no contribution with this address is stored")
    return rows[:1]


def example_of_person(store: Store, person: int) -> list[Row]:
    """A person's strongest work."""
    rows = found_works.strongest(store, person, _WORKS_COMPARED)
    if not rows:
        raise ConfigError(f"--like {person}: no work of this person is stored")
    return rows


def works(store: Store, matches: Sequence[Match], today: str) -> tuple[FoundWork, ...]:
    """Matches with the columns that are shown."""
    ids = [match.contribution_id for match in matches]
    rows = {row["id"]: row for row in found_works.shown(store, ids)}
    people = found_works.people(store, ids, today)
    return tuple(
        _work(rows[match.contribution_id], match, people[match.contribution_id])
        for match in matches
        if match.contribution_id in people
    )


def _work(row: Row, match: Match, people: Sequence[Row]) -> FoundWork:
    return FoundWork(
        id=row["id"],
        fit=match.fit,
        title=row["title"],
        url=row["url"],
        repo=(row["repo"] or "").partition("/")[2],
        oids=tuple(json.loads(row["oids"])),
        kind=row["work"] or "",
        date=row["at"][:10],
        people=tuple(
            FoundPerson(p["person_id"], p["name"] or "", p["login"] or "", p["part"])
            for p in people
        ),
        words=tuple(
            word.asked if word.same else f"{word.asked} = {word.found}" for word in match.words
        ),
        missing=match.missing,
    )


def notes(found: Answer) -> tuple[str, ...]:
    """Notes for readers: words not met, words replaced."""
    sentences = [f"“{word}” was read as “{meant}”" for word, meant in found.taken_for.items()]
    if found.unmet:
        words = ", ".join(f"“{word}”" for word in found.unmet)
        sentences.append(f"no stored work mentions {words}; the nearest partial answers follow")
    if not found.matches:
        sentences.append(
            "no stored work holds any of these words; crawl more, or ask in other words"
        )
    return tuple(sentences)
