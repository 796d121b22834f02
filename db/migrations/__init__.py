"""The schema's history: one numbered SQL file per migration, each applied in one transaction.

A migration is never edited after a release. `db/schema.sql` shows the schema that all migrations
produce; a test keeps the two equal. `upgrade` applies the files. This module does not open or
verify the database file.

No text column contains an e-mail address. Times are UTC in ISO 8601.
"""

from __future__ import annotations

import re
import sqlite3
from importlib import resources

#: The set of migrations under which sqlite-utils records them.
SET = "sourcing"

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


def names() -> list[str]:
    """The names of all migrations of this version, in order."""
    files = (entry.name for entry in resources.files(__package__).iterdir())
    return sorted(file.removesuffix(".sql") for file in files if _FILE.fullmatch(file))


def applied(conn: sqlite3.Connection) -> list[str]:
    """The migrations that sqlite-utils recorded in this database, under their present names."""
    try:
        rows = conn.execute(
            "SELECT name FROM _sqlite_migrations WHERE migration_set = ? ORDER BY rowid", [SET]
        ).fetchall()
    except sqlite3.OperationalError as error:
        if "no such table" in str(error):
            return []
        raise
    return [FORMER_NAMES.get(name, name) for (name,) in rows]
