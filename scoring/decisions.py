"""Extracts the decision in and around a change as quotations: problem, options, choice and proof.

Cues in decisions.toml assign sentences to parts. A quotation is a complete sentence, verbatim, with
its place; a part without a quotation stays empty. This module does not judge decisions. It never
quotes other people as the author: a problem or an option in their words is marked with its place.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, fields, replace
from functools import lru_cache
from importlib.resources import files
from itertools import pairwise
from typing import NamedTuple

from scoring.sentences import LONGEST, Sentence, sentences, stands_alone
from scoring.verbs import opens_with_work
from sourcing.core.model import Decision, Quotation, Remark

#: The place of closed issues; the first line of such a passage is the title of the issue.
ISSUE = "linked issue"
_THIS = re.compile(
    r"(?:in )?this (?:pr|pull request|change|commit|patch|fix)\b|the (?:fix|patch|solution)\b",
    re.IGNORECASE,
)
_ACTS = re.compile(
    r"\b[Nn]ow\b|\b(?:so|and|then|therefore|instead) (?:we|I)\b|"
    r"\b(?:we|I) (?:now|can|should|must|have to|had to|decided|chose)\b|\A(?:We|I)\b"
    r"(?!['’]| (?:see|saw|hit|found|noticed|think|believe|got|ran|did|do|could|can|had|have had|"
    r"was|were|are|am|need|want|wonder|hope|guess|suspect|assume)\b)"
)
_FACT = re.compile(r"\bnow (?:the|an?|available|deprecated|official|possible)\b", re.IGNORECASE)
_NOW = re.compile(r"\b[Nn]ow\b")
_FREE = re.compile(
    r"\b(?:no|not|\w+n['’]t|without) (?:\w+ ){0,3}(?:flak|crash|hang|leak|regress|deadlock)",
    re.IGNORECASE,
)
_BARELY = re.compile(r"\b(?:instead of|rather than) (?:\w+ly )?[a-z]+ing\b")
#: A heading that covers problem and solution identifies neither.
_BOTH = re.compile(r"\b(?:does|do|chang\w*|implement\w*|why we need)\b", re.IGNORECASE)
_INSTEAD = re.compile(r"\b(?:instead of|rather than)\b", re.IGNORECASE)
_WITH_S = re.compile(
    r"\b(?!(?:\w+ing|of|in|for|with|to|by|from|on|at|and|or|all|both|the|two|more|many|no|some|any|its|"
    r"their|these|those|as)\b)[a-z]+[`)]? ([a-z]{3,}(?<!s)s)\b"
)
_BE = [[word] for word in ("is", "are", "be", "been", "now", "a", "an", "the")]
_WE = re.compile(r"\A(?:We|I)(?: (?:now|have|had|decided to|chose to))?\s")
_TESTED = re.compile(
    r"\b(?:tests?(?! cases?\b)|benchmarked|measur\w+|verif\w+|confirm\w+)\b", re.IGNORECASE
)
_ADDS_TESTS = re.compile(
    r"(?:add|includ|introduc)(?:e?s|ed|)\W+(?:[\w-]+\W+){0,4}tests?\b", re.IGNORECASE
)
_UNTESTED = re.compile(
    r"\b(?:not|never) (?:exercised|tested|run|verified|covered)|\buntested|\bpreviously",
    re.IGNORECASE,
)
_CHECKED = re.compile(
    r"(?:verifi|validat|test|confirm|measur|benchmark|check|reproduc)ed\b", re.IGNORECASE
)
_ASIDE = re.compile(r"\([^()]*\)")
_WRONGLY = re.compile(
    r"(?<!instead of )(?<!rather than )\b(?:silently|wrongly|incorrectly)\b", re.IGNORECASE
)
#: What a sentence says of the state before a change, if it says what was wrong.
_TROUBLE = re.compile(
    r"\b(?:previously|currently|until now|never|not|\w+n['’]t|cannot|nothing|only|without|silently|"
    r"wrong\w*|incorrect\w*|fail\w*|hang|hangs|hung|crash\w*|lost|loses?|leak\w*|stale|missing|"
    r"stuck|rac(?:e|es|ed|y)|flak\w*|slow\w*|block\w*|br[eo]ak\w*|broken?|dropp?\w*|ignor\w+|"
    r"skipp\w+|duplicat\w+|overwr\w+|clobber\w*|overflow\w*|time(?:s|d)? out|timeouts?|panic\w*|"
    r"errors?|raise[sd]?|unbounded|exceed\w*|instead of|unnecessar\w+|expensive|bug|twice)\b",
    re.IGNORECASE,
)
#: "3 h instead of 5 h" is a measurement and not a choice.
_FIGURES = re.compile(r"\d[^.,;]*\b(?:instead of|rather than) (?:\w+ )?\d", re.IGNORECASE)
#: The parts, with the number of quotations kept per part.
_KEPT = {"problem": 1, "options": 2, "choice": 1, "proof": 2}
#: Parts that may be quoted from other people.
_OTHERS = frozenset({"problem", "options"})
#: The place of a text with several authors, if its writer is unknown.
SEVERAL = "body, by several"
#: Points for a matching heading, for the author's words, and for a word of the title.
_HEADED, _OWN, _NEAR = 3.0, 0.5, 0.5


class _Found(NamedTuple):
    """A sentence with its points for the part of the decision that it matches best."""

    points: float
    at: int
    part: str
    quotation: Quotation


@dataclass(frozen=True, slots=True)
class _Cues:
    """The cues of one part."""

    strong: re.Pattern[str]
    weak: re.Pattern[str]
    headings: re.Pattern[str]
    purposes: re.Pattern[str]

    def points(self, sentence: Sentence, *, placed: bool) -> float:
        """The points of a sentence for this part; `placed`: it is under a heading of the part."""
        said = sentence.text.lower()
        strong = len(set(self.strong.findall(said)))
        strong += len(set(self.purposes.findall(said))) if acts(sentence.text) else 0
        weak = len(set(self.weak.findall(said)))
        headed = _HEADED if self.headings.search(sentence.heading.lower()) else 0.0
        told = strong or headed or (weak > 1 and placed)
        return 2.0 * strong + weak + headed if told else 0.0


@lru_cache(maxsize=1)
def _cues() -> dict[str, _Cues]:
    return {
        part: _Cues(**{f.name: _pattern(_data()[part].get(f.name, ())) for f in fields(_Cues)})
        for part in _KEPT
    }


@lru_cache(maxsize=1)
def _words() -> dict[str, re.Pattern[str]]:
    return {name: _pattern(entries) for name, entries in _data()["sentences"].items()}


@lru_cache(maxsize=1)
def _data() -> dict[str, dict[str, list[str]]]:
    return tomllib.loads((files(__package__) / "decisions.toml").read_text(encoding="utf-8"))


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


def decide(passages: Sequence[Remark], more: int = 0) -> Decision:
    """The decision in these passages, with `more` quotations per part to choose from.

    A passage with the place "title" is not quoted. In a squash of several messages, only the
    message with this title is read.
    """
    title = next((p.text for p in passages if p.place == "title"), "")
    kept: dict[str, list[Quotation]] = {part: [] for part in _KEPT}
    for found in sorted(_found(passages, title), key=lambda one: (-one.points, one.at)):
        mine = kept[found.part]
        said = {quotation.text for part in kept.values() for quotation in part}
        if len(mine) < _KEPT[found.part] + more and found.quotation.text not in said:
            mine.append(found.quotation)
    return Decision(**{part: tuple(quotations) for part, quotations in kept.items()})


def acts(sentence: str) -> bool:
    """True if the sentence reports an action or decision of its author, not a state of things."""
    return _is_deed(sentence) or _ACTS.search(sentence) is not None


@dataclass(frozen=True, slots=True)
class Spoken:
    """A sentence of a change's own text that can be read by itself.

    `listed`: an item of a list. `explained`: a sentence before it, in the same message, tells what
    was wrong.
    """

    quotation: Quotation
    listed: bool
    explained: bool


def spoken(passages: Sequence[Remark]) -> Iterator[Spoken]:
    """The sentences of a change's own text that can be read by themselves, in their order."""
    title = next((p.text for p in passages if p.place == "title"), "")
    for passage in passages:
        if not passage.place.startswith(("body", "post", "talk")):
            continue
        explained = False
        for sentence in sentences(passage.text, title):
            if _is_whole(sentence, title):
                quotation = Quotation(sentence.text, passage.place, passage.url, passage.own)
                yield Spoken(quotation, sentence.listed, explained)
            explained = explained or _tells_trouble(sentence.text)


