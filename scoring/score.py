"""The score of a person under each role, and the signals shown as reasons, at one date.

A score is the share and the quality of a person's work (rubric.toml gives the formula). Each part
lists the works behind it. The score depends only on the Credited rows: not on their order, on other
people or on the identity of the person. Reverted work earns nothing and costs nothing.
"""

from __future__ import annotations

import math
import struct
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from datetime import date, timedelta
from typing import Literal, NamedTuple

from scoring.rubric import Rubric, SignalRule
from sourcing.core.model import Credited, Evidence, Kind, Part, Score, Signal, Work

#: Strongest first; a contribution counts once, with the strongest part.
_STRENGTH = {"author": 3, "co_author": 2, "reviewer": 1, "merger": 0}

#: Points are per cent of a share.
_SCALE = 100.0

#: The number of earlier titles with a common word that are compared with a title; a limit keeps the
#: time linear.
_COMPARED = 100

#: The share of a person's work that a contribution belongs to.
_Share = Literal["changes", "reviews", "texts"]


class _Valued(NamedTuple):
    """A work with a value for one person. The strongest sorts first."""

    order: float  # -value, halved for work that is not recent
    age: int  # days
    contribution: int
    value: float  # value of the work x part in it
    weight: float  # recency x acceptance
    share: _Share
    part: Part
    row: Credited


class _Counts(NamedTuple):
    """The number of distinct works of one kind that count, and whether one of them is recent."""

    works: int
    recent: bool


def monday(day: date) -> date:
    """The Monday of that day's week: the date of the scores."""
    return day - timedelta(days=day.weekday())


class Scorer:
    """Scores persons at one date under one rubric."""

    def __init__(self, rubric: Rubric, as_of: date, proofs_kept: int | None = None) -> None:
        """`proofs_kept`: the number of works per signal, strongest first; None: all."""
        self._rubric, self._start, self._proofs_kept = rubric, monday(as_of), proofs_kept
        self._as_of = self._start.isoformat()
        self._most = {role: max(w.values(), default=0.0) for role, w in rubric.roles.items()}
        self._recency: dict[str, tuple[float, int]] = {}
        self._rules: dict[tuple[Work, Kind, Part], list[SignalRule]] = {}

    def score(self, person: int, credited: Iterable[Credited]) -> Score:
        """The Score of one Person."""
        rubric = self._rubric
        totals: dict[_Share, list[float]] = {"changes": [], "reviews": [], "texts": []}
        works: list[_Valued] = []
        changes = 0
        for row in _once(credited):
            recency, age = self._recency.get(row.at[:10]) or self._recency_of(row.at[:10])
            part = _part(row.kind, row.part)
            strength = rubric.parts[part]
            if row.reverted or not recency or not strength:
                continue
            share, weight = _share(row.kind, part), rubric.accepted[row.accepted] * recency
            totals[share].append(strength * weight)
            changes += share == "changes" and age < rubric.end_days
            if value := row.evidence.value * strength:
                order = -value if age <= rubric.recent_days else -value / 2
                works.append(_Valued(order, age, row.contribution, value, weight, share, part, row))
        works.sort()
        works = list(_distinct(works, rubric.near_identical))
        signals = self._signals(works, totals)
        points = {signal.name: signal.points for signal in signals}
        counts = _counts(works, rubric.end_days, rubric.recent_days)
        roles: dict[str, float] = {}
        counted: dict[str, int] = {}
        for role, weights in rubric.roles.items():
            count = _total(counts, weights)
            weighed = _weighed(points, weights, self._most[role])
            roles[role], counted[role] = weighed * self._factor(count), count.works
        return Score(person, self._as_of, rubric.hash, signals, roles, counted, changes)

    def _recency_of(self, day: str) -> tuple[float, int]:
        """The weight of a work of that day, and its age in days; future days have weight 0."""
        rubric = self._rubric
        age = (self._start - date.fromisoformat(day)).days
        left = (rubric.end_days - age) / (rubric.end_days - rubric.full_days)
        recency = max(rubric.floor, min(1.0, left)) if age > -7 else 0.0
        self._recency[day] = recency, age
        return recency, age

    def _factor(self, counts: _Counts) -> float:
        """Less than 1 until enough works count, and where none of them is recent."""
        rubric = self._rubric
        missing = max(0, rubric.established_works - counts.works)
        factor: float = rubric.missing_work**missing
        return factor if counts.recent else factor * rubric.nothing_recent

    def _signals(
        self, works: Sequence[_Valued], totals: Mapping[_Share, Sequence[float]]
    ) -> tuple[Signal, ...]:
        """The signals that the works prove; a work contributes its part of the share that it
        belongs to."""
        scale = {name: _SCALE / (math.fsum(t) + self._rubric.pull) for name, t in totals.items()}
        proofs: dict[str, dict[object, tuple[int, float]]] = defaultdict(dict)
        for work in works:
            evidence = work.row.evidence
            form = evidence.work, work.row.kind, work.part
            proof = work.contribution, work.value * work.weight * scale[work.share]
            for rule in self._rules.get(form) or self._matching(form):
                if _proves(evidence, rule):
                    of = _distinct_by(work.row, rule) if rule.distinct else work.contribution
                    proofs[rule.name].setdefault(of, proof)
        return tuple(
            self._signal(rule.name, list(mine.values()))
            for rule in self._rubric.signals
            if len(mine := proofs.get(rule.name, {})) >= rule.at_least
        )

    def _signal(self, name: str, proofs: Sequence[tuple[int, float]]) -> Signal:
        total = math.fsum([points for _, points in proofs])
        return Signal(name, total, tuple(proofs[: self._proofs_kept]))

    def _matching(self, form: tuple[Work, Kind, Part]) -> list[SignalRule]:
        """The rules that works of this form may prove."""
        work, kind, part = form
        self._rules[form] = [
            rule
            for rule in self._rubric.signals
            if work in rule.work and kind in rule.kinds and part in rule.parts
        ]
        return self._rules[form]


