"""Reports the progress of a crawl on stderr: bars on a terminal, otherwise lines or JSON."""

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
    "budget_exhausted": "stopped by its budget, continues next time",
    "failed": "FAILED",
    "gone": "gone",
}


class Lines:
    """Plain lines, or one JSON object a line."""

    def __init__(self, log_format: str, verbose: bool) -> None:
        self._json, self._verbose, self._last = log_format == "json", verbose, 0.0
        self.stop_requested = False

    def stopping(self) -> bool:
        """True once the crawl should stop after the current page."""
        return self.stop_requested

    def started(self, source: str) -> None:
        """The crawl of a source begins."""
        if self._verbose:
            self.tell("started", f"{source}: reading", source=source)

    def advanced(self, done: int, expected: int | None) -> None:
        """The progress within the source, at most every two seconds."""
        if self._verbose and time.monotonic() - self._last > 2:
            self._last = time.monotonic()
            self.tell("advanced", f"  {done} of {expected or '?'}", done=done, expected=expected)

    def note(self, line: str) -> None:
        """Print a line for the user during the crawl."""
        self.tell("note", line, note=line)

    def ended(self, run: Run) -> None:
        """The crawl of a source is over."""
        self.tell("ended", run_line(run), **asdict(run))

    def assessed(self, result: Assessed) -> None:
        """The changes are scored."""
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
            text = json.dumps({"at": at, "event": event, "line": line, **facts}, ensure_ascii=False)
        # A full disk under the log, or a closed pipe, does not end the crawl.
        with suppress(OSError):
            click.echo(text, err=True)


class Bars(Lines):
    """The same, with a progress bar for the current source."""

    def __init__(self, progress: Progress) -> None:
        super().__init__("text", verbose=False)
        self._progress = progress
        self._task = progress.add_task("", total=None, visible=False)

    def started(self, source: str) -> None:
        """The crawl of a source begins."""
        self._progress.reset(self._task, description=source, total=None, visible=True)

    def advanced(self, done: int, expected: int | None) -> None:
        """The progress within the source."""
        self._progress.update(self._task, completed=done, total=expected)

    def tell(self, event: str, line: str, **facts: Any) -> None:
        """One line above the bar."""
        self._progress.update(self._task, visible=False)
        self._progress.console.print(line, markup=False, highlight=False, soft_wrap=True)


@contextmanager
def handle_sigterm(watcher: Lines) -> Iterator[None]:
    """The first SIGTERM requests a stop after the current page; a second one kills."""

    def asked(*_: object) -> None:
        watcher.stop_requested = True
        signal.signal(signal.SIGTERM, signal.SIG_DFL)

    before = signal.signal(signal.SIGTERM, asked)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@contextmanager
def report(log_format: str, verbose: bool) -> Iterator[Lines]:
    """The watcher that fits the terminal and the log format."""
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
