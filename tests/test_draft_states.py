"""The life of a draft: every allowed transition, and no other."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sourcing.core.draft_states import (
    TRANSITIONS,
    WAITING,
    DraftAction,
    DraftStatus,
    allows,
    next_status,
    states_for,
)
from sourcing.core.errors import ConfigError

FINAL = {DraftStatus.REJECTED, DraftStatus.EXPIRED}


@given(st.sampled_from(DraftStatus), st.sampled_from(DraftAction))
def test_an_action_is_allowed_or_refused_with_the_states_it_needs(
    status: DraftStatus, action: DraftAction
) -> None:
    if allows(status, action):
        assert next_status(7, status, action) == TRANSITIONS[status][action]
        return
    with pytest.raises(ConfigError, match=f"draft 7 is {status}") as caught:
        next_status(7, status, action)
    assert all(state in str(caught.value) for state in states_for(action))


@given(st.lists(st.sampled_from(DraftAction), max_size=12))
def test_nothing_leaves_without_an_approval(actions: list[DraftAction]) -> None:
    status, approved = DraftStatus.PROPOSED, False
    for action in actions:
        if not allows(status, action):
            continue
        if action in {DraftAction.EXPORT, DraftAction.SEND}:
            assert approved
        approved = approved or action == DraftAction.APPROVE
        approved = approved and action != DraftAction.EDIT
        status = next_status(1, status, action)


def test_every_state_is_reached_and_the_last_ones_have_no_way_out() -> None:
    reached = {DraftStatus.PROPOSED}
    for after in TRANSITIONS.values():
        reached |= set(after.values())
    assert reached == set(DraftStatus)
    assert not any(TRANSITIONS[status] for status in FINAL)


def test_an_outcome_needs_a_sent_message() -> None:
    assert states_for(DraftAction.RECORD_OUTCOME) == (DraftStatus.SENT,)


def test_a_human_decides_only_on_waiting_drafts() -> None:
    assert set(states_for(DraftAction.APPROVE)) == WAITING == set(states_for(DraftAction.OPEN))
