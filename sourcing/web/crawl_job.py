"""A crawl started from the pages: the command that also runs at night, and its progress.

It runs in a separate process. It cannot slow or stop the pages, and continues if they end. This
module reads the JSON log of the command; it does not open the database.
"""

from __future__ import annotations

import json
import os
import subprocess  # nosec B404
import sys
import threading
import time
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

#: Log lines that are kept.
LINES = 60
#: The outcome of a source's last run, as the recruiter says it.
OUTCOMES = {
    "done": "read to the end",
    "unchanged": "nothing new",
    "budget_exhausted": "goes on next night: its share was spent",
    "failed": "failed",
    "gone": "not there any more",
    "running": "being read",
    "killed": "was cut short, goes on next night",
    None: "not read yet",
}
#: Seconds of reading before a time is estimated.
_SETTLED = 3.0


@dataclass(frozen=True, slots=True)
class SourceProgress:
    """The progress of one source in this crawl."""

    source: str
    #: `running`, or the outcome of the run.
    outcome: str = "running"
    #: Changes or posts read, and expected in all if known.
    done: int = 0
    expected: int | None = None
    #: Contributions stored for the first time, once the source is read.
    added: int = 0
    error: str = ""
    #: Seconds from its start to its last news.
    seconds: float = 0.0

    @property
    def percent(self) -> int | None:
        """The part that is read, or None if unknown."""
        if self.outcome != "running":
            return 100
        return min(99, 100 * self.done // self.expected) if self.expected else None

    @property
    def words(self) -> str:
        """The state in words: counts, rate and time left while it is read."""
        if self.outcome != "running":
            new = f", {self.added:,} new" if self.added else ""
            return f"{OUTCOMES[self.outcome]}{new}" + (f": {self.error}" if self.error else "")
        if not self.done:
            return "being read"
        parts = [f"{self.done:,} of {self.expected:,}" if self.expected else f"{self.done:,} read"]
        if self.seconds >= _SETTLED:
            rate = self.done / self.seconds
            parts.append(f"{60 * rate:,.0f} a minute")
            if self.expected and self.expected > self.done:
                parts.append(f"about {_span((self.expected - self.done) / rate)} left")
        return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Progress:
    """The progress of a crawl started here. `status` is its exit status after its end."""

    running: bool
    status: int | None
    lines: tuple[str, ...]
    sources: tuple[SourceProgress, ...] = ()

    @property
    def words(self) -> str:
        """The state in one line."""
        if not self.running:
            return _ENDED.get(self.status, "The crawl ended with an error; the log says more.")
        current = next((one for one in self.sources if one.outcome == "running"), None)
        if current:
            return f"Reading {current.source}: {current.words}."
        return "Sorting and scoring people." if self.sources else "The crawl begins."


_ENDED = {
    None: "",
    0: "It ended well.",
    1: "A source failed; the others were read.",
    2: "The configuration is wrong; the last line says where.",
    3: "The database cannot be used; the last line says why.",
    4: "Another crawl is running already.",
}


class Crawling:
    """At most one crawl at a time; `words` follow `sourcing` on its command line."""

    def __init__(
        self, config_path: Path, db_path: Path, words: Callable[[], Sequence[str]]
    ) -> None:
        files = ["--config", str(config_path), "--db", str(db_path)]
        self._command = [sys.executable, "-m", "sourcing", *files, "-v", "--log-format", "json"]
        self._words = words
        self._process: subprocess.Popen[str] | None = None
        self._lines: deque[str] = deque(maxlen=LINES)
        self._sources: dict[str, SourceProgress] = {}
        self._began = 0.0
        self._lock = threading.Lock()

    def start(self) -> bool:
        """Start a crawl; False if one is running."""
        with self._lock:
            if self._process and self._process.poll() is None:
                return False
            self._lines.clear()
            self._sources = {}
            self._process = subprocess.Popen(  # nosec B603
                [*self._command, *self._words()],
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                text=True,
                errors="replace",
                env=os.environ | {"PYTHONUNBUFFERED": "1"},
                start_new_session=True,
            )
            threading.Thread(target=self._listen, args=(self._process,), daemon=True).start()
            return True

    def stop(self) -> None:
        """Request an end after the current page."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def progress(self) -> Progress:
        """The current state."""
        status = self._process.poll() if self._process else None
        running = self._process is not None and status is None
        return Progress(running, status, tuple(self._lines), tuple(self._sources.values()))

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with process:
            for line in process.stderr or ():
                self._read(line.rstrip())

    def _read(self, line: str) -> None:
        """One line of the log: JSON, or the text of an error."""
        try:
            event: Any = json.loads(line)
        except ValueError:
            event = None
        if not isinstance(event, dict):
            self._lines.append(line)
            return
        kind, current = event.get("event"), next(reversed(self._sources.values()), None)
        if kind == "started":
            self._began = time.monotonic()
            self._put(SourceProgress(str(event["source"])))
        elif kind == "advanced" and current:
            passed = time.monotonic() - self._began
            expected = event.get("expected")
            self._put(replace(current, done=event["done"], expected=expected, seconds=passed))
        elif kind == "ended":
            one = self._sources.get(event["source"]) or SourceProgress(event["source"])
            error = event.get("error") or ""
            self._put(replace(one, outcome=event["outcome"], added=event["added"], error=error))
        if kind != "advanced":
            self._lines.append(str(event.get("line", line)))

    def _put(self, progress: SourceProgress) -> None:
        # A new dictionary: a page may be reading the former one.
        self._sources = self._sources | {progress.source: progress}


def _span(seconds: float) -> str:
    """A duration in words."""
    if seconds < 90:
        return f"{max(1, round(seconds)):.0f} s"
    return f"{seconds / 60:.0f} min" if seconds < 5400 else f"{seconds / 3600:.0f} h"
