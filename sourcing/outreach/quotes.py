"""The sentences of a work that a message quotes: its gain, its choice, and its problem.

`scoring` finds the sentences of a text and says which are actions, `quotable` which may be quoted;
this module says what each one tells and chooses the best. It writes no text.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from scoring import Spoken, acts, decide, spoken
from sourcing.core.model import Decision, Quotation, Remark
from sourcing.outreach.answers import IDENTIFIER
from sourcing.outreach.quotable import quotable
from sourcing.outreach.style_rules import telling

#: The most that gain and choice together may take, in characters.
ROOM = 330
#: How many sentences more than are kept a part is chosen from.
_MORE = 8


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotations of one work; a part without a sentence is None.

    `titled`: the title tells the decision, so that a message needs no other sentence for it.
    """

    gain: Quotation | None = None
    choice: Quotation | None = None
    problem: Quotation | None = None
    titled: bool = False

    @property
    def decision(self) -> bool:
        """True if they tell a choice or a gain, or why the title's decision was made."""
        return bool(self.gain or self.choice or (self.titled and self.problem))

    @property
    def all(self) -> tuple[Quotation, ...]:
        """Those there are, the gain first."""
        return tuple(filter(None, (self.gain, self.choice, self.problem)))


def read_quotes(
    remarks: Sequence[Remark],
    about: Collection[str] = frozenset(),
    shows: Callable[[str], float] = lambda text: 0.0,
) -> Quotes:
    """The best sentences of a work.

    `about`: stems that a sentence should speak of. `shows`: how much of the problem that is to be
    answered a sentence shows, 0 to 1.
    """
    title = remarks[0].text if remarks else ""
    decision = decide(remarks, more=_MORE)
    said = {one.quotation.text: one for one in spoken(remarks)}
    read = _Reading(title, telling([title]) | set(about), shows, decision, said)
    others = {quotation.text for quotation in (*decision.options, *decision.problem)}
    told = [*decision.choice, *decision.proof, *(one.quotation for one in said.values())]
    own = [q for q in quotable(told, remarks) if q.text not in others]
    gain = read.best([q for q in own if tells_gain(q.text)], _gain_weight)
    choice = read.best([q for q in own if q != gain and read.is_choice(q)], read.choice_weight)
    problem = read.best(quotable(read.problems(), remarks), read.problem_weight)
    if gain and choice and len(gain.text) + len(choice.text) > ROOM:
        choice = None
    return Quotes(gain, choice, problem, tells_decision(title))


@dataclass(frozen=True, slots=True)
class _Reading:
    """A work while its sentences are chosen. `central`: stems of its title and of the problem."""

    title: str
    central: Collection[str]
    shows: Callable[[str], float]
    decision: Decision
    said: Mapping[str, Spoken]

    def best(self, found: Iterable[Quotation], weigh: Callable[[str], float]) -> Quotation | None:
        """The sentence nearest to the title and the problem, with most weight; the first of
        equals."""

        def worth(quotation: Quotation) -> float:
            text = quotation.text
            shared = len(telling([text]) & set(self.central))
            long = max(0, len(text) - 140) / 100
            names = len(IDENTIFIER.findall(text))
            return 0.35 * min(shared, 4) + self.shows(text) + weigh(text) - 0.3 * names - long

        return max(found, key=worth, default=None)

    def is_choice(self, quotation: Quotation) -> bool:
        """True if a sentence states the deciding action: with a reason, after the problem, or
        as the title says it."""
        text = quotation.text
        if not (acts(text) or _THIS.match(text)):
            return False
        if _TESTS.search(text) or _OPTION.search(text) or _SMALL.search(text):
            return False
        if _REPAIRS.match(text) and not gives_reason(text):
            return False
        said = self.said.get(text)
        explained = said is not None and said.explained and not said.listed
        central = explained or not telling([text]).isdisjoint(self.central)
        if central and (quotation in self.decision.choice or gives_reason(text)):
            return True
        shared = len(telling([text]) & telling([self.title]))
        return shared >= (1 if explained else _AS_TITLE)

    def choice_weight(self, text: str) -> float:
        """Reasons count most, then a problem that was stated before."""
        reasons = 0.8 * bool(_BEATS.search(text)) + 0.9 * len(_REASON.findall(text)[:2])
        if (said := self.said.get(text)) is None:
            return reasons
        return reasons + 0.6 * said.explained - 0.3 * said.listed

    def problems(self) -> Iterator[Quotation]:
        """The sentences of the work's own text that state a problem."""
        told = [*self.decision.problem, *(said.quotation for said in self.said.values())]
        first = set(self.decision.problem)
        for quotation in told:
            text = quotation.text
            deed = acts(text) or tells_gain(text) or _TESTS.search(text) or _LEANING.match(text)
            wrong = quotation in first or _WENT_WRONG.search(text)
            if wrong and not deed:
                yield quotation

    def problem_weight(self, text: str) -> float:
        """The cause counts most; a text states it first."""
        said = self.said.get(text)
        first = any(text == quotation.text for quotation in self.decision.problem)
        causes = len(_CAUSES.findall(text))
        return 0.3 * causes + 0.4 * first + 0.6 * (said is not None and not said.explained)


