"""Opens the database and holds the connection; settings, sources, cursors and runs.

One process writes at a time, one transaction per step. Pages, persons and drafts are written by
other modules of this package.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from db import backup, migrations
from sourcing.core.errors import StoreError
from sourcing.core.model import Cursor

#: "srcg" in the header of the file: a file of another program is never written.
APPLICATION_ID = 0x73726367

#: Seconds to wait for the lock of another process.
LOCK_TIMEOUT = 30.0

#: KiB of page cache per connection. With SQLite's default of 2,000, each batch reads and writes an
#: index of a few million rows again.
CACHE_KIB = 64_000

#: STRICT tables came with 3.37 (https://sqlite.org/stricttables.html).
OLDEST_SQLITE = (3, 37)


class Store:
    """A sourcing database. Raises StoreError if the file cannot be used."""

    def __init__(self, path: Path | str, *, create: bool = True, write: bool = True) -> None:
        self.path = Path(path)
        if sqlite3.sqlite_version_info < OLDEST_SQLITE:
            raise StoreError(f"SQLite {sqlite3.sqlite_version} is too old: 3.37 or newer is needed")
        if not create and not self.path.exists():
            raise StoreError(f"{path}: no such database; run `sourcing crawl` first")
        with translated(self.path):
            if self.path.is_dir():
                raise StoreError(f"{path}: is a folder; name a file with --db")
            uri = f"{self.path.absolute().as_uri()}?mode={'rwc' if write else 'ro'}"
            self.conn = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=LOCK_TIMEOUT)
            try:
                self._open(write=write)
            except BaseException:
                self.conn.close()
                raise

    def _open(self, *, write: bool) -> None:
        self.conn.row_factory = sqlite3.Row
        self._refuse_foreign()
        self.conn.execute("PRAGMA foreign_keys = ON")
        self.conn.execute("PRAGMA secure_delete = ON")
        self.conn.execute(f"PRAGMA cache_size = -{CACHE_KIB}")
        # With a WAL, a power failure loses a page together with its cursor, or neither.
        self.conn.execute("PRAGMA synchronous = NORMAL")
        applied, known = set(migrations.applied(self.conn)), set(migrations.names())
        if newer := sorted(applied - known):
            raise StoreError(
                f"{self.path}: made by a newer sourcing (it has {newer[-1]}); upgrade first"
            )
        if known - applied:
            if not write:
                raise StoreError(
                    f"{self.path}: made by an older version, or empty; the next crawl upgrades it"
                )
            self._upgrade()
        if write:
            self.conn.execute("PRAGMA journal_mode = WAL")
            # A crawl rewrites the same index pages: a checkpoint every 64 MB writes each one once.
            self.conn.execute("PRAGMA wal_autocheckpoint = 16000")
            self._verify_upgrade()
            for rule in AFTER_OPEN:
                rule(self)

    @property
    def _before_upgrade(self) -> Path:
        """The copy from before an upgrade; it exists until the upgraded file is verified."""
        return self.path.with_name(f"{self.path.name}.before-upgrade")

    def _upgrade(self) -> None:
        from db.migrations import upgrade  # noqa: PLC0415 - slow to load, and rarely needed

        copy = self._before_upgrade
        if migrations.applied(self.conn) and not copy.exists():
            backup.copy(self.conn, copy)
        self.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        try:
            upgrade.apply(self.conn)
        except sqlite3.Error as exc:
            before = f"; the former file: {copy}" if copy.exists() else ""
            why = _WORDS.get(_code(exc), str(exc))
            raise StoreError(f"{self.path}: cannot be upgraded: {why}{before}") from exc

    def _verify_upgrade(self) -> None:
        """Check an upgraded file, then delete the copy; also after a killed upgrade."""
        if not self._before_upgrade.exists():
            return
        if damage := self.damage():
            raise StoreError(
                f"{self.path}: not sound after its upgrade ({damage});"
                f" put {self._before_upgrade} in its place"
            )
        self._before_upgrade.unlink(missing_ok=True)

    def _refuse_foreign(self) -> None:
        owner = self.scalar("PRAGMA application_id")
        tables = self.scalar("SELECT count(*) FROM sqlite_master")
        if owner != APPLICATION_ID and (owner or tables):
            raise StoreError(
                f"{self.path}: belongs to another program; name another file with --db"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection."""
        self.conn.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """One atomic transaction that takes the write lock at the start."""
        with translated(self.path):
            self.conn.execute("BEGIN IMMEDIATE")
            with self.conn:
                yield

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a small result."""
        with translated(self.path):
            return self.conn.execute(sql, values).fetchall()

    def rows_named(self, sql: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
        """`rows` with named values; values that the statement does not name are ignored."""
        with translated(self.path):
            return self.conn.execute(sql, values).fetchall()

    def each(self, sql: str, *values: Any) -> Iterator[sqlite3.Row]:
        """The rows of a large result, one by one."""
        with translated(self.path):
            yield from self.conn.execute(sql, values)

    def scalar(self, sql: str, *values: Any) -> Any:
        """The first column of the first row, or None."""
        with translated(self.path):
            row = self.conn.execute(sql, values).fetchone()
        return row[0] if row else None

    def damage(self, *, whole: bool = False) -> str | None:
        """The first damage that SQLite finds, or None; `whole` checks every index entry too."""
        first = "PRAGMA integrity_check(1)" if whole else "PRAGMA quick_check(1)"
        for check in (first, "PRAGMA foreign_key_check"):
            for row in self.rows(check):
                if row[0] != "ok":
                    return " ".join(" ".join(map(str, row)).split())
        return None

    # -- settings ---------------------------------------------------------------------------

    def meta(self, name: str) -> str | None:
        """A setting of this file."""
        value: str | None = self.scalar("SELECT value FROM meta WHERE name = ?", name)
        return value

    def set_meta(self, name: str, value: str) -> None:
        """Set a setting of this file."""
        with translated(self.path):
            self.conn.execute(
                "INSERT INTO meta VALUES (?, ?) ON CONFLICT (name) DO UPDATE"
                " SET value = excluded.value WHERE value IS NOT excluded.value",
                [name, value],
            )

    def note_backup(self, path: str, now: str) -> None:
        """Record the path of a copy of this file, so that erasure reaches it."""
        with self.transaction():
            self.conn.execute("INSERT INTO backups (at, path) VALUES (?, ?)", [now, path])

    # -- sources and runs -------------------------------------------------------------------

    def source(self, name: str, now: str) -> tuple[int, Cursor]:
        """The id and cursor of a source; adds an unknown source."""
        with translated(self.path):
            self.conn.execute(
                "INSERT INTO sources (name, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [name, now],
            )
        row = self.rows("SELECT id, cursor FROM sources WHERE name = ?", name)[0]
        return row["id"], json.loads(row["cursor"])

    def cursors(self, prefix: str) -> dict[str, Cursor]:
        """The cursors of all sources with this prefix, by name."""
        rows = self.rows(
            "SELECT name, cursor FROM sources WHERE substr(name, 1, ?) = ?", len(prefix), prefix
        )
        return {row["name"]: json.loads(row["cursor"]) for row in rows}

    def nights_gone(self, source_id: int) -> int:
        """The number of consecutive runs, up to the last, that found the source gone."""
        return int(
            self.scalar(
                "SELECT count(*) FROM runs WHERE source_id = ?1 AND outcome = 'gone' AND id >"
                " ifnull((SELECT max(id) FROM runs WHERE source_id = ?1 AND outcome <> 'gone'), 0)",
                source_id,
            )
        )

    def budget_exhausted(self) -> set[str]:
        """Sources with a last run that spent its budget before the first page."""
        rows = self.rows(
            "SELECT source FROM runs_latest WHERE outcome = 'budget_exhausted' AND pages = 0"
        )
        return {row["source"] for row in rows}

    def start_run(self, source_id: int, now: str, night: int | None = None) -> int:
        """Record the start of a run; returns its id. A former run without an end was killed."""
        with self.transaction():
            self.conn.execute(
                "UPDATE runs SET outcome = 'killed' WHERE source_id = ? AND outcome = 'running'",
                [source_id],
            )
            cursor = self.conn.execute(
                "INSERT INTO runs (source_id, started_at, night_id) VALUES (?, ?, ?)",
                [source_id, now, night],
            )
        return int(cursor.lastrowid or 0)

    def end_run(self, run_id: int, outcome: str, now: str, **facts: int | str | None) -> None:
        """Record the end of a run: requests, points, error."""
        with self.transaction():
            self.conn.execute(
                "UPDATE runs SET outcome = ?, ended_at = ?, requests = ?, points = ?, error = ?"
                " WHERE id = ?",
                [outcome, now, facts.get("requests", 0), facts.get("points", 0),
                 facts.get("error"), run_id],
            )  # fmt: skip


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """Translate exceptions of sqlite3 into a StoreError that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as exc:
        raise StoreError(f"{path}: {_advice(exc)}") from exc
    except UnicodeDecodeError as exc:  # a message of sqlite3 that quotes damaged bytes
        raise StoreError(f"{path}: {_WORDS[sqlite3.SQLITE_CORRUPT]}") from exc


