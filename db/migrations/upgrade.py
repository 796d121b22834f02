"""Applies the migrations with sqlite-utils, each in one transaction.

It is imported only when a database must be created or upgraded: sqlite-utils is slow to load.
"""

from __future__ import annotations

import secrets
import sqlite3
from importlib import resources

from sqlite_utils import Database, Migrations

from db.migrations import FORMER_NAMES, SET, names


class NumberedMigrations(Migrations):
    """Migrations that recognise the names under which older versions recorded them."""

    def applied(self, db: Database) -> list[Migrations._AppliedMigration]:
        """The applied migrations in order, each under its present name."""
        return [
            self._AppliedMigration(FORMER_NAMES.get(row.name, row.name), row.applied_at)
            for row in super().applied(db)
        ]


def _load() -> NumberedMigrations:
    """Register one migration per SQL file of this package, in the order of their numbers."""
    loaded = NumberedMigrations(SET)
    folder = resources.files(__package__)
    for name in names():
        _register(loaded, name, (folder / f"{name}.sql").read_text(encoding="utf-8"))
    return loaded


def _register(loaded: NumberedMigrations, name: str, script: str) -> None:
    @loaded(name=name)
    def migrate(db: Database) -> None:
        _execute(db.conn, script)
        if name == "0001_initial":
            # The key under which suppressions are hashed is unique to each database.
            key = secrets.token_hex(32)
            db.conn.execute("INSERT INTO meta VALUES ('suppression_key', ?)", [key])


def _execute(conn: sqlite3.Connection, script: str) -> None:
    """Run statements one by one: `executescript` would commit the migration's transaction."""
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""


_MIGRATIONS = _load()


def apply(conn: sqlite3.Connection, stop_before: str | None = None) -> None:
    """Apply the pending migrations, or those before `stop_before`."""
    _MIGRATIONS.apply(Database(conn), stop_before=stop_before)
