"""What the folders and names of a path say: the classes of places, and which path is of which.

It knows no change and no word of a text; `scoring._lexicon` hands it the tables.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from fnmatch import translate
from functools import lru_cache
from itertools import pairwise
from typing import Any, cast

from sourcing.core.model import Work

#: What may be true of a place, besides the work it speaks for.
_TRAITS = ("companion", "noise", "pins", "ground", "alone", "site")

#: What a word or place speaks for, in points.
Speech = tuple[tuple[Work, float], ...]


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
    alone: bool = False
    site: bool = False


SOURCE = Place("source", ())


class Map:
    """Which place a folder or a file's name belongs to. The first place of the file goes first."""

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


def speech_of(points: Mapping[str, float]) -> Speech:
    """The points of a table row, one pair per kind."""
    return tuple((cast(Work, kind), float(p)) for kind, p in points.items())


def _place(entry: Mapping[str, Any]) -> Place:
    traits = {trait: entry.get(trait, False) for trait in _TRAITS}
    says = tuple(entry["speaks"])
    backs = () if traits["companion"] else says
    return Place(entry["class"], speech_of(entry["speaks"]), says, backs, **traits)
