"""Reads lexicon.toml into tables made for looking up. Knows no change and decides nothing."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from importlib.resources import files
from typing import Any, cast

from sourcing.model import Work

#: All but letters, digits and "_" part words. A table of bytes is the fastest way to say so.
_PARTS = bytes(b if chr(b).isalnum() or chr(b) == "_" else 32 for b in range(128)) + b" " * 128

#: What a word or place speaks for, in points.
Speech = tuple[tuple[Work, float], ...]


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


@dataclass(frozen=True, slots=True, eq=False)  # one object per class: told apart by identity
class Place:
    """A class of paths: what a change wholly in such places is given."""

    name: str
    speech: Speech
    companion: bool
    noise: bool
    dirs: frozenset[str]
    pattern: re.Pattern[str] | None

    def knows(self, folders: list[str], name: str) -> bool:
        """Whether a path with these folders and this file name is of the class."""
        if not self.dirs.isdisjoint(folders):
            return True
        return self.pattern is not None and self.pattern.match(name) is not None


SOURCE = Place("source", (), companion=False, noise=False, dirs=frozenset(), pattern=None)


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
        self.prefixes = {word: _speech(s) for word, s in data["prefixes"].items()}
        self.heads = {word: _speech(s) for word, s in data["heads"].items()}
        self.labels: Mapping[str, Work] = data["labels"]
        self.substance: Mapping[str, float] = data["substance"]
        self.ceilings: Mapping[str, float] = data["ceilings"]
        self.gains: Mapping[str, float] = {c: cue["gain"] for c, cue in data["cues"].items()}
        self.places = tuple(_place(entry) for entry in data["places"])
        terms = _terms(data)
        self.words = {t.text: t for t in terms if " " not in t.text}
        self.known = frozenset(self.words)
        self.phrases: dict[str, list[Term]] = defaultdict(list)
        for term in sorted(terms, key=lambda t: -len(t.text)):
            if " " in term.text:
                self.phrases[term.text.split(" ", 1)[0]].append(term)
        self.openers = frozenset(self.phrases)

    def hits(self, words: list[str]) -> list[Term]:
        """The known words and phrases here, once each; a speaking phrase silences its own."""
        seen = set(words)
        found: list[Term] = []
        openers = seen & self.openers
        if openers:
            text = f" {' '.join(words)} "
            for opener in sorted(openers):
                for term in self.phrases[opener]:
                    if f" {term.text} " in text:
                        found.append(term)
                        if term.speech:
                            seen.difference_update(term.text.split())
        found += [self.words[word] for word in sorted(seen & self.known)]
        return found


def _speech(points: Mapping[str, float]) -> Speech:
    return tuple((cast(Work, kind), float(p)) for kind, p in points.items())


def _place(entry: Mapping[str, Any]) -> Place:
    globs = [*entry.get("names", ()), *("*" + ending for ending in entry.get("endings", ()))]
    return Place(
        entry["class"],
        _speech(entry["speaks"]),
        entry.get("companion", False),
        entry.get("noise", False),
        frozenset(entry.get("dirs", ())),
        re.compile("|".join(map(translate, globs))) if globs else None,
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
    trivial = set(data["trivial"]["words"])
    return [
        Term(text, _speech(speech.get(text, {})), tuple(cues.get(text, ())), text in trivial)
        for text in sorted({*speech, *cues, *trivial})
    ]


@lru_cache(maxsize=1)
def lexicon() -> Lexicon:
    """The tables as they stand beside this module."""
    return Lexicon((files(__package__) / "lexicon.toml").read_bytes())


@lru_cache(maxsize=200_000)
def place_of(path: str) -> Place:
    """The class of a path; remembered, because a history names the same files again and again."""
    *folders, name = path.lower().split("/")
    for place in lexicon().places:
        if place.knows(folders, name):
            return place
    return SOURCE
