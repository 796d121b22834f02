"""Updates the text index with the contributions that changed.

An incrementally updated index equals one built at once. It stops between batches on request, and a
kill loses nothing. It does not search.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable

from db import Store
from db.ranking import text_index
from sourcing.shortlist.matching import concepts, documents, terms
from sourcing.shortlist.matching.documents import Document

#: The least number of changes of a repository with a line that belongs to its template.
TEMPLATE_AT = 12
#: The number of contributions indexed in one transaction.
_BATCH = 20_000
#: The greatest stored impact; impacts are whole numbers.
FULL_IMPACT = 255


def refresh(store: Store, stopping: Callable[[], bool] = lambda: False) -> int:
    """Index the queued contributions; return their number."""
    wanted = f"{terms.VERSION} {concepts.version()}"
    if text_index.version(store) != wanted:
        text_index.restart(store, wanted)
    if not text_index.waiting(store):
        return 0
    for repo in text_index.waiting_repositories(store):
        if repo is not None and not stopping():
            _find_templates(store, repo)
    done = 0
    templates: dict[str | None, set[bytes]] = {}
    while not stopping() and (rows := text_index.next_waiting(store, _BATCH)):
        fresh: dict[str, text_index.Postings] = defaultdict(dict)
        chunk = rows[0]["contribution_id"] >> text_index.CHUNK_BITS
        for row in rows:
            if row["id"] is None:
                continue
            if row["repo"] not in templates:
                templates[row["repo"]] = text_index.templates(store, row["repo"])
            text = Document.of(row["title"], row["body"], row["paths"], templates[row["repo"]])
            position = row["id"] & ((1 << text_index.CHUNK_BITS) - 1)
            for term, impact in text.impacts().items():
                fresh[term][position] = max(1, round(FULL_IMPACT * impact))
        text_index.replace(store, chunk, rows, fresh)
        done += len(rows)
    return done


def _find_templates(store: Store, repo: str) -> None:
    """Store lines that became template lines; the contributions with them are queued."""
    bodies = {row["id"]: row["body"] for row in text_index.bodies(store, repo)}
    known = text_index.templates(store, repo)
    fresh = documents.repeated_lines(bodies, TEMPLATE_AT) - known
    if fresh:
        holders = [
            id_
            for id_, body in bodies.items()
            if any(documents.line_hash(line) in fresh for line in body.splitlines())
        ]
        text_index.add_templates(store, repo, fresh, holders)
