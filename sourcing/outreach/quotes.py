"""The sentences of a work that a message may quote: its gain, its choice, and its problem.

A quotation is a complete sentence of the work's own text that a stranger understands and that does
not embarrass its author. Templates, instructions to a machine, and sentences that a later message
of the change retracts are not quoted. `scoring.decide` assigns sentences to parts.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass

from scoring import acts, decide, spoken
from sourcing.core.model import Decision, Quotation, Remark
from sourcing.outreach.style_rules import telling
from sourcing.outreach.suitability import weakens_a_safeguard

#: The shortest and longest quotation, and the greatest length of two together, in characters.
SHORTEST, LONGEST, ROOM = 40, 230, 330
#: The number of additional candidates per part.
_MORE = 8


@dataclass(frozen=True, slots=True)
class Quotes:
    """The quotations of one work; a part without a sentence is None."""

    gain: Quotation | None = None
    choice: Quotation | None = None
    problem: Quotation | None = None

    @property
    def decision(self) -> bool:
        """True if they contain a choice or a gain, and not only a problem."""
        return bool(self.gain or self.choice)

    @property
    def all(self) -> tuple[Quotation, ...]:
        """All quotations, the gain first."""
        return tuple(filter(None, (self.gain, self.choice, self.problem)))


def read_quotes(remarks: Sequence[Remark], about: Collection[str]) -> Quotes:
    """The best sentences of a work; `about` are stems that a sentence should contain."""
    title = remarks[0].text if remarks else ""
    decision = decide(remarks, more=_MORE)
    central = telling([title]) | set(about)
    others = {quotation.text for quotation in (*decision.options, *decision.problem)}
    told = [*decision.choice, *decision.proof, *spoken(remarks)]
    own = [q for q in _quotable(told, remarks) if q.text not in others]
    gain = _best([q for q in own if _tells_gain(q.text)], central, _gain_weight)
    rest = [q for q in own if gain is None or q.text != gain.text]
    chosen = {quotation.text for quotation in decision.choice}
    choices = [q for q in rest if q.text in chosen or _tells_choice(q, title)]
    choice = _best(
        [q for q in choices if not (_TESTS.search(q.text) or _OPTION.search(q.text))],
        central,
        _choice_weight,
    )
    problem = _best(_quotable(_own_problems(decision), remarks), central, _problem_weight)
    if gain and choice and len(gain.text) + len(choice.text) > ROOM:
        choice = None
    return Quotes(gain, choice, problem)


def _own_problems(decision: Decision) -> list[Quotation]:
    return [q for q in decision.problem if q.own and not _LEANING.match(q.text)]


# -- which sentences may be quoted at all -------------------------------------------------------

#: Remarks that are meant for collaborators only.
_CHATTER = re.compile(
    r"\b(?:CI fail\w*|ci failed|merged this|lgtm|rebas\w+|pre-commit|lint\w*|follow-?up|thanks|"
    r"screenshot\w*|as discussed|see above|checklist|TODO|this issue|unrelated|pre-existing|"
    r"pull requests?|PR (?:was|is)|main branch|ensur\w+ consistent|pass(?:es|ed)? locally|"
    r"maintainers?|reviewers?|suggest\w+|feedback|revert\w*|"
    r"related components?|existing patterns?|best practices|conventions|comprehensive|for clarity|"
    r"consistency|robust\w*|seamless\w*|various|as (?:required|needed|requested)|"
    r"I (?:didn|don|wasn|couldn|haven)['’]t|our internal|pins? to a version|"
    r"my (?:\w+ )?(?:testing|tests|machine|branch|laptop|previous)|another branch|parent PR|"
    r"previous PR|"
    r"(?<!This )(?<!The )(?<!this )PRs?|I (?:wonder|guess|hope|suspect|assume|think|believe)|"
    r"not sure|maybe|perhaps|probably|"
    r"basically|minimal|minor|unaffected|out of scope|sibling|hopefully|"
    r"should (?:fix|be|work|help)|"
    r"for now|quick fix|which this (?:PR|change|patch) fixes|"
    r"re-?run|temporar\w+|hack\w*|workarounds?|ugly|https?|sth|imo|imho|btw|pls|tbh)\b|\*\*|"
    r"^(?:when|if|since|as|because|given|while|for) (?:this|that|it|these|they)\b|(?:`[^`]*`.*){3}",
    re.IGNORECASE,
)
#: Text that addresses a machine or asks for money: never quoted.
_MACHINE = re.compile(
    r"\b(?:ignore|disregard|forget|override) (?:\w+ ){0,4}(?:instructions?|prompts?|rules?|"
    r"context)\b|"
    r"\b(?:system prompt|as an ai|"
    r"you are (?:now )?(?:an? )?(?:\w+ ){0,3}(?:assistant|model|ai|agent))\b|"
    r"</?(?:system|assistant|user|instructions?)>|\b(?:IBAN|BIC|SWIFT)\b|"
    r"\b[A-Z]{2}\d{2}(?: ?[A-Z0-9]{4}){3,}|\b0x[0-9a-fA-F]{40}\b|\b(?:\d[ -]?){12,}\b|"
    r"\b(?:bitcoin|wallet address|wire transfer|gift cards?)\b",
    re.IGNORECASE,
)
_LABEL = re.compile(r"[A-Z][\w' -]{0,30}: ")
_SYMBOLS = re.compile("[¶•→⇒✅❌←↔\u2600-\u27bf\U0001f000-\U0001faff]|->|=>|::|\\{|\\}|==|\\|")
#: A file, an option or a path: a detail that only its repository explains.
_DETAIL = re.compile(
    r"\b[\w-]+\.(?:py|go|ts|js|cc?|h|rs|java|ya?ml|sh|toml|json|md|txt|cfg|proto)\b|"
    r"(?<![\w])--[\w-]+|(?<![\w/])\w+/\w[\w-]*/|\b\w+_\w+_\w+_\w+\b"
)
#: Posts also describe the work of others: these patterns mark the author's own actions and
#: findings.
_DID = re.compile(
    r"\b(?:we|I) (?:\w+ly |also |then |even )?(?:added|avoided|backed|began|bought|broke|built|"
    r"cached|capped|chose|changed|cut|decided|deleted|disabled|dropped|ended|fell|fixed|"
    r"followed|froze|gave|"
    r"implemented|kept|left|limited|made|merged|migrated|moved|opted|picked|pinned|preferred|"
    r"put|ran|"
    r"rebuilt|rejected|released|removed|replaced|retired|returned|rewrote|scored|sent|set|settled|"
    r"shipped|split|started|stopped|swapped|switched|threw|took|tried|turned|used|went|wrote)\b|"
    r"\b(?:we|I) (?:\w+ly )?(?:broke|discovered|found|got|had|hit|learned|lost|measured|missed|"
    r"noticed|observed|ran into|realised|realized|saw|spent|watched)\b|\bour (?:\w+ ){1,4}\w+ed\b|"
    r"\bthe (?:root )?(?:bug|cause|culprit|problem|trigger) (?:was|turned out)\b",
    re.IGNORECASE,
)


def _quotable(found: Sequence[Quotation], remarks: Sequence[Remark]) -> Iterator[Quotation]:
    """The sentences that may be quoted, each once."""
    seen = set()
    for quotation in found:
        text = quotation.text
        if text in seen or not SHORTEST <= len(text) <= LONGEST:
            continue
        seen.add(text)
        signs = sum(not (c.isalnum() or c.isspace() or c in ".,'’-()`%") for c in text)
        plain = signs <= len(text) // 14 and '"' not in text and not _SYMBOLS.search(text)
        plain = plain and not (_CHATTER.search(text) or _LABEL.match(text) or _DETAIL.search(text))
        if not plain or addresses_a_machine(text) or weakens_a_safeguard([text]):
            continue
        if _is_own_text(quotation) and not taken_back(text, remarks):
            yield quotation


def addresses_a_machine(text: str) -> bool:
    """True if a text gives instructions to a machine, or account numbers."""
    return _MACHINE.search(text) is not None


def _is_own_text(quotation: Quotation) -> bool:
    if quotation.place in {"post", "talk"}:
        return bool(_DID.search(quotation.text))
    return quotation.place.startswith("body")


#: A later message of the same change that retracts something.
_TAKES_BACK = re.compile(
    r"\b(?:revert\w*|undo\w*|undid|remov\w+|dropp?\w*|roll\w* back|back to|no longer needed|"
    r"not needed|switch\w* (?:back|to)|chang\w+ (?:it |this )?(?:back )?to|instead of|replac\w+)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"^(?:\s*[*-] |\s*(?:edit|update)\b[^:]{0,20}:)", re.IGNORECASE)


def taken_back(sentence: str, remarks: Sequence[Remark]) -> bool:
    """True if a later line of the change, or a later remark of its author, retracts the sentence.

    The text is compared with the change as merged: a squash lists all messages of its branch, and
    an edited description ends in notes such as "Update: ...".
    """
    said = telling([sentence])
    for line in _later_lines(sentence, remarks):
        if _TAKES_BACK.search(line) and len(said & telling([line])) >= 2:
            return True
    return False


def _later_lines(sentence: str, remarks: Sequence[Remark]) -> Iterator[str]:
    start = sentence.split("\n", 1)[0][:30]
    for remark in remarks[1:]:
        if remark.place.startswith(("body", "post", "talk")):
            before, found, after = " ".join(remark.text.split(" ")).partition(start)
            lines = (after if found else before).splitlines()[1:]
            yield from (line for line in lines if _LATER.match(line))
        elif remark.own:
            yield from remark.text.splitlines()


# -- what a sentence tells ----------------------------------------------------------------------


#: A figure for an improvement.
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
#: A failure that no longer occurs.
_ENDED = re.compile(
    r"\bno longer (?:\w+ly )?(?:block|crash|deadlock|die|drop|exceed|fail|flak|hang|hit|ignor|kill|"
    r"leak|lose|lost|overwrit|rais|rac|restart|run out|stall|starv|stuck|time|throw|wait|get|need|"
    r"return|delet|corrupt|miss|requir|download|load|recomput|rebuild)\w*",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"\b(?:because|so that|in order to|to (?:avoid|prevent|ensure|make sure|guarantee|keep|"
    r"allow|let|"
    r"reduce|stop|protect|preserve)|no longer|without \w+ing|only (?:when|if|after|once|for)|"
    r"until|unless|by \w+ing|rather than|instead of|in favou?r of|so (?:we|the|it|they|a|no|each|"
    r"one|users?|you)|which (?:avoids|prevents|means|makes|allows|keeps|ensures|lets)|"
    r"allow(?:s|ing) \w+|ensur(?:es|ing) \w+|avoid(?:s|ing) \w+|prevent(?:s|ing) \w+)\b",
    re.IGNORECASE,
)
_BEATS = re.compile(r"\b(?:instead of|rather than|in favou?r of)\b", re.IGNORECASE)
_TESTS = re.compile(
    r"\A(?:Cover|Say|Assert|Exercis|Check)\w*\b|"
    r"\A(?:Add|Test|Verif|Confirm|Includ|Introduc|Updat)\w* .*\b(?:tests?|docs?|documentation|"
    r"readme|"
    r"examples?|comments?)\b|\bregression tests?\b|\bpass(?:es)? after\b|\bfailures were\b|"
    r"\b(?:unit|integration) tests?\b",
    re.IGNORECASE,
)


def _tells_gain(text: str) -> bool:
    return bool(_shows_figures(text) or _ENDED.search(text)) and not _TESTS.search(text)


def _shows_figures(text: str) -> bool:
    return bool(_FIGURE.search(text) or _FIGURE_BEATS.search(text))


def _tells_choice(quotation: Quotation, title: str) -> bool:
    """True if the author acts with a reason in the sentence, or if it restates the title."""
    text = quotation.text
    if not (acts(text) or _THIS.match(text)):
        return False
    return bool(_REASON.search(text)) or len(telling([text]) & telling([title])) >= _AS_TITLE


def _gain_weight(text: str) -> float:
    return 1.5 * _shows_figures(text) + 0.5 * bool(_REASON.search(text))


#: A sentence with the change as its subject.
_THIS = re.compile(
    r"(?:In )?(?:This|The) (?:PR|pull request|change|commit|patch|fix)\b", re.IGNORECASE
)


#: A choice that was rejected or postponed.
_OPTION = re.compile(
    r"\b(?:considered|alternativ\w+|would (?:have|be|also)|could have|might|we could|one could|"
    r"planned|plan to|in (?:the|a) future|later)\b",
    re.IGNORECASE,
)
#: A sentence with this number of distinctive words in common with the title is central.
_AS_TITLE = 3


def _choice_weight(text: str) -> float:
    return 0.8 * bool(_BEATS.search(text)) + 0.9 * len(_REASON.findall(text)[:2])


#: A problem that refers to the sentence before.
_LEANING = re.compile(r"^(?:\S+ ){0,5}(?:it|this|that|them|these|those|they)\b", re.IGNORECASE)


def _problem_weight(text: str) -> float:
    return 0.3 * len(re.findall(r"\b(?:because|when|cause\w*|fail\w*|hang\w*|los[et]\w*)\b", text))


def _best(
    found: Iterable[Quotation], central: Collection[str], weigh: Callable[[str], float]
) -> Quotation | None:
    """The sentence nearest to the title and the problem, with most weight; the first of equals."""

    def worth(quotation: Quotation) -> float:
        shared = len(telling([quotation.text]) & set(central))
        codes = quotation.text.count("`") // 2
        long = max(0, len(quotation.text) - 140) / 100
        return 0.35 * min(shared, 4) + weigh(quotation.text) - 0.4 * codes - long

    return max(found, key=worth, default=None)
