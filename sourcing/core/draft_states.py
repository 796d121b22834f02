"""The life of a draft as one state machine: its states, the actions, and the allowed transitions.

It does not decide whether a draft is honest (`sourcing.outreach.checks`) and stores nothing
(`db.outreach`). An action that the table does not list for a state is refused.
"""

from __future__ import annotations

from enum import StrEnum

from sourcing.core.errors import ConfigError


class DraftStatus(StrEnum):
    """The state of a draft, as the database stores it."""

    PROPOSED = "proposed"
    EDITED = "edited"
    APPROVED = "approved"
    EXPORTED = "exported"
    SENT = "sent"
    REJECTED = "rejected"
    EXPIRED = "expired"


class DraftAction(StrEnum):
    """An action on a draft."""

    OPEN = "open"  # a human opens the cited link
    EDIT = "edit"
    APPROVE = "approve"
    REJECT = "reject"
    EXPORT = "export"
    SEND = "send"
    RECORD_OUTCOME = "record the outcome of"
    EXPIRE = "expire"  # no decision before the expiry date
    REPLACE = "replace"  # another draft replaces it


_S, _A = DraftStatus, DraftAction

#: The state after each allowed action.
TRANSITIONS: dict[DraftStatus, dict[DraftAction, DraftStatus]] = {
    _S.PROPOSED: {
        _A.OPEN: _S.PROPOSED,
        _A.EDIT: _S.EDITED,
        _A.APPROVE: _S.APPROVED,
        _A.REJECT: _S.REJECTED,
        _A.EXPIRE: _S.EXPIRED,
        _A.REPLACE: _S.EXPIRED,
    },
    _S.EDITED: {
        _A.OPEN: _S.EDITED,
        _A.EDIT: _S.EDITED,
        _A.APPROVE: _S.APPROVED,
        _A.REJECT: _S.REJECTED,
        _A.EXPIRE: _S.EXPIRED,
        _A.REPLACE: _S.EXPIRED,
    },
    _S.APPROVED: {
        _A.EDIT: _S.EDITED,
        _A.REJECT: _S.REJECTED,
        _A.EXPORT: _S.EXPORTED,
        _A.SEND: _S.SENT,
        _A.EXPIRE: _S.EXPIRED,
    },
    _S.EXPORTED: {_A.EXPORT: _S.EXPORTED, _A.SEND: _S.SENT},
    _S.SENT: {_A.RECORD_OUTCOME: _S.SENT},
    _S.REJECTED: {},
    _S.EXPIRED: {},
}

#: A human still has to decide.
WAITING = frozenset({_S.PROPOSED, _S.EDITED})
#: A human approved the text, exported or not.
SETTLED = frozenset({_S.APPROVED, _S.EXPORTED, _S.SENT})


def allows(status: DraftStatus, action: DraftAction) -> bool:
    """Whether a draft in this state can take this action."""
    return action in TRANSITIONS[status]


def states_for(action: DraftAction) -> tuple[DraftStatus, ...]:
    """The states in which an action is allowed, in the order of a draft's life."""
    return tuple(status for status in DraftStatus if allows(status, action))


def next_status(number: int, status: DraftStatus, action: DraftAction) -> DraftStatus:
    """The state after an action. Raises ConfigError where the table does not allow it."""
    if not allows(status, action):
        allowed = " or ".join(states_for(action))
        raise ConfigError(
            f"draft {number} is {status}; you can {action} a draft only while it is {allowed}"
        )
    return TRANSITIONS[status][action]
