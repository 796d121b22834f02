"""The verbs of plain.toml: what the first word of a title or sentence does, in its forms.

It knows words, and no grammar: what a whole line says is for `scoring.plain` to tell.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterable, Mapping
from functools import lru_cache
from importlib.resources import files
from typing import Any


@lru_cache(maxsize=1)
def vocabulary() -> dict[str, Any]:
    """The tables of plain.toml, and its verbs in all their forms."""
    data = tomllib.loads((files(__package__) / "plain.toml").read_text(encoding="utf-8"))
    data["words"] = {name: frozenset(entries) for name, entries in data["words"].items()}
    data["past"], data["does"] = _forms(data["verbs"])
    verbs = data["verbs"]
    bare = {
        verb for kind in ("done", "loose", "behaves", "vague", "irregular") for verb in verbs[kind]
    }
    thirds = {verb + "s" for verb in bare - set(verbs["nouns"])}
    data["deeds"] = bare | {_past(verb) for verb in bare} | thirds
    return data


def _forms(verbs: Mapping[str, Any]) -> tuple[dict[str, str], dict[str, str]]:
    """Each form in which a verb opens a title: what it is in the past, or what it is plainly."""
    past: dict[str, str] = {}
    does: dict[str, str] = {}
    for verb in (*verbs["done"], *verbs["loose"]):
        for form in _inflected(verb):
            past[form] = verbs["irregular"].get(verb, _past(verb))
    for verb, told in verbs["irregular"].items():
        if verb not in {*verbs["behaves"], *verbs["either"]}:
            past.update(dict.fromkeys([*_inflected(verb), told], told))
    for verb in (*verbs["behaves"], *verbs["either"]):
        for form in _inflected(verb):
            if form not in past:
                does[form] = verb
    return past, does


def _inflected(verb: str) -> Iterable[str]:
    stem = verb[:-1] if verb.endswith("e") else verb
    third = verb + ("es" if verb.endswith(("s", "x", "ch", "sh")) else "s")
    return (verb, third, _past(verb), stem + "ing", stem + stem[-1] + "ing")


def _past(verb: str) -> str:
    if verb.endswith("e"):
        return verb + "d"
    return verb[:-1] + "ied" if re.search(r"[^aeiou]y$", verb) else verb + "ed"


def tells_a_deed(sentence: str) -> bool:
    """Whether it opens with what was done ("Free the blocks ...", "Added a test ...")."""
    first, after, *_ = [*sentence.split(maxsplit=2)[:2], "", ""]
    if after and first.lower() in {"only", "always", "never", "also"}:
        first, after = after, ""
    table = vocabulary()
    if after.lower() in table["words"]["acting"]:
        return False  # "Rewrite returns nothing": a thing of that name does it
    acts_on = after[:1].isupper() or after.endswith("s") or after in table["words"]["articles"]
    either = acts_on and first.lower() in table["verbs"]["either"]
    return either or first.lower() in table["deeds"]
