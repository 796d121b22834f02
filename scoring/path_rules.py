"""Classes of paths by their folders and file names, such as tests, CI or docs.

It does not read texts. `scoring.lexicon` provides the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from itertools import pairwise
from typing import Any, NamedTuple, cast

from sourcing.core.model import Work

#: Properties of a place, in addition to its points.
_TRAITS = ("companion", "noise", "pins", "ground", "alone", "site")

#: Points per kind of work.
KindPoints = tuple[tuple[Work, float], ...]


@dataclass(frozen=True, slots=True, eq=False)  # one object per class: compared by identity
class Place:
    """A class of paths, with the points of a change that is entirely in such paths.

    `companion`: accompanies other work, such as tests and locks. `noise`: content that machines
    write. `pins`: versions of dependencies. `ground`: shared by everybody in the project, such as
    builds and checks. `alone`: `ground` only without other work. `site`: the place of a repair,
    which says little about its kind. `confirms`: kinds with nouns that count in full here.
    """

    name: str
    kind_points: KindPoints
    says: tuple[Work, ...] = ()
    confirms: tuple[Work, ...] = ()
    companion: bool = False
    noise: bool = False
    pins: bool = False
    ground: bool = False
    alone: bool = False
    site: bool = False


SOURCE = Place("source", ())


class OffTopic(NamedTuple):
    """The factors for words of a kind in title and body, outside the places of the kind."""

    kind: Work
    title: float
    body: float


class PlacePoints(NamedTuple):
    """The points of one place of a mix, by its share of the paths; in a repair `in_fix`."""

    place: Place
    share: float
    in_fix: float


@dataclass(frozen=True, slots=True, eq=False)
class Mix:
    """The places of the paths of one change, and what follows from them alone.

    `main`: paths that do not accompany other work. `own`: `main` with its tests, or without `main`
    all paths except generated ones. `off_topic`: kinds with places, of which none is here.
    `kept_kinds`: the kinds that count in full, () for all. `confirms`: kinds with nouns that count.
    """

    places: Mapping[Place, int]
    points: tuple[PlacePoints, ...]
    total: int
    main: int
    unwritten: int  # paths that no machine writes
    own: int
    tested: bool  # tests are among the paths
    source: bool  # source is one of them, or no path is known
    shared: bool  # most are shared by everybody: builds, checks, releases, tools
    pinned: bool  # only versions of dependencies
    off_topic: tuple[OffTopic, ...]
    kept_kinds: tuple[Work, ...]
    confirms: frozenset[Work]


class Map:
    """Maps folders and file names to places. The first place in lexicon.toml has precedence."""

    def __init__(self, entries: Sequence[Mapping[str, Any]]) -> None:
        self.places = (*map(_place, entries), SOURCE)
        self.pinned = frozenset(place for place in self.places if place.pins)
        self.ground = frozenset(place for place in self.places if place.ground)
        self._folders: dict[str, int] = {}
        self._names: dict[str, int] = {}
        self._endings: dict[str, int] = {}
        groups: list[str] = []
        globs: list[str] = []
        for rank, entry in enumerate(entries):
            for folder in entry.get("dirs", ()):
                self._folders.setdefault(folder, rank)
            names = {*entry.get("names", ()), *("*" + e for e in entry.get("endings", ()))}
            own = sorted(name for name in names if not self._is_indexed(name, rank))
            if own:
                groups.append(f"(?P<p{rank}>{'|'.join(map(translate, own))})")
                globs += own
        self._globs = re.compile("|".join(groups)).match
        # Most names belong to no place. This check without groups is ten times faster.
        self._any = re.compile(
            "|".join(translate(f"/{g}".removeprefix("/*")) for g in globs)
        ).search
        # A history contains the same folders and files many times.
        self._rank_of_folder = lru_cache(maxsize=50_000)(self._folder)
        self._rank_of_name = lru_cache(maxsize=50_000)(self._name)
        self.place_of = lru_cache(maxsize=50_000)(self._place_of)

    def _place_of(self, path: str) -> Place:
        """The class of a path."""
        folder, _, name = path.lower().rpartition("/")
        rank, other = self._rank_of_folder(folder), self._rank_of_name(name)
        return self.places[rank if rank < other else other]

    def _is_indexed(self, name: str, rank: int) -> bool:
        """Index the pattern if it is a whole name or a file ending; False if it needs a regex."""
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
        pairs = map("/".join, pairwise(folders))
        return min([known.get(folder, last) for folder in ("/" + folders[0], *folders, *pairs)])

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


def kind_points_of(points: Mapping[str, float]) -> KindPoints:
    """The points of a table row, one pair per kind."""
    return tuple((cast(Work, kind), float(p)) for kind, p in points.items())


def _place(entry: Mapping[str, Any]) -> Place:
    traits = {trait: entry.get(trait, False) for trait in _TRAITS}
    says = tuple(entry["points"])
    confirms = () if traits["companion"] else says
    return Place(entry["class"], kind_points_of(entry["points"]), says, confirms, **traits)
