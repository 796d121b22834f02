"""The schema's history: one numbered SQL file per migration, each applied in one transaction.

A migration is never edited after a release. `db/schema.sql` shows the schema that all migrations
produce; a test keeps the two equal. This module does not open or verify the database file.

No text column contains an e-mail address. Times are UTC in ISO 8601.
"""

from __future__ import annotations

import re
import secrets
import sqlite3
from importlib import resources

from sqlite_utils import Database, Migrations

#: File names: four digits, an underscore, the name.
_FILE = re.compile(r"\d{4}_\w+\.sql")

#: Names under which older versions recorded migrations, and their present names.
FORMER_NAMES = {
    "birth": "0001_initial",
    "github": "0002_github_fields",
    "nights": "0003_runs",
    "drafts": "0004_draft_lifecycle",
    "respect": "0005_exclusions",
    "traits": "0006_facets",
    "proofs": "0007_identity_proofs",
    "formerly": "0008_previous_identifiers",
    "verdicts": "0009_manager_feedback",
    "lately": "0010_recent_work",
    "openings": "0011_opening_scores",
    "ground": "0012_shared_code",
    "counts": "0013_facet_counts",
    "0016_text_index": "0019_text_index",
}


class NumberedMigrations(Migrations):
    """Migrations that recognise the names under which older versions recorded them."""

    def applied(self, db: Database) -> list[Migrations._AppliedMigration]:
        """The applied migrations in order, each under its present name."""
        return [
            self._AppliedMigration(FORMER_NAMES.get(row.name, row.name), row.applied_at)
            for row in super().applied(db)
        ]

    def names(self) -> list[str]:
        """The names of all migrations of this version, in order."""
        return [migration.name for migration in self._migrations]


def _load() -> NumberedMigrations:
    """Register one migration per SQL file of this package, in the order of their numbers."""
    loaded = NumberedMigrations("sourcing")
    folder = resources.files(__package__)
    for file in sorted(entry.name for entry in folder.iterdir() if _FILE.fullmatch(entry.name)):
        _register(loaded, file.removesuffix(".sql"), (folder / file).read_text(encoding="utf-8"))
    return loaded


def _register(loaded: NumberedMigrations, name: str, script: str) -> None:
    @loaded(name=name)
    def apply(db: Database) -> None:
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


migrations = _load()
