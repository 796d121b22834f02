"""Parses a question into ideas with their possible wordings, and the kinds of work that it asks
for.

An idea is the longest word or phrase that the synonym file knows, or a single word. Words that name
no work are left out; misspelt words are replaced and reported. It does not search.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from itertools import chain
from typing import Any

from sourcing.shortlist.matching import concepts
from sourcing.shortlist.matching.concepts import Concept
from sourcing.shortlist.matching.terms import is_cjk, spoken_words, surface_words, terms

#: The weights of other wordings: another word for the same idea, a word for a related idea, one
#: word of a phrase.
NEAR, RELATED, PART_OF_PHRASE = 0.85, 0.25, 0.3
#: The weight of a verb for the work, and of leftover n-grams beside a known idea.
_DEED_WEIGHT, _LEFTOVER = 0.5, 0.3
#: The greatest number of ideas of one question; more only cost time.
_MOST_IDEAS = 24
_LONGEST_PHRASE = 6
#: The words of an everyday phrase stand within so many words more than it has.
_WORDS_BETWEEN = 3
_CLAUSE = re.compile(
    r"[,;:()\n、，。；：！？!?]|\.\s|\s[-–—]\s|\s(?:or|oder|ou|o)\s", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Idea:
    """One idea of a question. `asked`: its spelling there; `wordings`: weight by term."""

    asked: str
    main: str
    wordings: Mapping[str, float]
    weight: float
    clause: int


@dataclass(frozen=True, slots=True)
class Question:
    """A parsed question. `deeds`: the kinds of work that its verbs ask for."""

    ideas: tuple[Idea, ...]
    deeds: frozenset[str]

    def terms(self) -> set[str]:
        """All terms of all ideas."""
        return set(chain.from_iterable(idea.wordings for idea in self.ideas))


@dataclass(frozen=True, slots=True)
class _Word:
    surface: str
    term: str


def read(text: str) -> Question:
    """Parse a text."""
    ideas: dict[str, Idea] = {}
    deeds: set[str] = set()
    for number, clause in enumerate(filter(None, map(str.strip, _CLAUSE.split(text)))):
        deeds.update(chain.from_iterable(_deeds().get(term, ()) for term in terms(clause)))
        meant, words = _everyday(clause, number)
        for idea in chain(meant, _ideas(words, number)):
            known = ideas.get(idea.main)
            if known is None or known.weight < idea.weight:
                ideas[idea.main] = idea
    if not ideas:  # a question of noise words only is searched for these words
        words = [_Word(w, term) for w, found in surface_words(text) for term in found]
        ideas = {word.term: _single(word, 0, 1.0) for word in words}
    return Question(tuple(ideas.values())[:_MOST_IDEAS], frozenset(deeds))


def _ideas(words: Sequence[_Word], clause: int) -> Iterator[Idea]:
    """The ideas of a clause: known phrases first, the longest at each place, then single words."""
    at, found = 0, []
    leftover: list[_Word] = []
    while at < len(words):
        length = _longest_known(words, at)
        if not length:
            leftover.append(words[at])
            at += 1
            continue
        asked = words[at : at + length]
        if length > 1 or asked[0].term not in _noise():
            found.append(_known(asked, clause))
        at += length
    yield from found
    for word in leftover:
        if word.term in _noise():
            continue
        weight = 1.0
        if word.term in _plain_deeds():
            weight = _DEED_WEIGHT
        elif found and is_cjk(word.surface):
            weight = _LEFTOVER
        yield _single(word, clause, weight)


def _everyday(text: str, clause: int) -> tuple[list[Idea], list[_Word]]:
    """The ideas that a clause asks for without naming them, and the words that are left.

    Of phrases that share words, the longest counts.
    """
    spoken = spoken_words(text)
    places: dict[str, list[int]] = {}
    for position, (_, stem) in enumerate(spoken):
        places.setdefault(stem, []).append(position)
    by_places: dict[tuple[int, ...], list[Concept]] = {}
    for phrase, concept in dict.fromkeys(
        chain.from_iterable(concepts.everyday_by_stem().get(stem, ()) for stem in places)
    ):
        if near := _near(phrase, places):
            by_places.setdefault(near, []).append(concept)
    ideas: list[Idea] = []
    used: set[int] = set()
    for near, named in sorted(by_places.items(), key=lambda one: (-len(one[0]), one[0])):
        if used.isdisjoint(near):
            used.update(near)
            ideas.append(_meant([spoken[position][0] for position in near], named, clause))
    left = [word for position, (word, _) in enumerate(spoken) if position not in used]
    return ideas, [_Word(word, term) for word in left for term in terms(word)]


def _near(phrase: Sequence[str], places: Mapping[str, Sequence[int]]) -> tuple[int, ...]:
    """The first positions of a phrase's words that are near each other; none if there are none."""
    if not all(stem in places for stem in phrase):
        return ()
    for first in places[phrase[0]]:
        chosen = {
            min(places[stem], key=lambda position: (abs(position - first), position))
            for stem in phrase
        }
        if len(chosen) == len(phrase) and max(chosen) - min(chosen) < len(phrase) + _WORDS_BETWEEN:
            return tuple(sorted(chosen))
    return ()


