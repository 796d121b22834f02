"""A whole night: read the sources, classify and score, go deeper, say what should be looked at.

It decides the order and writes the night down; how a Source is read is `crawl`'s business,
how a change is judged `assess`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any, Protocol

from connectors import GitHubAccess, _heartbeat
from db import Store, leaving, nights
from scoring import Rubric
from sourcing.config import Config
from sourcing.errors import SourceError
from sourcing.nights import crawl
from sourcing.nights.assess import Assessed, assess
from sourcing.nights.crawl import Crawl, Run
from sourcing.times import stamp


class Watcher(crawl.Watcher, Protocol):
    """Is also told what came of the reading."""

    def assessed(self, result: Assessed) -> None:
        """What changed is scored."""

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """A line for the user, and its facts for a machine."""


class Night:
    """One night over all Sources of the config, or some of them."""

    def __init__(
        self, store: Store, config: Config, github: GitHubAccess, now: datetime, watcher: Watcher
    ) -> None:
        self._store, self._config, self._now, self._watcher = store, config, now, watcher
        self._crawl = Crawl(store, config, github, now, watcher)

    def spend(self, names: Sequence[str], rubric: Rubric, *, all_of_them: bool) -> list[Run]:
        """Everything from the first Source to the last score; what became of each Source."""
        self._look_at_the_clock()
        if all_of_them:
            self._let_go(names)
        night = nights.begin(self._store, stamp(self._now))
        runs = self._crawl.run(names, night)
        result = self._assess()
        if not self._watcher.stopping() and self._crawl.deepen(rubric):
            result = result + self._assess()
        stopped = self._watcher.stopping()
        if not stopped:
            self._watcher.assessed(result)
        outcome = "stopped" if stopped else "failed" if any(r.failed for r in runs) else "done"
        nights.end(
            self._store, night, outcome, self._crawl.time(),
            read=result.read, scored=result.scored, points=self._crawl.points,
        )  # fmt: skip
        self._say(runs)
        if outcome == "done":
            self._beat()
        return runs

    def _assess(self) -> Assessed:
        return assess(self._store, self._config, self._now, stopping=self._watcher.stopping)

    def _look_at_the_clock(self) -> None:
        last = nights.recent(self._store, 1)
        if last and last[0]["started_at"] > stamp(self._now + timedelta(days=1)):
            self._watcher.note(
                f"this machine's clock shows {stamp(self._now)}, but the last crawl was at"
                f" {last[0]['started_at']}; set the clock, or scores are of the wrong week"
            )

    def _let_go(self, names: Sequence[str]) -> None:
        """Sources that the config does not name any more go after a while, with all that only
        they show."""
        kept, days = crawl.also_known_as(names, self._config), self._config.retention.source_days
        for name in leaving.missed(self._store, kept, stamp(self._now)):
            self._watcher.note(
                f"{name} is not in the config any more: in {days} days, what only it shows is"
                " deleted; put it back to keep it"
            )
        before = stamp(self._now - timedelta(days=days))
        for name, count in leaving.let_go(self._store, before):
            self._watcher.note(
                f"{name} left the config {days} days ago: {count} contributions deleted"
            )

    def _say(self, runs: Sequence[Run]) -> None:
        """What should be looked at; who is back. A Source known to be gone is no news."""
        for run in runs:
            facts = {"source": run.source, "failures": run.failures, "since": run.failing_since}
            if run.back_after >= self._config.night.failing_nights:
                line = f"{run.source} is back after failing {run.back_after} times in a row"
                self._watcher.tell("back", line, source=run.source, failures=run.back_after)
            if run.failed and run.failures >= self._config.night.failing_nights:
                line = (
                    f"LOOK AT THIS: {run.source} failed {run.failures} times in a row, since"
                    f" {(run.failing_since or '')[:10]}; mend it, or take it out of the config"
                )
                self._watcher.tell("failing", line, **facts)

    def _beat(self) -> None:
        """Report a good night where the config says; if that fails it is said, and no more."""
        target = self._config.night.heartbeat
        if not target:
            return
        try:
            if "://" in target:
                _heartbeat.ask(target)
            else:
                Path(target).write_text(f"{self._crawl.time()}\n", encoding="utf-8")
        except SourceError as exc:
            self._watcher.note(f"[night] heartbeat: {exc}")
        except OSError as exc:
            self._watcher.note(f"[night] heartbeat: {target}: {exc.strerror}")
