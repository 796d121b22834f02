"""One crawl: each Source in turn, its pages stored as they come; every outcome is a Run.

A Source that fails is a Run with an error, and the others go on. It does not know how a
connector reads or what a page holds.
"""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Protocol
from urllib.parse import urlsplit
from urllib.request import getproxies_environment

import connectors
from connectors import Context, GitHubAccess
from db import Store
from db.ingest import runs as nights
from db.ingest import writer
from scoring import Rubric
from sourcing.core.config import Config
from sourcing.core.errors import ClockError, ConfigError, GoneError, SourceError
from sourcing.core.model import Budget
from sourcing.core.times import stamp
from sourcing.pipeline.enrich import Depth

#: A password in an address: it would stand in the database and in every log.
_SECRET = re.compile(r"://[^/@\s]*:[^/@\s]*@")
#: After so many nights a Source that is gone is no error any more.
NIGHTS_UNTIL_GONE = 3


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
    known_gone: bool = False
    #: How many times in a row it failed, this one included, and since when; and before, if it
    #: is back now.
    failures: int = 0
    failing_since: str | None = None
    back_after: int = 0

    @property
    def failed(self) -> bool:
        """True if somebody should look."""
        return self.outcome == "failed" or (self.outcome == "gone" and not self.known_gone)


class Watcher(Protocol):
    """Is told how a crawl goes, and may end it."""

    def stopping(self) -> bool:
        """True once the crawl is to end after the page at hand."""

    def started(self, source: str) -> None:
        """A Source is being read."""

    def advanced(self, done: int, expected: int | None) -> None:
        """So much of it has been read."""

    def note(self, line: str) -> None:
        """Something the user should know while it goes on."""

    def ended(self, run: Run) -> None:
        """Its Run is over."""


_REPOSITORY = re.compile(r"[\w.-]+/[\w.-]+/?")


def checked_sources(names: Sequence[str]) -> list[str]:
    """The Sources, each of a kind there is a connector for; refuses the whole list otherwise."""
    for name in names:
        kind, colon, target = name.partition(":")
        if not (colon and target):
            raise ConfigError(f"source {name!r}: write KIND:TARGET, such as git:/path/to/clone")
        if not name.isprintable() or _SECRET.search(name):
            raise ConfigError(
                f"source {kind}:…: write it without a password and without odd signs;"
                " git asks its credential helper"
            )
        if kind not in connectors.names():
            raise ConfigError(
                f"no connector named {kind!r}; there are: {', '.join(connectors.names())}"
            )
        if kind == "github" and not _REPOSITORY.fullmatch(target):
            raise ConfigError(f"source {name}: write github:owner/name")
    return list(dict.fromkeys(names))


def also_known_as(names: Sequence[str], config: Config) -> set[str]:
    """These Sources under every name they may have been read by, with a token or without."""
    return {*names, *(_clone(name, config) for name in names if name.startswith("github:"))}


def _clone(name: str, config: Config) -> str:
    """A repository of GitHub's as the history it is."""
    host = (urlsplit(config.github.api_url).hostname or "").removeprefix("api.")
    return name.replace("github:", f"git:https://{host}/", 1)


def access(config: Config, environment: dict[str, str]) -> GitHubAccess:
    """How GitHub is asked, with what the environment holds."""
    github = config.github
    key = environment.get(github.app_key_env) or _from_file(github.app_key_file)
    token = environment.get(github.token_env, "").strip() or None
    if token and not re.fullmatch("[!-~]+", token):
        raise ConfigError(f"${github.token_env}: no GitHub token; it holds spaces or odd signs")
    if key and "PRIVATE KEY-----" not in key:
        place = github.app_key_file or f"${github.app_key_env}"
        raise ConfigError(f"{place}: no private key in PEM")
    app = (str(github.app_id), github.installation_id, key) if github.app_id and key else None
    return GitHubAccess(
        api_url=github.api_url,
        token=token,
        app=app,
        lookback_days=github.lookback_days,
        page_width=github.page_width,
    )


def _from_file(name: str) -> str | None:
    if not name:
        return None
    try:
        return Path(name).expanduser().read_text(encoding="ascii")
    except (OSError, UnicodeDecodeError) as exc:
        why = exc.strerror if isinstance(exc, OSError) else "no private key in PEM"
        raise ConfigError(f"[github] app_key_file: {name}: {why}") from exc


