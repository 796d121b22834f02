"""What people say against being written to, in their own words."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable

from db.connection import Store


def bios(store: Store, after: int, limit: int) -> list[sqlite3.Row]:
    """New or changed identities that have a bio, or refused in one before."""
    return store.rows(
        "SELECT id, ifnull(bio, '') AS bio, url FROM identities i WHERE needs_resolution AND"
        " NOT bot"
        " AND purged_at IS NULL AND id > ? AND (bio IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM objections WHERE identity_id = i.id AND place = 'profile'))"
        " ORDER BY id LIMIT ?",
        after,
        limit,
    )


def heard(
    store: Store, said: Iterable[tuple[int, str | None, str | None]], place: str, now: str
) -> None:
    """Note what these identities say there now; None takes back what they said."""
    with store.transaction():
        for identity, quote, url in said:
            if quote is None:
                store.conn.execute(
                    "DELETE FROM objections WHERE identity_id = ? AND place = ?", [identity, place]
                )
                continue
            store.conn.execute(
                "INSERT INTO objections VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET quote = excluded.quote, place = excluded.place, url = excluded.url,"
                " seen_at = excluded.seen_at WHERE quote <> excluded.quote",
                [identity, quote, place, url, now],
            )


def obey(store: Store) -> None:
    """Whoever refuses is not to be contacted; a human may set that otherwise, not we."""
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET status = 'do not contact' WHERE status NOT IN"
            " ('do not contact', 'declined') AND id IN (SELECT i.person_id FROM objections o"
            " JOIN identities i ON i.id = o.identity_id)"
        )
