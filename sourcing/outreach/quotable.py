"""Which sentences a message may quote at all: readable by a stranger, and the author's own.

Not quotable: remarks about the work on the change, paths and options, instructions to a machine,
and sentences that a later message of the change takes back. It does not judge their content.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence

from sourcing.core.model import Quotation, Remark
from sourcing.outreach.answers import IDENTIFIER
from sourcing.outreach.style_rules import telling
from sourcing.outreach.suitability import weakens_a_safeguard

#: Shortest and longest quotation, in characters.
SHORTEST, LONGEST = 40, 230

#: Remarks about the work on a change, hedges, and general praise of it.
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
    r"should (?:fix|be|work|help)|disclosure|"
    r"for now|quick fix|which this (?:PR|change|patch) fixes|"
    r"re-?run|temporar\w+|hack(?:s|y)?|workarounds?|ugly|https?|sth|imo|imho|btw|pls|tbh)\b|\*\*|"
    r"^(?:when|if|since|as|because|given|while|for) (?:this|that|it|these|they)\b|(?:`[^`]*`.*){3}|"
    r"\bthe (?:(?:first|second|third|former|latter)(?! of\b)\b|(?:other|same)[,.])",
    re.IGNORECASE,
)
#: Text that addresses a machine or tries to move money: never put into a message.
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
#: A sentence of more identifiers is read by few.
_MOST_IDENTIFIERS = 3
#: Posts tell of the world and of others: their authors' own acts and findings are told so.
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


def quotable(found: Iterable[Quotation], remarks: Sequence[Remark]) -> Iterator[Quotation]:
    """The quotations that a stranger can read and the author can stand by, each once."""
    seen = set()
    for quotation in found:
        text = quotation.text
        if text in seen:
            continue
        seen.add(text)
        if (
            _is_readable(text)
            and not addresses_a_machine(text)
            and not weakens_a_safeguard([text])
            and _is_own_text(quotation)
            and not taken_back(text, remarks)
        ):
            yield quotation


def _is_readable(text: str) -> bool:
    signs = sum(not (c.isalnum() or c.isspace() or c in ".,'’-()`%") for c in text)
    return (
        SHORTEST <= len(text) <= LONGEST
        and signs <= len(text) // 14
        and '"' not in text
        and len(IDENTIFIER.findall(text)) <= _MOST_IDENTIFIERS
        and not any(odd.search(text) for odd in (_SYMBOLS, _CHATTER, _DETAIL))
        and not _LABEL.match(text)
    )


def addresses_a_machine(text: str) -> bool:
    """Whether a text gives instructions to a machine, or account numbers."""
    return _MACHINE.search(text) is not None


def _is_own_text(quotation: Quotation) -> bool:
    if quotation.place in {"post", "talk"}:
        return bool(_DID.search(quotation.text))
    return quotation.place.startswith("body")


#: A later message of the same change that takes something back.
_TAKES_BACK = re.compile(
    r"\b(?:revert\w*|undo\w*|undid|remov\w+|dropp?\w*|roll\w* back|back to|no longer needed|"
    r"not needed|switch\w* (?:back|to)|chang\w+ (?:it |this )?(?:back )?to|instead of|replac\w+)\b",
    re.IGNORECASE,
)
_LATER = re.compile(r"^(?:\s*[*-] |\s*(?:edit|update)\b[^:]{0,20}:)", re.IGNORECASE)


def taken_back(sentence: str, remarks: Sequence[Remark]) -> bool:
    """Whether a later line of the change, or a later remark of its author, takes it back.

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
