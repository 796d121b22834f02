"""The one matching engine: finds contributions that answer a text, with their fit and the words
met.

`search(store, text)` finds contributions, `fit(store, text, ids)` judges given ones. Searches,
openings, `--about`, drafts and compare use it. It does not rank people.
"""

from sourcing.shortlist.matching.indexing import refresh
from sourcing.shortlist.matching.retrieval import Answer, Match, MetWord, Scope, fit, like, search

__all__ = ["Answer", "Match", "MetWord", "Scope", "fit", "like", "refresh", "search"]
