"""A night on the loopback GitHub with a clock that only moves when somebody waits."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import connectors
from connectors import Context
from connectors.github.api.access import GitHubAccess
from db import Store
from db.ingest import writer
from demo.github import TOKEN, Forge, Repository, Server
from sourcing.core.model import Budget, Cursor, Page

NIGHT = datetime(2026, 11, 16, 3, tzinfo=UTC)
STAMP = "2026-11-16T03:00:00Z"


@dataclass
class Clock:
    """Seconds since the night began, and how long anybody slept."""

    passed: float = 0.0
    slept: list[float] = field(default_factory=list)

    def __call__(self) -> float:
        return self.passed

    def wall(self) -> float:
        """What a server's clock shows."""
        return NIGHT.timestamp() + self.passed

    def sleep(self, seconds: float) -> None:
        self.slept.append(seconds)
        self.passed += seconds


class Nights:
    """Reads repositories of a forge night after night, keeping their cursors."""

    def __init__(self, forge: Forge, **server: Any) -> None:
        self.clock = Clock()
        self.server = Server(forge, clock=self.clock.wall, **server)
        self.forge, self.told = forge, list[str]()
        self.cursors: dict[str, Cursor] = {}
        self.read: list[Page] = []

    def __enter__(self) -> Nights:
        self.server.__enter__()
        return self

    def __exit__(self, *_: Any) -> None:
        self.server.__exit__(None, None, None)

    def context(self, night: int = 0, **access: Any) -> Context:
        return Context(
            NIGHT + timedelta(days=night),
            Path("unused"),
            settings=replace(GitHubAccess(self.server.url, TOKEN, lookback_days=9000), **access),
            began=0.0,
            tell=self.told.append,
            sleep=self.clock.sleep,
        )

    def budget(self, **limits: Any) -> Budget:
        return Budget(clock=self.clock, **limits)

    def fetch(self, target: str, budget: Budget | None = None, **access: Any) -> list[Page]:
        """One reading of a repository, from where the last one ended."""
        found = []
        for page in connectors.load("github").fetch(
            target, self.cursors.get(target, {}), budget or self.budget(), self.context(**access)
        ):
            found.append(page)
            self.read.append(page)
            self.cursors[target] = page.cursor
        return found


def pulls(read: list[Page]) -> dict[str, str]:
    """Key and title of every pull request, as it was seen last."""
    return {c.key: c.title for p in read for c in p.contributions if c.kind == "merged_pr"}


def truth(repository: Repository, host: str = "github.com") -> dict[str, str]:
    """What should have been seen."""
    place = f"{host}/{repository.owner}/{repository.name}"
    return {f"pr:{place}#{p.number}": p.title for p in repository.pulls if p.merged_at}


def stored(store: Store, read: list[Page], source: str = "github:x/y") -> None:
    """Store what was read, as a crawl would."""
    source_id, _ = store.source(source, STAMP)
    run = store.start_run(source_id, STAMP)
    for page in read:
        writer.save(store, source_id, run, page, STAMP)
