"""Reads lexicon.toml into tables made for looking up. Knows no change and decides nothing."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, cast, get_args

from scoring.path_rules import Map, Place, Speech, speech_of
from sourcing.core.model import Work

#: All but letters, digits and "_" part words. A table of bytes is the fastest way to say so.
_PARTS = bytes(b if chr(b).isalnum() or chr(b) == "_" else 32 for b in range(128)) + b" " * 128


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; what is not ASCII parts them."""
    return text.lower().encode("ascii", "replace").translate(_PARTS).decode("ascii").split()


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: the kinds of work it speaks for, and the cues of substance it gives."""

    text: str
    speech: Speech
    cues: tuple[str, ...]
    trivial: bool
    slip: bool
    noun: bool
    object: bool
    backs: tuple[Work, ...]


class Phrase(NamedTuple):
    """A term of several words as it is looked for; the longest sorts first, no two are alike."""

    order: int
    padded: str
    term: Term


@dataclass(frozen=True, slots=True)
class Saying:
    """A title with figures, told by a pattern."""

    name: str
    found_in: Callable[[str], object]
    speech: Speech
    trivial: bool
    bare: bool
    pinned: bool


class Deed(NamedTuple):
    """What a verb says of a title in which one of these words is named too."""

    name: str
    objects: frozenset[str]
    speech: Speech


class Away(NamedTuple):
    """What remains of a kind's words in a title, and of the most that a body may add."""

    kind: Work
    title: float
    body: float


#: What is done where nobody but the project's own people works.
NOT_FOR_USERS: tuple[Work, ...] = tuple(work for work in get_args(Work) if work != "feature")


def _inflected(entry: str) -> Iterator[str]:
    if not entry.endswith("~"):
        yield entry
        return
    stem = entry[:-1]
    yield stem
    yield from (stem + ending for ending in ("s", "es", "d", "ed", "ing"))
    if stem.endswith("e"):
        yield stem[:-1] + "ing"
    elif stem.endswith("y"):
        yield from (stem[:-1] + ending for ending in ("ies", "ied"))
    else:
        yield from (stem + stem[-1] + ending for ending in ("ed", "ing"))


