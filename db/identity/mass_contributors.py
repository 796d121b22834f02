"""Detects and marks identities with more merged changes in one day than a human can make.

It does not delete anything; the shortlist leaves marked people out.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Sequence

from db.connection import Store
from db.ranking.scoring_queue import Written

#: Pull requests, repositories and owners on one day above which a human cannot review the changes.
_MASS = (20, 5, 3)


def detect(written: Sequence[Written]) -> list[int]:
    """Identities with many small changes merged in many projects within one day."""
    many, repos, owners = _MASS
    if len(written) < many:
        return []
    days: dict[tuple[int, str], dict[int, str]] = defaultdict(dict)
    for identity, contribution, at, repo in written:
        days[identity, at[:10]][contribution] = repo
    return [
        identity
        for (identity, _), merged in days.items()
        if len(merged) >= many
        and len(touched := set(merged.values())) >= repos
        and len({repo.rpartition("/")[0] for repo in touched}) >= owners
    ]


def mark(store: Store, accounts: Sequence[int]) -> None:
    """Mark accounts as mass contributors permanently."""
    with store.transaction():
        store.conn.executemany(
            "UPDATE identities SET mass_contributor = 1 WHERE id = ? AND NOT mass_contributor",
            [(id_,) for id_ in accounts],
        )
