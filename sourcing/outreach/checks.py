"""The twelve checks of every message: at proposal, approval, sending and export.

Each says pass, fail or "human", and why. They compare the message with stored facts and leave to a
human the questions that only a reader can answer. They send nothing, store nothing and use no
network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcing.core.text import fold, has_address
from sourcing.outreach import style_rules
from sourcing.outreach.answers import RELATED, AnsweredProblem
from sourcing.outreach.message import Message
from sourcing.outreach.quotable import addresses_a_machine
from sourcing.outreach.style_rules import listed, telling, words

Verdict = Literal["pass", "fail", "human"]

#: Two messages with this share of common wording count as one message with another name.
TOO_ALIKE = 0.5
#: A sentence with more words than this outside the stored texts counts as invented.
BARE_WORDS = 3
#: Soft checks: one of them may fail.
_SOFT = {10, 11, 12}

NAMES = {
    1: "Names one concrete decision",
    2: "Theirs, out in the world, and dated right",
    3: "Nothing invented",
    4: "One exact link, opened by a human",
    5: "Says why this person, and would be false of another",
    6: "No flattery, no pressure",
    7: "Says who writes and for whom",
    8: "Says where this was found and how to object",
    9: "May be written to",
    10: "One ask, easy to decline",
    11: "Short and plain",
    12: "Title, place, terms and pay",
}


@dataclass(frozen=True, slots=True)
class Check:
    """One check, its verdict and the reason."""

    number: int
    verdict: Verdict
    reason: str
    #: True if this failure blocks the message although the check is soft.
    stop: bool = False

    @property
    def name(self) -> str:
        """The name of the check."""
        return NAMES[self.number]

    @property
    def hard(self) -> bool:
        """True if its failure alone blocks the message."""
        return self.stop or self.number not in _SOFT


@dataclass(frozen=True, slots=True)
class Circumstances:
    """Facts outside the text: objections, routes, the link, other messages of the batch."""

    refused: str | None = None
    routes: int = 0
    opened: bool = False
    link: str = "not asked"
    confirmed: frozenset[int] = frozenset()
    others: tuple[Message, ...] = ()


def examine(message: Message, circumstances: Circumstances) -> tuple[Check, ...]:
    """All twelve checks in order; a check that a human answered for counts as passed."""
    found = (
        _decision(message),
        _check(2, _misattributed(message), f"{message.work.at[:10]}, theirs, not withdrawn"),
        _invented(message),
        _link(message, circumstances),
        _why(message, circumstances),
        _check(6, style_rules.impolite(message), "none found"),
        _check(7, style_rules.unsigned(message), ", ".join(message.sender)),
        _check(8, style_rules.unnoticed(message), style_rules.notice_said(message)),
        _allowed(message, circumstances),
        _check(10, style_rules.not_one_ask(message), "one ask"),
        replace(
            _check(
                11, style_rules.too_much(message), f"{len(message.words)} characters, plain text"
            ),
            stop=style_rules.far_too_long(message),
        ),
        _check(12, style_rules.terms_unsaid(message), "said"),
    )
    return tuple(_answered(check, circumstances) for check in found)


def blocking_reason(checks: Sequence[Check]) -> str | None:
    """Why a message is blocked, or None: a hard check failed, or two soft ones."""
    failed = [check for check in checks if check.verdict == "fail"]
    hard = [check for check in failed if check.hard]
    if hard or len(failed) > 1:
        return "; ".join(check.reason for check in hard or failed)
    return None


def open_questions(checks: Sequence[Check]) -> list[Check]:
    """The checks that a human answers before the approval. Two are answered elsewhere: opening the
    link answers the fourth, choosing the route the ninth."""
    return [check for check in checks if check.verdict == "human" and check.number not in {4, 9}]


def _answered(check: Check, circumstances: Circumstances) -> Check:
    if check.verdict == "human" and check.number in circumstances.confirmed:
        return Check(check.number, "pass", f"{check.reason}; a human answered for it")
    return check


def _check(number: int, faults: Iterator[str], otherwise: str) -> Check:
    """Failed with the first fault, or passed with this reason."""
    fault_ = next(faults, None)
    return Check(number, "fail" if fault_ else "pass", fault_ or otherwise)


def _decision(message: Message) -> Check:
    theirs = [q for q in message.quoted if len(q.split()) >= 5 and fold(q) in fold(message.stated)]
    title = fold(message.work.title)
    if any(fold(q) not in title for q in theirs):
        return Check(1, "pass", "it quotes what was decided")
    if found := words()["empty"].findall(message.unquoted):
        return Check(1, "fail", f"it names no decision: {listed(found)} could be said to anybody")
    if any(fold(q.rstrip("…")) in title for q in message.quoted):
        return Check(1, "human", "weak: it names the work by its title, and quotes no decision")
    stated = telling([message.stated])
    if any(telling([s]) & stated for s in message.about_you):
        return Check(1, "human", "it quotes no decision; does it tell one in your words?")
    return Check(1, "fail", "it names no decision of theirs")


def _misattributed(message: Message) -> Iterator[str]:
    work, said = message.work, message.unquoted
    if work.withdrawn:
        yield "what it cites was reverted or is gone; draft again"
    if work.part not in {"author", "co_author", "reviewer"}:
        yield "they are not credited with it"
    if work.part == "reviewer" and not re.search(r"\breview", said, re.IGNORECASE):
        yield "they reviewed it and did not write it; say so"
    if work.writers > 1 and not re.search(r"\b(?:with|together|co-|others)", said, re.IGNORECASE):
        yield f"{work.writers} people wrote it; say so"
    if wrong := message.wrong_dates():
        yield f"it is of {work.at[:10]}, not of {listed(wrong)}"
    mine = f"#{work.number}"
    if wrong := [n for n in re.findall(r"#\d+", said) if n != mine]:
        yield f"it cites {mine}, and speaks of {listed(wrong)}"
    if work.assisted and (quoted := _attributed(message)):
        yield f"a coding agent helped to write it: quote “{quoted[:40]}…” as “the change says”"
    if work.kind == "commit" and re.search(r"\bmerged\b", said):
        yield "a commit was pushed, not merged"


#: Words that make the person the author of a quotation.
_THEIRS = re.compile(
    r"\byou (?:\w+ )?(?:decided|chose|wrote|write|explain\w*|named?|show\w*|say|said|argued?)\b"
    r"[^\"“\n]*$",
    re.IGNORECASE,
)


def _attributed(message: Message) -> str | None:
    """A quotation that is attributed to the person although others wrote it too."""
    own = fold(" ".join(message.work.remarks))
    for quotation in message.quoted:
        before = message.words.partition(quotation)[0]
        if _THEIRS.search(before[:-1]) and fold(quotation) not in own:
            return quotation
    return None


def _invented(message: Message) -> Check:
    if quoted := [q for q in message.quoted if addresses_a_machine(q)]:
        return Check(3, "fail", f"it quotes an instruction to a machine: {listed(quoted)}")
    known = {
        "nobody wrote {} there": message.unproven_quotes(),
        "nothing stored holds the figure {}": message.unproven_numbers(),
        "nobody can know this from their work: {}": words()["guesses"].findall(message.unquoted),
        "nothing stored speaks of {}": list(_foreign_names(message)),
    }
    for why, found in known.items():
        if found:
            return Check(3, "fail", why.format(listed(found)))
    bare = [message.unproven_words(s, words()["neutral"]) for s in message.about_you]
    unknown = [word for said in bare for word in said]
    if any(len(said) > BARE_WORDS for said in bare):
        return Check(3, "fail", f"nothing stored says {listed(unknown)} of their work")
    if unknown:
        return Check(3, "human", f"is it so? Nothing stored says {listed(unknown)}")
    return Check(3, "pass", "each quotation, figure and date is stored")


def _foreign_names(message: Message) -> Iterator[str]:
    """Capitalised words in sentences about the person that no stored text contains."""
    for sentence in message.about_you:
        first = sentence.split()[0]
        for word in message.unproven_words(sentence, words()["neutral"]):
            if word[0].isupper() and not first.startswith(word):
                yield word


def _link(message: Message, circumstances: Circumstances) -> Check:
    wanted = message.work.url
    if message.links != [wanted]:
        others = [link for link in message.links if link != wanted]
        what = f"and not {listed(others)}" if others else "and only that"
        return Check(4, "fail", f"it must link {wanted} once, {what}")
    if circumstances.link.startswith("gone"):
        return Check(4, "fail", f"the link is {circumstances.link}")
    if not circumstances.opened:
        return Check(4, "human", f"open {wanted} and see that it shows what is cited")
    return Check(4, "pass", f"opened by a human; the link: {circumstances.link}")


def _why(message: Message, circumstances: Circumstances) -> Check:
    for other in circumstances.others:
        if _still_true(message, other):
            called = other.called[0] if other.called else "another person"
            return Check(5, "fail", f"with {called}'s name and project it would read as true")
        if alike(message, other) >= TOO_ALIKE:
            return Check(5, "fail", f"it reads like the one to {(other.called or ('?',))[0]}")
    said = fold(message.words)
    stated = [
        problem
        for problem in message.problems
        if any(fold(text) in said for text in (problem, *message.worded.get(problem, ())))
    ]
    if not stated:
        return _restated(message)
    unrelated = AnsweredProblem("", 0.0)
    best = max((message.answers.get(p, unrelated) for p in stated), key=lambda one: one.fit)
    problem = best.problem or stated[0]
    if best.answers:
        return Check(5, "pass", f"the work answers “{problem}” (fit {best.fit:.2f})")
    if best.fit >= RELATED or not message.specific:
        return Check(5, "human", f"the fit with “{problem}” is {best.fit:.2f}: is it answered?")
    return Check(5, "fail", f"the work has nothing to do with “{problem}” (fit {best.fit:.2f})")


def _restated(message: Message) -> Check:
    """A problem in the user's own words: it must share more than one distinctive word with the
    stored one."""
    sentences = [s for s in message.sayings if s not in message.about_you]
    for problem in message.problems:
        for sentence in sentences:
            if len(telling([sentence]) & telling([problem])) > 1:
                return Check(
                    5, "human", f"is “{problem}” what you mean, and does the work answer it?"
                )
    return Check(5, "fail", "it does not say which problem of yours this is about")


def _still_true(message: Message, other: Message) -> bool:
    """True if the message would also be true of another person, with that name and project."""
    if any(quote not in other.folded for quote in message.telling_quotes):
        return False
    swapped = message.swapped(other)
    if swapped.unproven_quotes() or swapped.unproven_numbers():
        return False
    return not any(swapped.unproven_words(s, words()["neutral"]) for s in swapped.about_you)


def alike(message: Message, other: Message) -> float:
    """The share of common wording in what two messages say about their persons (0 to 1)."""
    a, b = message.fingerprint(), other.fingerprint()
    return len(a & b) / len(a | b) if a and b else 0.0


def _allowed(message: Message, circumstances: Circumstances) -> Check:
    if has_address(f"{message.subject}\n{message.body}"):
        return Check(9, "fail", "it holds an e-mail address; take it out")
    if circumstances.refused:
        return Check(9, "fail", circumstances.refused)
    if not circumstances.routes:
        return Check(9, "human", "no route of theirs is known: choose none, or say why this one")
    return Check(9, "pass", "nothing speaks against it, and they offer a route")
