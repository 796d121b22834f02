"""Computes how well contributions answer a question: by the text index, or one by one.

The value is the sum over ideas of rarity x impact, times coverage, times the kind of work. It is
brought to a fit between 0 and 1. It does not decide who is visible, and assembles no results.
"""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Row

import numpy as np
from numpy.typing import NDArray

from db import Store
from db.ranking import text_index
from sourcing.shortlist.matching import query
from sourcing.shortlist.matching.indexing import FULL_IMPACT
from sourcing.shortlist.matching.query import Idea, Question, is_slight

Floats = NDArray[np.float32]

#: The wordings of one idea together count at most this impact; from `_PRESENT` on an idea counts
#: as answered.
_MOST_IMPACT, _PRESENT = 1.0, 0.4
_COVERAGE_POWER = 0.9
#: A clause that is well covered counts for this share as if the whole question were.
_CLAUSE_SHARE = 0.5
#: How much work of a kind counts that mostly mentions what others do, unless it is asked for.
_KIND = {"chore": 0.4, "docs": 0.5, "testing": 0.65}
_SLIGHT = 0.5
#: What work of a kind gains that the question asks for: by its verb, or by its subject. And what a
#: title gains that says the same was done.
_DEED_BONUS, _FIELD_BONUS, _TITLE_BONUS = 0.8, 0.4, 0.2
_SUBSTANCE_BONUS, _FULL_SUBSTANCE = 0.1, 3.0
#: Terms in fewer contributions are not rarer than this: a single one may be a slip.
_FEWEST = 3
_CHUNK = 1 << text_index.CHUNK_BITS
#: A bound is so much greater than its sum, for the rounding of the sum.
_ROUNDED = 1.0001


@dataclass(frozen=True, slots=True)
class Plan:
    """A question with the weights of its terms in this store.

    `rarity`: per idea, 0 for one that no contribution words. `wordings`: per idea, weight by term,
    without terms that do not occur.
    """

    question: Question
    rarity: tuple[float, ...]
    wordings: tuple[Mapping[str, float], ...]

    @property
    def full(self) -> float:
        """The sum of the weights of all ideas."""
        return sum(self.rarity) or 1.0

    def fit(self, raw: float) -> float:
        """A raw value, kind included, as a fit with this question, to four digits."""
        return round(fit(raw, len(self.question.ideas)), 4)

    def unmet(self) -> tuple[str, ...]:
        """Ideas that no contribution words, as they were asked."""
        pairs = zip(self.question.ideas, self.wordings, strict=True)
        return tuple(idea.asked for idea, wordings in pairs if not wordings)


def plan(store: Store, question: Question) -> Plan:
    """Look up how rare the terms of a question are."""
    held = text_index.frequencies(store, question.terms())
    total = max(text_index.size(store), 1)

    def rarity(term: str) -> float:
        works = max(held.get(term, 0), _FEWEST)
        return math.log(1 + (total - works + 0.5) / (works + 0.5)) if total > works else 0.1

    weights, wordings = [], []
    for idea in question.ideas:
        present = {term: weight for term, weight in idea.wordings.items() if term in held}
        own = _own_rarity(idea, present, rarity)
        weights.append(idea.weight * own)
        wordings.append(
            {term: w * min(1.0, rarity(term) / own) for term, w in present.items()} if own else {}
        )
    return Plan(question, tuple(weights), tuple(wordings))


def _own_rarity(idea: Idea, present: Mapping[str, float], rarity: Callable[[str], float]) -> float:
    """The rarity of the asked wording, or of the best other one if nothing holds that."""
    if idea.main in present or not present:
        return rarity(idea.main)
    best = max(present.values())
    return max(rarity(term) for term, weight in present.items() if weight == best)


# -- many, by the index -----------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Candidates:
    """Contributions that hold some words of a question: ids and raw values, in no order."""

    ids: NDArray[np.int64]
    values: Floats


def candidates(
    store: Store, wanted: Plan, most: int = 0, allowed: Collection[int] | None = None
) -> Candidates:
    """The contributions with the greatest values for a question: `most` of them, 0 for all.

    `allowed`: the only contributions to consider. Those that cannot be among the first, because
    the sum of their impacts is too small, are not computed in full.
    """
    by_chunk: dict[int, list[tuple[int, float, bytes]]] = defaultdict(list)
    for number, wordings in enumerate(wanted.wordings):
        for term, weight in wordings.items():
            for chunk, blob in text_index.postings(store, term):
                by_chunk[chunk].append((number, weight, blob))
    considered = _by_chunk(allowed)
    best = Candidates(np.zeros(0, dtype=np.int64), np.zeros(0, dtype=np.float32))
    for chunk, postings in sorted(by_chunk.items()):
        if considered is not None and chunk not in considered:
            continue
        impacts = _impacts(len(wanted.wordings), postings)
        if considered is not None:
            impacts = impacts * considered[chunk]
        least = float(best.values.min()) if most and len(best.ids) == most else 0.0
        positions = np.flatnonzero(_bounds(wanted, impacts) > least)
        values = _values(wanted, impacts[:, positions])
        ids = np.concatenate((best.ids, positions + chunk * _CHUNK))
        best = _greatest(Candidates(ids, np.concatenate((best.values, values))), most)
    return best


