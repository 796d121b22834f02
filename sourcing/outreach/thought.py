"""Writes the first sentences of a message: the cited work and quotations from it.

It writes "you decided" or "you wrote" only if the person alone wrote the words; a text of several
people or of a coding agent is quoted as "the change says". It does not choose the quotations.
"""

from __future__ import annotations

import re

from scoring import acts
from sourcing.core.model import Quotation
from sourcing.core.text import clean_line
from sourcing.core.times import day
from sourcing.outreach.message import CitedWork
from sourcing.outreach.quotes import Quotes, gives_reason

#: Longest subject, in characters: most mail programs show it whole.
SUBJECT_LENGTH = 70


def thought(work: CitedWork, quotes: Quotes, *, titled: bool = True) -> str:
    """The sentences that name the work and quote it; untitled, a change is named by its number."""
    named = _named(work, titled=titled)
    first, second = _chosen(quotes)
    if first is None:
        return f"I am writing because of {named}."
    theirs = work.part == "author" and work.writers == 1 and not work.assisted
    if theirs:
        told = f"In {named} {_verb(first, quotes)}: {_quoted(first)}"
    else:
        told = f"I read {named}. It says: {_quoted(first)}"
    if second is None:
        return told
    if second is quotes.problem:
        opening = "You named the problem" if theirs else "It names the problem"
    else:
        opening = _verb(second, quotes).capitalize() if theirs else "It explains how"
    return f"{told} {opening}: {_quoted(second)}"


def _quoted(quotation: Quotation) -> str:
    """A quotation as a sentence ends: an item of a list has no full stop."""
    text = quotation.text
    return f'"{text}"' if text.endswith((".", "!", "?")) else f'"{text}".'


def _chosen(quotes: Quotes) -> tuple[Quotation | None, Quotation | None]:
    """Two quotations at most: the gain before the choice, the choice before the problem."""
    there = [*quotes.all, None, None]
    return there[0], there[1]


def _verb(quotation: Quotation, quotes: Quotes) -> str:
    text = quotation.text
    if quotation is quotes.problem:
        return "you named the problem"
    if quotation is quotes.choice and acts(text) and gives_reason(text):
        return "you wrote" if _REPORTS.match(text) else "you decided"
    return "you wrote"


#: A sentence whose subject is the change: "Configures ...", "This change ...", "Fixed ...".
_REPORTS = re.compile(r"(?:(?:This|The|It)\b|\w+(?:[^s]s|ed)\b)")


def _named(work: CitedWork, *, titled: bool) -> str:
    """The work in words: kind, title, place and day."""
    title = plain_title(work.title).replace('"', "'")
    if work.kind in {"post", "talk"}:
        return f'your {work.kind} "{title}" ({day(work.at)})'
    where = f"{work.place}#{work.number}" if work.number else work.place
    merged = "merged " if work.kind == "merged_pr" else ""
    others = "" if work.writers == 1 else ", written with others"
    if not titled and work.number:
        return f"your change {where} ({merged}{day(work.at)}{others})"
    return f'your change "{title}" ({where}, {merged}{day(work.at)}{others})'


#: `fix(core)!: `, `[Core] ` and other marks for tools.
_PREFIX = re.compile(
    r"^[^\w`'\"(\[&@]*(?:[&@][\w-]+[\s,:]*)*(?:\[[^\]]*\](?:\([^)]*\))?:?\s*)*"
    r"(?:[\w/.-]+(?:\([^)]*\))?!?:\s+)?"
    r"(?:\[[^\]]*\]:?\s*)*(?:#?\d+\s*[-:]\s+)?"
)
#: Places where a title may end early and still make sense: a mark, or the start of a last phrase.
_MARK = re.compile(r"[,;:(–—]|\s-\s")
_PHRASE = re.compile(
    r"\s+(?=(?:when|while|if|because|so that|for|to|in|on|by|with|without|from|after|before|"
    r"during|across|instead of|rather than|via|using|that|which)\b)",
    re.IGNORECASE,
)


def plain_title(title: str) -> str:
    """A title without its marks for tools; a title cut by its source ends with a whole word."""
    title = re.sub(r"(?i)\s*\((?:(?:fix(?:es|ed)?|closes?|resolves?) )?#\d+\)", "", title)
    title = clean_line(_PREFIX.sub("", title) or title, 200).rstrip(".")
    if title.endswith("…"):
        title = title[:-1].rsplit(" ", 1)[0].rstrip(" ,;:([-")
    return title


def short_title(title: str, most: int = SUBJECT_LENGTH) -> str:
    """A title that fits a subject: whole, or cut at a phrase, or at a word."""
    if len(title) <= most:
        return title
    marks, phrases = (
        [m.start() for m in pattern.finditer(title) if m.start() <= most]
        for pattern in (_MARK, _PHRASE)
    )
    for end in (*marks, *reversed(phrases)):
        cut = title[:end].rstrip()
        if len(cut.split()) > 2 and cut.count("`") % 2 == 0:
            return cut
    return title[: most - 1].rsplit(" ", 1)[0].rstrip(" ,;:([-`") + " …"
