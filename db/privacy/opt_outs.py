"""Stores opt-outs ("no recruiters") as quotes from profiles and sites.

It does not recognise them; `sourcing.privacy.opt_out` does.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class Bio:
    """The profile text of an identity; empty if the profile no longer shows one."""

    identity_id: int
    text: str
    url: str | None


@dataclass(frozen=True, slots=True)
class OptOut:
    """The clause with which an identity opts out, and its page. `quote` None: there is none."""

    identity_id: int
    quote: str | None
    url: str | None


def bios_to_check(store: Store, after: int, limit: int) -> list[Bio]:
    """New or changed identities with a bio, or with an opt-out from an earlier bio."""
    rows = store.rows(
        "SELECT id, ifnull(bio, '') AS bio, url FROM identities i WHERE needs_resolution"
        " AND NOT bot AND purged_at IS NULL AND id > ? AND (bio IS NOT NULL"
        " OR EXISTS (SELECT 1 FROM objections WHERE identity_id = i.id AND place = 'profile'))"
        " ORDER BY id LIMIT ?",
        after,
        limit,
    )
    return [Bio(row["id"], row["bio"], row["url"]) for row in rows]


def record(store: Store, opt_outs: Iterable[OptOut], place: str, now: str) -> None:
    """Store the opt-outs of one place ("profile", "site"); without a quote, delete the old one."""
    with store.transaction():
        for one in opt_outs:
            if one.quote is None:
                store.conn.execute(
                    "DELETE FROM objections WHERE identity_id = ? AND place = ?",
                    [one.identity_id, place],
                )
                continue
            store.conn.execute(
                "INSERT INTO objections VALUES (?, ?, ?, ?, ?) ON CONFLICT DO UPDATE"
                " SET quote = excluded.quote, place = excluded.place, url = excluded.url,"
                " seen_at = excluded.seen_at WHERE quote <> excluded.quote",
                [one.identity_id, one.quote, place, one.url, now],
            )


def apply_to_status(store: Store) -> None:
    """Set the status of people who opt out to "do not contact"."""
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET status = 'do not contact' WHERE status NOT IN"
            " ('do not contact', 'declined') AND id IN (SELECT i.person_id FROM objections o"
            " JOIN identities i ON i.id = o.identity_id)"
        )
