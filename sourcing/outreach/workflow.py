"""What a human does with a draft: edit, open its link, approve, reject, send, say what came of it.

Each act is looked at once more as things stand now, and logged. Nothing is done for many drafts at
once, and nothing is ever sent from here.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from sqlite3 import Row

from db import Store
from db.outreach import drafts
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line, has_address
from sourcing.core.times import stamp
from sourcing.outreach import checks, propose
from sourcing.outreach.contact_routes import Route, known, routes
from sourcing.outreach.propose import Brief
from sourcing.privacy.contact_policy import NOES

OUTCOMES = ("replied", "declined", "complained", "no answer")
#: Longest body and subject that are taken; far more than anybody would read.
_BODY, _SUBJECT = 4000, 120


@dataclass(frozen=True, slots=True)
class Desk:
    """Where a human decides: the database, who decides, and when."""

    store: Store
    by: str
    now: datetime

    @property
    def stamp(self) -> str:
        """`now`, as it is stored."""
        return stamp(self.now)


def draft(store: Store, number: int) -> Row:
    """One draft by its number."""
    found = drafts.get(store, number)
    if found is None:
        raise ConfigError(f"there is no draft {number}; `sourcing drafts list` shows them")
    return found


def edit(desk: Desk, number: int, body: str, subject: str | None = None) -> None:
    """Put other words in place of a draft's; who had answered for the old ones has not for these.

    Words that fail a check are kept, and said: they cannot be approved.
    """
    row = draft(desk.store, number)
    if row["status"] not in {"proposed", "edited", "approved"}:
        raise ConfigError(f"draft {number} is {row['status']}; it cannot be changed any more")
    if has_address(body) or has_address(subject or ""):
        raise ConfigError(
            f"draft {number}: no e-mail address is kept here; write it into the exported file"
        )
    words = clean(body, _BODY)
    if not words:
        raise ConfigError(f"draft {number}: the body is empty; to drop it, reject it")
    drafts.edit(
        desk.store, number, clean_line(subject or row["subject"], _SUBJECT), words, desk.by,
        desk.stamp,
    )  # fmt: skip


def opened(desk: Desk, number: int) -> None:
    """Note that the link was opened by whoever is at the desk."""
    _open(desk, number, "opened")
    drafts.opened(desk.store, number, desk.by, desk.stamp)


def approve(desk: Desk, brief: Brief, number: int, confirmed: Collection[int] = ()) -> None:
    """Approve one draft whose link was opened, answering for what only a human can judge."""
    row = _open(desk, number, "approved")
    other = drafts.settled_for(desk.store, row["person_id"], row["opening"])
    if other and other["id"] != row["follows"]:
        raise ConfigError(
            f"draft {number}: draft {other['id']} to this person is {other['status']}"
        )
    found = propose.examine(desk.store, brief, row, desk.stamp)
    if reason := checks.fault(found):
        raise ConfigError(f"draft {number}: {reason}")
    if row["opened_at"] is None:
        raise ConfigError(
            f"open {row['evidence_url']} first; then: sourcing drafts approve {number} --opened"
        )
    asked = [check for check in checks.open_questions(found) if check.number not in confirmed]
    if asked:
        reasons = "; ".join(f"{check.number}: {check.reason}" for check in asked)
        numbers = ",".join(str(check.number) for check in asked)
        raise ConfigError(
            f"draft {number} asks you: {reasons}{'' if reasons.endswith('?') else '.'} If it holds:"
            f" sourcing drafts approve {number} --opened --confirm {numbers}"
        )
    cap = brief.config.outreach.daily_cap
    if drafts.approvals(desk.store, desk.stamp[:10]) >= cap:
        raise ConfigError(
            f"{cap} drafts were approved today, which is [outreach] daily_cap; go on tomorrow"
        )
    answered = {check.number for check in checks.open_questions(found)}
    if answered:
        drafts.confirm(desk.store, number, answered, desk.by, desk.stamp)
    drafts.decide(desk.store, number, "approved", desk.by, desk.stamp)


def reject(desk: Desk, number: int, reason: str) -> None:
    """Reject one draft."""
    row = draft(desk.store, number)
    if row["status"] not in {"proposed", "edited", "approved"}:
        raise ConfigError(f"draft {number} is already {row['status']}")
    drafts.decide(desk.store, number, "rejected", desk.by, desk.stamp, clean_line(reason, 300))


def sent(desk: Desk, brief: Brief, number: int, via: str, reason: str | None) -> Route | None:
    """Note by which route the recruiter has sent it; an unclear route asks for a reason."""
    row = draft(desk.store, number)
    if row["status"] not in {"approved", "exported"}:
        raise ConfigError(f"draft {number} is {row['status']}; only an approved one is sent")
    if refused := checks.fault(propose.examine(desk.store, brief, row, desk.stamp)):
        raise ConfigError(f"draft {number}: {refused}; do not send it")
    if has_address(via) or has_address(reason or ""):
        raise ConfigError('no e-mail address is kept here; say --via "e-mail" and the reason')
    offered = routes(desk.store, row["person_id"])
    route = known(offered, via)
    if (route is None or route.basis == "unclear") and not reason:
        what = f"how {route.url} is meant is unclear" if route else "it is no route they offer"
        there = ", ".join(r.url for r in offered) or "none is known"
        raise ConfigError(
            f"{via}: {what} (offered: {there}); say why it is acceptable with --reason, or"
            " do not write"
        )
    told = clean_line(reason, 300) if reason else None
    name = route.url if route else clean_line(via, 200)
    drafts.sent(desk.store, number, name, told, desk.by, desk.stamp)
    return route


def outcome(desk: Desk, number: int, what: str) -> None:
    """Note what came of a message."""
    row = draft(desk.store, number)
    if row["status"] not in {"sent", "exported"}:
        raise ConfigError(f"draft {number} is {row['status']}; it was never sent")
    if row["outcome"] in NOES:
        raise ConfigError(f"draft {number}: {row['outcome']}; that stands")
    drafts.outcome(desk.store, number, what, desk.by, desk.stamp)


def _open(desk: Desk, number: int, done: str) -> Row:
    row = draft(desk.store, number)
    if row["status"] not in {"proposed", "edited"}:
        raise ConfigError(f"draft {number} is {row['status']}; only a proposed one is {done}")
    return row