# -- content of a sentence ----------------------------------------------------------------------


#: A figure that says how much better it is.
_FIGURE = re.compile(
    r"\bfrom (?:about |around |~)?[\d.,]+ ?\w*%? (?:down |up )?to (?:about |around |~)?[\d.,]+|"
    r"\b\d[\d.,]* ?(?:ms|s|min\w*|hours?|%|GB|MB|tok\w*(?:/s)?) to \d|"
    r"\b(?:\d+(?:\.\d+)?(?:x|×)|\d+(?:\.\d+)? ?(?:%|percent|times)) ?(?:\w+ ){0,2}(?:faster|"
    r"slower|less|"
    r"fewer|more|smaller|lower|higher|quicker|speed-?up|reduction|improvement|better|cheaper)\b|"
    r"\b(?:faster|less|fewer|smaller|lower|quicker|speed-?up|reduc\w+|improv\w+|cuts?|saves?|"
    r"drops?)\b"
    r"(?: \w+){0,6} (?:by|of|to) (?:about |around |~|up to |over )?\d|"
    r"\b\d[\d.,]* ?(?:ms|s|sec\w*|min\w*|hours?|GB|MB|TB|rps|qps|tok\w*)(?:/\w+)?\b.{0,40}"
    r"\b(?:instead of|rather than|down from|compared (?:to|with)|vs\.?) (?:about |~)?\d",
    re.IGNORECASE,
)
_FIGURE_BEATS = re.compile(r"\d[\d.,]* ?[%\w]*\b (?:instead of|down from|rather than|up from) \d")
#: Failures that no longer occur.
_ENDED = re.compile(
    r"\bno longer (?:\w+ly )?(?:block|crash|deadlock|die|drop|exceed|fail|flak|hang|hit|ignor|kill|"
    r"leak|lose|lost|overwrit|rais|rac|restart|run out|stall|starv|stuck|time|throw|wait|get|need|"
    r"return|delet|corrupt|miss|requir|download|load|recomput|rebuild)\w*",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|so that|so \w+ed|in order to|"
    r"to (?:avoid|prevent|ensure|make sure|guarantee|keep|allow|let|"
    r"reduce|stop|protect|preserve|limit|detect|match)|no longer|without \w+ing|"
    r"only (?:when|if|after|once|for)|"
    r"until|unless|by \w+ing|rather than|instead of|in favou?r of|so (?:we|the|it|they|a|no|each|"
    r"one|users?|you|that|pods?|workers?|requests?)|"
    r"which (?:avoids|prevents|means|makes|allows|keeps|ensures|lets|removes)|"
    r"allow(?:s|ing) \w+|ensur(?:es|ing) \w+|avoid(?:s|ing) \w+|prevent(?:s|ing) \w+)\b",
    re.IGNORECASE,
)
_BEATS = re.compile(r"\b(?:instead of|rather than|in favou?r of)\b", re.IGNORECASE)
_TESTS = re.compile(
    r"\A(?:Cover|Say|Assert|Exercis|Check)\w*\b|"
    r"\A(?:Add|Test|Verif|Confirm|Includ|Introduc|Updat|Extend|Mov)\w* .*\b(?:tests?|docs?|"
    r"documentation|readme|examples?|comments?|coverage|spec|specs|changelog)\b|"
    r"\bregression tests?\b|\bpass(?:es)? after\b|\bfailures were\b|"
    r"\b(?:unit|integration) tests?\b|\btest-only\b",
    re.IGNORECASE,
)
#: An action that only repeats the problem, unless it states the means.
_REPAIRS = re.compile(
    r"(?:Fix|Repair|Improv|Enhanc|Address|Resolv|Correct|Handl|Support|Optimi|Harden)\w*\b",
    re.IGNORECASE,
)
#: Actions too small to be the decision of a change.
_SMALL = re.compile(
    r"\A(?:Renam|Bump|Log|Document|Clarif|Format|Sort|Tid|Clean|Mov|Inlin|Extract|Refactor|Annotat|"
    r"Regenerat)\w*\b|"
    r"\b(?:type hints?|typos?|docstrings?|naming|imports?|whitespace|error messages?|log messages?|"
    r"metadata|deprecat\w+|API surface)\b",
    re.IGNORECASE,
)


