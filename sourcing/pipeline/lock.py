"""One crawl at a time on a database: the file beside it that the running one holds.

The lock is the kernel's, so that of a killed crawl is free at once; what the file says is
only told to the user.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from threading import Event
from typing import IO

from sourcing.core.errors import LockedError, StoreError

#: A second in all.
_TRIES = 20


@contextmanager
def lock(database: Path) -> Iterator[str | None]:
    """Hold the lock; yields who held it before and never let go, if somebody did."""
    path = Path(f"{database}.lock") if database.name else database
    try:
        file = path.open("a+b", buffering=0)
    except OSError as exc:
        raise StoreError(f"{path}: {exc.strerror}; check --db and the folder's rights") from exc
    with file:
        if not _held(file, path):
            file.seek(0)
            who = file.read().decode(errors="replace").strip() or "process unknown"
            raise LockedError(f"another crawl is at work on {database} ({who})")
        file.seek(0)
        left_over = file.read().decode(errors="replace").strip() or None
        # The lock holds without: on a full disk, the database says what is wrong.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"process {os.getpid()}".encode())
        try:
            yield left_over
        finally:
            with suppress(OSError):
                file.truncate(0)


def _held(file: IO[bytes], path: Path) -> bool:
    """Take it, waiting a moment: what a killed crawl was just starting has it until it runs."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            Event().wait(0.05)
        except OSError as exc:
            raise StoreError(f"{path}: this file system has no locks ({exc.strerror})") from exc
        else:
            return True
    return False
