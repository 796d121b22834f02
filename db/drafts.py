"""The life of a draft, and an append-only log of who did what with it.

It keeps what it is told; whether a draft is honest is decided elsewhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.store import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to one person for one opening, citing one contribution."""

    person: int
    opening: str
    contribution: int
    subject: str
    body: str
    expires_at: str


_DRAFTS = """
SELECT d.*, p.name, p.login, p.aliases, p.status AS person_status,
       c.title AS evidence_title, c.url AS evidence_url, c.at AS evidence_date,
       c.withdrawn_at IS NOT NULL OR c.reverted_by IS NOT NULL AS evidence_fell
FROM drafts d JOIN persons p ON p.id = d.person_id JOIN contributions c ON c.id = d.contribution_id
"""


def propose(store: Store, draft: Draft, by: str, now: str) -> int:
    """Store a new draft; those nobody has decided on yet give way to it."""
    with store.transaction():
        _expire_others(store, draft.person, 0, by, now)
        row = store.conn.execute(
            "INSERT INTO drafts (person_id, opening, contribution_id, subject, body, made_at,"
            " expires_at) VALUES (?, ?, ?, ?, ?, ?, ?) RETURNING id",
            [draft.person, draft.opening, draft.contribution, draft.subject, draft.body, now,
             draft.expires_at],
        ).fetchone()  # fmt: skip
        _log(store, row["id"], "proposed", by, now)
    return int(row["id"])


def listed(store: Store, status: str | None = None) -> list[sqlite3.Row]:
    """Drafts in the order they were made, all that live or those of one status."""
    if status:
        return store.rows(_DRAFTS + " WHERE d.status = ? ORDER BY d.id", status)
    return store.rows(_DRAFTS + " WHERE d.status <> 'expired' ORDER BY d.id")


def get(store: Store, id_: int) -> sqlite3.Row | None:
    """One draft with its person and what it cites."""
    rows = store.rows(_DRAFTS + " WHERE d.id = ?", id_)
    return rows[0] if rows else None


def history(store: Store, id_: int) -> list[sqlite3.Row]:
    """What was done with a draft, oldest first."""
    return store.rows("SELECT at, event, by FROM draft_log WHERE draft_id = ? ORDER BY id", id_)


def settled_for(store: Store, person: int, opening: str) -> sqlite3.Row | None:
    """The draft that stands in the way of another: on its way already, or rejected for this."""
    rows = store.rows(
        "SELECT * FROM drafts WHERE person_id = ? AND (status IN ('approved', 'exported', 'sent')"
        " OR status = 'rejected' AND opening = ?) ORDER BY id DESC LIMIT 1",
        person,
        opening,
    )
    return rows[0] if rows else None


def decide(
    store: Store, id_: int, status: str, by: str, now: str, reason: str | None = None
) -> None:
    """Approve or reject one draft."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET status = ?, decided_by = ?, decided_at = ?, reason = ? WHERE id = ?",
            [status, by, now, reason, id_],
        )
        _log(store, id_, status, by, now)
        if status == "approved":
            person = store.scalar("SELECT person_id FROM drafts WHERE id = ?", id_)
            _expire_others(store, person, id_, by, now)


def _expire_others(store: Store, person: int, id_: int, by: str, now: str) -> None:
    """One human gets one message: what else waits for this person gives way."""
    for old in store.rows(
        "SELECT id FROM drafts WHERE person_id = ? AND id <> ?"
        " AND status IN ('proposed', 'edited')",
        person,
        id_,
    ):
        store.conn.execute("UPDATE drafts SET status = 'expired' WHERE id = ?", [old["id"]])
        _log(store, old["id"], "replaced", by, now)


def exported(store: Store, ids: Sequence[int], path: str, preset: str, by: str, now: str) -> None:
    """Note which file holds whom; approved drafts become exported ones."""
    with store.transaction():
        row = store.conn.execute(
            "INSERT INTO exports (at, by, path, preset) VALUES (?, ?, ?, ?) RETURNING id",
            [now, by, path, preset],
        ).fetchone()
        batch = json.dumps(list(ids))
        store.conn.execute(
            "INSERT INTO export_rows SELECT ?, id, person_id FROM drafts"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [row["id"], batch],
        )
        store.conn.execute(
            "UPDATE drafts SET status = 'exported' WHERE status = 'approved'"
            " AND id IN (SELECT value FROM json_each(?))",
            [batch],
        )
        for row in store.rows(
            "SELECT id, status FROM drafts WHERE id IN (SELECT value FROM json_each(?))", batch
        ):
            event = "exported" if row["status"] == "exported" else "exported for review"
            _log(store, row["id"], event, by, now)


def _log(store: Store, draft: int, event: str, by: str, now: str) -> None:
    store.conn.execute(
        "INSERT INTO draft_log (draft_id, at, event, by) VALUES (?, ?, ?, ?)",
        [draft, now, event, by],
    )
