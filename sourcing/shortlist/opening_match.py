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
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import groupby
from operator import itemgetter
from sqlite3 import Row
from typing import NamedTuple

from db import Store
from db.ranking import opening_matches
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


class _Wish(NamedTuple):
    """Something an opening asks for, and how well a piece of work answers to it, 0 to 1."""

    kind: str
    text: str
    fit: Callable[[_Work], float]


@dataclass(frozen=True, slots=True)
class _Work:
    """A contribution as it is compared."""

    id: int
    text: Text
    repo: str
    paths: frozenset[str]

    @classmethod
    def of(cls, row: Row) -> _Work:
        text = Text.of(row["title"], row["body"] or "")
        return cls(row["id"], text, row["repo"] or "", frozenset(json.loads(row["paths"] or "[]")))


def matches(store: Store, opening: Opening, persons: Sequence[int]) -> Found:
    """The matches of these people with an opening: of each wish the best contribution."""
    notes: list[str] = []
    wishes = list(_wishes(store, opening, notes))
    best: dict[tuple[int, str], Match] = {}
    for start in range(0, len(persons) if wishes else 0, _BATCH):
        rows = opening_matches.works(store, persons[start : start + _BATCH])
        for _, credits_ in groupby(rows, key=itemgetter("id")):
            _keep_best(wishes, list(credits_), best)
    found: dict[int, list[Match]] = defaultdict(list)
    for (person, _), match in best.items():
        found[person].append(match)
    return Found({p: tuple(sorted(mine, key=_order)) for p, mine in found.items()}, tuple(notes))


def _keep_best(
    wishes: Sequence[_Wish], credits_: Sequence[Row], best: dict[tuple[int, str], Match]
) -> None:
    """Compare one contribution with all wishes, for everybody credited with it."""
    work = _Work.of(credits_[0])
    for wish in wishes:
        fits = wish.fit(work)
        for row in credits_ if fits else ():
            part = 1.0 if row["part"] == "author" else _OTHERS
            value = fits * part * min(1.0, row["substance"] / _FULL)
            match = Match(wish.kind, wish.text, work.id, row["part"], value)
            key = (row["person_id"], wish.text)
            if key not in best or _order(match) < _order(best[key]):
                best[key] = match


def _order(match: Match) -> tuple[float, int, str]:
    return -match.adds, -match.contribution, match.wanted


def _wishes(store: Store, opening: Opening, notes: list[str]) -> Iterator[_Wish]:
    rarity = _Rarity(store)
    for name in filter(fold, opening.stack):
        yield _Wish("stack", name, _skilled(name.strip(), rarity))
    for text in filter(fold, opening.problems):
        yield _Wish("problem", text, _alike(text, rarity))
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


def _alike(text: str, rarity: _Rarity) -> Callable[[_Work], float]:
    """Work with a passage that has enough of a text's words, by their weight."""
    words = dict.fromkeys(w for w in re.findall(r"[^\W_]{2,}", text.lower()) if w not in _EMPTY)
    weights = {word: weight for word in words if (weight := rarity(word))}
    fewest = max(min(2, len(words)), (len(words) + 1) // 2)
    return lambda work: fit(weights, work.text, fewest, _SHARE)


def _skilled(name: str, rarity: _Rarity) -> Callable[[_Work], float]:
    """Work that has to do with a technology; rare ones, and its name in the title, say more.
    A language is told by the files, since its name may be any word."""
    if ending := _LANGUAGES.get(name.lower()):
        return lambda work: _COMMON * any(path.endswith(ending) for path in work.paths)
    named = re.compile(rf"(?<!\w){re.escape(name)}(?!\w)", re.IGNORECASE).search
    weight, repo = rarity(name) or 1.0, f"/{name.lower()}"

    def fits(work: _Work) -> float:
        if named(work.text.title) or work.repo.lower().endswith(repo):
            return weight
        return weight * _OTHERS if named(work.text.body) else 0.0

    return fits


def _like(store: Store, text: str, rarity: _Rarity, notes: list[str]) -> _Wish:
    """Work like an example: the change itself, or one with its files or its title's words."""
    link = _LINK.search(text)
    if link is None:
        if _PATH.fullmatch(text):
            path = frozenset([text])
            return _Wish("example", text, lambda work: _shared(path, work.paths))
        return _Wish("example", text, _alike(text, rarity))
    row = opening_matches.example(store, link[1], int(link[2]))
    if row is None:
        notes.append(f"{text}: not stored, so nothing is compared with it; crawl github:{link[1]}")
        return _Wish("example", text, lambda _: 0.0)
    title = _PREFIX.sub("", row["title"])
    alike, paths = _alike(title, rarity), frozenset(json.loads(row["paths"] or "[]"))

    def fits(work: _Work) -> float:
        if work.id == row["id"]:
            return 1.0
        shared = _shared(paths, work.paths) if work.repo == row["repo"] else 0.0
        return max(alike(work), shared if shared >= _SHARE else 0.0)

    return _Wish("example", title, fits)


def _shared(some: frozenset[str], others: frozenset[str]) -> float:
    """How alike two sets of files are."""
    return 2 * len(some & others) / (len(some) + len(others)) if some else 0.0
