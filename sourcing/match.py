"""What in people's work matches an opening: its stack, its real problems, changes one would have
loved to merge. Each match names the contribution that shows it.

A match is told by the words that work and wish have in common, rare words counting more. It is
no judgment of a person and changes no score.
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass

from db import Store, matching
from scoring import fit
from sourcing.config import Opening

#: What a full match adds to a score, as a part of it, and the most that all matches add together.
WORTH, MOST = {"stack": 0.1, "problem": 0.3, "example": 0.3}, 0.8
#: A sentence matches with this share of its words' weight, and half of their number.
_SHARE = 0.5
#: Substance from which a match counts in full, and what it counts for those who did not write it.
_FULL, _OTHERS = 2.0, 0.5

#: Texts read for one wish, the most promising first.
_READ = 2_000
#: What the files of a language end in.
_LANGUAGES = {
    "go": ".go", "golang": ".go", "rust": ".rs", "python": ".py", "typescript": ".ts",
    "javascript": ".js", "java": ".java", "kotlin": ".kt", "scala": ".scala", "ruby": ".rb",
    "c": ".c", "c++": ".cpp", "cuda": ".cu", "swift": ".swift", "elixir": ".ex", "julia": ".jl",
    "zig": ".zig", "haskell": ".hs", "terraform": ".tf", "sql": ".sql",
}  # fmt: skip
_PREFIX = re.compile(r"^(?:\w+(?:\([^)]*\))?!?:\s+)?(?:\[[^\]]*\]\s*)*")
_PATH = re.compile(r"[\w.@-]+(?:/[\w.@-]+)+")
_LINK = re.compile(
    r"(?:https?://[^/\s]+/)?([\w.-]+/[\w.-]+)(?:/(?:-/)?(?:pull|pulls|merge_requests)/|#)(\d+)\b"
)
#: Words that say nothing about what a problem is.
_SMALL = """
    the and for are was were has have had with that this those these from into when while what which
    who how our your their his her its they them you not but all any can could should would will may
    must one two more most some such than then there here over under per via also only just very
    each every both other same new old too out off own because before after during until about need
    needs
    want wants get gets make makes made use uses used using work works like well nobody somebody
    people team day days week time today still yet
"""
_EMPTY = frozenset(_SMALL.split())


@dataclass(frozen=True, slots=True)
class Match:
    """One wish of an opening met by one contribution; `fit` is 0 to 1."""

    kind: str
    wanted: str
    contribution: int
    part: str
    fit: float

    @property
    def adds(self) -> float:
        """What it adds to a score, as a part of it."""
        return WORTH[self.kind] * self.fit


@dataclass(frozen=True, slots=True)
class Found:
    """The matches of each person, best first, and what of the opening could not be looked up."""

    matches: Mapping[int, tuple[Match, ...]]
    notes: tuple[str, ...]

    def adds(self, person: int) -> float:
        """What a person's matches add to the score, as a part of it."""
        return min(MOST, sum(match.adds for match in self.matches.get(person, ())))


def matches(store: Store, opening: Opening) -> Found:
    """Everybody's matches with an opening: of each wish the best contribution."""
    best: dict[tuple[int, str], Match] = {}
    notes: list[str] = []
    for kind, text, fits in _wishes(store, opening, notes):
        rows = matching.credited(store, list(fits))
        for row in rows:
            weight = 1.0 if row["part"] == "author" else _OTHERS
            value = fits[row["id"]] * weight * min(1.0, row["substance"] / _FULL)
            match = Match(kind, text, row["id"], row["part"], value)
            key = (row["person_id"], text)
            if key not in best or _order(match) < _order(best[key]):
                best[key] = match
    found: dict[int, list[Match]] = defaultdict(list)
    for (person, _), match in best.items():
        found[person].append(match)
    return Found({p: tuple(sorted(mine, key=_order)) for p, mine in found.items()}, tuple(notes))


def _order(match: Match) -> tuple[float, int, str]:
    return -match.adds, -match.contribution, match.wanted


def _wishes(
    store: Store, opening: Opening, notes: list[str]
) -> Iterator[tuple[str, str, Mapping[int, float]]]:
    """Each wish with the contributions that fit it, and how well."""
    weigher = _Weigher(store)
    for name in filter(str.strip, opening.stack):
        yield "stack", name, _skilled(store, name, weigher)
    for text in filter(str.strip, opening.problems):
        yield "problem", text, weigher.fits(text)
    for text in filter(str.strip, opening.example_prs):
        yield "example", *_like(store, text, weigher, notes)


class _Weigher:
    """Weighs words by how rare they are in relevant work, each looked up once."""

    def __init__(self, store: Store) -> None:
        self._store, self._all = store, matching.relevant(store)
        self._holding: dict[str, set[int]] = {}

    def rarity(self, found: Collection[int]) -> float:
        """0 for what all work has, 1 for what a single piece has."""
        return math.log((self._all + 1) / max(1, len(found))) / math.log(max(self._all, 1) + 1)

    def fits(self, text: str) -> dict[int, float]:
        """The contributions with a passage that has enough of a text's words, by their weight."""
        words = dict.fromkeys(w for w in re.findall(r"[^\W_]{2,}", text.lower()) if w not in _EMPTY)
        weights = {word: self.rarity(found) for word in words if (found := self._found(word))}
        fewest = max(min(2, len(words)), (len(words) + 1) // 2)
        shares: defaultdict[int, float] = defaultdict(float)
        for word, weight in weights.items():
            for id_ in self._found(word):
                shares[id_] += weight
        near = [id_ for id_, share in shares.items() if share >= _SHARE * sum(weights.values())]
        near = sorted(near, key=lambda id_: (-shares[id_], -id_))[:_READ]
        fits = {
            row["id"]: fit(weights, row["title"], row["body"], fewest)
            for row in matching.texts(self._store, near)
        }
        return {id_: share for id_, share in fits.items() if share >= _SHARE}

    def _found(self, word: str) -> set[int]:
        if word not in self._holding:
            self._holding[word] = matching.holding(self._store, word)
        return self._holding[word]


def _skilled(store: Store, name: str, weigher: _Weigher) -> dict[int, float]:
    """The contributions that have to do with a technology; rare ones, and its name in the title,
    say more. A language is told by the files, since its name may be any word."""
    if ending := _LANGUAGES.get(name.strip().lower()):
        found = matching.written_in(store, ending)
        return dict.fromkeys(found, weigher.rarity(found))
    found = matching.holding(store, name) | matching.named(store, name)
    told = matching.holding(store, name, title=True)
    rarity = weigher.rarity(found)
    return {id_: rarity * (1.0 if id_ in told else _OTHERS) for id_ in found}


def _like(
    store: Store, text: str, weigher: _Weigher, notes: list[str]
) -> tuple[str, dict[int, float]]:
    """An example's title, and the changes like it: itself, those with its files or its words."""
    link = _LINK.search(text)
    if link is None:
        likes = matching.with_path(store, text.strip()) if _PATH.fullmatch(text.strip()) else None
        return text, weigher.fits(text) if likes is None else likes
    row = matching.example(store, link[1], int(link[2]))
    if row is None:
        notes.append(f"{text}: not stored, so nothing is compared with it; crawl github:{link[1]}")
        return text, {}
    title = _PREFIX.sub("", row["title"])
    fits = weigher.fits(title)
    for id_, alike in matching.touching(
        store, row["repo"], json.loads(row["paths"] or "[]")
    ).items():
        if alike >= _SHARE:
            fits[id_] = max(fits.get(id_, 0.0), alike)
    return title, fits | {row["id"]: 1.0}
