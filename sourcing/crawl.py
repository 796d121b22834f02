"""One crawl: each Source in turn, its pages stored as they come, what changed then assessed.

A Source that fails is a Run with an error, and the others go on. It does not know how a
connector reads or what a page holds.
"""

from __future__ import annotations

import fcntl
import os
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

import connectors
from connectors import Context
from db import Store, pages
from sourcing.config import Config
from sourcing.errors import ConfigError, GoneError, LockedError, SourceError
from sourcing.model import Budget


@dataclass(frozen=True, slots=True)
class Run:
    """What one crawl of one Source did. `error` is one line."""

    source: str
    outcome: str
    added: int = 0
    changed: int = 0
    requests: int = 0
    points: int = 0
    seconds: float = 0.0
    error: str | None = None


class Watcher(Protocol):
    """Is told how a crawl goes."""

    def started(self, source: str) -> None:
        """A Source is being read."""

    def advanced(self, done: int, expected: int | None) -> None:
        """So much of it has been read."""

    def ended(self, run: Run) -> None:
        """Its Run is over."""


def stamp(now: datetime) -> str:
    """A time as it is stored."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def checked_sources(names: Sequence[str]) -> list[str]:
    """The Sources, each of a kind there is a connector for; refuses the whole list otherwise."""
    for name in names:
        kind, colon, target = name.partition(":")
        if not (colon and target):
            raise ConfigError(f"source {name!r}: write KIND:TARGET, such as git:/path/to/clone")
        connectors.load(kind)
    return list(dict.fromkeys(names))


def crawl(
    store: Store, config: Config, names: Sequence[str], now: datetime, watcher: Watcher
) -> list[Run]:
    """Read each Source within the time there is, shared fairly: who needs less leaves the rest."""
    deadline = time.monotonic() + config.http.max_minutes * 60
    runs = []
    for at, name in enumerate(names):
        share = (deadline - time.monotonic()) / (len(names) - at)
        budget = Budget(deadline=time.monotonic() + share)
        watcher.started(name)
        run = _run(store, config, name, budget, now, watcher.advanced)
        watcher.ended(run)
        runs.append(run)
    return runs


def context(
    config: Config, store: Store, now: datetime, advanced: Callable[[int, int | None], None]
) -> Context:
    """What connectors may know of the config."""
    return Context(
        now=now,
        cache=store.path.absolute().with_suffix(".cache"),
        contact=config.http.contact,
        pace=config.http.pace_seconds,
        allow_private=frozenset(config.http.allow_private),
        forges=config.git.forge,
        progress=advanced,
    )


def _run(
    store: Store,
    config: Config,
    name: str,
    budget: Budget,
    now: datetime,
    advanced: Callable[[int, int | None], None],
) -> Run:
    kind, _, target = name.partition(":")
    source_id, cursor = store.source(name, stamp(now))
    run_id = store.start_run(source_id, stamp(now))
    began, added, changed, finished, seen = time.monotonic(), 0, 0, True, 0
    outcome, error = "done", None
    try:
        for page in connectors.load(kind).fetch(
            target, cursor, budget, context(config, store, now, advanced)
        ):
            new, other = pages.save(store, source_id, run_id, page, stamp(now))
            added, changed, finished, seen = added + new, changed + other, page.finished, seen + 1
        if not finished or (budget.over() and not seen):
            outcome = "starved"
        elif not added + changed:
            outcome = "unchanged"
    except GoneError as exc:
        outcome, error = "gone", str(exc)
    except SourceError as exc:
        outcome, error = "failed", str(exc)
    seconds = time.monotonic() - began
    spent = {"requests": budget.spent_requests, "points": budget.spent_points}
    store.end_run(run_id, outcome, stamp(now), error=error, **spent)
    return Run(name, outcome, added, changed, seconds=seconds, error=error, **spent)


@contextmanager
def lock(database: Path) -> Iterator[None]:
    """Only one crawl at a time on a database; the lock of a killed one is free at once."""
    path = database.with_name(database.name + ".lock")
    try:
        file = path.open("a+", encoding="utf-8")
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror}; check --db") from exc
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            file.seek(0)
            who = file.read().strip() or "process unknown"
            raise LockedError(f"another crawl is at work on {database} ({who})") from None
        file.truncate(0)
        file.write(f"process {os.getpid()}")
        file.flush()
        yield
