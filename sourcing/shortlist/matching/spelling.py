"""Replaces words of a question that occur nowhere by the nearest words that occur.

Nearness is the edit distance (optimal string alignment, from rapidfuzz). Compound words are split
or joined where the parts are known. Words of the synonym file are left as they are.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from rapidfuzz import process
from rapidfuzz.distance import OSA

from db import Store
from db.ranking import text_index
from sourcing.shortlist.matching import concepts
from sourcing.shortlist.matching.query import NEAR, Idea, Question

#: The least number of contributions with a word that replaces another.
_LEAST = 3
#: The least length of a corrected word, and of a word with two errors.
_SHORTEST, _TWO_SLIPS = 4, 8
#: The shortest part of a compound word.
_SHORTEST_PART = 3


def corrected(store: Store, question: Question) -> tuple[Question, Mapping[str, str]]:
    """The question with misspelt words replaced, and the replacement of each."""
    stored = text_index.frequencies(store, question.terms())
    ideas, taken = [], {}
    for idea in question.ideas:
        unknown = len(idea.wordings) == 1 and idea.main not in stored and idea.main.isascii()
        meant = _meant(store, idea.main) if unknown and len(idea.main) >= _SHORTEST else {}
        if meant:
            taken[idea.asked] = " ".join(meant)
            ideas.append(_as(idea, meant))
        else:
            ideas.append(idea)
    return replace(question, ideas=tuple(ideas)), taken


def _as(idea: Idea, meant: dict[str, float]) -> Idea:
    """The idea with the wordings of the replacement."""
    wordings: dict[str, float] = {}
    for term in meant:
        for concept in concepts.by_term().get(term, ()):
            wordings |= dict.fromkeys(concept.same, NEAR)
    return replace(idea, main=next(iter(meant)), wordings=wordings | meant)


def _meant(store: Store, term: str) -> dict[str, float]:
    """Wordings by weight: the parts of a compound, or the nearest word; empty if none is near."""
    slips = 2 if len(term) >= _TWO_SLIPS else 1
    lengths = (len(term) - slips, len(term) + slips)
    known = text_index.vocabulary(store, term[0], lengths, _LEAST)
    words = {word for word in concepts.by_term() if word[0] == term[0] and " " not in word}
    found = process.extract(
        term, sorted(words | set(known)), scorer=OSA.distance, score_cutoff=slips, limit=20
    )
    if found:
        nearest = min(found, key=lambda hit: (hit[1], -known.get(hit[0], 0), hit[0]))
        return {nearest[0]: 1.0}
    return dict.fromkeys(_parts(store, term), 1.0)


def _parts(store: Store, term: str) -> tuple[str, ...]:
    """A compound word split into two known words; of several splits the most frequent."""
    splits = [
        (term[:at], term[at:]) for at in range(_SHORTEST_PART, len(term) - _SHORTEST_PART + 1)
    ]
    stored = text_index.frequencies(store, {part for split in splits for part in split})
    known = [s for s in splits if all(stored.get(part, 0) >= _LEAST for part in s)]
    return max(known, key=lambda s: min(stored[part] for part in s), default=())
