"""A complete night: crawl the sources, classify and score, enrich, report problems.

It sets the order and records the night. `crawl` reads a source; `evaluate` classifies and scores.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any, Protocol

from connectors._http import heartbeat
from db import Store
from db.ingest import removed_sources
from db.ingest import runs as run_log
from db.ingest.runs import Evaluated
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.errors import SourceError
from sourcing.core.text import clean_line
from sourcing.core.times import stamp
from sourcing.pipeline import crawl
from sourcing.pipeline.crawl import Crawl, CrawlWatcher, Run
from sourcing.pipeline.evaluate import Assessed, assess

#: After this number of days without a crawl the clock may be wrong; for so many days after that,
#: nothing is deleted because of its age.
LEAP, CAUTION = 14, 7
#: Seconds between two evaluations during a first crawl, so that people appear while it runs.
EVALUATE_EVERY = 20.0


class NightWatcher(CrawlWatcher, Protocol):
    """Receives the events of a night, including the result of the evaluation."""

    def assessed(self, result: Assessed) -> None:
        """The changes are scored."""

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """Receives a line for the user, with the event for machines."""


class Night:
    """One night over all sources of the config, or some of them."""

    def __init__(
        self,
        store: Store,
        config: Config,
        environment: Mapping[str, str],
        now: datetime,
        watcher: NightWatcher,
    ) -> None:
        self._store, self._config, self._now, self._watcher = store, config, now, watcher
        self._environment = environment
        self._crawl = Crawl(store, config, environment, now, watcher, self._evaluate_early)
        self._is_first = not store.meta("scored")
        self._evaluated_at = time.monotonic()
        self._early = Assessed(0, 0, "")
        #: True if data may be deleted because of its age; False while the clock may be wrong.
        self.dates_hold = False

    def run(self, names: Sequence[str], rubric: Rubric, *, all_of_them: bool) -> list[Run]:
        """All steps from the first source to the last score; returns the Run of each source."""
        clock_is_plausible = self._check_clock()
        night = run_log.begin(self._store, stamp(self._now))
        runs = self._crawl.run(names, night)
        self.dates_hold = clock_is_plausible and not self._crawl.clock_is_off
        if all_of_them and self.dates_hold:
            self._purge_removed(names)
        result = self._early + self._evaluate()
        if not self._watcher.stopping() and self._crawl.enrich(rubric):
            result = result + self._evaluate()
        stopped = self._watcher.stopping()
        if not stopped:
            self._watcher.assessed(result)
        outcome = "stopped" if stopped else "failed" if any(r.failed for r in runs) else "done"
        run_log.end(
            self._store,
            night,
            outcome,
            self._crawl.time(),
            Evaluated(result.read, result.scored, self._crawl.points),
        )
        self._report(runs)
        if outcome == "done" and _proves_health(runs):
            self._send_heartbeat()
        return runs

    def _evaluate(self) -> Assessed:
        return assess(self._store, self._config, self._now, stopping=self._watcher.stopping)

    def _evaluate_early(self) -> None:
        """During a first crawl: score the people found so far, every `EVALUATE_EVERY` seconds."""
        if not self._is_first or time.monotonic() - self._evaluated_at < EVALUATE_EVERY:
            return
        self._early = self._early + self._evaluate()
        self._evaluated_at = time.monotonic()

    def _check_clock(self) -> bool:
        """Report a jump of the clock; False for a week after one, because deletion is final."""
        now, before = stamp(self._now), partial(_days_before, self._now)
        last = next((night.started_at for night in run_log.recent(self._store, 1)), "")
        since = self._store.meta("clock_leapt")
        if since and before(CAUTION) < since <= now:
            self._watcher.note(
                f"the clock leapt forward, to {since}; nothing is deleted for its age until the"
                f" clock has been plausible for {CAUTION} days"
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
                f" is wrong, set it: for {CAUTION} days nothing is deleted for its age"
            )
            self._store.set_meta("clock_leapt", now)
            return False
        return True

    def _purge_removed(self, names: Sequence[str]) -> None:
        """Report sources removed from the config, and delete their data after a period."""
        kept = crawl.also_known_as(names, self._config, self._environment)
        days = self._config.retention.source_days
        for name in removed_sources.missed(self._store, kept, stamp(self._now)):
            self._watcher.note(
                f"{name} is no longer in the config: in {days} days, the data that only this source"
                " shows is deleted; put it back to keep it"
            )
        before = stamp(self._now - timedelta(days=days))
        for name, count in removed_sources.purge(self._store, before):
            self._watcher.note(
                f"{name} left the config {days} days ago: {count} contributions deleted"
            )

    def _report(self, runs: Sequence[Run]) -> None:
        """Report sources that keep failing, and sources that recovered."""
        for run in runs:
            facts = {"source": run.source, "failures": run.failures, "since": run.failing_since}
            if run.back_after >= self._config.night.failing_nights:
                line = f"{run.source} is back after failing {run.back_after} times in a row"
                self._watcher.tell("back", line, source=run.source, failures=run.back_after)
            if run.failed and run.failures >= self._config.night.failing_nights:
                line = (
                    f"LOOK AT THIS: {run.source} failed {run.failures} times in a row, since"
                    f" {(run.failing_since or '')[:10]}; fix it, or remove it from the config"
                )
                self._watcher.tell("failing", line, **facts)

    def _send_heartbeat(self) -> None:
        """Send the heartbeat of a successful night; a failure to send is only reported."""
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


def _proves_health(runs: Sequence[Run]) -> bool:
    """True if a source was read, was proven unchanged, or is known to be gone."""
    return any(r.pages or r.outcome in {"done", "unchanged"} or r.known_gone for r in runs)


def _days_before(now: datetime, days: int) -> str:
    return stamp(now - timedelta(days=days))
