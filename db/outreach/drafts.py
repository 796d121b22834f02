"""The life of a draft, and an append-only log of who did what with it.

It keeps what it is told; whether a draft is honest is decided elsewhere. What it may
say and where it may go is read in `db/grounds.py`.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.connection import Store


@dataclass(frozen=True, slots=True)
class Draft:
    """A message to one person for one opening, citing one contribution."""

    person: int
    opening: str
    contribution: int
    subject: str
    body: str
    expires_at: str
    weak: str | None = None
    short: bool = False
    follows: int | None = None


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
            " expires_at, weak, short, follows) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?) RETURNING id",
            [draft.person, draft.opening, draft.contribution, draft.subject, draft.body, now,
             draft.expires_at, draft.weak, draft.short, draft.follows],
        ).fetchone()  # fmt: skip
        _log(store, row["id"], "proposed", by, now)
        _move_on(store, draft.person, "draft", ("new", "reviewing", "shortlisted"))
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


def of_person(store: Store, person: int) -> list[sqlite3.Row]:
    """Every draft there ever was to this person, oldest first."""
    return store.rows(_DRAFTS + " WHERE d.person_id = ? ORDER BY d.id", person)


def beside(store: Store, id_: int, opening: str, limit: int = 40) -> list[sqlite3.Row]:
    """The newest other drafts for an opening, with which one must not be interchangeable."""
    return store.rows(
        _DRAFTS + " WHERE d.opening = ? AND d.id <> ? AND d.status NOT IN ('expired', 'rejected')"
        " AND d.person_id <> ifnull((SELECT person_id FROM drafts WHERE id = ?), 0)"
        " ORDER BY d.id DESC LIMIT ?",
        opening,
        id_,
        id_,
        limit,
    )


def approvals(store: Store, day: str) -> int:
    """How many drafts were approved on a day."""
    return int(
        store.scalar(
            "SELECT count(DISTINCT draft_id) FROM draft_log"
            " WHERE event LIKE 'approved%' AND at LIKE ? || '%'",
            day,
        )
    )


# -- what happens to it ----------------------------------------------------------------------


def edit(store: Store, id_: int, subject: str, body: str, by: str, now: str) -> None:
    """Change the words; whoever had answered for the old ones has not for these."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET subject = ?, body = ?, status = 'edited', confirmed = NULL,"
            " decided_by = NULL, decided_at = NULL WHERE id = ?",
            [subject, body, id_],
        )
        _log(store, id_, "edited", by, now)


def opened(store: Store, id_: int, by: str, now: str) -> None:
    """Note that a human has opened the link of what is cited."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET opened_at = ?, opened_by = ? WHERE id = ?", [now, by, id_]
        )
        _log(store, id_, "link opened", by, now)


def asked(store: Store, id_: int, answer: str) -> None:
    """Note what the link of what is cited answered."""
    with store.transaction():
        store.conn.execute("UPDATE drafts SET link = ? WHERE id = ?", [answer, id_])


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
            _move_on(store, person, "approved", ("new", "reviewing", "shortlisted", "draft"))


def confirm(store: Store, id_: int, numbers: Iterable[int], by: str, now: str) -> None:
    """Note which checks a human has answered for."""
    answered = sorted(set(numbers))
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET confirmed = ? WHERE id = ?", [json.dumps(answered), id_]
        )
        for number in answered:
            _log(store, id_, f"check {number} answered for", by, now)


def sent(store: Store, id_: int, via: str, reason: str | None, by: str, now: str) -> None:
    """Note that the recruiter has sent it, and by which route."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET status = 'sent', sent_via = ?, sent_at = ?,"
            " reason = coalesce(?, reason) WHERE id = ?",
            [via, now, reason, id_],
        )
        _log(store, id_, "sent", by, now)
        person = store.scalar("SELECT person_id FROM drafts WHERE id = ?", id_)
        store.conn.execute(
            "UPDATE persons SET noticed_at = coalesce(noticed_at, ?) WHERE id = ?", [now, person]
        )
        _move_on(store, person, "contacted", _BEFORE_CONTACT)


#: What an outcome makes of the person; a "no" of either kind is never asked again.
_AFTERWARDS = {
    "replied": "replied",
    "declined": "do not contact",
    "complained": "do not contact",
    "no answer": None,
}


def outcome(store: Store, id_: int, what: str, by: str, now: str) -> None:
    """Note what came of it; a "no" holds for good."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET outcome = ?, outcome_at = ? WHERE id = ?", [what, now, id_]
        )
        _log(store, id_, what, by, now)
        person = store.scalar("SELECT person_id FROM drafts WHERE id = ?", id_)
        if status := _AFTERWARDS[what]:
            if status == "do not contact":
                _expire_others(store, person, id_, by, now)
            store.conn.execute(
                "UPDATE persons SET status = ? WHERE id = ? AND status <> 'do not contact'",
                [status, person],
            )


_BEFORE_CONTACT = ("new", "reviewing", "shortlisted", "draft", "approved", "exported")


def _move_on(store: Store, person: int, status: str, from_: Sequence[str]) -> None:
    """Let a person's status follow what is done, unless a human has set it further."""
    store.conn.execute(
        "UPDATE persons SET status = ?1 WHERE id = ?2"
        " AND status IN (SELECT value FROM json_each(?3))",
        [status, person, json.dumps(list(from_))],
    )


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


def expire(store: Store, now: str, by: str) -> int:
    """Let go of what nobody has decided on in time; how many."""
    with store.transaction():
        old = store.rows(
            "SELECT id FROM drafts WHERE status IN ('proposed', 'edited', 'approved')"
            " AND expires_at < ?",
            now,
        )
        for row in old:
            store.conn.execute("UPDATE drafts SET status = 'expired' WHERE id = ?", [row["id"]])
            _log(store, row["id"], "expired", by, now)
    return len(old)


#: The layout of a file that is to be read and brought back, not sent from.
REVIEW = "review"


def exported(store: Store, ids: Sequence[int], path: str, preset: str, by: str, now: str) -> None:
    """Note which file holds whom; approved drafts become exported ones, but not for review."""
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
        if preset != REVIEW:
            store.conn.execute(
                "UPDATE drafts SET status = 'exported' WHERE status = 'approved'"
                " AND id IN (SELECT value FROM json_each(?))",
                [batch],
            )
        for draft in store.rows(
            "SELECT id, status, person_id FROM drafts WHERE id IN (SELECT value FROM json_each(?))",
            batch,
        ):
            out = preset != REVIEW and draft["status"] == "exported"
            _log(store, draft["id"], "exported" if out else "exported for review", by, now)
            if out:
                _move_on(store, draft["person_id"], "exported", _BEFORE_CONTACT[:-1])


def _log(store: Store, draft: int, event: str, by: str, now: str) -> None:
    store.conn.execute(
        "INSERT INTO draft_log (draft_id, at, event, by) VALUES (?, ?, ?, ?)",
        [draft, now, event, by],
    )
