"""The twelve checks every message goes through: at proposal, approval, sending and export.

Each says pass, fail or "needs a human", and why. They compare words with what is stored; what only
a reader can judge they hand to one. They send nothing, store nothing and ask no network.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Literal

from sourcing.core.text import fold, has_address
from sourcing.outreach import style_rules
from sourcing.outreach.message import Letter, common
from sourcing.outreach.style_rules import listed, words

Verdict = Literal["pass", "fail", "human"]

#: From which share of common wording two messages count as one with the name changed.
TOO_ALIKE = 0.5
#: So many words of one sentence may be a reader's own before it counts as invented.
BARE_WORDS = 3
#: Soft checks of which one may fail.
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
    """One of the twelve, how it came out, and why."""

    number: int
    verdict: Verdict
    reason: str
    #: True if even a soft one goes so far that nothing else counts.
    stop: bool = False

    @property
    def name(self) -> str:
        """What it asks."""
        return NAMES[self.number]

    @property
    def hard(self) -> bool:
        """True if failing it alone keeps the message back."""
        return self.stop or self.number not in _SOFT


@dataclass(frozen=True, slots=True)
class Standing:
    """What is known beside the words: objections, routes, the link, the neighbours."""

    refused: str | None = None
    routes: int = 0
    opened: bool = False
    link: str = "not asked"
    confirmed: frozenset[int] = frozenset()
    others: tuple[Letter, ...] = ()


def examine(letter: Letter, standing: Standing) -> tuple[Check, ...]:
    """All twelve, in their order; what a human has answered for counts as passed."""
    found = (
        _decision(letter),
        _check(2, _misattributed(letter), f"{letter.ground.at[:10]}, theirs, still standing"),
        _invented(letter),
        _link(letter, standing),
        _why(letter, standing),
        _check(6, style_rules.impolite(letter), "none found"),
        _check(7, style_rules.unsigned(letter), ", ".join(letter.sender)),
        _check(8, style_rules.unnoticed(letter), style_rules.notice_said(letter)),
        _allowed(letter, standing),
        _check(10, style_rules.not_one_ask(letter), "one ask"),
        replace(
            _check(11, style_rules.too_much(letter), f"{len(letter.words)} characters, plain text"),
            stop=style_rules.far_too_long(letter),
        ),
        _check(12, style_rules.terms_unsaid(letter), "said"),
    )
    return tuple(_answered(check, standing) for check in found)


def fault(checks: Sequence[Check]) -> str | None:
    """Why a message may not go on, or None: a hard check failed, or two of the soft ones."""
    failed = [check for check in checks if check.verdict == "fail"]
    hard = [check for check in failed if check.hard]
    if hard or len(failed) > 1:
        return "; ".join(check.reason for check in hard or failed)
    return None


def open_questions(checks: Sequence[Check]) -> list[Check]:
    """What a human has to answer for before the approval. The link has its own answer, having
    been opened, and the route is asked for when it is chosen."""
    return [check for check in checks if check.verdict == "human" and check.number not in {4, 9}]


def _answered(check: Check, standing: Standing) -> Check:
    if check.verdict == "human" and check.number in standing.confirmed:
        return Check(check.number, "pass", f"{check.reason}; a human answered for it")
    return check


def _check(number: int, faults: Iterator[str], otherwise: str) -> Check:
    """The first fault, or what there is to say without one."""
    fault_ = next(faults, None)
    return Check(number, "fail" if fault_ else "pass", fault_ or otherwise)


def _decision(letter: Letter) -> Check:
    theirs = [q for q in letter.quoted if len(q.split()) >= 5 and fold(q) in fold(letter.stated)]
    title = fold(letter.ground.title)
    if any(fold(q) not in title for q in theirs):
        return Check(1, "pass", "it quotes what was decided")
    if found := words()["empty"].findall(letter.unquoted):
        return Check(1, "fail", f"it names no decision: {listed(found)} could be said to anybody")
    if any(fold(q.rstrip("…")) in title for q in letter.quoted):
        return Check(1, "human", "weak: it names the work by its title, and quotes no decision")
    if any(common([s], [letter.stated], words()["neutral"]) for s in letter.about_you):
        return Check(1, "human", "it quotes no decision; does it tell one in your words?")
    return Check(1, "fail", "it names no decision of theirs")


def _misattributed(letter: Letter) -> Iterator[str]:
    ground, said = letter.ground, letter.unquoted
    if ground.fell:
        yield "what it cites was reverted or is gone; draft again"
    if ground.part not in {"author", "co_author", "reviewer"}:
        yield "they are not credited with it"
    if ground.part == "reviewer" and not re.search(r"\breview", said, re.IGNORECASE):
        yield "they reviewed it and did not write it; say so"
    if ground.writers > 1 and not re.search(r"\b(?:with|together|co-|others)", said, re.IGNORECASE):
        yield f"{ground.writers} people wrote it; say so"
    if wrong := letter.wrong_dates():
        yield f"it is of {ground.at[:10]}, not of {listed(wrong)}"
    mine = f"#{ground.number}"
    if wrong := [n for n in re.findall(r"#\d+", said) if n != mine]:
        yield f"it cites {mine}, and speaks of {listed(wrong)}"
    if ground.kind == "commit" and re.search(r"\bmerged\b", said):
        yield "a commit was pushed, not merged"


def _invented(letter: Letter) -> Check:
    known = {
        "nobody wrote {} there": letter.unproven_quotes(),
        "nothing stored holds the figure {}": letter.unproven_numbers(),
        "nobody can know this from their work: {}": words()["guesses"].findall(letter.unquoted),
        "nothing stored speaks of {}": list(_foreign_names(letter)),
    }
    for why, found in known.items():
        if found:
            return Check(3, "fail", why.format(listed(found)))
    bare = [letter.unproven_words(s, words()["neutral"]) for s in letter.about_you]
    unknown = [word for said in bare for word in said]
    if any(len(said) > BARE_WORDS for said in bare):
        return Check(3, "fail", f"nothing stored says {listed(unknown)} of their work")
    if unknown:
        return Check(3, "human", f"is it so? Nothing stored says {listed(unknown)}")
    return Check(3, "pass", "each quotation, figure and date is stored")


def _foreign_names(letter: Letter) -> Iterator[str]:
    """Capitalised words inside sentences about the person that no stored text holds."""
    for sentence in letter.about_you:
        first = sentence.split()[0]
        for word in letter.unproven_words(sentence, words()["neutral"]):
            if word[0].isupper() and not first.startswith(word):
                yield word


def _link(letter: Letter, standing: Standing) -> Check:
    wanted = letter.ground.url
    if letter.links != [wanted]:
        others = [link for link in letter.links if link != wanted]
        what = f"and not {listed(others)}" if others else "and only that"
        return Check(4, "fail", f"it must link {wanted} once, {what}")
    if standing.link.startswith("gone"):
        return Check(4, "fail", f"the link is {standing.link}")
    if not standing.opened:
        return Check(4, "human", f"open {wanted} and see that it shows what is cited")
    return Check(4, "pass", f"opened by a human; the link: {standing.link}")


def _why(letter: Letter, standing: Standing) -> Check:
    if not any(fold(p) in fold(letter.words) for p in letter.problems):
        problems = [s for s in letter.sayings if s not in letter.about_you]
        if not any(common([s], letter.problems, words()["neutral"]) for s in problems):
            return Check(5, "fail", "it does not say which problem of yours this is about")
    for other in standing.others:
        if _still_true(letter.swapped(other)):
            called = other.called[0] if other.called else "somebody else"
            return Check(5, "fail", f"with {called}'s name and project it would read as true")
        if alike(letter, other) >= TOO_ALIKE:
            return Check(5, "fail", f"it reads like the one to {(other.called or ('?',))[0]}")
    said = [p for p in letter.problems if fold(p) in fold(letter.words)]
    theirs = [letter.ground.title, *letter.quoted]
    ours = " ".join(said or letter.problems)
    shared = style_rules.themes(" ".join(theirs)).keys() & style_rules.themes(ours).keys()
    if not shared and len(common(theirs, [ours], words()["neutral"], words()["generic"])) < 2:
        return Check(5, "human", "their words and your problem share little: is it about this?")
    return Check(5, "pass", "your problem follows from it; swapped, it would be false")


def _still_true(swapped: Letter) -> bool:
    """Whether a message with another's name and project says nothing false of that other."""
    if swapped.unproven_quotes() or swapped.unproven_numbers():
        return False
    if any(fold(q) not in fold(swapped.stated) for q in swapped.quoted if len(q.split()) > 2):
        return False
    return not any(swapped.unproven_words(s, words()["neutral"]) for s in swapped.about_you)


def alike(letter: Letter, other: Letter) -> float:
    """How much of what two messages say of their persons is the same wording (0 to 1)."""
    a, b = letter.fingerprint(), other.fingerprint()
    return len(a & b) / len(a | b) if a and b else 0.0


def _allowed(letter: Letter, standing: Standing) -> Check:
    if has_address(f"{letter.subject}\n{letter.body}"):
        return Check(9, "fail", "it holds an e-mail address; take it out")
    if standing.refused:
        return Check(9, "fail", standing.refused)
    if not standing.routes:
        return Check(9, "human", "no route of theirs is known: choose none, or say why this one")
    return Check(9, "pass", "nothing speaks against it, and they offer a route")
