"""Reads lexicon.toml into tables made for looking up. Knows no change and decides nothing."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, cast, get_args

from sourcing.model import Work

#: All but letters, digits and "_" part words. A table of bytes is the fastest way to say so.
_PARTS = bytes(b if chr(b).isalnum() or chr(b) == "_" else 32 for b in range(128)) + b" " * 128

#: What may be true of a place, besides the work it speaks for.
_TRAITS = ("companion", "noise", "pins", "ground", "site")

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


@dataclass(frozen=True, slots=True, eq=False)  # one object per class: told apart by identity
class Place:
    """A class of paths: what a change wholly in such places is given."""

    name: str
    speech: Speech
    says: tuple[Work, ...] = ()
    backs: tuple[Work, ...] = ()
    companion: bool = False
    noise: bool = False
    pins: bool = False
    ground: bool = False
    site: bool = False


class Away(NamedTuple):
    """What remains of a kind's words in a title, and of the most that a body may add."""

    kind: Work
    title: float
    body: float


SOURCE = Place("source", ())

#: What is done where nobody but the project's own people works.
NOT_FOR_USERS: tuple[Work, ...] = tuple(work for work in get_args(Work) if work != "feature")


class Map:
    """Which place a folder or a file's name belongs to. The first place of the file goes first."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.places = (*map(_place, entries), SOURCE)
        self.pinned = frozenset(place for place in self.places if place.pins)
        self._folders: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._endings: dict[str, int] = {}
        groups: list[str] = []
        globs: list[str] = []
        for rank, entry in enumerate(entries):
            for folder in entry.get("dirs", ()):
                self._folders.setdefault(folder, rank)
            names = {*entry.get("names", ()), *("*" + e for e in entry.get("endings", ()))}
            own = sorted(name for name in names if not self._told_apart(name, rank))
            if own:
                groups.append(f"(?P<p{rank}>{'|'.join(map(translate, own))})")
                globs += own
        self._globs = re.compile("|".join(groups)).match
        # Most names are of no place. Asking that first, and without groups, is ten times faster.
        self._any = re.compile(
            "|".join(translate(f"/{g}".removeprefix("/*")) for g in globs)
        ).search
        # A history names the same folders and files again and again.
        self._rank_of_folder = lru_cache(maxsize=50_000)(self._folder)
        self._rank_of_name = lru_cache(maxsize=50_000)(self._name)
        self.place_of = lru_cache(maxsize=50_000)(self._place_of)

    def _place_of(self, path: str) -> Place:
        """The class of a path."""
        folder, _, name = path.lower().rpartition("/")
        rank, other = self._rank_of_folder(folder), self._rank_of_name(name)
        return self.places[rank if rank < other else other]

    def _told_apart(self, name: str, rank: int) -> bool:
        """Whether a table can know it: a whole name, or one ending after the last dot."""
        if not set(name) & set("*?["):
            self._names.setdefault(name, rank)
            return True
        ending = name.removeprefix("*.")
        if ending == name or set(ending) & set(".*?["):
            return False
        self._endings.setdefault(ending, rank)
        return True

    def _folder(self, path: str) -> int:
        known, last = self._folders, len(self.places) - 1
        folders = path.split("/")
        return min([known.get(folder, last) for folder in ("/" + folders[0], *folders)])

    def _name(self, name: str) -> int:
        last = len(self.places) - 1
        rank = self._names.get(name, last)
        if (other := self._endings.get(name.rpartition(".")[2], last)) < rank:
            rank = other
        if self._any(f"/{name}"):
            found = self._globs(name)
            if found and found.lastgroup:
                return min(rank, int(found.lastgroup[1:]))
        return rank


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
        self.shapes = {shape: _speech(s) for shape, s in data["shapes"].items()}
        self.prefixes = {word: _speech(s) for word, s in data["prefixes"].items()}
        self.heads = {
            form: _speech(s)
            for word, s in reversed(data["heads"].items())
            for form in _inflected(word + "~")
        }
        self.heads.update({word: _speech(s) for word, s in data["heads"].items()})
        self.deeds: dict[str, list[Deed]] = defaultdict(list)
        for entry in data["deeds"]:
            told = {form for word in entry["objects"] for form in _inflected(word)}
            deed = Deed(entry["name"], frozenset(told), _speech(entry["speaks"]))
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
        main = [place for place in places if not place.companion] or places
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


def _speech(points: Mapping[str, float]) -> Speech:
    return tuple((cast(Work, kind), float(p)) for kind, p in points.items())


def _loud(points: Mapping[str, float], enough: float) -> tuple[Work, ...]:
    return tuple([cast(Work, kind) for kind, p in points.items() if p >= enough])


def _place(entry: Mapping[str, Any]) -> Place:
    traits = {trait: entry.get(trait, False) for trait in _TRAITS}
    says = tuple(entry["speaks"])
    backs = () if traits["companion"] else says
    return Place(entry["class"], _speech(entry["speaks"]), says, backs, **traits)


def _saying(entry: Mapping[str, Any]) -> Saying:
    return Saying(
        entry["name"],
        re.compile(entry["pattern"]).search,
        _speech(entry["speaks"]),
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
            _speech(speech.get(text, {})),
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
