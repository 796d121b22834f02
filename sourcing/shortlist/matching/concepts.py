"""Loads the synonym file: concepts by field, each with its words, near words and related words.

`concepts.toml` is meant to be read and extended by people. It does not weigh words: `query` does.
"""

from __future__ import annotations

import hashlib
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

from sourcing.shortlist.matching.terms import STOP_WORDS, spoken_words, terms

_FILE = files("sourcing.shortlist.matching") / "concepts.toml"


@dataclass(frozen=True, slots=True)
class Concept:
    """One idea: terms for it (`same`, from other languages too), and terms of related ideas.

    A term of several words is one string with spaces between the stems. `name` is the first word,
    as it is written. `everyday`: the stems of phrases that ask for the idea without naming it.
    """

    name: str
    main: str
    same: tuple[str, ...]
    related: tuple[str, ...]
    everyday: tuple[tuple[str, ...], ...]


def term_of(words: str) -> str:
    """The index term of a word or phrase: its stems, with spaces between them."""
    return " ".join(terms(words))


@cache
def concepts() -> tuple[Concept, ...]:
    """All concepts of the file."""
    fields = tomllib.loads(_FILE.read_text(encoding="utf-8"))
    return tuple(_concept(entry) for entries in fields.values() for entry in entries.values())


def _concept(entry: Mapping[str, Sequence[str]]) -> Concept:
    same = list(
        dict.fromkeys(filter(None, map(term_of, [*entry["same"], *entry.get("abroad", [])])))
    )
    related = dict.fromkeys(filter(None, map(term_of, entry.get("related", []))))
    return Concept(
        name=entry["same"][0],
        main=same[0],
        same=tuple(same),
        related=tuple(t for t in related if t not in same),
        everyday=tuple(
            tuple(stem for _, stem in spoken_words(phrase)) for phrase in entry.get("everyday", [])
        ),
    )


@cache
def by_term() -> Mapping[str, tuple[Concept, ...]]:
    """By term, the concepts that it names."""
    result: dict[str, list[Concept]] = defaultdict(list)
    for concept in concepts():
        for term in concept.same:
            result[term].append(concept)
    return {term: tuple(named) for term, named in result.items()}


@cache
def everyday_by_stem() -> Mapping[str, tuple[tuple[tuple[str, ...], Concept], ...]]:
    """The everyday phrases that hold a stem, each with its concept."""
    result: dict[str, list[tuple[tuple[str, ...], Concept]]] = defaultdict(list)
    for concept in concepts():
        for phrase in concept.everyday:
            for stem in dict.fromkeys(phrase):
                result[stem].append((phrase, concept))
    return {stem: tuple(phrases_) for stem, phrases_ in result.items()}


@cache
def _phrases_by_start() -> Mapping[str, tuple[tuple[str, ...], ...]]:
    """The known phrases by their first term."""
    result: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    known = {term for concept in concepts() for term in (*concept.same, *concept.related)}
    for phrase in sorted(known):
        first, *rest = phrase.split()
        if rest:
            result[first].append((first, *rest))
    return {first: tuple(phrases_) for first, phrases_ in result.items()}


def phrases(found: Sequence[str]) -> list[str]:
    """The known phrases that stand in a sequence of terms, each as one term."""
    return [phrase for _, phrase in phrases_at(found)]


def phrases_at(found: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The known phrases in a sequence of terms, with their positions."""
    starts = _phrases_by_start()
    for at, term in enumerate(found):
        for phrase in starts.get(term, ()):
            if tuple(found[at : at + len(phrase)]) == phrase:
                yield at, " ".join(phrase)


@cache
def version() -> str:
    """A hash of the file and of the words left out: the index holds its phrases."""
    stored = _FILE.read_text(encoding="utf-8") + " ".join(sorted(STOP_WORDS))
    return hashlib.blake2b(stored.encode(), digest_size=8).hexdigest()
