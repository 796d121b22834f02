"""The decision told in and around a change: problem, options, choice and proof, as quotations.

Readable cues (decision.toml) say which sentence speaks of what. A quotation is a whole sentence,
letter for letter, with its place; a part about which nobody wrote stays empty. It judges no
decision, and it never quotes others as the author: their words may tell the problem or an option,
and are marked with their place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields
from functools import lru_cache
from importlib.resources import files
from typing import NamedTuple

from scoring._prose import LONGEST, Sentence, brief, sentences, stands_alone
from scoring.plain import tells_a_deed
from sourcing.model import Decision, Quotation, Remark

#: The place of the issues that a change closed; the first line of such a passage is its title.
ISSUE = "linked issue"
_THIS = re.compile(r"this (?:pr|pull request|change|commit|patch|fix)\b", re.IGNORECASE)
_ACTS = re.compile(r"\b(?:now|we|I)\b")
_TESTED = re.compile(r"\b(?:tests?|benchmarked|verif\w+|confirm\w+)\b", re.IGNORECASE)
_ADDS_TESTS = re.compile(
    r"(?:add|includ|introduc)(?:e?s|ed|)\W+(?:[\w-]+\W+){0,4}tests?\b", re.IGNORECASE
)
_WRONGLY = re.compile(
    r"(?<!instead of )(?<!rather than )\b(?:silently|wrongly|incorrectly)\b", re.IGNORECASE
)
#: "3 h instead of 5 h" is measured, not chosen.
_FIGURES = re.compile(r"\d[^.,;]*\b(?:instead of|rather than) (?:\w+ )?\d", re.IGNORECASE)
#: "The block was shown as a quote instead of a note" tells what was wrong.
_WAS = re.compile(
    r"\b(?:was|were|got|would|still)\b.*\b(?:instead of|rather than)\b", re.IGNORECASE
)
#: The parts, and how many quotations of each are kept.
_KEPT = {"problem": 1, "options": 2, "choice": 1, "proof": 2}
#: Parts that others may tell.
_OTHERS = frozenset({"problem", "options"})
#: Points of a fitting heading, and those for being the author's words.
_HEADED, _OWN = 3.0, 0.5


class _Found(NamedTuple):
    """A sentence and what it gives the part of the decision that it speaks of most."""

    points: float
    at: int
    part: str
    quotation: Quotation


@dataclass(frozen=True, slots=True)
class _Cues:
    """What one part sounds like."""

    strong: re.Pattern[str]
    weak: re.Pattern[str]
    headings: re.Pattern[str]
    purposes: re.Pattern[str]

    def points(self, sentence: Sentence, *, placed: bool) -> float:
        """What a sentence is given for this part; `placed`: it stands where people tell it."""
        said = sentence.text.lower()
        strong = len(set(self.strong.findall(said)))
        strong += len(set(self.purposes.findall(said))) if _acts(sentence.text) else 0
        weak = len(set(self.weak.findall(said)))
        headed = _HEADED if self.headings.search(sentence.heading.lower()) else 0.0
        told = strong or headed or (weak > 1 and placed)
        return 2.0 * strong + weak + headed if told else 0.0


@lru_cache(maxsize=1)
def _cues() -> dict[str, _Cues]:
    data = tomllib.loads((files(__package__) / "decision.toml").read_text(encoding="utf-8"))
    return {
        part: _Cues(**{f.name: _pattern(table.get(f.name, ())) for f in fields(_Cues)})
        for part, table in data.items()
    }


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """One pattern of all entries, the longest first so that a phrase counts once."""
    written = sorted(map(re.escape, entries), key=lambda entry: (-len(entry), entry))
    joined = "|".join(
        entry.replace(r"\~", r"\w*")
        .replace("~", r"\w*")
        .replace(r"\#", r"\d[\d.,]*")
        .replace(r"\^", r"\A\W*")
        for entry in written
    )
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])" if joined else r"(?!)")


def _acts(sentence: str) -> bool:
    """Whether its author tells what they did, and not how things are."""
    return bool(tells_a_deed(sentence) or _THIS.match(sentence) or _ACTS.search(sentence))


def decide(passages: Sequence[Remark]) -> Decision:
    """What the passages tell. A passage with the place "title" names the change, and tells nothing:
    of several messages in a squash, the one with that title speaks for the change."""
    title = next((p.text for p in passages if p.place == "title"), "")
    kept: dict[str, list[Quotation]] = {part: [] for part in _KEPT}
    for found in sorted(_found(passages, title), key=lambda one: (-one.points, one.at)):
        mine = kept[found.part]
        said = {quotation.text for part in kept.values() for quotation in part}
        if len(mine) < _KEPT[found.part] and found.quotation.text not in said:
            mine.append(found.quotation)
    return Decision(**{part: tuple(quotations) for part, quotations in kept.items()})


def spoken(passages: Sequence[Remark]) -> Iterator[Quotation]:
    """Sentences of a change's own text, short and readable by themselves, in their order."""
    title = next((p.text for p in passages if p.place == "title"), "")
    for passage in passages:
        if passage.place.startswith(("body", "post")):
            for sentence in sentences(passage.text, title):
                if stands_alone(sentence.text) and brief(sentence.text):
                    yield Quotation(sentence.text, passage.place, passage.url, passage.own)


def _found(passages: Sequence[Remark], title: str) -> Iterator[_Found]:
    at = 0
    for passage in passages:
        if passage.place == "title":
            continue
        for sentence in _said(passage, title):
            at += 1
            points = _points(sentence, own=passage.own)
            part = max(points, key=points.__getitem__)
            if points[part]:
                said = Quotation(sentence.text, passage.place, passage.url, passage.own)
                yield _Found(points[part] + _OWN * passage.own, at, part, said)


def _points(sentence: Sentence, *, own: bool) -> dict[str, float]:
    """What each part is given by a sentence of the author's own or of somebody else."""
    placed = {"problem": sentence.first, "proof": sentence.last}
    points = {
        part: cues.points(sentence, placed=placed.get(part, False))
        for part, cues in _cues().items()
        if own or part in _OTHERS
    }
    if sentence.heading == ISSUE:
        return {"problem": points["problem"] + 1.0}
    if own and _FIGURES.search(sentence.text):
        points["proof"], points["choice"] = points["proof"] + points["choice"], 0.0
    if _ADDS_TESTS.match(sentence.text):
        return {"proof": points["proof"] + 1.0} if own else {"problem": 0.0}
    if own and sentence.text.startswith(("If ", "While ", "When ")):
        points["proof"] = 0.0  # what to do in case, and no measurement
    if tells_a_deed(sentence.text) or _THIS.match(sentence.text):
        points["problem"] = 0.0
        if own:
            points["choice"] += 1.0 if points["choice"] else 0.0
            points["proof"] = points["proof"] if _TESTED.search(sentence.text) else 0.0
    elif _WAS.search(sentence.text) or _WRONGLY.search(sentence.text):
        points |= {"problem": points["problem"] + 2.0} | ({"choice": 0.0} if own else {})
    return points


def _said(passage: Remark, title: str) -> Iterator[Sentence]:
    """The sentences that may be quoted. An issue begins with its title, which tells a problem."""
    heading, _, text = passage.text.partition("\n")
    if passage.place != ISSUE:
        text = passage.text
    elif len(heading.split()) > 3 and len(heading) <= LONGEST:
        yield Sentence(heading.strip(), ISSUE, listed=False)
    yield from (s for s in sentences(text, title) if stands_alone(s.text))
