"""Extracts prose from the texts around changes: complete sentences with their places.

It leaves out code, quoted replies, tables, trailers, tick boxes and the commit list of a squash. It
does not judge the content.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

#: Longest and shortest sentence that is quoted, and the longest heading, in characters.
LONGEST, SHORTEST, _LONGEST_HEADING = 320, 40, 200

_FENCE = re.compile(r"(?:```|~~~).*?(?:```|~~~|\Z)", re.DOTALL)
_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
_HEADING = re.compile(
    r"#{1,6}\s+(?P<hash>.+?)[\s#:]*|(?:\*\*|__)(?P<bold>[^*_]{2,50}?):?(?:\*\*|__):?"
)
_BOLD = re.compile(
    r"(?:\*\*|__)([^*_]{3,50})(?:\*\*|__)\s*[:.—-]?\s+|"
    r"(Summary|Test [Pp]lan|(?:Root )?[Cc]ause|Problem|Issue|Bug|Symptoms?|Motivation|Background|"
    r"Context|Solution|Approach|Fix|Alternatives?|Verification|Testing|Proof|Results?):"
    r"\s+(?=[A-Z`])"
)
_ITEM = re.compile(r"\s*(?:[-*+•]|\d+[.)])\s+(?P<text>.*)")
#: Lines that are not prose: quoted replies, tables, trailers, boxes to tick, markup, bare links.
_NO_PROSE = re.compile(
    r"\s*(?:[>|<]|(?:Reviewed [Bb]y|Differential Revision|Pull Request resolved): ?|"
    r"[-*+] \[[ xX]\]|[A-Z]?[\w-]+-by: |[\w-]+: *$|[A-Z]+=|https?://|!\[|-{3,}|={3,}|\$ )"
)
_SENTENCE = re.compile(r"(?<=[.!?])\s+(?=[A-Z\"'`(])")
#: A full stop that does not end a sentence.
_ABBREVIATED = re.compile(r"\b(?:e\.g|i\.e|etc|vs|cf|approx|incl|resp|Fig|No|Dr)\.$")
_HANGS = re.compile(
    r"(?:[.,;:…?!]|\b(?:by|or|and|to|of|the|an?|with|in|for|on|from|at|as|that|which|is|are))\Z"
)
_ENDS = re.compile(r"(?<!\.)[.!]['`)]?\Z")
#: Openings that refer to the sentence before.
_LEANS = re.compile(
    r"(?:this(?! (?:pr|pull request|change|commit|patch|fix)\b)|that|these|those|it|they|he|she|"
    r"also|however|but|and|so|then|therefore|thus|hence|instead|otherwise|note|both|which|such|as|"
    r"resulting|because of|due to|to do so|(?:for|with|by|in) (?:this|that|instance|example)|"
    r"another|besides|same|imported from|putting|making|ensuring|in order to|"
    r"all \d+|the (?:resulting|affected|corresponding|remaining|added|failing|following|existing)|"
    r"how|why|what|"
    r"additionally|furthermore|moreover|finally|similarly|the (?:other|latter|former|second|same|"
    r"rest|above)|neither|either|here|there|see|yes|no|ok|hi|hey|thanks|sorry|optional|"
    r"(?:first|second|third)(?:ly)?(?=,)|lastly)\b|"
    r"`[^`]*` [-–]|`(?:uv|pytest|python|make|npm|pip|cargo|go|docker) |\(|"
    r"(?:if|because|although|while)\b[^,]*\Z",
    re.IGNORECASE,
)
#: Instructions of a form.
_ASKS = re.compile(r"\b(?:please|your?)\b", re.IGNORECASE)
#: "for that case" refers to another text, "a worker that hangs" does not.
_THAT = re.compile(
    r"\W*(?:\w+ ){0,2}(?:for|with|in|of|to|on|by|from|at|use|do|all) that\b", re.IGNORECASE
)
#: References to other places: another change, a line, a picture, an earlier text.
_ELSEWHERE = re.compile(
    r"#\d|\bGH-\d|\blines? \d|\b[0-9a-f]*\d[0-9a-f]{7,40}\b|\bD\d{6,}|https?:|"
    r"\[address removed\]|\b(?:see|shown|mentioned|described|discussed|listed|linked|noted|"
    r"attached) (?:above|below|in|by|here)\b|"
    r"\b(?:therefore|thus|hence|consequently|accordingly|likewise)\b|"
    r"\b(?:that instead|that case|like (?:that|this)|this becomes|this (?:function|method|class|"
    r"case|file|line|field|value|flag|variable|path|branch|block)|"
    r"(?:prevent|avoid|fix|address|resolve|solve)(?:e?s|ed)? (?:this|that) "
    r"(?:failure|error|issue|problem|bug))\b|"
    r"\A(?:\S+ ){1,6}then\b|(?<!i\.e)(?<!e\.g)(?<!vs)\.\s[a-z_][\w.]+(?:\(\))? \w|\w\.\s[a-z]+\.\Z",
)
_POINTING = {"these", "those", "it", "its", "it's", "them", "their", "they", "he", "she"}
#: Last words that refer to another text.
_POINTED = {"this", "that", "these", "those", "below", "above", "following", "follows"}


@dataclass(frozen=True, slots=True)
class Sentence:
    """A verbatim text with its heading and the announcement before it."""

    text: str
    heading: str
    listed: bool
    first: bool = False  # in the first paragraph
    last: bool = False


def sentences(text: str, title: str = "") -> Iterator[Sentence]:
    """The sentences of a text in their order; `title` selects the message of a squash."""
    text = _COMMENT.sub("\n\n", _FENCE.sub("\n\n", _own_message(text, title)))
    blocks = [_prose(block.splitlines()) for block in re.split(r"\n\s*\n", text)]
    blocks = [block for block in blocks if block]
    heading = ""
    for at, block in enumerate(blocks):
        first, last = at == 0, at == len(blocks) - 1 > 0
        announced = ""
        for listed, paragraph in block:
            if listed is None:
                heading = paragraph
                continue
            label, told = _labelled(paragraph)
            under = label or (announced if listed and announced else heading)
            for sentence in _split(told):
                yield Sentence(sentence, under, listed, first, last)
            if not listed and paragraph.endswith(":"):
                announced = paragraph
        if announced and not any(listed for listed, _ in block):
            heading = announced


def stands_alone(sentence: str, *, ended: bool = False) -> bool:
    """True if a sentence can be read without the one before it. `ended`: complete without a full
    stop."""
    words = [word.strip("`,.!").lower() for word in sentence.split()]
    return (
        SHORTEST <= len(sentence) <= LONGEST
        and not sentence[0].islower()
        and (_ENDS.search(sentence) is not None or (ended and not _HANGS.search(sentence)))
        and _whole(sentence)
        and _ASKS.search(sentence) is None
        and words[-1] not in _POINTED
        and not (
            _LEANS.match(sentence)
            or _THAT.match(sentence)
            or _POINTING & set(words[:4])
            or " also " in sentence
            or _ELSEWHERE.search(sentence)
        )
    )


def _whole(sentence: str) -> bool:
    """True if all brackets and quotes are closed and it quotes no other person."""
    closed = sentence.count("(") == sentence.count(")") and sentence.count("`") % 2 == 0
    return closed and '"' not in sentence and not sentence.startswith("**")


def _own_message(text: str, title: str) -> str:
    """Of the messages that a squash lists, the one with the title of the change.

    Prefixes, marks and half of the words may differ: titles are edited after the first message.
    """
    if not text.startswith("* "):
        return text
    own = _named(title)
    for message in re.split(r"(?m)^\* ", text)[1:]:
        heading, _, rest = message.partition("\n")
        named = _named(heading)
        if own and 2 * len(own & named) >= max(len(own), len(named)):
            return rest
    return ""


def _named(title: str) -> set[str]:
    """The words of a title without its prefix and number."""
    bare = re.sub(r"\(?#\d+\)?\s*$|^\w+(?:\([^)]*\))?!?:|^\[[^\]]*\]:?", "", title.strip())
    return {word.casefold() for word in re.findall(r"\w+", bare)}


def _heading(line: str) -> str | None:
    found = _HEADING.fullmatch(line.strip()) if len(line) <= _LONGEST_HEADING else None
    return (found["hash"] or found["bold"]).strip() if found else None


def _labelled(paragraph: str) -> tuple[str, str]:
    """`**Root cause:** the lock` is under the heading "Root cause"."""
    found = _BOLD.match(paragraph)
    label = (found[1] or found[2]).strip(" :") if found else ""
    return label, paragraph[found.end() :] if found else paragraph


def _prose(lines: list[str]) -> list[tuple[bool | None, str]]:
    """The heading of a block (None), its paragraphs and items of lists (True)."""
    lines = [line for line in lines if line.strip()]
    if lines and (found := _heading(lines[0])):
        return [(None, found), *_paragraphs(lines[1:])]
    return list(_paragraphs(lines))


def _paragraphs(lines: list[str]) -> Iterator[tuple[bool, str]]:
    """Prose of a block, joined over its lines: each item of a list is one paragraph."""
    paragraph: list[str] = []
    listed = False
    for line in [*lines, "---"]:
        item = None if _NO_PROSE.match(line) else _ITEM.match(line)
        if item or _NO_PROSE.match(line):
            if paragraph:
                yield listed, " ".join(" ".join(paragraph).split())
            listed, paragraph = bool(item), [item["text"]] if item else []
        else:
            paragraph.append(line)


def _split(paragraph: str) -> Iterator[str]:
    start = ""
    for part in _SENTENCE.split(paragraph):
        whole = f"{start} {part}" if start else part
        start = whole if _ABBREVIATED.search(part) and len(whole) <= LONGEST else ""
        if not start:
            yield whole
    if start:
        yield start