def _by_chunk(allowed: Collection[int] | None) -> dict[int, NDArray[np.bool_]] | None:
    """Which positions of each chunk are allowed; None if all are."""
    if allowed is None:
        return None
    ids = np.fromiter(allowed, dtype=np.int64, count=len(allowed))
    masks: dict[int, NDArray[np.bool_]] = {}
    for chunk in np.unique(ids // _CHUNK).tolist():
        masks[chunk] = np.zeros(_CHUNK, dtype=np.bool_)
        masks[chunk][ids[ids // _CHUNK == chunk] % _CHUNK] = True
    return masks


def _impacts(ideas: int, postings: Sequence[tuple[int, float, bytes]]) -> Floats:
    """The impact of each idea (rows) in each contribution of a chunk (columns), capped."""
    impacts = np.zeros((ideas, _CHUNK), dtype=np.float32)
    for number, weight, blob in postings:
        count = len(blob) // 3
        positions = np.frombuffer(blob, dtype="<u2", count=count)
        stored = np.frombuffer(blob, dtype=np.uint8, offset=2 * count)
        impacts[number][positions] += stored * np.float32(weight / FULL_IMPACT)
    return np.minimum(impacts, _MOST_IMPACT, out=impacts)


def _bounds(wanted: Plan, impacts: Floats) -> Floats:
    """What the value of each contribution is at most, quickly."""
    rarity = np.array(wanted.rarity, dtype=np.float32)
    total = (rarity @ impacts) * np.float32(_ROUNDED / (wanted.full * _MOST_IMPACT))
    covered = np.minimum(total * np.float32(_MOST_IMPACT / _PRESENT), 1.0)
    if len({idea.clause for idea in wanted.question.ideas}) > 1:
        covered = _CLAUSE_SHARE + (1 - _CLAUSE_SHARE) * covered
    bound: Floats = total * covered**_COVERAGE_POWER
    return bound


def _greatest(found: Candidates, most: int) -> Candidates:
    """The candidates with the greatest values; of equal ones, any."""
    if not most or len(found.ids) <= most:
        return found
    chosen = np.argpartition(found.values, -most)[-most:]
    return Candidates(found.ids[chosen], found.values[chosen])


def _values(wanted: Plan, impacts: Floats) -> Floats:
    """Raw values from the impacts of each idea (rows) in each contribution (columns).

    A value is between 0 and 1: all ideas, each in the title, covered.
    """
    rarity = np.array(wanted.rarity, dtype=np.float32)[:, None]
    capped = np.minimum(impacts, _MOST_IMPACT)
    total = (rarity * capped).sum(axis=0) / (wanted.full * _MOST_IMPACT)
    present = rarity * np.minimum(capped / _PRESENT, 1.0)
    covered = present.sum(axis=0) / wanted.full
    clauses = np.array([idea.clause for idea in wanted.question.ideas])
    if len(set(clauses)) > 1:
        best = np.zeros_like(covered)
        for clause in set(clauses):
            mine = clauses == clause
            share = present[mine].sum(axis=0) / (rarity[mine].sum() or 1.0)
            # A clause of one common word is not a separate question.
            size = min(1.0, float(rarity[mine].sum()) * len(set(clauses)) / wanted.full)
            np.maximum(best, share * size, out=best)
        covered = np.maximum(covered, _CLAUSE_SHARE * best + (1 - _CLAUSE_SHARE) * covered)
    result: Floats = total * covered**_COVERAGE_POWER
    return result


# -- one by one -------------------------------------------------------------------------------


def value(wanted: Plan, impacts: Mapping[str, float]) -> float:
    """The raw value of one contribution from the impacts of its terms."""
    per_idea = np.array(
        [
            [sum(weight * impacts.get(term, 0.0) for term, weight in wordings.items())]
            for wordings in wanted.wordings
        ],
        dtype=np.float32,
    )
    return float(_values(wanted, per_idea)[0]) if len(per_idea) else 0.0


def work_factor(question: Question, row: Row) -> float:
    """How much the kind of a contribution (`work`, `substance`, `title`) counts for a question; 1.0
    for plain work. Renames and pins do not change the thing that they name."""
    work = row["work"] or ""
    factor = 1.0
    if work in question.deeds:
        factor += _FIELD_BONUS if work in query.NAMING else _DEED_BONUS
    else:
        factor = _KIND.get(work, 1.0)
    if is_slight(row["title"]):
        factor *= _SLIGHT
    if not question.deeds.isdisjoint(query.deeds_of_title(row["title"])):
        factor *= 1 + _TITLE_BONUS
    solid = min(1.0, (row["substance"] or 0.0) / _FULL_SUBSTANCE)
    return factor * (1 + _SUBSTANCE_BONUS * solid)


def greatest_factor(question: Question) -> float:
    """What `work_factor` is at most for a question."""
    asked = (1 + _DEED_BONUS) * (1 + _TITLE_BONUS) if question.deeds else 1.0
    return asked * (1 + _SUBSTANCE_BONUS)


#: The curve from raw values to fits: the greatest fit, the raw value of half of that, steepness.
#: Read off graded searches as the share of works of such a value that truly answer.
_GREATEST, _HALF, _STEEPNESS = 0.9, 0.16, 1.5
#: Works answer a long question with a smaller share of its ideas: the curve is read at
#: value x (ideas / typical number) ^ power.
_TYPICAL_IDEAS, _IDEAS_POWER = 6, 0.5


def fit(raw: float, ideas: int = _TYPICAL_IDEAS) -> float:
    """A raw value, kind included, as a fit: about the probability that the work answers.

    `ideas`: how many the question has. Words alone never prove it, so that no fit reaches 1.
    """
    if raw <= 0:
        return 0.0
    value_ = raw * (ideas / _TYPICAL_IDEAS) ** _IDEAS_POWER
    scaled: float = (value_ / _HALF) ** _STEEPNESS
    return _GREATEST * scaled / (1 + scaled)
