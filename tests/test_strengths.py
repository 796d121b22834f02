"""Why a work is good evidence, in one line from stored facts."""

from __future__ import annotations

import pytest

from scoring import strengths

BOTH = ("press/pool.py", "tests/test_pool.py")


@pytest.mark.parametrize(
    ("work", "form", "facts", "line"),
    [
        (
            "reliability", "merged_pr",
            ("Fix deadlock in the pool", BOTH, 14, ("cause named", "failure shown")),
            "Repair of a hard problem (deadlock) with tests; names the cause; shows the failure;"
            " 14 files",
        ),
        ("reliability", "commit", ("Fix the order", BOTH[:1], None, ()), "Repair; 1 file"),
        ("reliability", "commit", ("Fix the order", (), None, ()), "Repair"),
        (
            "testing", "merged_pr", ("Fix the upload test", BOTH[1:], 1, ("body: flaky",)),
            "Test work on a hard problem (flaky); 1 file",
        ),
        (
            "performance", "merged_pr",
            ("Read pages in batches", BOTH[:1], 3, ("measurement given", "version held back")),
            "Performance work; gives measurements; 3 files",
        ),
        (
            "reliability", "post", ("How we found a memory leak", (), None, ("cause named",)),
            "Article on a hard problem (memory); names the cause",
        ),
        ("reliability", "review", ("Fix the order", BOTH, 2, ()), "Review"),
        ("", "merged_pr", ("A page", (), None, ()), "Work"),
    ],
)  # fmt: skip
def test_the_line(
    work: str,
    form: str,
    facts: tuple[str, tuple[str, ...], int | None, tuple[str, ...]],
    line: str,
) -> None:
    assert strengths(work, form, *facts) == line
