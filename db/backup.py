"""Copies of the whole file, made while others read and write it, and believed only once checked.

A copy holds whatever the database holds, so only its owner may read it, and where it lies is
written down: who is forgotten is to be forgotten there as well.
"""

from __future__ import annotations

import contextlib
import os
import sqlite3
from pathlib import Path

from sourcing.core.errors import StoreError


def copy(conn: sqlite3.Connection, path: Path) -> dict[str, int]:
    """A whole copy at `path`, checked against what it was made of; rows by table.

    What cannot be finished or is not sound leaves no file. Raises StoreError, also where
    there is something at `path` already.
    """
    if path.exists():
        raise StoreError(f"{path} is already there; name another file")
    half = path.with_name(f"{path.name}.half-done")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        rows = _copied(conn, half)
        _flush(half)
        half.rename(path)
        _flush(path.parent)
    except (OSError, sqlite3.Error) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise StoreError(f"{path}: no copy could be made: {why}") from exc
    finally:
        for left in (half, half.with_name(f"{half.name}-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    return rows


def _copied(conn: sqlite3.Connection, half: Path) -> dict[str, int]:
    """Copy and compare inside one reading of the original: others may go on writing."""
    conn.execute("BEGIN")
    try:
        rows = _rows(conn)
        made = sqlite3.connect(half)
        try:
            conn.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # one file, whole by itself
            fault = made.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if fault != "ok":
                raise sqlite3.DatabaseError(f"the database is damaged ({fault})")
            if _rows(made) != rows:
                raise sqlite3.DatabaseError("the copy is not what it was made of")
        finally:
            made.close()
    finally:
        conn.execute("ROLLBACK")
    return rows


def _rows(conn: sqlite3.Connection) -> dict[str, int]:
    tables = conn.execute(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE '%\\_fts%' ESCAPE"
        " '\\' AND name NOT LIKE 'sqlite\\_%' ESCAPE '\\' ORDER BY name"
    )
    return {
        name: int(conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])
        for (name,) in map(tuple, tables.fetchall())
    }


def _flush(path: Path) -> None:
    """See to it that it is on the disk, whatever happens to the power."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
