"""Makes a question from example works: their most distinctive words, those of the title first."""

from __future__ import annotations

import math
from collections import defaultdict
from collections.abc import Sequence
from sqlite3 import Row

from db import Store
from db.ranking import text_index
from sourcing.shortlist.matching import concepts
from sourcing.shortlist.matching.documents import Document
from sourcing.shortlist.matching.query import NEAR, Idea, Question, names_work
from sourcing.shortlist.matching.terms import surface_words

#: The number of words compared, and the least number of contributions in which each occurs.
_MOST_WORDS, _LEAST_WORKS = 12, 2
#: A term in more than this share of all contributions is not distinctive.
_COMMON_SHARE = 0.2


def question_like(store: Store, examples: Sequence[Row]) -> Question:
    """The question with the distinctive words of these works (rows with id, title, body, repo,
    paths)."""
    weights: dict[str, float] = defaultdict(float)
    written: dict[str, str] = {}
    for row in examples:
        templates = text_index.templates(store, row["repo"])
        text = Document.of(row["title"], row["body"], None, templates)
        for term, impact in text.impacts().items():
            weights[term] += impact / len(examples)
        for word, found in surface_words(f"{text.title} {text.body}"):
            if len(found) == 1:
                written.setdefault(found[0], word.lower())
    stored = text_index.frequencies(store, weights)
    total = max(text_index.size(store), 1)
    telling = {
        term: weight * math.log(total / stored[term])
        for term, weight in weights.items()
        if _LEAST_WORKS <= stored.get(term, 0) <= max(_LEAST_WORKS, _COMMON_SHARE * total)
        and (term in written or " " in term)
        and names_work(term)
    }
    chosen = sorted(telling, key=lambda term: (-telling[term], term))[:_MOST_WORDS]
    strongest = max((weights[term] for term in chosen), default=1.0)
    ideas = [
        Idea(written.get(term, term), term, _wordings(term), weights[term] / strongest, 0)
        for term in chosen
    ]
    return Question(tuple(ideas), frozenset())


def _wordings(term: str) -> dict[str, float]:
    found = {same: NEAR for concept in concepts.by_term().get(term, ()) for same in concept.same}
    return found | {term: 1.0}
