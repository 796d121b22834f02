"""How a crawl is told: progress bars on a terminal, otherwise plain lines or JSON on stderr."""

from __future__ import annotations

import json
import signal
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, SpinnerColumn, TextColumn

from sourcing.pipeline.crawl import Run
from sourcing.pipeline.evaluate import Assessed

_WORDS = {
    "done": "read to the end",
    "unchanged": "nothing new",
    "budget_exhausted": "stopped by its budget, goes on next time",
    "failed": "FAILED",
    "gone": "gone",
}


class Lines:
    """Plain lines, or one JSON object a line."""

    def __init__(self, log_format: str, verbose: bool) -> None:
        self._json, self._verbose, self._told = log_format == "json", verbose, 0.0
        self.end_asked_for = False

    def stopping(self) -> bool:
        """True once the crawl is to end after the page at hand."""
        return self.end_asked_for

    def started(self, source: str) -> None:
        """A Source is being read."""
        if self._verbose:
            self.tell("started", f"{source}: reading", source=source)

    def advanced(self, done: int, expected: int | None) -> None:
        """So much of it is read; told at most every five seconds."""
        if self._verbose and time.monotonic() - self._told > 5:
            self._told = time.monotonic()
            self.tell("advanced", f"  {done} of {expected or '?'}", done=done, expected=expected)

    def note(self, line: str) -> None:
        """Something the user should know while it goes on."""
        self.tell("note", line, note=line)

    def ended(self, run: Run) -> None:
        """Its Run is over."""
        self.tell("ended", run_line(run), **asdict(run))

    def assessed(self, result: Assessed) -> None:
        """What changed is scored."""
        self.tell(
            "assessed",
            f"{result.read} contributions read, {result.scored} people scored as of {result.as_of}",
            **asdict(result),
        )

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """One line on stderr."""
        text = line
        if self._json:
            at = datetime.now(UTC).isoformat(timespec="seconds")
            text = json.dumps({"at": at, "event": event, **facts}, ensure_ascii=False)
        # A full disk under the log, or a reader that went away, is no reason to end a night.
        with suppress(OSError):
            click.echo(text, err=True)


class Bars(Lines):
    """The same, with a bar for what is being read."""

    def __init__(self, progress: Progress) -> None:
        super().__init__("text", verbose=False)
        self._progress = progress
        self._task = progress.add_task("", total=None, visible=False)

    def started(self, source: str) -> None:
        """A Source is being read."""
        self._progress.reset(self._task, description=source, total=None, visible=True)

    def advanced(self, done: int, expected: int | None) -> None:
        """So much of it is read."""
        self._progress.update(self._task, completed=done, total=expected)

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """One line above the bar."""
        self._progress.update(self._task, visible=False)
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def gently(watcher: Lines) -> Iterator[None]:
    """The first SIGTERM asks for the end after the page at hand; a second one is the end."""

    def asked(*_: object) -> None:
        watcher.end_asked_for = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    before = signal.signal(signal.SIGTERM, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def report(log_format: str, verbose: bool) -> Iterator[Lines]:
    """Who is told how it goes."""
    if log_format == "json" or not sys.stderr.isatty():
        yield Lines(log_format, verbose)
        return
    columns = (SpinnerColumn(), TextColumn("{task.description}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=Console(stderr=True), transient=True) as progress:
        yield Bars(progress)


def run_line(run: Run) -> str:
    """A Run in one line."""
    what = f"{run.added} new, {run.changed} changed, {run.seconds:.1f} s"
    line = f"{run.source}: {_WORDS[run.outcome]} ({what})"
    return f"{line}: {run.error}" if run.error else line


def summary(runs: list[Run]) -> str:
    """The night in one line: crawled, stored, failed, out of budget."""
    count = {outcome: sum(r.outcome == outcome for r in runs) for outcome in _WORDS}
    parts = [
        f"{len(runs)} sources crawled",
        f"{sum(r.added for r in runs)} contributions stored",
        f"{sum(r.changed for r in runs)} changed",
        f"{count['failed']} failed",
        f"{count['gone']} gone",
        f"{count['budget_exhausted']} out of budget",
    ]
    return ", ".join(parts)
