"""Accumulates points per kind of work, with their reasons, while one change is classified.

`scoring.classify` adds the points. This module reads no text.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import get_args

from scoring.lexicon import Term, lexicon
from scoring.path_rules import KindPoints, OffTopic
from sourcing.core.model import Work

WORKS: tuple[Work, ...] = get_args(Work)

#: Kinds of work that count as reliability and tooling work in the widest sense.
BUILDERS: frozenset[Work] = frozenset(WORKS) - {"feature", "docs", "chore"}

#: Their points in a fixed order, because the last digit of a float sum depends on the order.
_of_builders: Callable[[Mapping[Work, float]], tuple[float, ...]] = itemgetter(
    *[kind for kind in WORKS if kind in BUILDERS]
)

#: Copied for each change, which is faster than building the dictionary.
_NO_POINTS: dict[Work, float] = dict.fromkeys(WORKS, 0.0)

#: The number of reasons kept per change.
REASONS_KEPT = 5

#: The place of a reason in words.
_PLACE_WORDS = {
    "title": "in the title",
    "body": "in the text",
    "prefix": "before it",
    "label": "as a label",
}


def because(reasons: Sequence[str]) -> str:
    """The reasons of a reading as one readable line."""
    words: dict[str, list[str]] = {}
    others: list[str] = []
    for reason in reasons:
        place, _, text = reason.partition(": ")
        if text and place in _PLACE_WORDS:
            words.setdefault(place, []).append(f"“{text}”")
        else:
            others.append(reason)
    heard = [f"{', '.join(text)} {_PLACE_WORDS[place]}" for place, text in words.items()]
    return "; ".join([*heard, *others])


def builders_share(points: Mapping[Work, float]) -> float:
    """The share of the points that belongs to kinds in BUILDERS."""
    return sum(_of_builders(points)) / sum(points.values())


class Accumulator:
    """Points per kind of work with their reasons.

    `confirmed`: kinds with nouns that count in full. `off_topic`: kinds with typical paths, none of
    which changed. `head`: the first word of the title. `is_fix`: the title announces a repair.
    """

    __slots__ = ("confirmed", "head", "is_fix", "notes", "off_topic", "points")

    def __init__(self) -> None:
        self.points = _NO_POINTS.copy()
        self.notes: list[tuple[float, Work, str, str]] = []
        self.confirmed: set[Work] = set()
        self.off_topic: tuple[OffTopic, ...] = ()
        self.head = ""
        self.is_fix = False

    def add(self, kind_points: KindPoints, share: float, place: str, said: str) -> None:
        """Add a share of these points and note the reason."""
        for kind, points in kind_points:
            given = points * share
            self.points[kind] += given
            self.notes.append((given, kind, place, said))

    def add_terms(self, terms: Iterable[Term], share: float) -> None:
        """Add the points of each term."""
        for term in terms:
            kind_points = self.points_of(term) if term.noun else term.kind_points
            self.add(kind_points, share, "title: ", term.text)

    @property
    def is_revert(self) -> bool:
        """True if the title reverts another change."""
        return self.head.startswith("revert")

    def confirm(self, terms: Iterable[Term]) -> None:
        """Count the nouns of a kind in full: another word confirms the kind."""
        for term in terms:
            if term.confirms:
                self.confirmed.update(term.confirms)

    def points_of(self, term: Term) -> KindPoints:
        """The points of a noun: few if it may only name the subject of the product."""
        little = lexicon().weights["noun"]
        return tuple([(k, p if k in self.confirmed else p * little) for k, p in term.kind_points])

    def ranked(self) -> tuple[Work, Work | None]:
        """The kind with most points and the second, None if no other kind has points.

        Among equal kinds the first in the order of `WORKS` leads.
        """
        points = [*self.points.values()]
        first = points.index(max(points))
        points[first] = 0.0
        most = max(points)
        return WORKS[first], WORKS[points.index(most)] if most > 0 else None

    def dampen_others(self, *speaking: Work) -> None:
        """Reduce all other kinds: only versions changed."""
        self._soften(speaking, lexicon().weights["pinned"])

    def restrict_to(self, kept_kinds: Sequence[Work]) -> None:
        """Reduce the kinds of work that do not belong to these places."""
        self._soften(kept_kinds, lexicon().others)

    def _soften(self, kept_kinds: Sequence[Work], remains: float) -> None:
        for kind, points in self.points.items():
            if points and kind not in kept_kinds:
                self.points[kind] = points * remains

    def reasons(self, work: Work) -> list[str]:
        """The reasons noted for a kind, strongest first."""
        notes = [(-points, v + text) for points, kind, v, text in self.notes if kind == work]
        if len(notes) > 1:
            notes.sort()
        return [*dict.fromkeys([note for _, note in notes])][:REASONS_KEPT]