def _tells_trouble(text: str) -> bool:
    return not _is_deed(text) and _TROUBLE.search(text) is not None


def _found(passages: Sequence[Remark], title: str) -> Iterator[_Found]:
    at = 0
    titled = {word for word in re.findall(r"\w+", title.lower()) if len(word) > 4}
    for passage in passages:
        if passage.place == "title":
            continue
        for sentence in _said(passage, title):
            at += 1
            own = passage.own or passage.place == SEVERAL
            points = _points(sentence, own=own)
            part = max(points, key=points.__getitem__)
            if points[part]:
                said = Quotation(sentence.text, passage.place, passage.url, passage.own)
                near = _NEAR * any(word in sentence.text.lower() for word in titled)
                yield _Found(points[part] + _OWN * passage.own + near, at, part, said)


def _points(sentence: Sentence, *, own: bool) -> dict[str, float]:
    """The points per part for a sentence of the author or of another person."""
    if _BOTH.search(sentence.heading):
        sentence = replace(sentence, heading="")
    troubled = _words()["troubles"].search(sentence.text.lower()) is not None
    placed = {"problem": sentence.first and troubled, "proof": sentence.last}
    aside = {"problem": replace(sentence, text=_ASIDE.sub("", sentence.text))}
    points = {
        part: cues.points(aside.get(part, sentence), placed=placed.get(part, False))
        for part, cues in _cues().items()
        if own or part in _OTHERS
    }
    if sentence.heading == ISSUE:
        return {"problem": points["problem"] + 1.0}
    if not own:
        deed = _is_deed(sentence.text)
        return points | {"problem": 0.0} if deed else _wronged(sentence.text, points)
    return _weighed(sentence, points)


