"""Calibrates a reading: substance, relevance and certainty from readable linear weights.

The rules of `classify` decide the kind. This module weighs their result together with the size, the
text and the places of the change. The weights are in calibration.toml; `python -m
benchmarks.calibrate` fits them to judged changes. Changes of unknown size have separate weights: a
blobless history contains no sizes. It reads no text and does not know the author.
"""

from __future__ import annotations

import math
import tomllib
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib.resources import files
from typing import NamedTuple

from scoring.accumulator import BUILDERS, WORKS
from scoring.substance import Size
from sourcing.core.model import Work


@dataclass(slots=True)  # not frozen: one is made per change, and freezing doubles the time
class Facts:
    """The inputs of a calibration. `added` and `removed` are lines, None if unknown."""

    work: Work
    points: Mapping[Work, float]
    size: Size
    added: int | None
    removed: int | None
    text: int  # characters of prose, without forms and lists
    rule_substance: float
    cues: tuple[str, ...]
    trivial: bool  # the title announces a small change


class Calibrated(NamedTuple):
    """Substance 0 to 3, the probability of relevance, the probability that the kind is right."""

    substance: float
    relevance: float
    certainty: float


class _Weights(NamedTuple):
    substance: float
    relevance: float
    certainty: float


#: The weights of a feature that is in no table.
_NONE = _Weights(0.0, 0.0, 0.0)
#: The names of features, made once.
_KIND = {work: f"kind {work}" for work in WORKS}
_SHARE = {work: f"share {work}" for work in WORKS}


def features(facts: Facts) -> dict[str, float]:
    """The features of a reading by name. Lengths and counts are natural logarithms of 1 + n."""
    found = dict.fromkeys(_flags(facts), 1.0) | _amounts(facts)
    whose = _whose(facts.work)
    return found | {f"{whose} {name}": found[name] for name in ("text", "size")}


def _whose(work: Work) -> str:
    return "builder" if work in BUILDERS else "other"


def _flags(facts: Facts) -> tuple[str, ...]:
    """The features that are there or not."""
    size, mix = facts.size, facts.size.mix
    result = [_KIND[facts.work]]
    if not facts.text:
        result.append("no text")
    if mix.main and mix.tested:
        result.append("work with test")
    if not mix.source:
        result.append("no source")
    if size.pinned:
        result.append("pins only")
    if facts.added is not None and facts.removed is not None:
        share = mix.own / mix.total if mix.total else 1.0
        if share * facts.added + share * facts.removed <= 4:
            result.append("tiny")
    if facts.cues:
        result += [f"cue {cue}" for cue in facts.cues]
    return (*result,)


def _amounts(facts: Facts) -> dict[str, float]:
    """The features that have a value."""
    size, mix, points = facts.size, facts.size.mix, facts.points
    share = mix.own / mix.total if mix.total else 1.0  # assumes an even spread of the lines
    *_, second, first = sorted(points.values())
    total = sum(points.values()) or 1.0
    result = {
        "rule substance": facts.rule_substance,
        "text": math.log1p(facts.text),
        "files": math.log1p(share * size.files),
        "margin": (first - second) / total,
        "top points": math.log1p(first),
    }
    for kind, given in points.items():
        if given > 0:
            result[_SHARE[kind]] = given / total
    if facts.added is not None and facts.removed is not None:
        added, removed = share * facts.added, share * facts.removed
        result["removed"] = math.log1p(removed)
        result["net"] = (added - removed) / (added + removed + 1)
        result["size"] = math.log1p(added)
    else:
        result["size"] = result["files"]
    return result


def calibrate(facts: Facts) -> Calibrated:
    """Weigh the features of a reading."""
    known = facts.added is not None and facts.removed is not None
    (substance, relevance, certainty), table = _start(known, _whose(facts.work), _flags(facts))
    for name, value in _amounts(facts).items():
        for_substance, for_relevance, for_certainty = table[name]
        substance += for_substance * value
        relevance += for_relevance * value
        certainty += for_certainty * value
    return Calibrated(max(0.0, min(substance, 3.0)), _logistic(relevance), _logistic(certainty))


@lru_cache(maxsize=50_000)
def _start(
    known: bool, whose: str, flags: tuple[str, ...]
) -> tuple[_Weights, Mapping[str, _Weights]]:
    """The sum of the weights of the flags, and the weights of the amounts."""
    start, table = _tables()["known" if known else "unknown"]
    return _sum([start, *(table[name] for name in flags)]), _of_amounts(known, whose)


@cache
def _of_amounts(known: bool, whose: str) -> Mapping[str, _Weights]:
    """The weights of the amounts; text and size have weights of builders or others in addition."""
    _, table = _tables()["known" if known else "unknown"]
    both = {name: _sum([table[name], table[f"{whose} {name}"]]) for name in ("text", "size")}
    return defaultdict(lambda: _NONE, table) | both


def _sum(weights: Sequence[_Weights]) -> _Weights:
    return _Weights(*map(sum, zip(*weights, strict=True)))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def text_of_weights() -> bytes:
    """The text of calibration.toml; its digest is part of the version."""
    return (files(__package__) / "calibration.toml").read_bytes()


@cache
def _tables() -> Mapping[str, tuple[_Weights, Mapping[str, _Weights]]]:
    data = tomllib.loads(text_of_weights().decode())
    return {
        name: (
            _Weights(*data[name]["start"]),
            defaultdict(
                lambda: _NONE,
                {feature: _Weights(*given) for feature, given in data[name]["weights"].items()},
            ),
        )
        for name in ("known", "unknown")
    }
