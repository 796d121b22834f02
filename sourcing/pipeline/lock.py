"""Allows one crawl at a time on a database, with a lock file beside it.

The kernel holds the lock, so that a killed crawl releases it at once. The content of the file is
only for messages.
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

#: Attempts, 0.05 s apart.
_TRIES = 20


@contextmanager
def lock(database: Path) -> Iterator[str | None]:
    """Hold the lock; yield the former holder if it was killed. Raises LockedError."""
    path = Path(f"{database}.lock") if database.name else database
    try:
        file = path.open("a+b", buffering=0)
    except OSError as exc:
        raise StoreError(
            f"{path}: {exc.strerror}; check --db and the folder's permissions"
        ) from exc
    with file:
        if not _acquire(file, path):
            file.seek(0)
            holder = file.read().decode(errors="replace").strip() or "process unknown"
            raise LockedError(f"another crawl is at work on {database} ({holder})")
        file.seek(0)
        killed = file.read().decode(errors="replace").strip() or None
        # The lock holds without the text: on a full disk, the database reports the problem.
        with suppress(OSError):
            file.truncate(0)
            file.write(f"process {os.getpid()}".encode())
        try:
            yield killed
        finally:
            with suppress(OSError):
                file.truncate(0)


def _acquire(file: IO[bytes], path: Path) -> bool:
    """Try for a second: a child that a killed crawl had just started holds the lock until exec."""
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
