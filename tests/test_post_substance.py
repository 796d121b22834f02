"""Posts as evidence: telling of work counts, announcing and advertising little."""

import pytest

from scoring import classify
from scoring.change import Change

WORK = (
    "We ran the queue at twice its load and measured p99 latency before and after the fix. The"
    " race in the retry path had lost jobs for weeks; a regression test now fails without it. "
) * 6


def worth(title: str, form: str = "post") -> float:
    return classify(Change(title, WORK, form=form)).substance  # type: ignore[arg-type]  # by name


@pytest.mark.parametrize(
    "title",
    [
        "Why the queue filled up at night",
        "Lessons from an outage: Kiln 2.0 in production",
        "How we chose a benchmark, announced late",
        "Running Kiln 2.0 under load",
    ],
)
def test_a_post_that_tells_of_work_keeps_its_worth(title: str) -> None:
    assert worth(title) > 1


@pytest.mark.parametrize(
    "title",
    ["Kiln 2.0: faster queues", "Announcing Kiln", "Introducing retries", "Kiln.jl 5.2 and 5.3"],
)
def test_an_announcement_is_worth_little(title: str) -> None:
    assert 0 < worth(title) <= 1
    assert "title: announces" in classify(Change(title, WORK, form="post")).reasons


@pytest.mark.parametrize(
    "title", ["We are hiring engineers", "Join our workshop on queues", "My year at Kiln"]
)
def test_an_advertisement_is_no_evidence(title: str) -> None:
    assert not classify(Change(title, WORK, form="post")).relevant


def test_changes_are_not_read_so() -> None:
    assert worth("Release 2.0: fix the race in retries", "merged_pr") > 1
