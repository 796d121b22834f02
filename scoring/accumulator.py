"""Points per kind of work while one change is read, and which words and places gave them.

It adds up and softens what `scoring.classify` has it hear; it reads no text itself.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from operator import itemgetter
from typing import get_args

from scoring.lexicon import Away, Term, lexicon
from scoring.path_rules import Place, Speech
from sourcing.core.model import Work

WORKS: tuple[Work, ...] = get_args(Work)

#: Kinds that an engineer looking for builders of reliability and tooling asks for.
BUILDERS: frozenset[Work] = frozenset(WORKS) - {"feature", "docs", "chore"}

#: Their points, always in one order: the last digit of a sum depends on it.
_of_builders: Callable[[Mapping[Work, float]], tuple[float, ...]] = itemgetter(
    *[kind for kind in WORKS if kind in BUILDERS]
)

#: Before anything is heard: copied, which is faster than made.
_SILENCE: dict[Work, float] = dict.fromkeys(WORKS, 0.0)

#: How many words and places are told as the reasons.
REASONS_KEPT = 5

#: Where the words stand that a reason names, as readers are told.
_STAND = {
    "title": "in the title",
    "body": "in the text",
    "prefix": "before it",
    "label": "as a label",
}


def because(reasons: Sequence[str]) -> str:
    """The reasons of a reading as one line for its readers."""
    words: dict[str, list[str]] = {}
    others: list[str] = []
    for reason in reasons:
        voice, _, said = reason.partition(": ")
        if said and voice in _STAND:
            words.setdefault(voice, []).append(f"“{said}”")
        else:
            others.append(reason)
    heard = [f"{', '.join(said)} {_STAND[voice]}" for voice, said in words.items()]
    return "; ".join([*heard, *others])


class Tally:
    """Points per kind of work, and what gave them."""

    __slots__ = ("away", "backed", "head", "mends", "notes", "points")

    def __init__(self) -> None:
        self.points = _SILENCE.copy()
        self.notes: list[tuple[float, Work, str, str]] = []
        self.backed: set[Work] = set()
        self.away: tuple[Away, ...] = ()
        self.head = ""
        self.mends = False

    def hear(self, speech: Speech, share: float, voice: str, said: str) -> None:
        """Add a share of these points and note the reason."""
        for kind, points in speech:
            given = points * share
            self.points[kind] += given
            self.notes.append((given, kind, voice, said))

    def hear_terms(self, terms: Iterable[Term], share: float) -> None:
        """Add the points of each term."""
        for term in terms:
            speech = self.points_of(term) if term.noun else term.speech
            self.hear(speech, share, "title: ", term.text)

    @property
    def undoes(self) -> bool:
        """True if the title reverts another change."""
        return self.head.startswith("revert")

    def back(self, voices: Iterable[Term | Place]) -> None:
        """Believe the nouns of a kind: a place or a plain word of that kind is there too."""
        for voice in voices:
            if voice.backs:
                self.backed.update(voice.backs)

    def points_of(self, term: Term) -> Speech:
        """What a noun says here: little, if it may only name what the product is about."""
        little = lexicon().weights["noun"]
        return tuple([(k, p if k in self.backed else p * little) for k, p in term.speech])

    def ranked(self) -> tuple[Work, Work | None]:
        """The kind with most points and the second, None if no other kind has points.

        Among equal kinds the first in the order of `WORKS` leads.
        """
        points = [*self.points.values()]
        first = points.index(max(points))
        points[first] = 0.0
        most = max(points)
        return WORKS[first], WORKS[points.index(most)] if most > 0 else None

    def hush(self, *speaking: Work) -> None:
        """Leave these kinds the word: a version was changed, whatever it is to mend."""
        self._soften(speaking, lexicon().weights["pinned"])

    def own(self, spared: Sequence[Work]) -> None:
        """Leave less to what is said of other work than these places are for."""
        self._soften(spared, lexicon().others)

    def _soften(self, spared: Sequence[Work], remains: float) -> None:
        for kind, points in self.points.items():
            if points and kind not in spared:
                self.points[kind] = points * remains

    def builders_share(self) -> float:
        """The share of the points that belongs to tooling and delivery kinds."""
        return sum(_of_builders(self.points)) / sum(self.points.values())

    def reasons(self, work: Work) -> list[str]:
        """The reasons noted for a kind, strongest first."""
        notes = [(-points, v + said) for points, kind, v, said in self.notes if kind == work]
        if len(notes) > 1:
            notes.sort()
        return [*dict.fromkeys([note for _, note in notes])][:REASONS_KEPT]
