"""Advice on the text of an opening: the role that fits it, and remarks on unclear points.

The cues are hand-written and readable. They change nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from sourcing.core.config import Opening


@dataclass(frozen=True, slots=True)
class Archetype:
    """A role: its name in words, when to hire for it, and cues that suggest it."""

    role: str
    called: str
    when: str
    cues: re.Pattern[str]


def _cues(words: str) -> re.Pattern[str]:
    return re.compile(rf"\b(?:{words})", re.IGNORECASE)


#: Each cue is the beginning of a word; the role with the most different cues fits.
ARCHETYPES = (
    Archetype(
        "reliability-tooling",
        "reliability and tooling engineer",
        "Production breaks, hangs or gives wrong results, or the tools slow everybody down",
        _cues(
            "crash|hang|leak|outage|incident|timeout|retr(?:y|ies)|flak|fail|break|broke|on.?call"
            "|reliab|tool|sdk|harness|regress|silent|bug|race"
        ),
    ),
    Archetype(
        "ml-engineer",
        "machine-learning engineer",
        "Models in production must become faster, cheaper or more often right",
        _cues(
            "latenc|throughput|serving|inference|gpu|batch|quanti|fine-?tun|kernel|memory|cost per"
            "|token|cache|model quality|embedding|retriev"
        ),
    ),
    Archetype(
        "applied-scientist",
        "applied scientist",
        "Nobody can tell whether a change made the results better",
        _cues(
            "eval|benchmark|metric|measure|judge|a/b|experiment|significan|annotat|label|score"
            "|quality of (?:the )?answers|hallucinat|bias|compare"
        ),
    ),
    Archetype(
        "mlops",
        "MLOps engineer",
        "Releases are risky, and nobody sees what the running system does",
        _cues(
            "deploy|release|rollback|roll.?out|pipeline|cluster|kubernetes|k8s|ci\\b|build"
            "|monitor|observab|alert|trac(?:e|ing)|dashboard|cost|infra|provision|drift"
        ),
    ),
    Archetype(
        "research-engineer",
        "research engineer",
        "Experiments take too long, or cannot be repeated",
        _cues(
            "train|ablation|reproduc|checkpoint|distributed|pre-?train|researcher|paper|prototype"
            "|multi-?node|fsdp|dataset|scal(?:e|ing) (?:up|law)"
        ),
    ),
)

_SENIOR = re.compile(r"\b(senior|staff|principal|lead|head|expert)\b", re.IGNORECASE)
_JUNIOR = re.compile(r"\b(junior|intern|entry|graduate|working student)\b", re.IGNORECASE)
_OWNS = re.compile(r"\b(own|lead|architect|define|set up|from scratch|mentor|decide)\w*", re.I)
_FIGURE = re.compile(r"(\d+(?:[.,]\d+)*)\s*(k)?", re.IGNORECASE)
#: A pay range is too wide above this ratio of its ends; a stack is too long above this length.
WIDE, LONG = 1.7, 8


def called(role: str) -> str:
    """The name of a role in words; a role of the user keeps its own name."""
    return next((a.called for a in ARCHETYPES if a.role == role), role)


def fitting(text: str) -> Archetype | None:
    """The archetype that fits the text of a bottleneck, or None."""
    found = [(len({m.lower() for m in a.cues.findall(text)}), a) for a in ARCHETYPES]
    best = max(found, key=lambda one: one[0])
    return best[1] if best[0] else None


def doubts(opening: Opening) -> Iterator[str]:
    """Remarks, each in one sentence."""
    problem_text = " ".join((opening.bottleneck, *opening.problems))
    if not opening.bottleneck:
        yield "The bottleneck is empty: describe what slows the team down; messages quote it."
    elif (fits := fitting(problem_text)) and fits.role != opening.role:
        yield f"It reads like {fits.role} ({fits.when.lower()}), but the role is {opening.role}."
    roles = {a.role for problem in opening.problems if (a := fitting(problem))}
    if len(roles) > 2:
        yield f"The problems belong to several roles: {', '.join(sorted(roles))}. One person?"
    if opening.bottleneck and len(opening.problems) < 3:
        yield "Name three real problems: people reply to problems, not to lists of skills."
    yield from _pay(opening)
    if _JUNIOR.search(opening.level) and (found := _OWNS.search(problem_text)):
        yield f"The level is {opening.level}, but to {found[0].lower()} is senior work."
    if len(opening.stack) > LONG:
        yield (
            f"{len(opening.stack)} technologies are too many for one person: keep those that the"
            " work requires."
        )


def _pay(opening: Opening) -> Iterator[str]:
    figures = sorted(_amount(m) for m in _FIGURE.finditer(opening.pay))
    if not opening.pay:
        asked = f" for {opening.level} work" if _SENIOR.search(opening.level) else ""
        yield f"No pay is named{asked}: messages without it get fewer answers."
    elif not figures:
        yield "The pay names no figure."
    elif figures[-1] > WIDE * max(figures[0], 1):
        yield "The range of pay is too wide to describe this level."


def _amount(match: re.Match[str]) -> float:
    number = float(re.sub(r"[.,](?=\d{3}\b)", "", match[1]).replace(",", "."))
    return number * 1000 if match[2] or number < 1000 else number
