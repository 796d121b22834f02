"""Calibrates a reading: substance, relevance and certainty from readable linear weights.

The rules of `classify` decide the kind. This module weighs their result together with the size,
the text and the places of the change. The weights are in calibration.toml; `python -m
benchmarks.calibrate` fits them to judged changes. Changes without known sizes have their own
weights, because a history read without file contents has none. It reads no text and sees no person.
"""

from __future__ import annotations

import math
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib.resources import files
from typing import NamedTuple

from scoring.accumulator import BUILDERS
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
    trivial: bool  # the title says that little was done


class Calibrated(NamedTuple):
    """Substance 0 to 3, the probability of relevance, the probability that the kind is right."""

    substance: float
    relevance: float
    certainty: float


class _Weights(NamedTuple):
    substance: float
    relevance: float
    certainty: float


def features(facts: Facts) -> dict[str, float]:
    """The features of a reading by name. Lengths and counts are natural logarithms of 1 + n."""
    size, points = facts.size, facts.points
    places = sum(size.places.values()) or 1
    main = sum([n for place, n in size.places.items() if not place.companion])
    names = {place.name: n for place, n in size.places.items()}
    own = main + names.get("test", 0) if main else places - _noise(size)
    share = own / places if size.places else 1.0  # lines are taken to be spread evenly
    ranked = sorted(points.values())
    total = sum(ranked) or 1.0
    text = math.log1p(facts.text)
    found: dict[str, float] = {
        "rule substance": facts.rule_substance,
        "text": text,
        "files": math.log1p(share * size.files),
        f"kind {facts.work}": 1.0,
        "margin": (ranked[-1] - ranked[-2]) / total,
        "top points": math.log1p(ranked[-1]),
    }
    if not facts.text:
        found["no text"] = 1.0
    if main and "test" in names:
        found["work with test"] = 1.0
    if names and "source" not in names:
        found["no source"] = 1.0
    if size.pinned:
        found["pins only"] = 1.0
    for cue in facts.cues:
        found[f"cue {cue}"] = 1.0
    for kind, given in points.items():
        if given > 0:
            found[f"share {kind}"] = given / total
    whose = "builder" if facts.work in BUILDERS else "other"
    found[f"{whose} text"] = text
    amount = found["files"]
    if facts.added is not None and facts.removed is not None:
        added, removed = share * facts.added, share * facts.removed
        amount = math.log1p(added)
        found["removed"] = math.log1p(removed)
        found["net"] = (added - removed) / (added + removed + 1)
        if added + removed <= 4:
            found["tiny"] = 1.0
    found["size"] = found[f"{whose} size"] = amount
    return found


def _noise(size: Size) -> int:
    """How many paths have content that machines write."""
    return sum([n for place, n in size.places.items() if place.noise])


def calibrate(facts: Facts) -> Calibrated:
    """Weigh the features of a reading."""
    known = facts.added is not None and facts.removed is not None
    start, table = _tables()["known" if known else "unknown"]
    substance, relevance, certainty = start
    for name, value in features(facts).items():
        weights = table.get(name)
        if weights is not None:  # indexed: this loop is a fifth of the classifier's time
            substance += weights[0] * value
            relevance += weights[1] * value
            certainty += weights[2] * value
    return Calibrated(max(0.0, min(substance, 3.0)), _logistic(relevance), _logistic(certainty))


def _logistic(value: float) -> float:
    return 1 / (1 + math.exp(-value)) if value > -700 else 0.0


def text_of_weights() -> bytes:
    """calibration.toml as it stands beside this module; its digest is part of the version."""
    return (files(__package__) / "calibration.toml").read_bytes()


@cache
def _tables() -> Mapping[str, tuple[_Weights, Mapping[str, _Weights]]]:
    data = tomllib.loads(text_of_weights().decode())
    return {
        name: (
            _Weights(*data[name]["start"]),
            {feature: _Weights(*weights) for feature, weights in data[name]["weights"].items()},
        )
        for name in ("known", "unknown")
    }
