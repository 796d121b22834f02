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

from scoring.rubric import Rubric, SignalRule
from sourcing.model import Credited, Part, Score, Signal

#: Strongest first; of one contribution the strongest part counts, once.
_STRENGTH = {"author": 3, "co_author": 2, "reviewer": 1, "merger": 0}

#: Of one signal: the worth of each contribution, by group.
_Groups = dict[object, dict[int, float]]


def monday(day: date) -> date:
    """The Monday of that day's week, at which scores stand."""
    return day - timedelta(days=day.weekday())


def score(person: int, credited: Sequence[Credited], rubric: Rubric, as_of: date) -> Score:
    """The Score of one Person as of the Monday of `as_of`'s week.

    That week's own evidence counts in full; what is dated after it does not count yet.
    """
    start = monday(as_of)
    ledger: list[_Groups] = [defaultdict(dict) for _ in rubric.signals]
    for row in _once(credited):
        worth = _worth(row, rubric, start)
        if worth > 0:
            for rule, groups in zip(rubric.signals, ledger, strict=True):
                if _counts(row, rule):
                    groups[_group(row, rule)][row.contribution] = worth
    signals = tuple(
        _signal(rule, groups) for rule, groups in zip(rubric.signals, ledger, strict=True) if groups
    )
    signals = tuple(signal for signal in signals if signal.proofs)
    points = {signal.name: signal.points for signal in signals}
    roles = {role: weigh(points, weights) for role, weights in rubric.roles.items()}
    return Score(person, start.isoformat(), rubric.hash, signals, roles)


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
    return _STRENGTH[_part(row)], evidence.substance, evidence.relevance, repr(row)


def _part(row: Credited) -> Part:
    """Writing a review is reviewing, also where a source calls its writer the author."""
    return "reviewer" if row.kind == "review" and row.part == "author" else row.part


def _worth(row: Credited, rubric: Rubric, start: date) -> float:
    if row.reverted or not row.evidence.relevant:
        return 0.0
    age = (start - date.fromisoformat(row.at[:10])).days
    if age <= -7:
        return 0.0
    value = rubric.parts[_part(row)] * rubric.accepted[row.accepted]
    value *= _substance_worth(row.evidence.substance, rubric.worth) * row.evidence.relevance
    return value * math.exp2(-max(0, age) / rubric.half_life_days)


def _substance_worth(substance: float, worth: Sequence[float]) -> float:
    low = min(int(substance), len(worth) - 2)
    return worth[low] + (worth[low + 1] - worth[low]) * (substance - low)


def _counts(row: Credited, rule: SignalRule) -> bool:
    evidence = row.evidence
    return (
        evidence.work in rule.work
        and _part(row) in rule.parts
        and row.kind in rule.kinds
        and evidence.substance >= rule.min_substance
        and (not rule.needs or not rule.needs.isdisjoint(evidence.reasons))
    )


def _group(row: Credited, rule: SignalRule) -> object:
    if rule.group == "repo":
        return row.repo
    if rule.group == "month":
        return row.at[:7]
    return row.repo, row.evidence.work


def _signal(rule: SignalRule, groups: _Groups) -> Signal:
    """Diminish the returns per group and over all, and share the points out in proportion."""
    sums = {group: math.fsum(worths.values()) for group, worths in groups.items()}
    brought = {group: _diminished(total, rule.group_cap) for group, total in sums.items()}
    if rule.beyond_first:
        del brought[max(sums, key=lambda group: (brought[group], group))]
    total = math.fsum(brought.values())
    scale = _diminished(total, rule.cap) / total if total else 0.0
    proofs = [
        (contribution, worth * brought[group] / sums[group] * scale)
        for group in brought
        for contribution, worth in groups[group].items()
    ]
    proofs.sort(key=lambda proof: (-proof[1], proof[0]))
    return Signal(rule.name, math.fsum(points for _, points in proofs), tuple(proofs))


def _diminished(worth: float, cap: float) -> float:
    return cap * math.log1p(worth / cap)
