"""The actions of a human on a draft: edit, open, approve, reject, send, record the outcome.

The state machine of `sourcing.core.draft_states` allows each action; it is checked against current
facts and logged. It acts on one draft at a time, and it sends nothing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

from db import Store
from db.outreach import draft_changes, drafts
from db.outreach.drafts import StoredDraft
from sourcing.core.draft_states import DraftAction, next_status
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line, has_address
from sourcing.core.times import stamp
from sourcing.outreach import checks
from sourcing.outreach.contact_routes import Route, known, routes
from sourcing.outreach.message import text_hash
from sourcing.outreach.review import OutreachContext, Reviewer
from sourcing.privacy import erasure

OUTCOMES = ("replied", "declined", "complained", "delete", "no answer")
#: Longest body and subject that are stored, in characters.
_BODY, _SUBJECT = 4000, 120


@dataclass(frozen=True, slots=True)
class Desk:
    """The place of a decision: the database, the person who decides, and the time."""

    store: Store
    by: str
    now: datetime

    @property
    def stamp(self) -> str:
        """`now`, as it is stored."""
        return stamp(self.now)


def draft(store: Store, number: int) -> StoredDraft:
    """One draft by its number."""
    found = drafts.get(store, number)
    if found is None:
        raise ConfigError(f"there is no draft {number}; `sourcing drafts list` shows them")
    return found


def drafts_to(store: Store, person: int) -> list[StoredDraft]:
    """The drafts to one person, oldest first."""
    return drafts.of_person(store, person)


def edit(
    desk: Desk, number: int, body: str, subject: str | None = None, seen: str | None = None
) -> None:
    """Replace the text of a draft; confirmations of the old text no longer count.

    `seen` is the hash of the text that the editor started from: if another person has changed the
    draft since, the edit is refused. A text that fails a check is stored and cannot be approved.
    """
    stored = _allowed(desk, number, DraftAction.EDIT)
    _refuse_conflict(stored, seen)
    if has_address(body) or has_address(subject or ""):
        raise ConfigError(
            f"draft {number}: no e-mail address is kept here; write it into the exported file"
        )
    text = clean(body, _BODY)
    if not text:
        raise ConfigError(f"draft {number}: the body is empty; to drop it, reject it")
    line = clean_line(subject or stored.subject, _SUBJECT)
    draft_changes.edit(desk.store, number, line, text, desk.by, desk.stamp)


def record_opened(desk: Desk, number: int) -> None:
    """Record that the person at the desk opened the link."""
    _allowed(desk, number, DraftAction.OPEN)
    draft_changes.record_opened(desk.store, number, desk.by, desk.stamp)


def approve(
    desk: Desk,
    context: OutreachContext,
    number: int,
    confirmed: Collection[int] = (),
    seen: str | None = None,
) -> None:
    """Approve one draft: its link is open, its checks hold, a human confirms the rest.

    `seen` is the hash of the text that was read; the approval covers that text only.
    """
    stored = _allowed(desk, number, DraftAction.APPROVE)
    _refuse_conflict(stored, seen)
    other = drafts.blocking(desk.store, stored.person_id, stored.opening)
    if other and other.id != stored.follows:
        raise ConfigError(f"draft {number}: draft {other.id} to this person is {other.status}")
    found = Reviewer(desk.store, desk.stamp).examine(context, stored)
    if reason := checks.blocking_reason(found):
        raise ConfigError(f"draft {number}: {reason}")
    if stored.opened_at is None:
        raise ConfigError(
            f"open {stored.evidence_url} first; then: sourcing drafts approve {number} --opened"
        )
    questions = checks.open_questions(found)
    asked = [check for check in questions if check.number not in confirmed]
    if asked:
        reasons = "; ".join(f"{check.number}: {check.reason}" for check in asked)
        numbers = ",".join(str(check.number) for check in asked)
        raise ConfigError(
            f"draft {number} asks you: {reasons}{'' if reasons.endswith('?') else '.'} If it holds:"
            f" sourcing drafts approve {number} --opened --confirm {numbers}"
        )
    cap = context.config.outreach.daily_cap
    if drafts.approvals(desk.store, desk.stamp[:10]) >= cap:
        raise ConfigError(
            f"{cap} drafts were approved today, which is [outreach] daily_cap; go on tomorrow"
        )
    answered = stored.confirmed | {check.number for check in questions}
    hash_ = text_hash(stored.subject, stored.body)
    draft_changes.approve(desk.store, number, hash_, answered, desk.by, desk.stamp)


def reject(desk: Desk, number: int, reason: str) -> None:
    """Reject one draft."""
    _allowed(desk, number, DraftAction.REJECT)
    draft_changes.reject(desk.store, number, clean_line(reason, 300), desk.by, desk.stamp)


def record_sent(
    desk: Desk, context: OutreachContext, number: int, via: str, reason: str | None
) -> Route | None:
    """Record the route by which the recruiter sent it; an unclear route needs a reason."""
    stored = _allowed(desk, number, DraftAction.SEND)
    if refused := checks.blocking_reason(Reviewer(desk.store, desk.stamp).examine(context, stored)):
        raise ConfigError(f"draft {number}: {refused}; do not send it")
    if has_address(via) or has_address(reason or ""):
        raise ConfigError('no e-mail address is kept here; say --via "e-mail" and the reason')
    offered = routes(desk.store, stored.person_id)
    route = known(offered, via)
    if (route is None or route.basis == "unclear") and not reason:
        what = f"it is unclear whether {route.url} is meant for work" if route else "not a route"
        there = ", ".join(r.url for r in offered) or "none is known"
        raise ConfigError(
            f"{via}: {what} they offer (offered: {there}); say why it is acceptable with --reason,"
            " or do not write"
        )
    why = clean_line(reason, 300) if reason else None
    name = route.url if route else clean_line(via, 200)
    draft_changes.record_sent(desk.store, number, name, why, desk.by, desk.stamp)
    return route


def record_outcome(desk: Desk, number: int, outcome: str) -> None:
    """Record the outcome of a sent message; only "no answer" can be replaced by a later answer.

    "delete" declines and opens an erasure task, also after another answer.
    """
    stored = _allowed(desk, number, DraftAction.RECORD_OUTCOME)
    if outcome == "delete":
        erasure.request(desk.store, stored.person_id, f"answer to draft {number}", desk.stamp)
        outcome = "declined" if stored.outcome in {None, "no answer"} else stored.outcome or ""
        if outcome == stored.outcome:
            return
    if stored.outcome and stored.outcome != "no answer":
        raise ConfigError(f"draft {number}: {stored.outcome}; that stands")
    draft_changes.record_outcome(desk.store, number, outcome, desk.by, desk.stamp)


def _allowed(desk: Desk, number: int, action: DraftAction) -> StoredDraft:
    stored = draft(desk.store, number)
    next_status(number, stored.status, action)
    return stored


def _refuse_conflict(stored: StoredDraft, seen: str | None) -> None:
    if seen is None or seen == text_hash(stored.subject, stored.body):
        return
    events = f"draft {stored.id}: its text has changed since you opened it"
    raise ConfigError(f"{events}; read it again, then decide")