class Lexicon:
    """The tables of lexicon.toml. `digest` tells one state of the file from another."""

    def __init__(self, raw: bytes) -> None:
        data = tomllib.loads(raw.decode())
        self.digest = hashlib.sha256(raw).hexdigest()[:8]
        self.weights: Mapping[str, float] = data["weights"]
        self._owners = frozenset(data["owners"]["places"])
        self._beside = frozenset(data["owners"]["beside"])
        self.others: float = data["owners"]["others"]
        self.not_running: float = data["objects"]["remains"]
        self.shapes = {shape: speech_of(s) for shape, s in data["shapes"].items()}
        self.prefixes = {word: speech_of(s) for word, s in data["prefixes"].items()}
        self.heads = {
            form: speech_of(s)
            for word, s in reversed(data["heads"].items())
            for form in _inflected(word + "~")
        }
        self.heads.update({word: speech_of(s) for word, s in data["heads"].items()})
        self.deeds: dict[str, list[Deed]] = defaultdict(list)
        for entry in data["deeds"]:
            told = {form for word in entry["objects"] for form in _inflected(word)}
            deed = Deed(entry["name"], frozenset(told), speech_of(entry["speaks"]))
            for form in {form for verb in entry["verbs"] for form in _inflected(verb + "~")}:
                self.deeds[form].append(deed)
        self._homes = [Away(kind, t["title"], t["body"]) for kind, t in data["homes"].items()]
        self.away = lru_cache(maxsize=5_000)(self._away)
        self.spared = lru_cache(maxsize=5_000)(self._spared)
        self.labels: Mapping[str, Work] = data["labels"]
        self.substance: Mapping[str, float] = data["substance"]
        self.ceilings: Mapping[str, float] = data["ceilings"]
        self.gains: Mapping[str, float] = {c: cue["gain"] for c, cue in data["cues"].items()}
        self.silencers = frozenset(data["trivial"]["silencers"])
        self.map = Map(data["places"])
        self.sayings = tuple(map(_saying, data["sayings"]))
        terms = _terms(data)
        self.words = {t.text: t for t in terms if " " not in t.text}
        self.phrases: dict[str, list[tuple[str, Phrase]]] = defaultdict(list)
        for term in terms:
            opener, *more = term.text.split(" ")
            if more:
                phrase = Phrase(-len(term.text), f" {term.text} ", term)
                self.phrases[opener].append((more[0], phrase))
        self.openers = frozenset(self.phrases)
        self._known = frozenset(self.words)
        seconds = [second for phrases in self.phrases.values() for second, _ in phrases]
        # Most words of a text say nothing here: they are left aside before anything is looked up.
        self._telling = frozenset([*self.words, *self.openers, *seconds])

    def _away(self, places: tuple[Place, ...]) -> tuple[Away, ...]:
        """The work that has places of its own, where these are others; nothing for no places."""
        main = [place for place in places if not place.companion]
        if all(place.ground for place in main):
            main = list(places)  # a workflow is there to run the tests that come with it
        there = {kind for place in main for kind in place.says}
        return tuple([home for home in self._homes if places and home.kind not in there])

    def _spared(self, places: tuple[Place, ...]) -> tuple[Work, ...]:
        """The work that is believed where all of these places have their own; () for others.

        A workflow and a build run the tests: what is said of tests is always believed. Places of
        several kinds of work say only that nothing was made for users.
        """
        main = [place for place in places if place.name not in self._beside]
        works = {place.says for place in main}
        if not main or not all(place.ground or place.name in self._owners for place in main):
            return ()
        if len(works) == 1 and all(place.name in self._owners for place in main):
            return (main[0].says[0], "chore", "testing")
        return NOT_FOR_USERS

    def hits(self, words: list[str]) -> list[Term]:
        """The known words and phrases here, once each; a speaking phrase silences its parts."""
        seen = self._telling.intersection(words)
        found: list[Term] = []
        near = [
            phrase
            for opener in seen & self.openers
            for second, phrase in self.phrases[opener]
            if second in seen
        ]
        if near:
            text = f" {' '.join(words)} "
            for phrase in sorted(near):
                if phrase.padded in text:
                    found.append(phrase.term)
                    if phrase.term.speech:
                        text = text.replace(phrase.padded, " . ")
                        seen = seen.difference(phrase.term.text.split())
        found += [self.words[word] for word in sorted(seen & self._known)]
        return found


def _loud(points: Mapping[str, float], enough: float) -> tuple[Work, ...]:
    return tuple([cast(Work, kind) for kind, p in points.items() if p >= enough])


def _saying(entry: Mapping[str, Any]) -> Saying:
    return Saying(
        entry["name"],
        re.compile(entry["pattern"]).search,
        speech_of(entry["speaks"]),
        entry.get("trivial", False),
        entry.get("bare", False),
        entry.get("pinned", False),
    )


def _terms(data: Mapping[str, Any]) -> list[Term]:
    speech: dict[str, dict[str, float]] = defaultdict(dict)
    cues: dict[str, list[str]] = defaultdict(list)
    for kind, strengths in data["words"].items():
        for strength, entries in strengths.items():
            for entry in entries:
                for text in _inflected(entry):
                    points = max(data["weights"][strength], speech[text].get(kind, 0.0))
                    speech[text][kind] = points
    for cue, table in data["cues"].items():
        for text in table["words"]:
            cues[text].append(cue)
    trivial, slips = set(data["trivial"]["words"]), set(data["trivial"]["slips"])
    nouns = {text for entry in data["nouns"]["words"] for text in _inflected(entry)}
    objects = {text for entry in data["objects"]["words"] for text in _inflected(entry)}
    return [
        Term(
            text,
            speech_of(speech.get(text, {})),
            tuple(cues.get(text, ())),
            text in trivial,
            text in slips,
            text in nouns,
            text in objects,
            () if text in nouns else _loud(speech.get(text, {}), data["weights"]["backs"]),
        )
        for text in sorted({*speech, *cues, *trivial})
    ]


@cache
def lexicon() -> Lexicon:
    """The tables as they stand beside this module."""
    return Lexicon((files(__package__) / "lexicon.toml").read_bytes())
