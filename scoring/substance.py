"""The substance of a change by rules, 0 to 3: cues in the text, and the size of the work.

Size has little weight. Only lines of the work itself count: docs, tests beside it and generated
files do not. Moved lines and mass edits count less. An unknown size has no effect. `calibration`
turns the result into the final value.
"""

from __future__ import annotations

import math
import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from scoring.change import Change
from scoring.lexicon import Term, lexicon
from scoring.path_rules import Mix
from sourcing.core.model import Work

_MEASURED = re.compile(r"[0-9] ?(?:%|x\b|×|ms\b|[GMK]i?B\b|tok(?:ens?)?/s|req/s)")


#: Lines were moved if additions and deletions differ by at most this share.
MOVED = 0.02
#: Prose of this length, in characters of English, explains something.
EXPLAINED = 150

#: Cues that explain a change of versions.
_EXPLAINS = {"cause named", "alternatives weighed", "measurement given", "version held back"}


@dataclass(slots=True)  # not frozen: creating a frozen instance takes longer than the count
class Size:
    """The size of a change: files, lines (None if unknown), and the places of its paths."""

    files: int
    lines: int | None
    mix: Mix
    moved: bool  # about as many lines added as removed: moved, renamed or reformatted
    pinned: bool  # only versions of dependencies


def size_of(change: Change, mix: Mix) -> Size:
    """The size of a change with these places."""
    lines, moved = None, False
    if change.additions is not None and change.deletions is not None:
        lines = change.additions + change.deletions
        moved = abs(change.additions - change.deletions) <= lines * MOVED
    return Size(max(change.files or 0, len(change.paths)), lines, mix, moved, mix.pinned)


def cues_of(terms: Iterable[Term], text: str, size: Size) -> list[str]:
    """The cues of substance that these terms, and figures in the text, give."""
    result: set[str] = set()
    for term in terms:
        if term.cues:
            result.update(term.cues)
    if size.pinned:
        result &= _EXPLAINS  # the hard problem was solved by the authors of the dependency
    if "measurement given" not in result and _MEASURED.search(text):
        result.add("measurement given")
    return sorted(result)


def substance(work: Work, size: Size, cues: Sequence[str], explained: int, trivial: bool) -> float:
    """The substance in halves. `explained`: length of the prose without forms and lists."""
    lex = lexicon()
    rule = lex.substance
    value = rule["start"] + _effort(work, size, explained, cues)
    if cues:
        value += min(rule["cues_most"], sum([lex.gains[cue] for cue in cues]))
    value += rule["explained"] * ((explained >= EXPLAINED) + (explained >= 600))
    if trivial:
        value += rule["trivial"]
    if size.pinned and not cues and explained < EXPLAINED:
        value = min(value, rule["pinned"])
    if size.lines is None and not cues and explained == 0:
        value = min(value, rule["unexplained"])
    value = max(0.0, min(value, lex.ceilings.get(work, 3.0)))
    return math.floor(value * 2 + 0.5) / 2


def _effort(work: Work, size: Size, explained: int, cues: Sequence[str]) -> float:
    rule, mix = lexicon().substance, size.mix
    value = rule["tested"] if mix.main and mix.tested else 0.0
    if size.lines is None:
        return value + (rule["large"] if mix.main >= 3 else 0.0)
    own = mix.main or mix.unwritten
    if mix.total and not own:
        return value + (rule["slip"] if size.lines <= 6 else rule["small"])
    share = own / mix.total if mix.total else 1.0  # assumed to be spread evenly over the paths
    lines, files = size.lines * share, size.files * share
    if lines <= 2:
        value += (
            rule["tiny"]
            if explained < EXPLAINED and "cause named" not in cues
            else rule["tiny"] / 2
        )
    elif work in lexicon().ceilings:
        value += rule["slip"] if lines <= 6 else rule["small"] if lines <= 20 else 0.0
    elif lines <= 4 and explained < EXPLAINED and work != "reliability":
        value += rule["few"]
    if lines >= 60 and not size.moved:
        value += rule["large"]
    if lines >= 250 and mix.main >= 3 and not size.moved:
        value += rule["huge"]
    if files >= 10 and lines <= 10 * files:
        value += rule["scattered"]
    return value
