"""Sources the config does not name any more, and what goes with them after a while.

Only what nobody else shows is deleted: not what another Source has seen, not what a draft
cites, not a person who is known from elsewhere.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from db.connection import Store


def missed(store: Store, kept: Collection[str], now: str) -> list[str]:
    """Note which Sources are not among `kept`; those that were there the last time."""
    names = json.dumps(list(kept))
    here = "name IN (SELECT value FROM json_each(?))"
    with store.transaction():
        store.conn.execute(
            f"UPDATE sources SET missed_at = NULL WHERE missed_at IS NOT NULL AND {here}", [names]
        )
        rows = store.conn.execute(
            f"UPDATE sources SET missed_at = ? WHERE missed_at IS NULL AND NOT {here}"
            " RETURNING name",
            [now, names],
        ).fetchall()
    return sorted(row["name"] for row in rows)


def let_go(store: Store, before: str) -> list[tuple[str, int]]:
    """Delete the Sources missed since before then; each with how many contributions went."""
    found = []
    rows = store.rows("SELECT id, name FROM sources WHERE missed_at < ? ORDER BY id", before)
    for row in rows:
        with store.transaction():
            found.append((row["name"], _let_go(store, row["id"])))
    return found


def _let_go(store: Store, source: int) -> int:
    """One Source with its credits, joins and runs, and all that no other source shows."""
    conn = store.conn
    conn.execute(
        "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM identities i"
        " JOIN credits k ON k.identity_id = i.id WHERE k.source_id = ?)",
        [source],
    )
    conn.execute(
        "CREATE TEMP TABLE left_over AS SELECT contribution_id AS id FROM source_contributions"
        " WHERE source_id = ?1",
        [source],
    )
    conn.execute(
        "UPDATE identities SET needs_resolution = 1 WHERE id IN ("
        "SELECT a FROM joins WHERE source_id = ?1 UNION SELECT b FROM joins WHERE source_id = ?1)",
        [source],
    )
    conn.execute("DELETE FROM sources WHERE id = ?", [source])
    unseen = (
        "id IN left_over"
        " AND NOT EXISTS (SELECT 1 FROM source_contributions WHERE contribution_id = id)"
    )
    gone = conn.execute(
        f"DELETE FROM contributions WHERE {unseen}"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE contribution_id = contributions.id)"
    ).rowcount
    conn.execute("DROP TABLE left_over")
    conn.execute(
        "DELETE FROM identities WHERE"
        " NOT EXISTS (SELECT 1 FROM credits WHERE identity_id = identities.id)"
        " AND NOT EXISTS (SELECT 1 FROM contributors WHERE identity_id = identities.id)"
        # Whoever somebody dealt with is remembered: a "no" must hold if they turn up again.
        f" AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = person_id AND {_DEALT_WITH})"
    )
    conn.execute(
        f"DELETE FROM persons AS p WHERE NOT {_DEALT_WITH}"
        " AND NOT EXISTS (SELECT 1 FROM identities WHERE person_id = p.id)"
    )
    return gone


_DEALT_WITH = (
    "(p.status <> 'new' OR EXISTS (SELECT 1 FROM notes WHERE person_id = p.id)"
    " OR EXISTS (SELECT 1 FROM drafts WHERE person_id = p.id))"
)
