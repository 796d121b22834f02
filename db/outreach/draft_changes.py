"""Changes to drafts, each one transaction with its line in the append-only log.

The caller decides which transition is allowed (`sourcing.core.draft_states`) and whether a text is
honest (`sourcing.outreach`). A person's status follows, unless a human has set it further.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from db.connection import Store
from sourcing.core.draft_states import DraftAction, DraftStatus, states_for

#: The layout of a file that is edited and imported again, and never sent.
REVIEW = "review"
#: Statuses of a person that a sent message moves on.
_BEFORE_CONTACT = ("new", "reviewing", "shortlisted", "draft", "approved", "exported")
#: The status of a person after an outcome; a refusal of either kind is final.
_STATUS_AFTER = {
    "replied": "replied",
    "declined": "do not contact",
    "complained": "do not contact",
    "no answer": None,
}


@dataclass(frozen=True, slots=True)
class NewDraft:
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


def propose(store: Store, draft: NewDraft, by: str, now: str) -> int:
    """Store a new draft; undecided drafts to the same person expire. Returns its number."""
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


def edit(store: Store, id_: int, subject: str, body: str, by: str, now: str) -> None:
    """Replace the text; the confirmations of the old text no longer count."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET subject = ?, body = ?, status = 'edited', confirmed = NULL,"
            " approved_hash = NULL, decided_by = NULL, decided_at = NULL WHERE id = ?",
            [subject, body, id_],
        )
        _log(store, id_, "edited", by, now)


def record_opened(store: Store, id_: int, by: str, now: str) -> None:
    """Record that a human opened the link of the cited work."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET opened_at = ?, opened_by = ? WHERE id = ?", [now, by, id_]
        )
        _log(store, id_, "link opened", by, now)


def record_link(store: Store, id_: int, answer: str) -> None:
    """Record the answer of the link of the cited work."""
    with store.transaction():
        store.conn.execute("UPDATE drafts SET link = ? WHERE id = ?", [answer, id_])


def approve(
    store: Store, id_: int, text_hash: str, confirmed: Iterable[int], by: str, now: str
) -> None:
    """Approve one draft: the text with this hash, and the checks a human answers for."""
    answered = sorted(set(confirmed))
    with store.transaction():
        if answered:
            store.conn.execute(
                "UPDATE drafts SET confirmed = ? WHERE id = ?", [json.dumps(answered), id_]
            )
        for number in answered:
            _log(store, id_, f"check {number} answered for", by, now)
        store.conn.execute(
            "UPDATE drafts SET status = 'approved', decided_by = ?, decided_at = ?,"
            " approved_hash = ? WHERE id = ?",
            [by, now, text_hash, id_],
        )
        _log(store, id_, "approved", by, now)
        person = _person(store, id_)
        _expire_others(store, person, id_, by, now)
        _move_on(store, person, "approved", ("new", "reviewing", "shortlisted", "draft"))


def reject(store: Store, id_: int, reason: str, by: str, now: str) -> None:
    """Reject one draft."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET status = 'rejected', decided_by = ?, decided_at = ?, reason = ?"
            " WHERE id = ?",
            [by, now, reason, id_],
        )
        _log(store, id_, "rejected", by, now)


def record_sent(store: Store, id_: int, via: str, reason: str | None, by: str, now: str) -> None:
    """Record that the recruiter sent it, and by which route."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET status = 'sent', sent_via = ?, sent_at = ?,"
            " reason = coalesce(?, reason) WHERE id = ?",
            [via, now, reason, id_],
        )
        _log(store, id_, "sent", by, now)
        person = _person(store, id_)
        store.conn.execute(
            "UPDATE persons SET noticed_at = coalesce(noticed_at, ?) WHERE id = ?", [now, person]
        )
        _move_on(store, person, "contacted", _BEFORE_CONTACT)


def record_outcome(store: Store, id_: int, outcome: str, by: str, now: str) -> None:
    """Record the outcome; after a refusal the person is not contacted again."""
    with store.transaction():
        store.conn.execute(
            "UPDATE drafts SET outcome = ?, outcome_at = ? WHERE id = ?", [outcome, now, id_]
        )
        _log(store, id_, outcome, by, now)
        person = _person(store, id_)
        if status := _STATUS_AFTER[outcome]:
            if status == "do not contact":
                _expire_others(store, person, id_, by, now)
            store.conn.execute(
                "UPDATE persons SET status = ? WHERE id = ? AND status <> 'do not contact'",
                [status, person],
            )


def expire(store: Store, now: str, by: str) -> int:
    """Expire the drafts that no human decided on in time; returns their number."""
    with store.transaction():
        late = store.rows(
            "SELECT id FROM drafts WHERE status IN (SELECT value FROM json_each(?))"
            " AND expires_at < ?",
            json.dumps(states_for(DraftAction.EXPIRE)),
            now,
        )
        for row in late:
            _expire(store, row["id"], "expired", by, now)
    return len(late)


def record_export(
    store: Store, ids: Sequence[int], path: str, layout: str, by: str, now: str
) -> None:
    """Record which file holds whom; approved drafts become exported, except for review."""
    with store.transaction():
        row = store.conn.execute(
            "INSERT INTO exports (at, by, path, preset) VALUES (?, ?, ?, ?) RETURNING id",
            [now, by, path, layout],
        ).fetchone()
        batch = json.dumps(list(ids))
        store.conn.execute(
            "INSERT INTO export_rows SELECT ?, id, person_id FROM drafts"
            " WHERE id IN (SELECT value FROM json_each(?))",
            [row["id"], batch],
        )
        if layout != REVIEW:
            store.conn.execute(
                "UPDATE drafts SET status = 'exported' WHERE status = 'approved'"
                " AND id IN (SELECT value FROM json_each(?))",
                [batch],
            )
        for draft in store.rows(
            "SELECT id, status, person_id FROM drafts WHERE id IN (SELECT value FROM json_each(?))",
            batch,
        ):
            left = layout != REVIEW and draft["status"] == DraftStatus.EXPORTED
            _log(store, draft["id"], "exported" if left else "exported for review", by, now)
            if left:
                _move_on(store, draft["person_id"], "exported", _BEFORE_CONTACT[:-1])


def _person(store: Store, id_: int) -> int:
    return int(store.scalar("SELECT person_id FROM drafts WHERE id = ?", id_))


def _move_on(store: Store, person: int, status: str, before: Sequence[str]) -> None:
    """Move a person's status forward, unless a human has set it further."""
    store.conn.execute(
        "UPDATE persons SET status = ?1 WHERE id = ?2"
        " AND status IN (SELECT value FROM json_each(?3))",
        [status, person, json.dumps(list(before))],
    )


def _expire_others(store: Store, person: int, id_: int, by: str, now: str) -> None:
    """One person gets one message: the other undecided drafts to this person expire."""
    for old in store.rows(
        "SELECT id FROM drafts WHERE person_id = ? AND id <> ?"
        " AND status IN (SELECT value FROM json_each(?))",
        person,
        id_,
        json.dumps(states_for(DraftAction.REPLACE)),
    ):
        _expire(store, old["id"], "replaced", by, now)


def _expire(store: Store, id_: int, event: str, by: str, now: str) -> None:
    store.conn.execute("UPDATE drafts SET status = 'expired' WHERE id = ?", [id_])
    _log(store, id_, event, by, now)


def _log(store: Store, draft: int, event: str, by: str, now: str) -> None:
    store.conn.execute(
        "INSERT INTO draft_log (draft_id, at, event, by) VALUES (?, ?, ?, ?)",
        [draft, now, event, by],
    )