def _is_deed(text: str) -> bool:
    return bool(opens_with_work(_WE.sub("", text)) or _THIS.match(text))


def _wronged(text: str, points: dict[str, float]) -> dict[str, float]:
    """Add points for a problem if it contains "instead of" or "silently"."""
    wrong = _WRONGLY.search(_ASIDE.sub("", text))
    if not wrong and (found := _INSTEAD.search(text)):
        before = text[: found.start()].lower()
        was = _words()["was"].search(before)
        wrong = was if was and before[: was.start()].split()[-1:] not in _BE else None
    return points | {"problem": points["problem"] + 2.0} if wrong else points


def _weighed(sentence: Sentence, points: dict[str, float]) -> dict[str, float]:
    """The points of the author's own sentence by its structure."""
    text, said = sentence.text, sentence.text.lower()
    if _ADDS_TESTS.match(text) or _CHECKED.match(text):
        return {"proof": points["proof"] + 1.0}
    if _FIGURES.search(text):
        points |= {"proof": points["proof"] + points["choice"], "choice": 0.0}
    if text.startswith(("If ", "While ", "When ")) or _UNTESTED.search(text):
        points["proof"] = 0.0  # advice, or work that is not done
    if _is_deed(text):
        return _done(text, said, points)
    points["problem"] *= not (_NOW.search(text) or _FREE.search(text))
    points["choice"] *= not _FACT.search(text)
    told = _wronged(text, points)
    if told is not points and not _ACTS.search(text):
        return told | {"choice": 0.0}
    beaten = _INSTEAD.search(text)
    troubled = beaten and _words()["troubles"].search(said, 0, beaten.start())
    if points["choice"] and troubled and not _ACTS.search(text):
        points |= {"problem": points["problem"] + 2.0, "choice": 0.0}
    elif beaten and _words()["troubles"].search(said, beaten.end()):
        points["problem"] = 0.0  # the problem was overcome
    elif beaten and _BARELY.search(text) and not _ACTS.search(text):
        points["choice"] = 0.0  # a state before or after the change: undecided
    return points


def _done(text: str, said: str, points: dict[str, float]) -> dict[str, float]:
    """A sentence about work: a choice with a reason or method, a problem if it names the fault."""
    words = _words()
    way = words["reasons"].search(said) or _INSTEAD.search(text)
    if words["mends"].search(said) and (fault := words["faults"].search(said)):
        if words["where"].search(said, fault.end()):
            return {"problem": 3.0}
        points["choice"] = points["choice"] if way else 0.0
    points["choice"] += (1.0 if points["choice"] else 0.0) + (2.0 if way else 0.0)
    return points | {"problem": 0.0, "proof": points["proof"] if _TESTED.search(text) else 0.0}


def _said(passage: Remark, title: str) -> Iterator[Sentence]:
    """The sentences that may be quoted. The title of an issue, its first line, is a problem."""
    heading, _, text = passage.text.partition("\n")
    if passage.place != ISSUE:
        text = passage.text
    elif len(heading.split()) > 3 and len(heading) <= LONGEST:
        yield Sentence(heading.strip(), ISSUE, listed=False)
    yield from (s for s in sentences(text, title) if _is_whole(s, title))


def _is_whole(sentence: Sentence, title: str) -> bool:
    """True if the sentence is self-contained.

    A list item that reports an action needs no full stop. Any other sentence needs a verb, and must
    not open with a reference that the title does not explain.
    """
    text = sentence.text
    deed = _is_deed(text)
    ended = sentence.listed and deed and not text.endswith(("…", ":"))
    if not stands_alone(text, ended=ended):
        return False
    return not _asks_which(text.lower(), title.lower()) and (deed or _has_verb(text))


def _asks_which(said: str, title: str) -> bool:
    """True if the sentence opens with a thing ("The branch returns ...") that the title does not
    name."""
    first, *words = said.split()[:4]
    for noun, verb in pairwise(words):
        acts = verb.endswith(("ed", "ly", "s")) or _words()["verbs"].fullmatch(verb)
        if first in {"the", "each"} and acts and _words()["which"].fullmatch(noun):
            return noun.rstrip("s") not in title
    return False


def _has_verb(text: str) -> bool:
    if re.search(r"\b(?:[Ww]e|I)\b", text) or _words()["verbs"].search(text.lower()):
        return True
    nouns = _words()["plurals"]
    return any(not nouns.fullmatch(found) for found in _WITH_S.findall(text))
