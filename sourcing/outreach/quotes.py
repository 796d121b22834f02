"""Which sentences of a work a message may quote: those its author would not mind to read again.

It looks for words that speak for a sentence or against it. Whether it can be read by itself, and
what part of the decision it tells, is for `scoring.decide` to say.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from sourcing.core.model import Quotation

#: Longest quotation a message has room for, and the shortest that says something.
_QUOTE = (50, 230)
#: A title that says why or when, and one that says what was left for what.
_SAYS_WHY = re.compile(
    r"\A(?:\w+(?:\([^)]*\))?!?: )?(?:do not|don[’']t|never)\b|"
    r"\b(?:so that|to (?:avoid|prevent)|only (?:when|if|after|once|on)|"
    r"stop \w+ing|no longer|until|without \w+ing|unless)\b(?!.*\b(?:temporar\w+|issues?)\b)",
    re.IGNORECASE,
)
_SMALL = re.compile(
    r"\bin tests?\b|\btest-\w|\w/\w[\w-]*/|\w\.(?:py|go|ts|js|cc?|h|rs|java|ya?ml|sh)\b"
)
_BEATS = re.compile(
    r"\b(?:instead of|rather than|in favou?r of|replace .+ (?:with|by)|by \w+ing)\b", re.IGNORECASE
)


#: What hides a fault for a while: nobody likes to be known for it.
_PATCHED = re.compile(
    r"\A(?!.*\b(?:instead of|rather than|no longer|without)\b).*\b(?:sleep\w*|\w*timeout to avoid|"
    r"(?:increas|bump|rais|extend|lengthen)\w* (?:\w+ ){0,4}(?:timeout|wait|delay|retries)\w*)\b",
    re.IGNORECASE,
)


#: What a sentence about a problem speaks of, and one about a proof.
TROUBLE = re.compile(
    r"\b(?:because|hang\w*|hung|crash\w*|fail\w*|wrong\w*|leak\w*|rac(?:e|es|y)|error\w*|slow\w*|"
    r"los[est]\w*|drop\w*|broke\w*|breaks?|caus(?:ed|es|ing)|miss\w*|incorrect\w*|instead|stuck|deadlock\w*|"
    r"timeout\w*|time out|raise\w*|overwr\w*|corrupt\w*|duplicat\w*|unreachable|silent\w*|ignor\w*|"
    r"mismatch\w*|inconsisten\w*|flak\w*|never|cannot|bottleneck\w*|regress\w*|OOM)\b",
    re.IGNORECASE,
)
_TESTS = re.compile(
    r"\A(?:Add|Test|Verif|Confirm)\w* .*\btests?\b|\bregression tests?\b|\bpass(?:es)? after\b|"
    r"\bfailures were\b",
    re.IGNORECASE,
)
_BECAUSE = re.compile(
    r"\b(?:because|so that|instead of|rather than|in order to|no longer)\b", re.IGNORECASE
)
SHOWN = re.compile(
    r"\d ?(?:%|x\b|ms\b|s\b|GB|MB|passed|times|rows|hours|days|requests|tokens|runs)|"
    r"\b(?:verified|measured|reproduced|benchmarked|before and after)\b",
    re.IGNORECASE,
)
#: What people say while they work, and to nobody outside.
_CHATTER = re.compile(
    r"\b(?:CI fail\w*|ci failed|merged this|lgtm|rebas\w+|pre-commit|lint\w*|follow-?up|thanks|"
    r"screenshot\w*|as discussed|see above|checklist|TODO|this issue|unrelated|pre-existing|"
    r"pull requests?|PR (?:was|is)|main branch|ensur\w+ consistent|pass(?:es|ed)? locally|"
    r"maintainers?|reviewers?|suggest\w+|feedback|revert\w*|"
    r"related components?|existing patterns?|best practices|conventions|comprehensive|for clarity|"
    r"consistency|robust\w*|seamless\w*|various|as (?:required|needed|requested)|"
    r"I (?:didn|don|wasn|couldn|haven)['’]t|our internal|pins? to a version|"
    r"I (?:wonder|guess|hope|suspect|assume)|not sure|maybe|perhaps|probably|basically|minimal|"
    r"unaffected|out of scope|sibling|"
    r"which this (?:PR|change|patch) fixes|"
    r"re-?run|temporar\w+|hack\w*|workarounds?|ugly|https?|sth|imo|imho|btw|pls|tbh)\b|\*\*|"
    r"^(?:when|if|since|as|because|given|while|for) (?:this|that|it|these|they)\b|(?:`[^`]*){5}",
    re.IGNORECASE,
)

_LABEL = re.compile(r"[A-Z][\w' -]{0,30}: ")


_ANYTHING = re.compile("")
_SYMBOLS = re.compile("[¶•→⇒✅❌\u2600-\u27bf\U0001f000-\U0001faff]")


#: Posts tell of the world and of others: what their authors did and met, they say as their own.
_DID = re.compile(
    r"\b(?:we|I) (?:\w+ly |also |then |even )?(?:added|avoided|backed|began|bought|broke|built|"
    r"cached|capped|chose|changed|cut|decided|deleted|disabled|dropped|ended|fell|fixed|followed|froze|gave|"
    r"implemented|kept|left|limited|made|merged|migrated|moved|opted|picked|pinned|preferred|put|ran|"
    r"rebuilt|rejected|released|removed|replaced|retired|returned|rewrote|scored|sent|set|settled|"
    r"shipped|split|started|stopped|swapped|switched|threw|took|tried|turned|used|went|wrote)\b",
    re.IGNORECASE,
)
_MET = re.compile(
    r"\b(?:we|I) (?:\w+ly )?(?:broke|discovered|found|got|had|hit|learned|lost|measured|missed|"
    r"noticed|observed|ran into|realised|realized|saw|spent|watched)\b|\bour (?:\w+ ){1,4}\w+ed\b|"
    r"\bthe (?:root )?(?:bug|cause|culprit|problem|trigger) (?:was|turned out)\b",
    re.IGNORECASE,
)


def fit(quotations: Sequence[Quotation], about: re.Pattern[str] = _ANYTHING) -> Iterator[Quotation]:
    """Those short enough, out of the work's own text, that a stranger can read."""
    for quotation in quotations:
        text = quotation.text
        readable = _QUOTE[0] <= len(text) <= _QUOTE[1] and not _LABEL.match(text)
        signs = sum(not (c.isalnum() or c.isspace() or c in ".,'’-()`") for c in text)
        plain = signs <= len(text) // 12 and '"' not in text and not _SYMBOLS.search(text)
        plain = plain and not (_CHATTER.search(text) or _PATCHED.search(text))
        if readable and plain and _is_theirs(quotation) and about.search(text):
            yield quotation


def _is_theirs(quotation: Quotation) -> bool:
    if quotation.place == "post":
        return bool(_DID.search(quotation.text) or _MET.search(quotation.text))
    return quotation.place.startswith("body")


def decides(title: str, *, near: bool) -> bool:
    """Whether a title alone tells a choice; what was left for what only if it is `near` to us."""
    title = re.sub(r"`[^`]*`", "", title)
    if _SMALL.search(title):
        return False
    says = _SAYS_WHY.search(title) or (near and _BEATS.search(title))
    return bool(says) and not _PATCHED.search(title)


def weight(choice: Quotation | None) -> float:
    """How much a choice tells of what spoke for it, or what it beat."""
    if choice is None:
        return 0.0
    beat = re.search(r"\b(?:instead of|rather than|in favou?r of)\b", choice.text)
    return 0.8 * bool(beat) + 0.5 * bool(_BECAUSE.search(choice.text))


def telling(quotation: Quotation) -> int:
    """How much a sentence tells of what went wrong and why; that there are tests tells neither."""
    if _TESTS.search(quotation.text):
        return 0
    return len(TROUBLE.findall(quotation.text)) + len(_BECAUSE.findall(quotation.text))
