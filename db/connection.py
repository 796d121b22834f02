"""Opens the file and holds the connection; sources, cursors and runs.

One writer at a time, one transaction per step. What is in a page, who is who and what a
draft says is the business of the modules beside it.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

from sqlite_utils import Database

from db import backup
from db.migrations import migrations
from sourcing.core.errors import StoreError
from sourcing.core.model import Cursor

#: "srcg": a file of anybody else's is never written to.
APPLICATION_ID = 0x73726367

#: Seconds to wait for another program to let go of the file.
PATIENCE = 30.0

#: KiB of the file that a connection may keep at hand. With the 2,000 that are usual, an index of a
#: few million rows is read and written again for each batch.
AT_HAND = 64_000

#: STRICT tables came with 3.37 (https://sqlite.org/stricttables.html).
OLDEST_SQLITE = (3, 37)


class Store:
    """A sourcing database. Raises StoreError where the file cannot be used."""

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
            self.conn = sqlite3.connect(uri, uri=True, isolation_level=None, timeout=PATIENCE)
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
        self.conn.execute(f"PRAGMA cache_size = -{AT_HAND}")
        # With a WAL, a page and its cursor are lost together or not at all, also without power.
        self.conn.execute("PRAGMA synchronous = NORMAL")
        db = Database(self.conn)
        self._refuse_newer(db)
        if migrations.pending(db):
            if not write:
                raise StoreError(f"{self.path}: older or empty; the next crawl upgrades it")
            self._upgrade(db)
        if write:
            self.conn.execute("PRAGMA journal_mode = WAL")
            # A night writes the same index pages again and again: copied back every 64 MB.
            self.conn.execute("PRAGMA wal_autocheckpoint = 16000")
            self._believe_upgrade()

    @property
    def _before_upgrade(self) -> Path:
        """The copy of what stood here before an upgrade, kept until that is verified."""
        return self.path.with_name(f"{self.path.name}.before-upgrade")

    def _upgrade(self, db: Database) -> None:
        kept = self._before_upgrade
        if migrations.applied(db) and not kept.exists():
            backup.copy(self.conn, kept)
        self.conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
        try:
            migrations.apply(db)
        except sqlite3.Error as exc:
            before = f"; as it was before: {kept}" if kept.exists() else ""
            why = _WORDS.get(_code(exc), str(exc))
            raise StoreError(f"{self.path}: cannot be upgraded: {why}{before}") from exc

    def _believe_upgrade(self) -> None:
        """Look through an upgraded file, also one whose upgrade was killed before it was; then
        the copy may go."""
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

    def _refuse_newer(self, db: Database) -> None:
        known = {m.name for m in migrations.applied(db)} | {m.name for m in migrations.pending(db)}
        if newer := sorted(known - set(migrations.names())):
            raise StoreError(
                f"{self.path}: made by a newer sourcing (it has {newer[-1]}); upgrade first"
            )

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *exc: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the connection; nothing is pending outside a transaction."""
        self.conn.close()

    @contextmanager
    def transaction(self) -> Iterator[None]:
        """All of it or nothing; the write lock is taken at the start."""
        with translated(self.path):
            self.conn.execute("BEGIN IMMEDIATE")
            with self.conn:
                yield

    def rows(self, sql: str, *values: Any) -> list[sqlite3.Row]:
        """All rows of a small result."""
        with translated(self.path):
            return self.conn.execute(sql, values).fetchall()

    def rows_named(self, sql: str, values: Mapping[str, Any]) -> list[sqlite3.Row]:
        """`rows`, with named values; those the statement does not name are passed over."""
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
        """What SQLite finds wrong with the file, or None; `whole`: each index entry as well."""
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
        """Remember that a copy of this file lies there."""
        with self.transaction():
            self.conn.execute("INSERT INTO backups (at, path) VALUES (?, ?)", [now, path])

    # -- sources and runs -------------------------------------------------------------------

    def source(self, name: str, now: str) -> tuple[int, Cursor]:
        """The id and cursor of a Source, added at first sight."""
        with translated(self.path):
            self.conn.execute(
                "INSERT INTO sources (name, added_at) VALUES (?, ?) ON CONFLICT DO NOTHING",
                [name, now],
            )
        row = self.rows("SELECT id, cursor FROM sources WHERE name = ?", name)[0]
        return row["id"], json.loads(row["cursor"])

    def cursors(self, prefix: str) -> dict[str, Cursor]:
        """The cursors of all Sources whose name begins so."""
        rows = self.rows(
            "SELECT name, cursor FROM sources WHERE substr(name, 1, ?) = ?", len(prefix), prefix
        )
        return {row["name"]: json.loads(row["cursor"]) for row in rows}

    def nights_gone(self, source_id: int) -> int:
        """How many Runs in a row, up to the last, found the Source gone."""
        return int(
            self.scalar(
                "SELECT count(*) FROM runs WHERE source_id = ?1 AND outcome = 'gone' AND id >"
                " ifnull((SELECT max(id) FROM runs WHERE source_id = ?1 AND outcome <> 'gone'), 0)",
                source_id,
            )
        )

    def budget_exhausted(self) -> set[str]:
        """Sources whose last Run ended before it got a page."""
        rows = self.rows(
            "SELECT source FROM runs_latest WHERE outcome = 'budget_exhausted' AND pages = 0"
        )
        return {row["source"] for row in rows}

    def start_run(self, source_id: int, now: str, night: int | None = None) -> int:
        """Note that a Run began. One that never ended was killed."""
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
        """Note how a Run ended: requests, points, error."""
        with self.transaction():
            self.conn.execute(
                "UPDATE runs SET outcome = ?, ended_at = ?, requests = ?, points = ?, error = ?"
                " WHERE id = ?",
                [outcome, now, facts.get("requests", 0), facts.get("points", 0),
                 facts.get("error"), run_id],
            )  # fmt: skip


@contextmanager
def translated(path: Path) -> Iterator[None]:
    """sqlite3's exceptions as one line that says what to do."""
    try:
        yield
    except sqlite3.DatabaseError as exc:
        raise StoreError(f"{path}: {_advice(exc)}") from exc
    except UnicodeDecodeError as exc:  # sqlite3's own words, where they quote what is damaged
        raise StoreError(f"{path}: {_WORDS[sqlite3.SQLITE_CORRUPT]}") from exc


def _advice(exc: sqlite3.DatabaseError) -> str:
    if advice := _WORDS.get(_code(exc)):
        return advice
    if str(exc).startswith("Could not decode"):  # all that is stored was UTF-8 once
        return _WORDS[sqlite3.SQLITE_CORRUPT]
    if isinstance(exc, sqlite3.OperationalError):
        return f"{exc}"
    raise exc


def _code(exc: sqlite3.Error) -> int:
    return (getattr(exc, "sqlite_errorcode", None) or 0) & 0xFF


_WORDS = {
    sqlite3.SQLITE_NOTADB: "is no SQLite database (any more); name another with --db, or a backup",
    sqlite3.SQLITE_BUSY: "another program holds the database; close it and try again",
    sqlite3.SQLITE_CANTOPEN: "cannot be opened; check that it may be read and its folder written",
    sqlite3.SQLITE_READONLY: "cannot be written; check the rights of the file and its folder",
    sqlite3.SQLITE_FULL: "the disk is full; what was stored so far is safe",
    sqlite3.SQLITE_IOERR: "the disk is full, failing or gone; what was stored so far is safe",
    sqlite3.SQLITE_LOCKED: "another program holds the database; close it and try again",
    sqlite3.SQLITE_CORRUPT: "the database is damaged; restore a backup",
}