def _advice(exc: sqlite3.DatabaseError) -> str:
    if advice := _WORDS.get(_code(exc)):
        return advice
    if str(exc).startswith("Could not decode"):  # all stored text was valid UTF-8
        return _WORDS[sqlite3.SQLITE_CORRUPT]
    if isinstance(exc, sqlite3.OperationalError):
        return f"{exc}"
    raise exc


def _code(exc: sqlite3.Error) -> int:
    return (getattr(exc, "sqlite_errorcode", None) or 0) & 0xFF


_WORDS = {
    sqlite3.SQLITE_NOTADB: "is not an SQLite database; name another with --db, or restore a backup",
    sqlite3.SQLITE_BUSY: "another program uses the database; close it and try again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check the permissions of the file and its folder",
    sqlite3.SQLITE_READONLY: "cannot be written; check the permissions of the file and its folder",
    sqlite3.SQLITE_FULL: "the disk is full; the data stored so far is safe",
    sqlite3.SQLITE_IOERR: "the disk is full, failing or gone; the data stored so far is safe",
    sqlite3.SQLITE_LOCKED: "another program uses the database; close it and try again",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; restore a backup",
}

#: Rules that a writable database goes through when it is opened, in this order. `db` registers
#: them, because they use a Store themselves.
AFTER_OPEN: list[Callable[[Store], object]] = []
