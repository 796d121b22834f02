"""Names as people write theirs: how to address somebody, and the two halves a form asks for.

It guesses nothing: where a name does not tell its own order it is left whole.
"""

from __future__ import annotations

import unicodedata

_STYLES = {"dr", "prof", "mr", "mrs", "ms", "ing", "dipl", "eng", "sir"}
#: What no name holds: a template's or a spreadsheet's own signs, or markup.
_ODD = set('<>{}[]|\\="“”_%$#*`~^;:!?/@+0123456789')


def first_name(name: str | None, login: str | None) -> str:
    """How to address somebody: the first of several Latin names, otherwise all there is.

    "Wang, Yi" is Yi, "Dr. Jane Roe" is Jane, and of "ZHANG Wei" nobody knows.
    """
    family, comma, given = _visible(name).partition(",")
    words = given.split() if comma and given.strip() else family.split()
    while words and words[0].rstrip(".").lower() in _STYLES:
        words = words[1:]
    if any(_ODD.intersection(word) for word in words):
        return login or ""
    shouted = any(w.isupper() and len(w) > 2 for w in words)
    latin = all(w.isascii() or w[0].isupper() for w in words)
    if len(words) > 1 and latin and not shouted and len(words[0].rstrip(".")) > 2:
        return words[0]
    return " ".join(words) or login or ""


def halves(name: str | None, login: str | None) -> tuple[str, str]:
    """First and last name for a form; the last is empty where nobody knows which it is."""
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
    """A name without the unseen marks that stand around it or replace its spaces."""
    shown = "".join(" " if unicodedata.category(c) in {"Zs", "Cc"} else c for c in name or "")
    ends = "".join(c for c in shown if unicodedata.category(c) in {"Cf", "Cs", "Co", "Cn"})
    return " ".join(shown.strip(ends + " ").split())
