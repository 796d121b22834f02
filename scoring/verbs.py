"""Recognises sentences that open with a verb about work that was done ("Free the blocks ...").

It knows the verbs of verbs.toml and their forms. It does not parse grammar.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from functools import cache
from importlib.resources import files


@cache
def _words() -> Mapping[str, frozenset[str]]:
    text = (files(__package__) / "verbs.toml").read_text(encoding="utf-8")
    words = {name: frozenset(entries) for name, entries in tomllib.loads(text).items()}
    base = words["base"]
    thirds = {verb + "s" for verb in base - words["noun_forms"]}
    return words | {"forms": base | {_past(verb) for verb in base} | thirds}


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else verb + "ed"


def opens_with_work(sentence: str) -> bool:
    """True if the sentence opens with work that was done ("Free the blocks", "Added a test")."""
    first, after, *_ = [*sentence.split(maxsplit=2)[:2], "", ""]
    if after and first.lower() in {"only", "always", "never", "also"}:
        first, after = after, ""
    words = _words()
    if after.lower() in words["acting"]:
        return False  # in "Rewrite returns nothing" the first word is a name
    acts_on = after[:1].isupper() or after.endswith("s") or after in words["articles"]
    if _is_imperative(first, after):
        return True
    ambiguous = acts_on and first.lower() in words["ambiguous"]
    return ambiguous or first.lower() in words["forms"]


def _is_imperative(first: str, after: str) -> bool:
    """Whether a word before an article is a verb, because it is none of the words that stand there
    otherwise ("Quiesce the worker")."""
    plain = first.isalpha() and first.isascii() and not first.endswith(("ing", "ly"))
    return (
        plain and after in {"the", "a", "an", "each"} and first.lower() not in _words()["openers"]
    )
