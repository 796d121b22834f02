"""The one matching engine: which contributions answer a text, how well, and by which words.

`search(store, text)` finds contributions, `fit(store, text, ids)` judges given ones. Searches,
openings, `--about`, drafts and compare use it. It never ranks people by itself.
"""

from sourcing.shortlist.matching.indexing import refresh
from sourcing.shortlist.matching.retrieval import Answer, Match, MetWord, Scope, fit, like, search

__all__ = ["Answer", "Match", "MetWord", "Scope", "fit", "like", "refresh", "search"]
