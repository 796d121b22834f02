"""Checks the form of a message: tone, sender, notice, request, length and terms.

The patterns are in `style_rules.toml`, with their reasons. Each function returns faults, the most
serious first. `checks` decides the verdict.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Iterator, Sequence
from functools import lru_cache
from importlib.resources import files

from sourcing.core.text import fold
from sourcing.outreach.message import WORD, Message, stem

#: The length limits in characters: the body before the notice (soft, hard), a short note with its
#: notice.
BODY_LIMIT, BODY_STOP, SHORT_LIMIT, PARAGRAPHS = 800, 1200, 300, 7
#: A paragraph up to this length counts as a separate line for the request.
ASK_LINE = 160

_ENDING = r"[\w'-]*"


@lru_cache(maxsize=1)
def words() -> dict[str, re.Pattern[str]]:
    """The lists of `style_rules.toml` as patterns."""
    return _patterns("style_rules.toml")


def telling(texts: Iterable[str]) -> frozenset[str]:
    """Stems of distinctive words: longer than three letters, and not common."""
    return frozenset(
        stem(word)
        for text in texts
        for word in WORD.findall(text)
        if len(word) > 3 and not _common(word.lower())
    )


@lru_cache(maxsize=50_000)
def _common(word: str) -> bool:
    return any(words()[name].fullmatch(word) for name in ("neutral", "generic"))


def _patterns(name: str) -> dict[str, re.Pattern[str]]:
    lists = tomllib.loads((files("sourcing.outreach") / name).read_text(encoding="utf-8"))
    return {key: _pattern(entries) for key, entries in lists.items()}


def _pattern(entries: Sequence[str]) -> re.Pattern[str]:
    """A pattern of the entries as whole words, the longest first; "~" is any ending."""
    longest = sorted(entries, key=len, reverse=True)
    joined = "|".join(_ENDING.join(map(re.escape, entry.split("~"))) for entry in longest)
    return re.compile(rf"(?<![\w-])(?:{joined})(?![\w-])", re.IGNORECASE)


def listed(found: Iterable[str], limit: int = 5) -> str:
    """Words in the form of a reason."""
    return ", ".join(f"“{word}”" for word in list(dict.fromkeys(found))[:limit])


def impolite(message: Message) -> Iterator[str]:
    """Praise, popularity and pressure; a subject taken from the cited title is not the sender's."""
    text = message.unquoted
    if fold(message.subject.rstrip("…")) not in fold(message.stated):
        text += f"\n{message.subject}"
    for kind, why in (
        ("flattery", "praise that fits anybody"),
        ("counts", "popularity"),
        ("pressure", "pressure"),
    ):
        if found := words()[kind].findall(text):
            yield f"{why}: {listed(found)}"
    if "!" in text:
        yield "it shouts: take out the “!”"


def unsigned(message: Message) -> Iterator[str]:
    """Faults in the statement of who writes, and for whom."""
    name, organisation = message.sender
    for what, value in (("the sender's name", name), ("the organisation", organisation)):
        if not value or fold(value) not in fold(message.words):
            yield f"it does not say {what}{f': {value}' if value else ''}"
    if (client := message.facts.get("client")) and fold(client) not in fold(message.words):
        yield f"an agency says for whom it writes: {client}"


_SOURCE = re.compile(r"\b(?:found|public|link|profile|source|read)\b", re.IGNORECASE)
_OBJECT = re.compile(
    r"\b(?:deletes?|erases?|removes?|object|unsubscribe|not write|won[’']t write)\b", re.IGNORECASE
)


def unnoticed(message: Message) -> Iterator[str]:
    """Faults in the notice: the place of the information, and the way to object."""
    url = message.facts.get("notice_url", "")
    if not url:
        yield "notice_url is empty: publish the notice, then name it in [outreach] or the opening"
    if not message.notice:
        yield 'it must end with a line "--" and the notice'
    if url not in message.notice:
        yield f"the notice does not link {url}"
    if not (_SOURCE.search(message.notice) and _OBJECT.search(message.notice)):
        yield "the notice must say where this was found and how to object"


def notice_said(message: Message) -> str:
    """The parts that an otherwise correct notice lacks."""
    address = message.facts.get("postal_address", "")
    if address and fold(address) in fold(message.notice):
        return "said, with a link and a postal address"
    return "said, with a link; without a postal address, which some countries' law wants"


def not_one_ask(message: Message) -> Iterator[str]:
    """Faults unless there is one request, on a separate line."""
    lines = [line for line in message.unquoted.splitlines() if "?" in line]
    asks = sum(line.count("?") for line in lines)
    if asks != 1:
        yield f"it asks {asks} questions; ask one"
    elif not message.short and len(lines[0]) > ASK_LINE:
        yield "the ask stands in the middle of a paragraph; give it a line"


_MARKUP = re.compile(
    r"</?(?:a|p|br|b|i|div|span|img|html)\b|\]\(http|[?&]utm_|\*\*\w", re.IGNORECASE
)


def too_much(message: Message) -> Iterator[str]:
    """Faults of a body over the soft limit, or with markup."""
    if message.short and len(message.body) > SHORT_LIMIT:
        yield f"{len(message.body)} characters; a short note holds {SHORT_LIMIT}"
    if len(message.words) > BODY_LIMIT:
        yield f"{len(message.words)} characters before the notice; {BODY_LIMIT} is the limit"
    if len(re.findall(r"\n\s*\n", message.words)) >= PARAGRAPHS:
        yield f"more than {PARAGRAPHS} paragraphs"
    text = message.words
    for quotation in message.quoted:
        text = text.replace(quotation, "")
    if match := _MARKUP.search(text):
        yield f"plain text only, without {listed([match[0]])}"


def far_too_long(message: Message) -> bool:
    """Faults of a body over the hard limit, or over the limit of its route."""
    note = message.short and len(message.body) > SHORT_LIMIT
    return note or len(message.words) > BODY_STOP


def terms_unsaid(message: Message) -> Iterator[str]:
    """Missing facts of the position: title, place, terms, pay."""
    terms = {key: message.facts.get(key, "") for key in ("title", "place", "hours", "pay")}
    text = fold(message.words)
    missing = [key for key, value in terms.items() if value and fold(value) not in text]
    if unset := [key for key in ("title", "place") if not terms[key]]:
        yield f"the opening does not say {', '.join(unset)}"
    if missing:
        yield f"it does not say the {', '.join(missing)}"
    if not terms["pay"] and "pay" not in text:
        yield "it says neither the pay nor that it is not set yet"
