"""Verified copies of the database file, made while other processes read and write it.

A copy holds personal data: only its owner can read it, and its path is recorded, so that erasure
reaches the copy too. This module does not record the path. A copy that a kill left unfinished is
deleted at the next start (`remove_unfinished`).
"""

from __future__ import annotations

import contextlib
import fcntl
import os
import sqlite3
from pathlib import Path

from sourcing.core.errors import StoreError

#: The end of the name of a copy that is not complete.
_HALF = ".half-done"
#: Our application id as the header of a file has it.
_APPLICATION = b"srcg"


def remove_unfinished(folder: Path) -> list[str]:
    """Delete unfinished copies in a folder that no process is writing; return their names."""
    removed = []
    with contextlib.suppress(OSError):
        for half in folder.glob(f"*{_HALF}"):
            with half.open("rb") as file:
                try:
                    fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
                except BlockingIOError:
                    continue  # a backup is being made
                half.unlink(missing_ok=True)
                half.with_name(f"{half.name}-journal").unlink(missing_ok=True)
                removed.append(half.name)
    return removed


def copies_beside(path: Path, key: str) -> list[str]:
    """The paths of other databases in the folder that have the same suppression key."""
    found = []
    for other in sorted(path.absolute().parent.iterdir()):
        if other == path.absolute() or not other.is_file() or not _is_ours(other):
            continue
        with contextlib.suppress(sqlite3.Error):
            conn = sqlite3.connect(f"{other.as_uri()}?mode=ro", uri=True)
            with contextlib.closing(conn):
                row = conn.execute(
                    "SELECT value FROM meta WHERE name = 'suppression_key'"
                ).fetchone()
            if row and row[0] == key:
                found.append(str(other))
    return found


def _is_ours(path: Path) -> bool:
    """True if the header of the file has our application id (https://sqlite.org/fileformat.html)."""
    try:
        with path.open("rb") as file:
            header = file.read(72)
    except OSError:
        return False
    return header.startswith(b"SQLite format 3\0") and header[68:72] == _APPLICATION


def copy(conn: sqlite3.Connection, path: Path) -> dict[str, int]:
    """Write a verified copy to `path`; returns the number of rows by table.

    An unfinished or damaged copy leaves no file. Raises StoreError, also if `path` exists.
    """
    if path.exists():
        raise StoreError(f"{path} exists; name another file")
    half = path.with_name(f"{path.name}{_HALF}")
    try:
        half.unlink(missing_ok=True)
        half.touch(mode=0o600)
        with half.open("rb") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # tells `remove_unfinished` that it is being written
            rows = _copied(conn, half)
            _flush(half)
            half.rename(path)
        _flush(path.parent)
    except (OSError, sqlite3.Error) as exc:
        why = exc.strerror if isinstance(exc, OSError) else exc
        raise StoreError(f"{path}: cannot be copied: {why}") from exc
    finally:
        for left in (half, half.with_name(f"{half.name}-journal")):
            with contextlib.suppress(OSError):
                left.unlink(missing_ok=True)
    return rows


def _copied(conn: sqlite3.Connection, half: Path) -> dict[str, int]:
    """Copy and compare within one read transaction, while other processes continue to write."""
    conn.execute("BEGIN")
    try:
        rows = _rows(conn)
        made = sqlite3.connect(half)
        try:
            conn.backup(made)
            made.execute("PRAGMA journal_mode = DELETE")  # a single file, without a WAL
            fault = made.execute("PRAGMA integrity_check(1)").fetchone()[0]
            if fault != "ok":
                raise sqlite3.DatabaseError(f"the database is damaged ({fault})")
            if _rows(made) != rows:
                raise sqlite3.DatabaseError("the copy differs from the original")
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
        name: int(conn.execute(f'SELECT count(*) FROM "{name}"').fetchone()[0])  # nosec B608
        for (name,) in map(tuple, tables.fetchall())
    }


def _flush(path: Path) -> None:
    """Sync to the disk, so that the copy survives a power failure."""
    handle = os.open(path, os.O_RDONLY)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
