"""Sources that were removed from the config, and the deletion of their data after a period.

It deletes only data that no other source shows. It keeps contributions that a draft cites, and
people with work from other sources.
"""

from __future__ import annotations

import json
from collections.abc import Collection

from db.connection import Store


def missed(store: Store, kept: Collection[str], now: str) -> list[str]:
    """Mark the sources that are not in `kept`; returns the newly marked ones."""
    names = json.dumps(list(kept))
    here = "name IN (SELECT value FROM json_each(?))"
    with store.transaction():
        store.conn.execute(
            f"UPDATE sources SET missed_at = NULL WHERE missed_at IS NOT NULL AND {here}",  # nosec B608
            [names],
        )
        rows = store.conn.execute(
            f"UPDATE sources SET missed_at = ? WHERE missed_at IS NULL AND NOT {here}"  # nosec B608
            " RETURNING name",
            [now, names],
        ).fetchall()
    return sorted(row["name"] for row in rows)


def purge(store: Store, before: str) -> list[tuple[str, int]]:
    """Delete the sources removed before then; returns each with its deleted contributions."""
    purged = []
    rows = store.rows("SELECT id, name FROM sources WHERE missed_at < ? ORDER BY id", before)
    for row in rows:
        with store.transaction():
            purged.append((row["name"], _purge(store, row["id"])))
    return purged


def _purge(store: Store, source: int) -> int:
    """Delete one source with its credits, joins, runs and all data that no other source shows."""
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
        f"DELETE FROM contributions WHERE {unseen}"  # nosec B608
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE contribution_id = contributions.id)"
    ).rowcount
    conn.execute("DROP TABLE left_over")
    conn.execute(
        "DELETE FROM identities WHERE"  # nosec B608
        " NOT EXISTS (SELECT 1 FROM credits WHERE identity_id = identities.id)"
        " AND NOT EXISTS (SELECT 1 FROM contributors WHERE identity_id = identities.id)"
        # People with a status, note or draft stay: a "no" must hold if a source shows them again.
        f" AND NOT EXISTS (SELECT 1 FROM persons p WHERE p.id = person_id AND {_DEALT_WITH})"
    )
    conn.execute(
        f"DELETE FROM persons AS p WHERE NOT {_DEALT_WITH}"  # nosec B608
        " AND NOT EXISTS (SELECT 1 FROM identities WHERE person_id = p.id)"
    )
    return gone


_DEALT_WITH = (
    "(p.status <> 'new' OR EXISTS (SELECT 1 FROM notes WHERE person_id = p.id)"
    " OR EXISTS (SELECT 1 FROM drafts WHERE person_id = p.id))"
)
