"""How well a passage of text answers to weighted words: the share of their weight found together.

Words count where they stand close to each other, in a title or in two neighbouring sentences: a
long text holds all words somewhere. Inflections count as the word. It reads no store.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

_WORD = re.compile(r"[^\W_]+")
#: Where a passage ends: a sentence, a paragraph, an item of a list.
_END = re.compile(r"(?<=[.!?:])\s+|\n\s*\n|\n\s*(?:[-*]|\d+[.)])\s+")
_ENDING = re.compile(r"(?:ational|ation|ations|ings?|ed|es|s|e|ly)$")


def root(word: str) -> str:
    """A word without its ending; short words stay."""
    word = word.lower()
    stem = _ENDING.sub("", word)
    stem = stem if len(stem) >= 3 else word
    return stem[:-1] if len(stem) > 4 and stem[-1] == stem[-2] else stem


def fit(weights: Mapping[str, float], title: str, body: str, fewest: int) -> float:
    """The largest share of the weights in one passage with at least `fewest` of the words."""
    total = sum(weights.values())
    wanted = {root(word): weight for word, weight in weights.items()}
    best = 0.0
    for passage in _passages(title, body):
        found = wanted.keys() & {root(word) for word in _WORD.findall(passage)}
        if len(found) >= fewest:
            best = max(best, sum(wanted[word] for word in found))
    return best / total if total else 0.0


def _passages(title: str, body: str) -> Iterable[str]:
    sentences = _END.split(body)
    yield title
    yield from (f"{a} {b}" for a, b in zip(sentences, [*sentences[1:], ""], strict=True))
