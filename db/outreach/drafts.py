"""Drafts and their log, for reading.

It does not change a draft (`db.outreach.draft_changes`) and does not judge one.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import dataclass

from db.connection import Store
from sourcing.core.draft_states import SETTLED, DraftStatus


@dataclass(frozen=True, slots=True)
class StoredDraft:
    """A stored draft with its person and the work it cites."""

    id: int
    person_id: int
    opening: str  # the opening's name, or "" for [outreach] alone
    contribution_id: int
    subject: str
    body: str
    status: DraftStatus
    made_at: str
    expires_at: str
    decided_by: str | None
    decided_at: str | None
    #: Why it was rejected, or why an unclear contact route is acceptable.
    reason: str | None
    sent_via: str | None
    sent_at: str | None
    outcome: str | None
    outcome_at: str | None
    opened_at: str | None  # when a human opened the cited link
    opened_by: str | None
    #: The answer of the cited link when it was last requested.
    link: str | None
    #: Numbers of the checks that a human answered for.
    confirmed: frozenset[int]
    #: Why the message says little, or None.
    weak: str | None
    short: bool
    follows: int | None  # the draft that this one follows up
    #: Hash of the approved text; None before an approval and for older databases.
    approved_hash: str | None
    name: str | None
    login: str | None
    aliases: str | None
    person_status: str
    evidence_title: str
    evidence_url: str | None
    evidence_date: str
    evidence_withdrawn: bool  # reverted, or no longer shown by its source

    @property
    def called(self) -> str:
        """The person as a list shows them."""
        return self.name or self.login or f"#{self.person_id}"


@dataclass(frozen=True, slots=True)
class DraftEvent:
    """One line of the log of a draft."""

    at: str
    event: str
    by: str


_DRAFTS = """
SELECT d.*, p.name, p.login, p.aliases, p.status AS person_status,
       c.title AS evidence_title, c.url AS evidence_url, c.at AS evidence_date,
       c.withdrawn_at IS NOT NULL OR c.reverted_by IS NOT NULL AS evidence_withdrawn
FROM drafts d JOIN persons p ON p.id = d.person_id JOIN contributions c ON c.id = d.contribution_id
"""


def _draft(row: sqlite3.Row) -> StoredDraft:
    columns = {name: row[name] for name in StoredDraft.__slots__}
    columns |= {
        "status": DraftStatus(row["status"]),
        "confirmed": frozenset(json.loads(row["confirmed"] or "[]")),
        "short": bool(row["short"]),
        "evidence_withdrawn": bool(row["evidence_withdrawn"]),
    }
    return StoredDraft(**columns)


def _drafts(store: Store, where: str, *values: object) -> list[StoredDraft]:
    return [_draft(row) for row in store.rows(f"{_DRAFTS} {where}", *values)]


def listed(store: Store, status: str | None = None) -> list[StoredDraft]:
    """Drafts in the order they were made: all but the expired ones, or those of one status."""
    if status:
        return _drafts(store, "WHERE d.status = ? ORDER BY d.id", status)
    return _drafts(store, "WHERE d.status <> 'expired' ORDER BY d.id")


def get(store: Store, id_: int) -> StoredDraft | None:
    """One draft with its person and its citation."""
    return next(iter(_drafts(store, "WHERE d.id = ?", id_)), None)


def history(store: Store, id_: int) -> list[DraftEvent]:
    """The log of a draft, oldest first."""
    rows = store.rows("SELECT at, event, by FROM draft_log WHERE draft_id = ? ORDER BY id", id_)
    return [DraftEvent(row["at"], row["event"], row["by"]) for row in rows]


def blocking(store: Store, person: int, opening: str) -> StoredDraft | None:
    """The newest draft that forbids another: already approved, or rejected for this opening."""
    return next(
        iter(
            _drafts(
                store,
                "WHERE d.person_id = ? AND (d.status IN (SELECT value FROM json_each(?))"
                " OR d.status = 'rejected' AND d.opening = ?) ORDER BY d.id DESC LIMIT 1",
                person,
                json.dumps(sorted(SETTLED)),
                opening,
            )
        ),
        None,
    )


def of_person(store: Store, person: int) -> list[StoredDraft]:
    """Every draft to this person, oldest first."""
    return _drafts(store, "WHERE d.person_id = ? ORDER BY d.id", person)


def beside(store: Store, id_: int, person: int, opening: str, limit: int = 40) -> list[StoredDraft]:
    """The newest other drafts for an opening that go to other people.

    A message must not be interchangeable with any of them.
    """
    return _drafts(
        store,
        "WHERE d.opening = ? AND d.id <> ? AND d.person_id <> ?"
        " AND d.status NOT IN ('expired', 'rejected') ORDER BY d.id DESC LIMIT ?",
        opening,
        id_,
        person,
        limit,
    )


def approvals(store: Store, day: str) -> int:
    """How many drafts were approved on a day (YYYY-MM-DD)."""
    return int(
        store.scalar(
            "SELECT count(DISTINCT draft_id) FROM draft_log"
            " WHERE event LIKE 'approved%' AND at LIKE ? || '%'",
            day,
        )
    )


def exported_as(store: Store, layout: str, ids: Iterable[int]) -> set[int]:
    """Which of these drafts a file of this layout already holds."""
    rows = store.rows(
        "SELECT DISTINCT r.draft_id FROM export_rows r JOIN exports e ON e.id = r.export_id"
        " WHERE e.preset = ? AND r.draft_id IN (SELECT value FROM json_each(?))",
        layout,
        json.dumps(list(ids)),
    )
    return {row["draft_id"] for row in rows}
