"""The rubric: how works form a score, which signals are shown as reasons, how roles weigh kinds.

It reads rubric.toml and roles.toml, merges the user's roles and refuses unknown keys. It computes
no score.
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

from scoring.accumulator import BUILDERS, WORKS
from scoring.value import READING_VERSION
from sourcing.core.errors import ConfigError

DEFAULT_ROLE = "reliability-tooling"

Distinct = Literal["month", "work"]

#: The keys of a role: kinds of work, and the shares of reviews and texts.
WEIGHED: tuple[str, ...] = (*(work for work in WORKS if work in BUILDERS), "review", "writing")

#: Signals that roles weighed before version 4. They are only reasons now.
_FORMER_WEIGHTS = frozenset(
    {"groundwork", "explained", "root_cause", "sustained", "breadth", "shared_code"}
)


@dataclass(frozen=True, slots=True)
class SignalRule:
    """One signal: its words, and which works of a person prove it."""

    name: str
    title: str  # heads the signal on a page: "Keeps it running"
    why: str  # continues a sentence after the name of a person: "repairs hangs ..."
    area: str  # the area of the playbook that it belongs to
    work: frozenset[str]  # kinds of work that match
    kinds: frozenset[str]  # forms of contribution that match: merged_pr, commit, review, post, talk
    parts: frozenset[str]  # parts in the contribution that match: author, co_author, reviewer
    min_substance: float  # works below this substance (0 to 3) do not match
    shared_code: bool  # True: only works mostly on build, CI or tools
    needs: frozenset[str]  # cues of substance: one must be a reason; empty: no condition
    distinct: Distinct | None  # only the best work of each month, or of each kind of work
    at_least: int  # with fewer works the signal is not shown


@dataclass(frozen=True, slots=True)
class Rubric:
    """The parameters of the score."""

    version: int  # version of rubric.toml
    pull: float  # added to the divisor of a share, so that little work gives a low share
    near_identical: float  # two titles with this share of common words repeat each other
    full_days: int  # age in days up to which work counts in full
    end_days: int  # age in days from which work counts only `floor`
    floor: float  # recency of work older than `end_days`
    established_works: int  # works that must count before a score counts in full
    recent_days: int  # work up to this age in days is recent
    missing_work: float  # factor of a score for each work that is missing
    nothing_recent: float  # factor of a score where no recent work counts
    areas: tuple[str, ...]  # the areas of the playbook, in the order shown
    parts: Mapping[str, float]  # weight of a work by the part in it
    accepted: Mapping[bool | None, float]  # weight by who accepted it; None: not known
    signals: tuple[SignalRule, ...]
    roles: Mapping[
        str, Mapping[str, float]
    ]  # role -> kind of work, "review" or "writing" -> weight
    hash: str  # identifies this version of the rubric, the roles and the classifier

    def weights(self, role: str) -> Mapping[str, float]:
        """The weights of a role; an unknown role is a ConfigError that lists the known ones."""
        if role not in self.roles:
            raise ConfigError(f"no role named {role!r}; there are: {', '.join(self.roles)}")
        return self.roles[role]


def load(roles: Mapping[str, Mapping[str, float]] | None = None) -> Rubric:
    """The built-in rubric, merged with the user's roles.

    A role with a built-in name overrides the weights that it lists; a new role has only the weights
    that it lists.
    """
    data, built_in = _read("rubric.toml"), _read("roles.toml")
    merged = {name: dict(weights) for name, weights in built_in.items()}
    for name, weights in (roles or {}).items():
        merged.setdefault(name, {}).update(_weights(name, weights))
    canonical = json.dumps([data, merged, READING_VERSION], sort_keys=True)
    accepted, recency, established = data["accepted"], data["recency"], data["established"]
    return Rubric(
        version=data["version"],
        pull=data["pull"],
        near_identical=data["near_identical"],
        full_days=recency["full_days"],
        end_days=recency["end_days"],
        floor=recency["floor"],
        established_works=established["works"],
        recent_days=established["recent_days"],
        missing_work=established["missing_work"],
        nothing_recent=established["nothing_recent"],
        areas=tuple(data["areas"]),
        parts=data["parts"],
        accepted={True: accepted["yes"], None: accepted["unknown"], False: accepted["no"]},
        signals=tuple(_rule(name, entry) for name, entry in data["signals"].items()),
        roles=merged,
        hash=hashlib.sha256(canonical.encode()).hexdigest()[:12],
    )


@lru_cache(maxsize=2)
def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((files(__package__) / name).read_text("utf-8"))


def _rule(name: str, entry: Mapping[str, Any]) -> SignalRule:
    return SignalRule(
        name=name,
        title=entry["title"],
        why=entry["why"],
        area=entry["area"],
        work=frozenset(entry["work"]),
        kinds=frozenset(entry.get("kinds", ("merged_pr", "commit"))),
        parts=frozenset(entry.get("parts", ("author", "co_author"))),
        min_substance=entry.get("min_substance", 0.0),
        shared_code=entry.get("shared_code", False),
        needs=frozenset(entry.get("needs", ())),
        distinct=entry.get("distinct"),
        at_least=entry.get("at_least", 1),
    )


def _weights(role: str, weights: object) -> dict[str, float]:
    """The validated weights of a user's role, without keys that only versions before 4 used."""
    if not isinstance(weights, Mapping):
        raise ConfigError(f"[roles.{role}] must be a table of kinds of work and weights")
    checked: dict[str, float] = {}
    for name, weight in weights.items():
        place = f"[roles.{role}] {name}"
        if name not in WEIGHED and name not in _FORMER_WEIGHTS:
            raise ConfigError(f"{place}: {_unknown(str(name), WEIGHED)}")
        if isinstance(weight, bool) or not isinstance(weight, int | float):
            raise ConfigError(f"{place}: the weight must be a number, not {weight!r}")
        if not math.isfinite(weight) or weight < 0:
            raise ConfigError(f"{place}: the weight must be 0 or more, not {weight!r}")
        if name in WEIGHED:
            checked[name] = float(weight)
    return checked


def _unknown(name: str, known: Iterable[str]) -> str:
    names = list(known)
    near = get_close_matches(name, names, n=3)
    hint = f"did you mean {' or '.join(near)}?" if near else f"known: {', '.join(names)}"
    return f"no such kind of work; {hint}"


def former_weights(roles: Mapping[str, Mapping[str, float]]) -> list[str]:
    """One line for each key of a user's roles that no longer has an effect."""
    return [
        f"[roles.{role}] {name}: a reason shown, no longer part of a score; remove this line"
        f" (a role weighs {', '.join(WEIGHED)})"
        for role, weights in roles.items()
        for name in weights
        if name in _FORMER_WEIGHTS
    ]
