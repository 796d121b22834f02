"""A crawl in a process of its own. What moves the clock is loaded there, and never here."""

from __future__ import annotations

from ctypes import c_double
from datetime import datetime
from pathlib import Path


def call(
    folder: Path, words: tuple[str, ...], began: datetime, passed: c_double, token: str
) -> None:
    """Run the command; its exit status becomes the process's."""
    from tests.soak import hurry  # noqa: PLC0415 - see the module's docstring

    hurry.run(folder, words, began, passed, token)
