"""A source that crashes, loops or grows fails alone; a request to stop ends any source quickly."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import Connector, Context
from sourcing.core.errors import ClockError, GoneError, SourceError
from sourcing.core.model import Budget, Contribution, Cursor, Page
from sourcing.pipeline.isolation import GRACE, Isolation, StoppedError

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
PAGE = Page({"at": 1}, (Contribution("commit:a/1", "commit", "Fix hang", "2026-11-01T00:00:00Z"),))


def connector(fetch: Any, **limits: int) -> Connector:
    return Connector("odd", "odd:x", fetch, ("commit",), ("odd",), "", "", **limits)  # type: ignore[arg-type]


@pytest.fixture
def told() -> list[str]:
    return []


def call(
    monkeypatch: pytest.MonkeyPatch,
    tmp_path: Path,
    fetch: Any,
    budget: Budget | None = None,
    stopping: Any = lambda: False,
    tell: Any = lambda line: None,
    **limits: int,
) -> Iterator[Page]:
    made = connector(fetch, **limits)
    monkeypatch.setattr("connectors.load", lambda name: made)
    isolation = Isolation(lambda _: Context(NOW, tmp_path, tell=tell), stopping)
    try:
        yield from isolation.call(made, "fetch", ("x", {}), budget or Budget())
    finally:
        isolation.close()


def test_pages_notes_and_spending_come_back(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]
) -> None:
    def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
        context.tell(f"{target} in process {os.getpid()}")
        assert budget.take(2, 3)
        yield PAGE

    budget = Budget(requests=10, points=10)
    assert list(call(monkeypatch, tmp_path, fetch, budget, tell=told.append)) == [PAGE]
    assert (budget.requests, budget.points) == (8, 7)
    assert (budget.spent_requests, budget.spent_points) == (2, 3)
    assert told[0].startswith("x in process ")
    assert told[0] != f"x in process {os.getpid()}"


@pytest.mark.parametrize("error", [SourceError("no"), GoneError("gone"), ClockError("late")])
def test_errors_keep_their_class_and_the_pages_before_them(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, error: SourceError
) -> None:
    def fetch(*_: object) -> Iterator[Page]:
        yield PAGE
        raise error

    pages = call(monkeypatch, tmp_path, fetch)
    assert next(pages) == PAGE
    with pytest.raises(type(error), match=str(error)):
        next(pages)


def spin(*_: object) -> Iterator[Page]:
    while True:
        pass
    yield PAGE


def grow(*_: object) -> Iterator[Page]:
    held = [bytearray(10_000_000) for _ in range(1000)]
    yield Page({"held": len(held)})


def die(*_: object) -> Iterator[Page]:
    os.abort()
    yield PAGE


def stumble(*_: object) -> Iterator[Page]:
    raise ValueError("a cycle")
    yield PAGE


@pytest.mark.parametrize(
    ("fetch", "words"),
    [
        (spin, "more than 1 s of processor time"),
        (grow, "more than 500 MB of memory"),
        (die, "crashed .SIGABRT"),
        (stumble, r"an error in its parser at tests/test_isolation.py:\d+: ValueError: a cycle"),
    ],
)
def test_a_limit_or_a_crash_is_a_failure_of_the_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, fetch: Any, words: str
) -> None:
    with pytest.raises(SourceError, match=words):
        list(call(monkeypatch, tmp_path, fetch, cpu_seconds=1, memory=500 << 20))


def sleep(*_: object) -> Iterator[Page]:
    time.sleep(600)
    yield PAGE


def test_a_request_to_stop_ends_a_source_that_does_not_listen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began = time.monotonic()
    with pytest.raises(StoppedError):
        list(call(monkeypatch, tmp_path, sleep, stopping=lambda: True))
    assert time.monotonic() - began < GRACE + 2


def test_the_end_of_the_night_ends_a_source_that_does_not_listen(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    began = time.monotonic()
    with pytest.raises(StoppedError):
        list(call(monkeypatch, tmp_path, sleep, Budget(night=began + 0.5)))
    assert time.monotonic() - began < GRACE + 2.5


def test_a_child_that_found_nothing_serves_the_next_source(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path, told: list[str]
) -> None:
    def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
        context.tell(str(os.getpid()))
        if target == "new":
            yield PAGE

    made = connector(fetch)
    monkeypatch.setattr("connectors.load", lambda name: made)
    isolation = Isolation(lambda _: Context(NOW, tmp_path, tell=told.append), lambda: False)
    for target in ("same", "same", "new", "same"):
        list(isolation.call(made, "fetch", (target, {}), Budget()))
    isolation.close()
    assert told[0] == told[1] == told[2] != told[3]


def test_an_object_that_is_no_page_is_refused(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    def fetch(*_: object) -> Iterator[Any]:
        yield Path("/etc")

    with pytest.raises(SourceError, match="unexpected object"):
        list(call(monkeypatch, tmp_path, fetch))