def score(person: int, credited: Iterable[Credited], rubric: Rubric, as_of: date) -> Score:
    """The Score of one Person as of the Monday of `as_of`'s week, with all proofs.

    The work of that week counts in full; later work does not count.
    """
    return Scorer(rubric, as_of).score(person, credited)


def _weighed(points: Mapping[str, float], weights: Mapping[str, float], most: float) -> float:
    """The points under a role's weights, of which the largest (`most`) counts as 1."""
    if not points or not most:
        return 0.0
    return math.fsum([weights[name] * points[name] for name in points if name in weights]) / most


def _once(credited: Iterable[Credited]) -> Iterable[Credited]:
    """Each contribution once, by its strongest part; ties are broken by content."""
    best: dict[int, Credited] = {}
    for row in credited:
        other = best.setdefault(row.contribution, row)
        if other is not row and _rank(row) > _rank(other):
            best[row.contribution] = row
    return best.values()


def _rank(row: Credited) -> tuple[int, float, float, str]:
    evidence = row.evidence
    return _STRENGTH[_part(row.kind, row.part)], evidence.value, evidence.substance, repr(row)


def _part(kind: Kind, part: Part) -> Part:
    """The part for scoring: the author of a review is a reviewer."""
    return "reviewer" if kind == "review" and part == "author" else part


def _share(kind: Kind, part: Part) -> _Share:
    if part == "reviewer" or kind == "review":
        return "reviews"
    return "texts" if kind in ("post", "talk") else "changes"


def _distinct(works: Iterable[_Valued], near_identical: float) -> Iterator[_Valued]:
    """The works without those with nearly the title of a stronger one.

    Two titles are near-identical if they share this part of all their words. Then they share one of
    the first words in any fixed order (prefix filter), so only those are compared.
    """
    seen: set[tuple[_Share, bytes]] = set()
    by_word: dict[tuple[_Share, int], list[frozenset[int]]] = defaultdict(list)
    for work in works:
        share, packed = work.share, work.row.evidence.title_words
        if not packed:
            yield work
            continue
        if (share, packed) in seen:
            continue
        seen.add((share, packed))
        words = _unpacked(packed)
        first = len(words) - math.ceil(near_identical * len(words)) + 1
        lists = [by_word[share, word] for word in words[:first]]
        if not _repeats(frozenset(words), lists, near_identical):
            yield work


def _repeats(
    words: frozenset[int], lists: Sequence[list[frozenset[int]]], near_identical: float
) -> bool:
    """Whether a listed title is near-identical; if none is, this one is added to the lists."""
    # common >= near * (a + b - common), solved for the words in common
    part, size = near_identical / (1 + near_identical), len(words)
    for others in lists:
        for other in others:
            if len(words & other) >= part * (size + len(other)):
                return True
    for others in lists:
        if len(others) < _COMPARED:
            others.append(words)
    return False


def _unpacked(packed: bytes) -> tuple[int, ...]:
    """The hashes of the words of a title, in ascending order."""
    return struct.unpack(f"<{len(packed) // 2}H", packed)


def _proves(evidence: Evidence, rule: SignalRule) -> bool:
    return (
        evidence.substance >= rule.min_substance
        and evidence.in_shared_code >= rule.shared_code
        and not (rule.needs and rule.needs.isdisjoint(evidence.reasons))
    )


def _distinct_by(row: Credited, rule: SignalRule) -> str:
    """Of works with the same key only the strongest proves the rule."""
    return row.at[:7] if rule.distinct == "month" else row.evidence.work


def _counts(works: Iterable[_Valued], end_days: int, recent_days: int) -> dict[str, _Counts]:
    """Own relevant works that are not too old: by kind of the change, and texts as "writing"."""
    counts: dict[str, int] = {}
    recent: set[str] = set()
    for work in works:
        evidence = work.row.evidence
        if work.part != "author" or not evidence.relevant or work.age >= end_days:
            continue
        name = "writing" if work.share == "texts" else evidence.work
        counts[name] = counts.get(name, 0) + 1
        if work.age <= recent_days:
            recent.add(name)
    return {name: _Counts(count, name in recent) for name, count in counts.items()}


def _total(counts: Mapping[str, _Counts], weights: Mapping[str, float]) -> _Counts:
    """The works of the kinds that a role weighs."""
    works, recent = 0, False
    for name, count in counts.items():
        if weights.get(name):
            works += count.works
            recent = recent or count.recent
    return _Counts(works, recent)
