"""The value of one change: routine work, minor changes, hard problems, announced features."""

from __future__ import annotations

import pytest

from scoring import Change
from scoring.value import hard_problem, read, value

CODE = ("press/pool.py",)


def of(title: str, *paths: str) -> float:
    return value(Change(title, "", paths or CODE), 1.5)


PLAIN = of("Fix the order of pages")


@pytest.mark.parametrize(
    "title",
    [
        "Bump urllib3 from 1 to 2",
        "[RELEASE] Python 1.5.5",
        "Release v1.2.3",
        "🔒 Pin GitHub Actions to commit SHAs",
        "chore(ci): pin actions",
        "Rename Foo to Bar",
        "Fix lint",
        "set black with 120 line length",
        "configure & apply pyupgrade with `py3.8+`",
        "test: Update test images to multi-arch versions in the registry",
        "update",
        "Revert “Add a cache”",
        "Fix typo in the guide",
    ],
)
def test_routine_work_is_worth_nothing(title: str) -> None:
    assert of(title) == 0


@pytest.mark.parametrize(
    "title",
    [
        "Upgrade the engine from 0.10.1 to 0.14.1",
        "chore(deps): update the compiler to 1.23",
        "fix: replace deprecated variables",
        "test: increase timeout of the scheduling test",
        "test(perf): relax baseline of small jobs",
        "Skip slow tests",
        "test: update assertions to match the output",
        "fix: satisfy pylint",
    ],
)
def test_minor_changes_of_code_are_worth_less(title: str) -> None:
    assert 0 < of(title) <= PLAIN / 2


def test_an_upgrade_of_manifests_alone_is_routine() -> None:
    assert of("chore(deps): update the compiler to 1.23", "go.mod", "go.sum") == 0
    assert of("Upgrade requests to 2.1", "pyproject.toml") == 0


def test_a_hard_problem_raises_and_an_announced_feature_halves() -> None:
    assert of("Fix a deadlock between pages") == pytest.approx(1.5 * PLAIN, abs=0.002)
    assert (
        of("Add pages in colour")
        == of("feat: pages in colour")
        == pytest.approx(PLAIN / 2, abs=0.001)
    )
    assert of("Add a retry for transient faults") == of("Fix a deadlock between pages")


@pytest.mark.parametrize(
    ("title", "named"),
    [
        ("Fix a Deadlock in the pool", "deadlock"),
        ("fix: thread-safe cache", "thread-safe"),
        ("Add a stale bot", ""),
        ("Add a concurrency group to the workflow", ""),
        ("Keep in-memory tables in order", ""),
        ("Free memory after each page", "memory"),
        ("Fix the metric for regression tasks", ""),
        ("Fix a performance regression", "regression"),
        ("Fix the order of pages", ""),
    ],
)
def test_the_words_of_a_hard_problem(title: str, named: str) -> None:
    assert hard_problem(title) == named


def test_a_scope_is_no_tag() -> None:
    assert of("fix(feature): keep the order of pages") == of("fix: keep the order of pages") > 0
    assert of("ci(release): Sign packages with 2.1 keys") > 0
    assert of("ci(release): Sign packages with 2.1 keys") == of("ci: Sign packages with 2.1 keys")


def test_what_has_no_substance_has_no_value() -> None:
    assert value(Change("Fix a deadlock", "", CODE), 0.0) == 0
    assert read(Change("Bump urllib3 from 1 to 2")).value == 0