def tells_gain(text: str) -> bool:
    """True if a sentence states the gain, or a failure that no longer occurs."""
    return bool(_shows_figures(text) or _ENDED.search(text)) and not _TESTS.search(text)


def _shows_figures(text: str) -> bool:
    return bool(_FIGURE.search(text) or _FIGURE_BEATS.search(text))


def gives_reason(text: str) -> bool:
    """Whether a sentence says why, by which means or instead of what something is done."""
    return _REASON.search(text) is not None


def _gain_weight(text: str) -> float:
    return 1.5 * _shows_figures(text) + 0.5 * gives_reason(text)


#: A sentence with the change as its subject.
_THIS = re.compile(
    r"(?:In )?(?:This|The) (?:PR|pull request|change|commit|patch|fix)\b", re.IGNORECASE
)


#: A choice that was not made.
_OPTION = re.compile(
    r"\b(?:considered|alternativ\w+|would (?:have|be|also)|could have|might|we could|one could|"
    r"planned|plan to|in (?:the|a) future|later)\b",
    re.IGNORECASE,
)
#: So many telling words in common with the title make a sentence the central one.
_AS_TITLE = 3


#: Parts of a title that state a decision beside the action: a means, a limit, a replaced thing.
_MEANS = re.compile(
    r"\b(?:by \w+ing|instead of|rather than|in favou?r of|so that|to (?:avoid|prevent|reduce|stop)|"
    r"only (?:when|if|after|once|on|for)|until|before|without|when|on|after|via|during)\b",
    re.IGNORECASE,
)
#: Actions that do not state the means.
_VAGUE = re.compile(
    r"(?:Fix|Improv|Enhanc|Updat|Add|Support|Handl|Address|Resolv|Correct|Implement|Introduc|Creat|"
    r"Allow|Enabl|Optimi|Speed|Ensur|Mak|Reduc|Prevent|Avoid|Chang|Harden|Stabili)\w*\b",
    re.IGNORECASE,
)
_PREFIX = re.compile(r"^(?:\[[^\]]*\]\s*)*(?:[\w ]+(?:\([^)]*\))?!?:\s+)?(?:\[[^\]]*\]\s*)*")


def tells_decision(title: str) -> bool:
    """True if a title states an action and its means ("Free blocks when a client leaves")."""
    plain = _PREFIX.sub("", title)
    plain = plain[:1].upper() + plain[1:]
    told = _MEANS.search(plain) or not _VAGUE.match(plain)
    return acts(plain) and bool(told) and not (_TESTS.search(plain) or _SMALL.search(plain))


#: A problem that leans on a sentence before.
_LEANING = re.compile(
    r"^unlike\b|^(?:\S+ ){0,5}(?:it|this|that|them|these|those|they)\b", re.IGNORECASE
)
#: What went wrong, or could.
_WENT_WRONG = re.compile(
    r"\b(?:was (?:not|never)|were (?:not|never)|did(?:n['’]t| not)|could (?:then |be |not )|"
    r"would (?:then |be |not |never |fail|hang|crash|get|have)|because|flaky|raced?|leaked|"
    r"deadlock\w*|hangs?|crash\w*|fails?|failed|failures?|aborted|los[et]|stale|stuck|silently|wrongly|incorrectly|"
    r"never|twice|ran out|blocks?|blocked|times? out|timed out|raises?|raised|slow\w*|cut|cuts|"
    r"broken?|took down|leav(?:es|ing)|overwr\w+|drops?|dropped|ignor(?:es|ed)|skip(?:s|ped))\b",
    re.IGNORECASE,
)


_CAUSES = re.compile(r"\b(?:because|when|cause\w*|fail\w*|hang\w*|los[et]\w*)\b")
