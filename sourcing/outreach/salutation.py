"""The name in a greeting, and the two halves of a name that a form asks for.

It does not guess: a name that does not show its own order stays whole, and a login or a handle is
no name.
"""

from __future__ import annotations

import unicodedata

_STYLES = {"dr", "prof", "mr", "mrs", "ms", "ing", "dipl", "eng", "sir"}
#: Characters that are in no name: a template's or a spreadsheet's own signs, or markup.
_ODD = set('<>{}[]|\\="“”_%$#*`~^;:!?/@+0123456789')


def first_name(name: str | None, login: str | None) -> str:
    """The name in a greeting: the first of several Latin names, or the whole name; "" for a login.

    "Wang, Yi" is Yi and "Dr. Jane Roe" is Jane; the order of "ZHANG Wei" is unknown, so it stays
    whole. A single Latin word may be a handle, so it is not used.
    """
    family, comma, given = _visible(name).partition(",")
    words = given.split() if comma and given.strip() else family.split()
    while words and words[0].rstrip(".").lower() in _STYLES:
        words = words[1:]
    if any(_ODD.intersection(word) for word in words) or _is_handle(
        words, login, listed=bool(comma)
    ):
        return ""
    shouted = any(w.isupper() and len(w) > 2 for w in words)
    latin = all(w.isascii() or w[0].isupper() for w in words)
    if len(words) > 1 and latin and not shouted and len(words[0].rstrip(".")) > 2:
        return words[0]
    return " ".join(words)


def _is_handle(words: list[str], login: str | None, *, listed: bool) -> bool:
    """Whether a name is a login, or one Latin word, which may be one; `listed` by family name."""
    joined = "".join(words).casefold()
    if login and joined == login.casefold():
        return True
    return len(words) == 1 and words[0].isascii() and not listed


def halves(name: str | None, login: str | None) -> tuple[str, str]:
    """First and last name for a form; the last is empty where the order is unknown."""
    first = first_name(name, login)
    family, comma, given = _visible(name).partition(",")
    if comma and given.strip():
        return first, family.strip()
    words = family.split()
    while words and words[0].rstrip(".").lower() in _STYLES:
        words = words[1:]
    if len(words) < 2 or words[0] != first:
        return first, ""
    return first, " ".join(words[1:])


def _visible(name: str | None) -> str:
    """A name without invisible characters around it or in place of its spaces."""
    shown = "".join(" " if unicodedata.category(c) in {"Zs", "Cc"} else c for c in name or "")
    ends = "".join(c for c in shown if unicodedata.category(c) in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(shown.strip(ends + " ").split())
