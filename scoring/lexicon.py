"""Reads lexicon.toml into lookup tables. It does not read changes and decides nothing."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import Any, NamedTuple, cast, get_args

from scoring.path_rules import (
    KindPoints,
    Map,
    Mix,
    OffTopic,
    Place,
    PlacePoints,
    kind_points_of,
)
from sourcing.core.model import Work

#: Everything but letters, digits and "_" separates words. A byte table is the fastest way.
_PARTS = b"".join(
    chr(b).lower().encode() if chr(b).isalnum() or chr(b) == "_" else b" " for b in range(128)
).ljust(256)


def words_of(text: str) -> list[str]:
    """The words of a text in lower case; characters outside ASCII separate them."""
    if not text.isascii():
        text = text.lower()  # the lower case of a few other characters is a letter of ASCII
    return text.encode("ascii", "replace").translate(_PARTS).decode("ascii").split()


@dataclass(frozen=True, slots=True)
class Term:
    """A word or phrase: its points per kind of work, and the cues of substance it gives.

    `trivial`: the title announces a small change. `slip`: a small slip such as a typo. `noun`: may
    only name the subject of a product. `object`: an object of a repair other than a running
    program, such as a test. `confirms`: kinds with nouns that count in full beside this term.
    """

    text: str
    kind_points: KindPoints
    cues: tuple[str, ...]
    trivial: bool
    slip: bool
    noun: bool
    object: bool
    confirms: tuple[Work, ...]


class Phrase(NamedTuple):
    """A term of several words, padded with spaces. The longest sorts first."""

    order: int
    padded: str
    term: Term


@dataclass(frozen=True, slots=True)
class TitlePattern:
    """A pattern for titles with figures.

    `bare`: only if nothing explains the change. `pinned`: only if nothing but versions changed.
    `needs`: one of these is in the title, in lower case; () if the pattern is quick by itself.
    """

    name: str
    found_in: Callable[[str], object]
    kind_points: KindPoints
    trivial: bool
    bare: bool
    pinned: bool
    needs: tuple[str, ...]

    def applies(self, title: str, lower: str) -> bool:
        """Whether the title has the pattern. Most titles lack what it needs, which is quick."""
        for part in self.needs:
            if part in lower:
                break
        else:
            if self.needs:
                return False
        return self.found_in(title) is not None


class VerbRule(NamedTuple):
    """Points for a verb together with one of these objects in the title."""

    name: str
    objects: frozenset[str]
    kind_points: KindPoints


#: Kinds of work in places that users of a project do not see.
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
    """The tables of lexicon.toml. `digest` identifies the version of the file."""

    def __init__(self, raw: bytes) -> None:
        data = tomllib.loads(raw.decode())
        self.digest = hashlib.sha256(raw).hexdigest()[:8]
        self.weights: Mapping[str, float] = data["weights"]
        self._owners = frozenset(data["restricting_places"]["places"])
        self._beside = frozenset(data["restricting_places"]["beside"])
        self.others: float = data["restricting_places"]["others"]
        self.not_running: float = data["not_running"]["remains"]
        self.shapes = {shape: kind_points_of(s) for shape, s in data["shapes"].items()}
        self.prefixes = {word: kind_points_of(s) for word, s in data["prefixes"].items()}
        self.heads = {
            form: kind_points_of(s)
            for word, s in reversed(data["heads"].items())
            for form in _inflected(word + "~")
        }
        self.heads.update({word: kind_points_of(s) for word, s in data["heads"].items()})
        self.verb_rules: dict[str, list[VerbRule]] = defaultdict(list)
        for entry in data["verb_rules"]:
            objects = {form for word in entry["objects"] for form in _inflected(word)}
            verb_rule = VerbRule(entry["name"], frozenset(objects), kind_points_of(entry["points"]))
            for form in {form for verb in entry["verbs"] for form in _inflected(verb + "~")}:
                self.verb_rules[form].append(verb_rule)
        self._home_places = [
            OffTopic(kind, t["title"], t["body"]) for kind, t in data["home_places"].items()
        ]
        # Changes of one project touch the same mixes of places again and again.
        self._mix_of = lru_cache(maxsize=50_000)(self._mix)
        self.labels: Mapping[str, Work] = data["labels"]
        self.substance: Mapping[str, float] = data["substance"]
        self.ceilings: Mapping[str, float] = data["ceilings"]
        self.gains: Mapping[str, float] = {c: cue["gain"] for c, cue in data["cues"].items()}
        self.silencing_verbs = frozenset(data["trivial"]["silencing_verbs"])
        self.map = Map(data["places"])
        self.title_patterns = tuple(map(_title_pattern, data["title_patterns"]))
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
        self._seconds = {
            opener: frozenset([second for second, _ in phrases])
            for opener, phrases in self.phrases.items()
        }
        seconds = [second for phrases in self.phrases.values() for second, _ in phrases]
        # Most words of a text are in no table; they are skipped before any lookup.
        self._telling = frozenset([*self.words, *self.openers, *seconds])

    def mix_of(self, paths: Sequence[str]) -> Mix:
        """The mix of the places of these paths."""
        counts: dict[Place, int] = {}
        for place in map(self.map.place_of, paths):
            counts[place] = counts[place] + 1 if place in counts else 1
        return self._mix_of(tuple(counts.items()))

    def _mix(self, counts: tuple[tuple[Place, int], ...]) -> Mix:
        places = dict(counts)
        here, names = tuple(places), {place.name for place in places}
        total = sum(places.values())
        main = sum(n for place, n in counts if not place.companion)
        unwritten = sum(n for place, n in counts if not place.noise)
        alone = all(place.companion or place.ground for place in places)
        common = sum(n for p, n in counts if p.ground and (alone or not p.alone))
        tests = sum(n for place, n in counts if place.name == "test")
        return Mix(
            places,
            tuple(self._place_points(places)),
            total,
            main,
            unwritten,
            own=main + tests if main else unwritten,
            tested="test" in names,
            source="source" in names or not names,
            shared=common * 2 > total,
            pinned=bool(places) and places.keys() <= self.map.pinned,
            off_topic=self._off_topic(here),
            kept_kinds=self._kept_kinds(here),
            confirms=frozenset(kind for place in places for kind in place.confirms),
        )

    def _place_points(self, places: Mapping[Place, int]) -> Iterator[PlacePoints]:
        """The places with points, by their share of the paths; companions have little weight."""
        weighed: Mapping[Place, float] = places
        work = {place.name for place in places if not place.companion}
        if work and len(work) < len(places):
            soft = self.weights["companion"]
            # A workflow that comes with tests runs them.
            weighed = {
                p: n * soft if p.companion and not (p.name == "test" and work == {"ci"}) else n
                for p, n in places.items()
            }
        total = sum(weighed.values())
        for place, share in weighed.items():
            if place.kind_points:
                in_fix = self.weights["in_fix"] if place.site else 1.0
                yield PlacePoints(place, share / total, in_fix * share / total)

    def _off_topic(self, places: tuple[Place, ...]) -> tuple[OffTopic, ...]:
        """The kinds with typical places, none of which is among these; () without places."""
        main = [place for place in places if not place.companion]
        if all(place.ground for place in main):
            main = list(places)  # a workflow runs the tests that come with it
        there = {kind for place in main for kind in place.says}
        return tuple([home for home in self._home_places if places and home.kind not in there])

    def _kept_kinds(self, places: tuple[Place, ...]) -> tuple[Work, ...]:
        """The kinds that count in full if all of these places belong to certain kinds; else ().

        Testing always counts, because workflows and builds run the tests. Places of several kinds
        of work exclude only features.
        """
        main = [place for place in places if place.name not in self._beside]
        works = {place.says for place in main}
        if not main or not all(place.ground or place.name in self._owners for place in main):
            return ()
        if len(works) == 1 and all(place.name in self._owners for place in main):
            return (main[0].says[0], "chore", "testing")
        return NOT_FOR_USERS

    def hits(self, words: list[str]) -> list[Term]:
        """The known terms, once each; the words of a phrase with points do not count again."""
        seen = self._telling.intersection(words)
        result: list[Term] = []
        near = [
            phrase
            for opener in seen & self.openers
            if not self._seconds[opener].isdisjoint(seen)
            for second, phrase in self.phrases[opener]
            if second in seen
        ]
        if near:
            text = f" {' '.join(words)} "
            for phrase in sorted(near):
                if phrase.padded in text:
                    result.append(phrase.term)
                    if phrase.term.kind_points:
                        text = text.replace(phrase.padded, " . ")
                        seen = seen.difference(phrase.term.text.split())
        result += [self.words[word] for word in sorted(seen & self._known)]
        return result


def _loud(points: Mapping[str, float], enough: float) -> tuple[Work, ...]:
    return tuple([cast(Work, kind) for kind, p in points.items() if p >= enough])


def _title_pattern(entry: Mapping[str, Any]) -> TitlePattern:
    return TitlePattern(
        entry["name"],
        re.compile(entry["pattern"]).search,
        kind_points_of(entry["points"]),
        entry.get("trivial", False),
        entry.get("bare", False),
        entry.get("pinned", False),
        tuple(entry.get("needs", ())),
    )


def _terms(data: Mapping[str, Any]) -> list[Term]:
    kind_points: dict[str, dict[str, float]] = defaultdict(dict)
    cues: dict[str, list[str]] = defaultdict(list)
    for kind, strengths in data["words"].items():
        for strength, entries in strengths.items():
            for entry in entries:
                for text in _inflected(entry):
                    points = max(data["weights"][strength], kind_points[text].get(kind, 0.0))
                    kind_points[text][kind] = points
    for cue, table in data["cues"].items():
        for text in table["words"]:
            cues[text].append(cue)
    trivial, slip_words = set(data["trivial"]["words"]), set(data["trivial"]["slip_words"])
    nouns = {text for entry in data["product_nouns"]["words"] for text in _inflected(entry)}
    objects = {text for entry in data["not_running"]["words"] for text in _inflected(entry)}
    return [
        Term(
            text,
            kind_points_of(kind_points.get(text, {})),
            tuple(cues.get(text, ())),
            text in trivial,
            text in slip_words,
            text in nouns,
            text in objects,
            () if text in nouns else _loud(kind_points.get(text, {}), data["weights"]["confirms"]),
        )
        for text in sorted({*kind_points, *cues, *trivial})
    ]


@cache
def lexicon() -> Lexicon:
    """The tables of lexicon.toml."""
    return Lexicon((files(__package__) / "lexicon.toml").read_bytes())
