"""One crawl: reads each source in turn and stores its pages as they come; each reading is a Run.

A source that fails gives a Run with an error, and the crawl continues. This module does not
interpret pages and does not know individual connectors.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import Protocol

import connectors
from connectors import Connector, Context
from db import Store
from db.ingest import runs as run_log
from db.ingest import writer
from db.privacy import suppression
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.errors import ClockError, ConfigError, GoneError, SourceError
from sourcing.core.identifiers import SourceName
from sourcing.core.model import Budget, Cursor
from sourcing.core.times import stamp
from sourcing.pipeline import settings
from sourcing.pipeline.enrich import Enricher
from sourcing.pipeline.isolation import Isolation, StoppedError

#: After this number of nights, a source that is gone is no longer an error.
NIGHTS_UNTIL_GONE = 3


@dataclass(frozen=True, slots=True)
class Run:
    """The result of one crawl of one source. `error` is one line."""

    source: str
    #: done, unchanged, budget_exhausted, failed or gone.
    outcome: str
    #: Contributions stored for the first time, and contributions with a changed column.
    added: int = 0
    changed: int = 0
    pages: int = 0
    requests: int = 0
    points: int = 0
    seconds: float = 0.0
    error: str | None = None
    #: The source has been gone for longer than `NIGHTS_UNTIL_GONE`.
    known_gone: bool = False
    #: Consecutive failures up to this run, and the start of the first of them.
    failures: int = 0
    failing_since: str | None = None
    #: Consecutive failures before this run, if it succeeded.
    back_after: int = 0

    @property
    def failed(self) -> bool:
        """True if the user should look at the source."""
        return self.outcome == "failed" or (self.outcome == "gone" and not self.known_gone)


class CrawlWatcher(Protocol):
    """Receives the events of a crawl, and may request a stop."""

    def stopping(self) -> bool:
        """True once the crawl should stop after the current page."""

    def started(self, source: str) -> None:
        """The crawl of a source has started."""

    def advanced(self, done: int, expected: int | None) -> None:
        """The progress within the current source."""

    def note(self, line: str) -> None:
        """Receives a line for the user."""

    def ended(self, run: Run) -> None:
        """The crawl of a source has ended."""


def checked_sources(names: Sequence[str]) -> list[str]:
    """The source names without duplicates. Raises ConfigError for the first malformed one."""
    for name in names:
        connectors.of_source(name)
    return list(dict.fromkeys(names))


def also_known_as(names: Sequence[str], config: Config, environment: Mapping[str, str]) -> set[str]:
    """The sources and the names of their fallbacks: either may have been crawled before."""
    known = set(names)
    for name in names:
        connector, target = connectors.of_source(name)
        if connector.fallback:
            bare = settings.settings_of(connector, config, {})
            if fallback := connector.fallback(target, bare):
                known.add(fallback)
    return known


class Crawl:
    """One crawl over all sources, within the points and minutes of the config."""

    def __init__(
        self,
        store: Store,
        config: Config,
        environment: Mapping[str, str],
        now: datetime,
        watcher: CrawlWatcher,
        stored: Callable[[], None] = lambda: None,
    ) -> None:
        self._store, self._now, self._watcher = store, stamp(now), watcher
        #: Called after each stored page.
        self._stored = stored
        self._config, self._environment = config, environment
        self._points = self._all = config.max_points
        self._deadline = time.monotonic() + config.http.max_minutes * 60
        self._night: int | None = None
        #: True once a source reports that this machine's clock is wrong.
        self.clock_is_off = False
        cache = settings.cache_of(store.path)
        self._context = replace(
            settings.base_context(config, cache, now),
            progress=watcher.advanced,
            tell=watcher.note,
            sleep=partial(_wait, watcher.stopping),
            secrets=settings.secrets_of(config, environment),
            hash_key=suppression.address_key(store),
        )
        self._settings: dict[str, object | None] = {}
        self._isolation = Isolation(self._context_of, watcher.stopping)

    @property
    def points(self) -> int:
        """API points spent so far."""
        return self._all - self._points

    def run(self, names: Sequence[str], night: int | None = None) -> list[Run]:
        """Crawl each source with an equal share of the remaining budget.

        After a request to stop, the remaining sources get no Run.
        """
        self._night = night
        names = self._with_fallbacks(names)
        try:
            return self._run(names)
        finally:
            self._isolation.close()

    def _run(self, names: Sequence[str]) -> list[Run]:
        unchanged = self._probe(names)
        runs = []
        for at, name in enumerate(self._ordered(names, unchanged)):
            if self._watcher.stopping():
                break
            self._watcher.started(name)
            run = self._crawl_source(name, self._share(len(names) - at), unchanged)
            self._points -= run.points
            self._watcher.ended(run)
            runs.append(run)
        return runs

    def time(self) -> str:
        """The current time, counted from the start of the crawl."""
        passed = timedelta(seconds=time.monotonic() - self._context.began)
        return stamp(self._context.now + passed)

    def enrich(self, rubric: Rubric) -> int:
        """Spend the remaining points on the people near the top; return the number of accounts
        found."""
        recognised = 0
        for connector in connectors.every():
            if connector.enrichment is None or self._points <= 0:
                continue
            if not self._store.cursors(f"{connector.name}:") or self._falls_back(connector):
                continue
            budget = self._share(1)
            try:
                enricher = Enricher(self._store, rubric, connector, self._isolation, self._now)
                recognised += enricher.enrich(budget)
            except SourceError as exc:
                self._watcher.note(f"enrichment: {exc}")
            except StoppedError:
                pass
            finally:
                self._isolation.close()
                self._points -= budget.spent_points
        return recognised

    def _context_of(self, connector: Connector) -> Context:
        return replace(self._context, settings=self._settings_of(connector))

    def _settings_of(self, connector: Connector) -> object | None:
        if connector.name not in self._settings:
            self._settings[connector.name] = settings.settings_of(
                connector, self._config, self._environment
            )
        return self._settings[connector.name]

    def _falls_back(self, connector: Connector) -> bool:
        """True if the settings lack a requirement of the connector, such as a token."""
        if connector.fallback is None:
            return False
        target = SourceName.parse(connector.example).target
        return connector.fallback(target, self._settings_of(connector)) is not None

    def _share(self, among: int) -> Budget:
        left = max(0.0, self._deadline - time.monotonic())
        return Budget(
            points=max(1, self._points // among) if self._points > 0 else 0,
            deadline=time.monotonic() + left / among,
            night=self._deadline,
            stopping=self._watcher.stopping,
        )

    def _with_fallbacks(self, names: Sequence[str]) -> list[str]:
        """The sources to read: a fallback in place of a source that the settings do not allow."""
        result: dict[str, None] = {}
        notes: dict[str, None] = {}
        for name in names:
            connector, target = connectors.of_source(name)
            settings_ = self._settings_of(connector)
            fallback = connector.fallback(target, settings_) if connector.fallback else None
            if fallback:
                notes[connector.fallback_note] = None
            result[fallback or name] = None
        for note in notes:
            self._watcher.note(note)
        return list(result)

    def _ordered(self, names: Sequence[str], unchanged: frozenset[str]) -> list[str]:
        """Unchanged sources first, because they leave their share of the budget to others; then
        sources that got no page last time, because a small budget must reach every source over
        time."""
        exhausted = self._store.budget_exhausted()

        def place(name: str) -> tuple[bool, bool]:
            idle = name in unchanged and not self._cursor(name).get("gaps")
            return not idle, name not in exhausted

        return sorted(names, key=place)

    def _cursor(self, name: str) -> Cursor:
        return self._store.cursors(name).get(name, {})

    def _probe(self, names: Sequence[str]) -> frozenset[str]:
        """The names of unchanged sources, from one request per connector for all of its sources."""
        unchanged: set[str] = set()
        for connector in connectors.every():
            prefix = f"{connector.name}:"
            if connector.probe is None or not any(name.startswith(prefix) for name in names):
                continue
            cursors = self._store.cursors(prefix)
            known = {n.removeprefix(prefix): cursors[n] for n in names if cursors.get(n)}
            if not known:
                continue
            budget = self._share(1)
            try:
                for due in self._isolation.call(connector, "probe", (known,), budget):
                    unchanged |= {prefix + target for target in known.keys() - due}
            except SourceError as exc:
                self._watcher.note(f"probe for changes: {exc}")
            except StoppedError:
                pass
            finally:
                self._points -= budget.spent_points
        return frozenset(unchanged)

    def _crawl_source(self, name: str, budget: Budget, unchanged: frozenset[str]) -> Run:
        source_id, cursor = self._store.source(name, self._now)
        before = run_log.failures(self._store, source_id).runs
        run_id = self._store.start_run(source_id, self.time(), self._night)
        began, added, changed, finished, seen = time.monotonic(), 0, 0, True, 0
        outcome, error = "done", None
        try:
            connector, target = connectors.of_source(name)
            same = frozenset({target} if name in unchanged else ())
            for page in self._isolation.call(connector, "fetch", (target, cursor), budget, same):
                new, other = writer.save(self._store, source_id, run_id, page, self._now)
                added, changed, finished = added + new, changed + other, page.finished
                seen += 1
                self._stored()
            if not finished or (budget.over() and not seen):
                outcome = "budget_exhausted"
            elif not added + changed:
                outcome = "unchanged"
        except StoppedError:
            outcome = "budget_exhausted"
        except GoneError as exc:
            outcome, error = "gone", str(exc)
        except (SourceError, ConfigError) as exc:
            self.clock_is_off |= isinstance(exc, ClockError)
            # An interruption after a request to stop is not a failure of the source.
            stopped = budget.stopping()
            outcome, error = ("budget_exhausted", None) if stopped else ("failed", str(exc))
        seconds = time.monotonic() - began
        spent = {"requests": budget.spent_requests, "points": budget.spent_points}
        self._store.end_run(run_id, outcome, self.time(), error=error, **spent)
        failures = run_log.failures(self._store, source_id)
        return Run(
            name,
            outcome,
            added,
            changed,
            pages=seen,
            seconds=seconds,
            error=error,
            known_gone=self._store.nights_gone(source_id) > NIGHTS_UNTIL_GONE,
            failures=failures.runs,
            failing_since=failures.since,
            back_after=0 if failures.runs else before,
            **spent,
        )


def _wait(stopping: Callable[[], bool], seconds: float) -> None:
    """Sleep, and wake early after a request to stop."""
    until = time.monotonic() + seconds
    while not stopping() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))
