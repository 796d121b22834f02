"""What in people's work matches an opening: its stack, its problems, its example changes.

A match is found by the words that the work and the opening share; rare words count more. Each
match names the contribution that shows it. It does not rate a person and changes no score.
"""

from __future__ import annotations

import math
import re
from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import attrgetter
from typing import NamedTuple

import connectors
from db import Store
from db.ranking import opening_matches
from db.ranking.opening_matches import ComparableWork
from scoring import Text, fit
from sourcing.core.config import Opening
from sourcing.core.text import fold

#: What a full match adds to a score, as a part of it, and the most that all matches add together.
WORTH, MOST = {"stack": 0.1, "problem": 0.3, "example": 0.3}, 0.8
#: A sentence matches with this share of its words' weight, and half of their number.
_SHARE = 0.5
#: Substance from which a match counts in full, and what it counts for those who did not write it.
_FULL, _OTHERS = 2.0, 0.5

#: What files in a language count: most work has them. People whose work is read in one go.
_COMMON, _BATCH = 0.3, 200
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
    needs want wants get gets make makes made use uses used using work works like well nobody
    somebody people team day days week time today still yet
"""
_EMPTY = frozenset(_SMALL.split())


@dataclass(frozen=True, slots=True)
class Match:
    """A part of an opening answered by one contribution; `fit` is 0 to 1."""

    kind: str
    wanted: str
    contribution: int
    part: str
    fit: float

    @property
    def adds(self) -> float:
        """The share of the score that it adds."""
        return WORTH[self.kind] * self.fit


@dataclass(frozen=True, slots=True)
class MatchesFound:
    """The matches of each person, best first, and notes about examples that are not stored."""

    matches: Mapping[int, tuple[Match, ...]]
    notes: tuple[str, ...]

    def adds(self, person: int) -> float:
        """The share of the score that a person's matches add."""
        return min(MOST, sum(match.adds for match in self.matches.get(person, ())))


class _Criterion(NamedTuple):
    """Something an opening asks for, and how well a work answers it, 0 to 1."""

    kind: str
    text: str
    fit: Callable[[_ComparedWork], float]


@dataclass(frozen=True, slots=True)
class _ComparedWork:
    """A contribution as it is compared."""

    id: int
    text: Text
    repo: str
    paths: frozenset[str]

    @classmethod
    def of(cls, work: ComparableWork) -> _ComparedWork:
        text = Text.of(work.title, work.body or "")
        return cls(work.id, text, work.repo or "", frozenset(work.paths))


def matches(store: Store, opening: Opening, persons: Sequence[int]) -> MatchesFound:
    """The matches of these people with an opening: the best contribution for each part of it."""
    notes: list[str] = []
    criteria = list(_criteria(store, opening, notes))
    best: dict[tuple[int, str], Match] = {}
    for start in range(0, len(persons) if criteria else 0, _BATCH):
        rows = opening_matches.works(store, persons[start : start + _BATCH])
        for _, credits_ in groupby(rows, key=attrgetter("id")):
            _keep_best(criteria, list(credits_), best)
    found: dict[int, list[Match]] = defaultdict(list)
    for (person, _), match in best.items():
        found[person].append(match)
    return MatchesFound(
        {p: tuple(sorted(mine, key=_order)) for p, mine in found.items()}, tuple(notes)
    )


def _keep_best(
    criteria: Sequence[_Criterion],
    credits_: Sequence[ComparableWork],
    best: dict[tuple[int, str], Match],
) -> None:
    """Compare one contribution with all criteria, for each person credited with it."""
    work = _ComparedWork.of(credits_[0])
    for criterion in criteria:
        fits = criterion.fit(work)
        for row in credits_ if fits else ():
            part = 1.0 if row.part == "author" else _OTHERS
            value = fits * part * min(1.0, row.substance / _FULL)
            match = Match(criterion.kind, criterion.text, work.id, row.part, value)
            key = (row.person_id, criterion.text)
            if key not in best or _order(match) < _order(best[key]):
                best[key] = match


def _order(match: Match) -> tuple[float, int, str]:
    return -match.adds, -match.contribution, match.wanted


def _criteria(store: Store, opening: Opening, notes: list[str]) -> Iterator[_Criterion]:
    rarity = _Rarity(store)
    for name in filter(fold, opening.stack):
        yield _Criterion("stack", name, _skilled(name.strip(), rarity))
    for text in filter(fold, opening.problems):
        yield _Criterion("problem", text, _alike(text, rarity))
    for text in filter(fold, opening.example_prs):
        yield _like(store, text.strip(), rarity, notes)


class _Rarity:
    """How rare words are in what is stored: 0 for what all texts have, 1 for what one has."""

    def __init__(self, store: Store) -> None:
        self._store, self._all = store, opening_matches.texts(store) + 1

    def __call__(self, phrase: str) -> float:
        """The rarity of a word or phrase; 0 for one that no text has: nothing is told by it."""
        found = opening_matches.holding(self._store, phrase)
        return math.log(self._all / found) / math.log(self._all) if found else 0.0


def _alike(text: str, rarity: _Rarity) -> Callable[[_ComparedWork], float]:
    """Work with a passage that has enough of a text's words, by their weight."""
    words = dict.fromkeys(w for w in re.findall(r"[^\W_]{2,}", text.lower()) if w not in _EMPTY)
    weights = {word: weight for word in words if (weight := rarity(word))}
    fewest = max(min(2, len(words)), (len(words) + 1) // 2)
    return lambda work: fit(weights, work.text, fewest, _SHARE)


def _skilled(name: str, rarity: _Rarity) -> Callable[[_ComparedWork], float]:
    """Work that has to do with a technology; rare ones, and its name in the title, say more.
    A language is told by the files, since its name may be any word."""
    if ending := _LANGUAGES.get(name.lower()):
        return lambda work: _COMMON * any(path.endswith(ending) for path in work.paths)
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE).search
    weight, repo = rarity(name) or 1.0, f"/{name.lower()}"

    def fits(work: _ComparedWork) -> float:
        if named(work.text.title) or work.repo.lower().endswith(repo):
            return weight
        return weight * _OTHERS if named(work.text.body) else 0.0

    return fits


def _like(store: Store, text: str, rarity: _Rarity, notes: list[str]) -> _Criterion:
    """Work like an example: the change itself, or one with its files or its title's words."""
    link = _LINK.search(text)
    if link is None:
        if _PATH.fullmatch(text):
            path = frozenset([text])
            return _Criterion("example", text, lambda work: _shared(path, work.paths))
        return _Criterion("example", text, _alike(text, rarity))
    row = opening_matches.example(store, link[1], int(link[2]))
    if row is None:
        source = connectors.source_of_link(text) or link[1]
        notes.append(f"{text}: not stored, so nothing is compared with it; crawl {source}")
        return _Criterion("example", text, lambda _: 0.0)
    title = _PREFIX.sub("", row.title)
    alike, paths = _alike(title, rarity), frozenset(row.paths)

    def fits(work: _ComparedWork) -> float:
        if work.id == row.id:
            return 1.0
        shared = _shared(paths, work.paths) if work.repo == row.repo else 0.0
        return max(alike(work), shared if shared >= _SHARE else 0.0)

    return _Criterion("example", title, fits)


def _shared(some: frozenset[str], others: frozenset[str]) -> float:
    """How alike two sets of files are."""
    return 2 * len(some & others) / (len(some) + len(others)) if some else 0.0