def _meant(words: Sequence[str], named: Sequence[Concept], clause: int) -> Idea:
    """The idea of an everyday phrase: the concept's own words count most."""
    wordings: dict[str, float] = {}
    for concept in named:
        for related in concept.related:
            wordings.setdefault(related, RELATED)
    asked = " ".join(words)
    wordings |= {term: PART_OF_PHRASE for term in terms(asked) if names_work(term)}
    wordings |= {same: NEAR for concept in named for same in concept.same}
    wordings |= {concept.main: 1.0 for concept in named}
    return Idea(asked, " ".join(terms(asked)), wordings, 1.0, clause)


def _longest_known(words: Sequence[_Word], at: int) -> int:
    """The number of words from here on that are one term of the synonym file; 0 for none."""
    for length in range(min(_LONGEST_PHRASE, len(words) - at), 0, -1):
        if " ".join(word.term for word in words[at : at + length]) in concepts.by_term():
            return length
    return 0


def _known(words: Sequence[_Word], clause: int) -> Idea:
    term = " ".join(word.term for word in words)
    wordings: dict[str, float] = {}
    named = concepts.by_term()[term]
    for concept in named:
        for related in concept.related:
            wordings.setdefault(related, RELATED)
    if len(words) > 1 and not is_cjk(words[0].surface):
        wordings |= {word.term: PART_OF_PHRASE for word in words}
    wordings |= {same: NEAR for concept in named for same in concept.same}
    foreign = not all(ord(c) < 128 for word in words for c in word.surface)
    if foreign:
        wordings |= {concept.main: 1.0 for concept in named}
    wordings[term] = 1.0
    weight = _DEED_WEIGHT if len(words) == 1 and term in _plain_deeds() else 1.0
    return Idea(_asked(words), term, wordings, weight, clause)


def _single(word: _Word, clause: int, weight: float) -> Idea:
    return Idea(word.surface, word.term, {word.term: 1.0}, weight, clause)


def _asked(words: Sequence[_Word]) -> str:
    """The words in their original spelling; one identifier may have given several terms."""
    surfaces = list(dict.fromkeys(word.surface for word in words))
    return " ".join(surfaces)


@cache
def _language() -> dict[str, Any]:
    file = files("sourcing.shortlist.matching") / "language.toml"
    return tomllib.loads(file.read_text(encoding="utf-8"))


@cache
def _noise() -> frozenset[str]:
    return frozenset(chain.from_iterable(map(terms, _language()["noise"])))


@cache
def _deeds() -> Mapping[str, tuple[str, ...]]:
    """The kinds of work that a term asks for."""
    result: dict[str, tuple[str, ...]] = {}
    for kind, words in _language()["deeds"].items():
        for term in dict.fromkeys(concepts.term_of(word) for word in words):
            result[term] = (*result.get(term, ()), kind)
    return result


#: Characters of a title among which its first words are looked for.
_TITLE_START = 80
#: Prefixes of a title: `fix(api): `, `[CI] `.
_FIRST_WORD = re.compile(r"(?:\s*\[[^\]]*\])*\s*(?:\w+(?:\([^)]*\))?!?:\s+)?\W*(\w+)")


def names_work(term: str) -> bool:
    """True if a term names a subject of work, not its author or the act."""
    return term not in _noise() and term not in _plain_deeds()


def is_slight(title: str) -> bool:
    """Whether a title begins with a word such as rename, bump or pin."""
    match = _FIRST_WORD.match(title)
    return match is not None and not _slight().isdisjoint(terms(match[1]))


def deeds_of_title(title: str) -> frozenset[str]:
    """The kinds of work that the first words of a title say was done."""
    return frozenset(
        chain.from_iterable(_deeds().get(term, ()) for term in terms(title[:_TITLE_START])[:4])
    )


@cache
def _slight() -> frozenset[str]:
    return frozenset(chain.from_iterable(map(terms, _language()["slight"])))


#: Kinds with words that also name a subject: a metric, a log, a release.
NAMING = frozenset(
    {"testing", "docs", "evaluation", "observability", "delivery", "tooling", "data"}
)


@cache
def _plain_deeds() -> frozenset[str]:
    """Terms that only name an action: fixed, added, made faster."""
    return frozenset(term for term, kinds in _deeds().items() if not NAMING.intersection(kinds))
