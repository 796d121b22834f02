"""One call of the command line in a process of its own, whose clock is the world's.

Imported before anything of ours: whoever sleeps moves the clock on instead. It judges nothing.
"""

from __future__ import annotations

import os
import sys
import time
from ctypes import c_double
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import SupportsIndex

_passed: c_double | None = None
_monotonic = time.monotonic


def _now() -> float:
    return _monotonic() + (_passed.value if _passed is not None else 0.0)


def _sleep(seconds: SupportsIndex | float) -> None:
    if _passed is not None:  # a clock at 0.0 is false
        _passed.value += max(0.0, float(seconds))


time.monotonic, time.sleep = _now, _sleep

from connectors.blog import reader as _blog  # noqa: E402, F401
from sourcing.cli import main  # noqa: E402 - it must see this clock
from sourcing.cli._app import App  # noqa: E402
from sourcing.cli.crawl import crawl as _crawl  # noqa: E402, F401 - loaded once for all runs


def run(
    folder: Path, words: tuple[str, ...], began: datetime, passed: c_double, token: str
) -> None:
    """Run the command; its exit status becomes the process's."""
    global _passed  # noqa: PLW0603 - a process is one call
    _passed = passed
    now = began + timedelta(seconds=passed.value)
    App.now = property(lambda self: now.astimezone(UTC))  # type: ignore[assignment, method-assign] # read once
    os.chdir(folder)
    os.environ["GITHUB_TOKEN"] = token
    said = os.open("said.txt", os.O_WRONLY | os.O_CREAT | os.O_APPEND)
    os.dup2(said, 1)
    os.dup2(said, 2)
    sys.argv = ["sourcing", *words]
    main()
