"""What a Person's evidence adds up to, signal by signal, at one date and rubric.

Every point opens into the contributions that made it. A score depends on the Credited rows
alone: not on their order, not on other people, not on who the person is. Nothing is ever held
against anybody: reverted work earns nothing and takes nothing away.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, timedelta
from functools import partial

from scoring.rubric import Group, Rubric, SignalRule
from sourcing.core.model import Credited, Kind, Part, Score, Signal, Work

#: Strongest first; of one contribution the strongest part counts, once.
_STRENGTH = {"author": 3, "co_author": 2, "reviewer": 1, "merger": 0}

#: Of one signal: the worth of each contribution, by group.
_Groups = dict[object, dict[int, float]]

#: How much the part counts, what the substance is worth, and the signals to be met.
_Form = tuple[float, float, list[SignalRule]]


def monday(day: date) -> date:
    """The Monday of that day's week, at which scores stand."""
    return day - timedelta(days=day.weekday())


class Scorer:
    """Scores Persons at one date under one rubric; what these alone decide is worked out once."""

    def __init__(self, rubric: Rubric, as_of: date, kept: int | None = None) -> None:
        """`kept`: of each Signal the strongest proofs, so many of them; None for all."""
        self._rubric, self._start, self._kept = rubric, monday(as_of), kept
        self._recency: dict[str, float] = {}
        self._forms: dict[tuple[Work, Part, Kind, float, bool], _Form] = {}

    def score(self, person: int, credited: Iterable[Credited]) -> Score:
        """The Score of one Person."""
        rubric = self._rubric
        ledger: dict[str, _Groups] = defaultdict(partial(defaultdict, dict))
        for row in _once(credited):
            self._enter(row, ledger)
        met = [(rule, ledger[rule.name]) for rule in rubric.signals if rule.name in ledger]
        signals = [_signal(rule, groups, self._kept) for rule, groups in met]
        signals = [signal for signal in signals if signal.proofs]
        points = {signal.name: signal.points for signal in signals}
        roles = {role: weigh(points, weights) for role, weights in rubric.roles.items()}
        return Score(person, self._start.isoformat(), rubric.hash, tuple(signals), roles)

    def _enter(self, row: Credited, ledger: Mapping[str, _Groups]) -> None:
        """Enter what it brings under each signal that it counts for."""
        evidence, day = row.evidence, row.at[:10]
        form = evidence.work, row.part, row.kind, evidence.substance, evidence.ground
        part, worth, rules = self._forms.get(form) or self._form(form)
        if row.reverted or not rules:
            return
        if (recency := self._recency.get(day)) is None:
            recency = self._recency[day] = _recency(day, self._start, self._rubric)
        share = part * self._rubric.accepted[row.accepted] * recency
        if share <= 0:
            return
        worth *= evidence.relevance if evidence.relevant else 0.0
        ways = _groups(row)
        for rule in rules:
            brings = worth if worth > rule.least else rule.least
            if brings > 0 and not (rule.needs and rule.needs.isdisjoint(evidence.reasons)):
                ledger[rule.name][ways[rule.group]][row.contribution] = share * brings

    def _form(self, form: tuple[Work, Part, Kind, float, bool]) -> _Form:
        """What all evidence of one form has in common: few forms are many rows."""
        work, part, kind, substance, ground = form
        part = _part(kind, part)
        rules = [
            r
            for r in self._rubric.signals
            if work in r.work
            and part in r.parts
            and kind in r.kinds
            and substance >= r.min_substance
            and ground >= r.ground
        ]
        worth = _substance_worth(substance, self._rubric.worth)
        self._forms[form] = self._rubric.parts[part], worth, rules
        return self._forms[form]


def score(person: int, credited: Iterable[Credited], rubric: Rubric, as_of: date) -> Score:
    """The Score of one Person as of the Monday of `as_of`'s week.

    That week's own evidence counts in full; what is dated after it does not count yet.
    """
    return Scorer(rubric, as_of).score(person, credited)


def weigh(points: Mapping[str, float], weights: Mapping[str, float]) -> float:
    """The sum of the points under a role's weights."""
    return math.fsum(weights.get(name, 0.0) * value for name, value in points.items())


def _once(credited: Iterable[Credited]) -> Iterable[Credited]:
    """Each contribution once, by its strongest part; equal ones are told apart by content."""
    best: dict[int, Credited] = {}
    for row in credited:
        other = best.setdefault(row.contribution, row)
        if other is not row and _rank(row) > _rank(other):
            best[row.contribution] = row
    return best.values()


def _rank(row: Credited) -> tuple[int, float, float, str]:
    evidence = row.evidence
    return _STRENGTH[_part(row.kind, row.part)], evidence.substance, evidence.relevance, repr(row)


def _part(kind: Kind, part: Part) -> Part:
    """Writing a review is reviewing, also where a source calls its writer the author."""
    return "reviewer" if kind == "review" and part == "author" else part


def _recency(day: str, start: date, rubric: Rubric) -> float:
    age = (start - date.fromisoformat(day)).days
    if age <= -7:
        return 0.0
    age = max(0, age)
    fresh = (1 - rubric.kept) * math.exp2(-((age / rubric.half_life_days) ** 2))
    return fresh + rubric.kept * math.exp2(-age / rubric.kept_half_life_days)


def _substance_worth(substance: float, worth: Sequence[float]) -> float:
    low = min(int(substance), len(worth) - 2)
    return worth[low] + (worth[low + 1] - worth[low]) * (substance - low)


def _groups(row: Credited) -> dict[Group, object]:
    """What it belongs to, in each way in which a signal may group."""
    return {"repo": row.repo, "month": row.at[:7], "range": (row.repo, row.evidence.work)}


def _signal(rule: SignalRule, groups: _Groups, kept: int | None) -> Signal:
    """Diminish the returns per group and over all, and share the points out in proportion."""
    sums = {group: math.fsum(worths.values()) for group, worths in groups.items()}
    brought = {group: _diminished(total, rule.group_cap) for group, total in sums.items()}
    if rule.beyond_first:
        del brought[max(sums, key=lambda group: (brought[group], group))]
    total = math.fsum(brought.values())
    scale = _diminished(total, rule.cap) / total if total else 0.0
    ranked: list[tuple[float, int]] = []  # points below zero: the most come first
    for group, points in brought.items():
        share = -points / sums[group] * scale
        ranked += [(worth * share, contribution) for contribution, worth in groups[group].items()]
    ranked.sort()
    proofs = tuple([(contribution, -points) for points, contribution in ranked[:kept]])
    return Signal(rule.name, -math.fsum([points for points, _ in ranked]), proofs)


def _diminished(worth: float, cap: float) -> float:
    return cap * math.log1p(worth / cap)
