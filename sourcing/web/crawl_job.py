"""The crawl that the pages start: runs the command `sourcing crawl` and keeps its output.

It is a separate process: it cannot slow or stop the pages, and it continues if they end.
"""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections import deque
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: The number of lines of output that are kept.
LINES = 60


@dataclass(frozen=True, slots=True)
class Progress:
    """The state of the crawl. `status` is its exit status, None while it runs."""

    running: bool
    status: int | None
    lines: tuple[str, ...]

    @property
    def words(self) -> str:
        """The state in one line."""
        if self.running:
            return self.lines[-1] if self.lines else "begins"
        return _ENDED.get(self.status, "It ended in a way it should not; the lines say more.")


_ENDED = {
    None: "",
    0: "It ended well.",
    1: "A source failed; the others were read.",
    2: "The config is wrong; the last line says where.",
    3: "The database cannot be used; the last line says why.",
    4: "Another crawl is at work already.",
}


class Crawling:
    """Runs at most one crawl at a time; `words` are the arguments of its command line."""

    def __init__(
        self, config_path: Path, db_path: Path, words: Callable[[], Sequence[str]]
    ) -> None:
        files = ["--config", str(config_path), "--db", str(db_path)]
        self._command = [sys.executable, "-m", "sourcing", *files, "-v"]
        self._words = words
        self._process: subprocess.Popen[str] | None = None
        self._lines: deque[str] = deque(maxlen=LINES)
        self._lock = threading.Lock()

    def start(self) -> bool:
        """Start a crawl, unless one is running."""
        with self._lock:
            if self._process and self._process.poll() is None:
                return False
            self._lines.clear()
            self._process = subprocess.Popen(
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
        """Stop the crawl after its current page."""
        if self._process and self._process.poll() is None:
            self._process.terminate()

    def progress(self) -> Progress:
        """The present state."""
        status = self._process.poll() if self._process else None
        running = self._process is not None and status is None
        return Progress(running, status, tuple(self._lines))

    def _listen(self, process: subprocess.Popen[str]) -> None:
        with process:
            for line in process.stderr or ():
                self._lines.append(line.rstrip())
