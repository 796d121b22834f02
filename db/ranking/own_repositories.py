"""Reads the works of a person in the user's own repositories: a mark that is never scored.

It does not decide which sources are the user's own.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class OwnWork:
    """A work in an own repository; `reviewers` are other people who reviewed or merged it."""

    title: str
    url: str | None
    repo: str
    date: str  # YYYY-MM-DD
    part: str  # author, co_author or reviewer
    reviewers: tuple[str, ...]


_WORKS = """
SELECT c.id, c.title, c.url, c.repo, c.number, substr(c.at, 1, 10) AS date, min(k.part) AS part
FROM identities i JOIN credits k ON k.identity_id = i.id
JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
JOIN sources s ON s.id = k.source_id
WHERE i.person_id = ?1 AND s.name IN (SELECT value FROM json_each(?2))
  AND k.part IN ('author', 'co_author', 'reviewer') AND c.repo IS NOT NULL
GROUP BY c.id ORDER BY part, c.at DESC LIMIT ?3
"""
_REVIEWERS = """
SELECT DISTINCT coalesce(p.name, '@' || p.login) AS called
FROM contributions r JOIN credits k ON k.contribution_id = r.id AND k.part IN ('reviewer', 'merger')
JOIN identities i ON i.id = k.identity_id AND NOT i.bot
JOIN persons p ON p.id = i.person_id
WHERE (r.id = ?1 OR r.kind = 'review' AND r.repo = ?2 AND r.number = ?3) AND p.id <> ?4
ORDER BY p.id LIMIT 5
"""


def works(store: Store, person: int, sources: Sequence[str], limit: int) -> list[OwnWork]:
    """The works of a person that these sources show: written ones first, then the newest."""
    return [
        OwnWork(
            row["title"], row["url"], row["repo"], row["date"], row["part"],
            tuple(r["called"] for r in store.rows(_REVIEWERS, row["id"], row["repo"],
                                                  row["number"], person) if r["called"]),
        )
        for row in store.rows(_WORKS, person, json.dumps(list(sources)), limit)
    ]  # fmt: skip
