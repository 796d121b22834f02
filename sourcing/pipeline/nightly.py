"""A whole night: read the sources, classify and score, go deeper, say what should be looked at.

It decides the order and writes the night down; how a Source is read is `crawl`'s business,
how a change is judged `assess`'s.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from connectors import GitHubAccess
from connectors._http import heartbeat
from db import Store
from db.ingest import removed_sources
from db.ingest import runs as nights
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.errors import SourceError
from sourcing.core.text import clean_line
from sourcing.core.times import stamp
from sourcing.pipeline import crawl
from sourcing.pipeline.crawl import Crawl, Run
from sourcing.pipeline.evaluate import Assessed, assess

#: Days without a crawl after which the clock is doubted, and for how many then.
LEAP, BELIEVED_AFTER = 14, 7


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
        #: Whether what is past its time may be deleted: not while the clock may be wrong.
        self.dates_hold = False

    def spend(self, names: Sequence[str], rubric: Rubric, *, all_of_them: bool) -> list[Run]:
        """Everything from the first Source to the last score; what became of each Source."""
        believed = self._look_at_the_clock()
        night = nights.begin(self._store, stamp(self._now))
        runs = self._crawl.run(names, night)
        self.dates_hold = believed and not self._crawl.clock_is_off
        if all_of_them and self.dates_hold:
            self._let_go(names)
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

    def _look_at_the_clock(self) -> bool:
        """Say if it leapt; False for a week after a leap forward: what is deleted is gone."""
        now, before = stamp(self._now), partial(_days_before, self._now)
        last = next((n["started_at"] for n in nights.recent(self._store, 1)), "")
        since = self._store.meta("clock_leapt")
        if since and before(BELIEVED_AFTER) < since <= now:
            self._watcher.note(
                f"the clock leapt forward, to {since}; nothing is deleted for its age until it"
                f" stood for {BELIEVED_AFTER} days"
            )
            return False
        if since:
            self._store.set_meta("clock_leapt", "")
        if last > before(-1):
            self._watcher.note(
                f"this machine's clock shows {now}, but the last crawl was at {last};"
                " set the clock, or scores are of the wrong week"
            )
        elif last and not since and last < before(LEAP):
            self._watcher.note(
                f"this machine's clock shows {now}, but the last crawl was at {last}; if that"
                f" is wrong, set it: for {BELIEVED_AFTER} days nothing is deleted for its age"
            )
            self._store.set_meta("clock_leapt", now)
            return False
        return True

    def _let_go(self, names: Sequence[str]) -> None:
        """Sources that the config does not name any more go after a while, with all that only
        they show."""
        kept, days = crawl.also_known_as(names, self._config), self._config.retention.source_days
        for name in removed_sources.missed(self._store, kept, stamp(self._now)):
            self._watcher.note(
                f"{name} is not in the config any more: in {days} days, what only it shows is"
                " deleted; put it back to keep it"
            )
        before = stamp(self._now - timedelta(days=days))
        for name, count in removed_sources.let_go(self._store, before):
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
                heartbeat.ask(target)
            else:
                Path(target).write_text(f"{self._crawl.time()}\n", encoding="utf-8")
        except SourceError as exc:
            self._watcher.note(f"[night] heartbeat: {exc}")
        except (OSError, ValueError) as exc:
            why = exc.strerror if isinstance(exc, OSError) else "no path"
            self._watcher.note(f"[night] heartbeat: {clean_line(target, 100)}: {why}")


def _days_before(now: datetime, days: int) -> str:
    return stamp(now - timedelta(days=days))