class Crawl:
    """One night over all Sources, within the points and minutes there are."""

    def __init__(
        self, store: Store, config: Config, github: GitHubAccess, now: datetime, watcher: Watcher
    ) -> None:
        self._store, self._now, self._watcher = store, stamp(now), watcher
        self._config = config
        self._points = self._all = config.github.max_points
        self._deadline = time.monotonic() + config.http.max_minutes * 60
        self._night: int | None = None
        #: A Source says that this machine's clock is wrong.
        self.clock_is_off = False
        self._context = Context(
            now=now,
            cache=store.path.absolute().with_suffix(".cache"),
            contact=config.http.contact,
            pace=config.http.pace_seconds,
            allow_private=frozenset(config.http.allow_private),
            forges=config.git.forge,
            github=github,
            progress=watcher.advanced,
            tell=watcher.note,
            sleep=partial(_wait, watcher.stopping),
            proxies=getproxies_environment(),
        )

    @property
    def points(self) -> int:
        """What was spent so far."""
        return self._all - self._points

    def run(self, names: Sequence[str], night: int | None = None) -> list[Run]:
        """Read each Source with its share of what is left: who needs less leaves the rest.

        Once the end is asked for, the Sources that are left have no Run.
        """
        self._night = night
        names = self._with_token_or_without(names)
        self._context = replace(self._context, quiet=self._quiet(names))
        runs = []
        for at, name in enumerate(self._starved_first(names)):
            if self._watcher.stopping():
                break
            self._watcher.started(name)
            run = self._read(name, self._share(len(names) - at))
            self._points -= run.points
            self._watcher.ended(run)
            runs.append(run)
        return runs

    def time(self) -> str:
        """What the clock shows by now."""
        passed = timedelta(seconds=time.monotonic() - self._context.began)
        return stamp(self._context.now + passed)

    def deepen(self, rubric: Rubric) -> int:
        """With the points left, ask more about those near the top; how many were recognised."""
        github = self._context.github
        if not (github.token or github.app) or self._points <= 0:
            return 0
        budget = self._share(1)
        try:
            return Depth(self._store, rubric, self._context, self._now).deepen(budget)
        except SourceError as exc:
            self._watcher.note(f"going deeper: {exc}")
            return 0
        finally:
            self._points -= budget.spent_points

    def _share(self, among: int) -> Budget:
        left = max(0.0, self._deadline - time.monotonic())
        return Budget(
            points=max(1, self._points // among) if self._points > 0 else 0,
            deadline=time.monotonic() + left / among,
            night=self._deadline,
            stopping=self._watcher.stopping,
        )

    def _with_token_or_without(self, names: Sequence[str]) -> list[str]:
        """Without a token GitHub's repositories are read as the histories they are."""
        github = self._context.github
        if github.token or github.app or not any(n.startswith("github:") for n in names):
            return list(names)
        self._watcher.note(
            "no GitHub token: github: sources are read as git histories, without reviews, labels"
            " and profiles; put a token without any scopes into the variable named by token_env"
        )
        clones = (_clone(n, self._config) if n.startswith("github:") else n for n in names)
        return list(dict.fromkeys(clones))

    def _starved_first(self, names: Sequence[str]) -> list[str]:
        """Who needs nothing leaves its share; who got nothing the last time is next, so that a
        small budget reaches everybody."""
        budget_exhausted, cursors = self._store.budget_exhausted(), self._store.cursors("github:")

        def place(name: str) -> tuple[bool, bool]:
            quiet = name.removeprefix("github:") in self._context.quiet
            return not (quiet and not cursors[name]["gaps"]), name not in budget_exhausted

        return sorted(names, key=place)

    def _quiet(self, names: Sequence[str]) -> frozenset[str]:
        """GitHub's repositories at which nothing happened; asked for all of them at once."""
        cursors = self._store.cursors("github:")
        known = {n.removeprefix("github:"): cursors[n] for n in names if cursors.get(n)}
        if not known:
            return frozenset()
        from connectors.github import reader as github  # noqa: PLC0415 - slow to load, and only needed here

        budget = self._share(1)
        try:
            due = github.changed(known, budget, self._context)
        except SourceError as exc:
            self._watcher.note(f"asking what changed: {exc}")
            return frozenset()
        finally:
            self._points -= budget.spent_points
        return frozenset(known.keys() - due)

    def _read(self, name: str, budget: Budget) -> Run:
        kind, _, target = name.partition(":")
        source_id, cursor = self._store.source(name, self._now)
        before = nights.failures(self._store, source_id)["runs"]
        run_id = self._store.start_run(source_id, self.time(), self._night)
        began, added, changed, finished, seen = time.monotonic(), 0, 0, True, 0
        outcome, error = "done", None
        try:
            for page in connectors.load(kind).fetch(target, cursor, budget, self._context):
                new, other = writer.save(self._store, source_id, run_id, page, self._now)
                added, changed, finished = added + new, changed + other, page.finished
                seen += 1
            if not finished or (budget.over() and not seen):
                outcome = "budget_exhausted"
            elif not added + changed:
                outcome = "unchanged"
        except GoneError as exc:
            outcome, error = "gone", str(exc)
        except (SourceError, ConfigError) as exc:
            self.clock_is_off |= isinstance(exc, ClockError)
            # What breaks off because the end was asked for is no failure of the Source.
            outcome, error = (
                ("budget_exhausted", None) if budget.stopping() else ("failed", str(exc))
            )
        seconds = time.monotonic() - began
        spent = {"requests": budget.spent_requests, "points": budget.spent_points}
        self._store.end_run(run_id, outcome, self.time(), error=error, **spent)
        failures = nights.failures(self._store, source_id)
        return Run(
            name,
            outcome,
            added,
            changed,
            seconds=seconds,
            error=error,
            known_gone=self._store.nights_gone(source_id) > NIGHTS_UNTIL_GONE,
            failures=failures["runs"],
            failing_since=failures["since"],
            back_after=0 if failures["runs"] else before,
            **spent,
        )


def _wait(stopping: Callable[[], bool], seconds: float) -> None:
    """Sleep, waking early once the end is asked for."""
    until = time.monotonic() + seconds
    while not stopping() and (left := until - time.monotonic()) > 0:
        time.sleep(min(left, 0.5))
