"""The rubric: which signals there are, what they count, and how roles weigh them.

Reads rubric.toml and roles.toml, lays a user's roles over them and refuses what it does not
know, naming the key. It computes no score.
"""

from __future__ import annotations

import hashlib
import json
import math
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from difflib import get_close_matches
from functools import lru_cache
from importlib.resources import files
from typing import Any, Literal

from scoring.classify import VERSION
from sourcing.core.errors import ConfigError

DEFAULT_ROLE = "reliability-tooling"

Group = Literal["repo", "month", "range"]


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One signal: the words for it, what it counts and how returns diminish."""

    name: str
    title: str
    why: str
    area: str
    work: frozenset[str]
    kinds: frozenset[str]
    parts: frozenset[str]
    min_substance: float
    least: float
    ground: bool
    needs: frozenset[str]
    group: Group
    group_cap: float
    cap: float
    beyond_first: bool


@dataclass(frozen=True, slots=True)
class Rubric:
    """Everything a score depends on besides the evidence. `hash` names this state of it."""

    version: int
    half_life_days: float
    kept: float
    kept_half_life_days: float
    worth: tuple[float, ...]
    areas: tuple[str, ...]
    parts: Mapping[str, float]
    accepted: Mapping[bool | None, float]
    signals: tuple[SignalRule, ...]
    roles: Mapping[str, Mapping[str, float]]
    hash: str

    def weights(self, role: str) -> Mapping[str, float]:
        """How a role weighs the signals; a role there is none of is told with those there are."""
        if role not in self.roles:
            raise ConfigError(f"no role named {role!r}; there are: {', '.join(self.roles)}")
        return self.roles[role]


def load(roles: Mapping[str, Mapping[str, float]] | None = None) -> Rubric:
    """The built-in rubric with the user's roles laid over it.

    A role of a built-in name changes the weights it names and keeps the others; a new role
    has the weights it names and no others.
    """
    data, built_in = _read("rubric.toml"), _read("roles.toml")
    merged = {name: dict(weights) for name, weights in built_in.items()}
    for name, weights in (roles or {}).items():
        merged.setdefault(name, {}).update(_weights(name, weights, data["signals"]))
    canonical = json.dumps([data, merged, VERSION], sort_keys=True)
    accepted = data["accepted"]
    return Rubric(
        data["version"],
        data["half_life_days"],
        data["kept"],
        data["kept_half_life_days"],
        tuple(data["worth"]),
        tuple(data["areas"]),
        data["parts"],
        {True: accepted["yes"], None: accepted["unknown"], False: accepted["no"]},
        tuple(_rule(name, entry) for name, entry in data["signals"].items()),
        merged,
        hashlib.sha256(canonical.encode()).hexdigest()[:12],
    )


@lru_cache(maxsize=2)
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


def _rule(name: str, entry: Mapping[str, Any]) -> SignalRule:
    return SignalRule(
        name,
        entry["title"],
        entry["why"],
        entry["area"],
        frozenset(entry["work"]),
        frozenset(entry.get("kinds", ("merged_pr", "commit"))),
        frozenset(entry.get("parts", ("author", "co_author"))),
        entry.get("min_substance", 1.0),
        entry.get("least", 0.0),
        entry.get("ground", False),
        frozenset(entry.get("needs", ())),
        entry["group"],
        entry["group_cap"],
        entry["cap"],
        entry.get("beyond_first", False),
    )


def _weights(role: str, weights: object, signals: Iterable[str]) -> dict[str, float]:
    if not isinstance(weights, Mapping):
        raise ConfigError(f"[roles.{role}] must be a table of signals and weights")
    known = list(signals)
    checked: dict[str, float] = {}
    for signal, weight in weights.items():
        place = f"[roles.{role}] {signal}"
        if signal not in known:
            near = get_close_matches(str(signal), known, n=3)
            hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(known)}"
            raise ConfigError(f"{place}: no such signal; {hint}")
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise ConfigError(f"{place}: the weight must be a number, not {weight!r}")
        if not math.isfinite(weight) or weight < 0:
            raise ConfigError(f"{place}: the weight must be 0 or more, not {weight!r}")
        checked[signal] = float(weight)
    return checked
