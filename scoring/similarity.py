"""The similarity of a text and weighted words: the share of the weight that one passage contains.

Words count only if they are close to each other, in a title or in two neighbouring sentences: a
long text contains most words somewhere. Inflections count as the word. It does not read a database.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache

_WORD = re.compile(r"[^\W_]+")
#: The end of a passage: of a sentence, a paragraph or a list item.
_END = re.compile(r"(?<=[.!?:])\s+|\n\s*\n|\n\s*(?:[-*]|\d+[.)])\s+")
_ENDING = re.compile(r"(?:ational|ations?|ings?|ed|es|s|e|ly)$")


def roots(text: str) -> frozenset[str]:
    """The words of a text without their endings."""
    return frozenset(map(_root, _WORD.findall(text.lower())))


@lru_cache(maxsize=100_000)
def _root(word: str) -> str:
    """A word without its ending; short words stay."""
    stem = _ENDING.sub("", word)
    stem = stem if len(stem) >= 3 else word
    return stem[:-1] if len(stem) > 4 and stem[-1] == stem[-2] else stem


@dataclass(frozen=True, slots=True)
class Text:
    """A text to be compared, with all its roots; most texts contain too few of the words."""

    title: str
    body: str
    roots: frozenset[str]

    @classmethod
    def of(cls, title: str, body: str) -> Text:
        """Title and body, read once."""
        return cls(title, body, roots(f"{title} {body}"))


def fit(weights: Mapping[str, float], text: Text, fewest: int, share: float) -> float:
    """The largest share of the weights in one passage with at least `fewest` of the words; 0 if
    it is less than `share`."""
    wanted = {_root(word.lower()): weight for word, weight in weights.items()}
    enough = share * sum(wanted.values())
    if not enough or sum(wanted[word] for word in wanted.keys() & text.roots) < enough:
        return 0.0
    best = 0.0
    for passage in _passages(text):
        found = wanted.keys() & roots(passage)
        if len(found) >= fewest:
            best = max(best, sum(wanted[word] for word in found))
    return best / sum(wanted.values()) if best >= enough else 0.0


def _passages(text: Text) -> Iterator[str]:
    sentences = _END.split(text.body)
    yield text.title
    yield from (f"{a} {b}" for a, b in zip(sentences, [*sentences[1:], ""], strict=True))
