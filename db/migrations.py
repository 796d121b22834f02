"""The schema's history: each step one transaction, its SQL in `steps/`, fixed once released.

`schema.sql` shows what all steps together make; a test keeps the two equal.
Text columns hold no e-mail address; times are UTC in ISO 8601.
"""

import secrets
import sqlite3
from importlib import resources

from sqlite_utils import Database, Migrations

migrations = Migrations("sourcing")


@migrations()
def birth(db: Database) -> None:
    """The first schema, and the key under which suppressions are hashed."""
    _run(db.conn, "birth")
    db.conn.execute("INSERT INTO meta VALUES ('suppression_key', ?)", [secrets.token_hex(32)])


@migrations()
def github(db: Database) -> None:
    """What GitHub's API tells beyond a history."""
    _run(db.conn, "github")


@migrations()
def nights(db: Database) -> None:
    """Which runs were one night, what the config no longer names, where copies lie."""
    _run(db.conn, "nights")


@migrations()
def drafts(db: Database) -> None:
    """What a draft's later life leaves behind."""
    _run(db.conn, "drafts")


@migrations()
def respect(db: Database) -> None:
    """Exclusions kept ready, objections quoted, profile details that were let go."""
    _run(db.conn, "respect")


@migrations()
def traits(db: Database) -> None:
    """By what people can be filtered, counted; searches that are kept."""
    _run(db.conn, "traits")


@migrations()
def proofs(db: Database) -> None:
    """Where a site shows whose account somebody has."""
    _run(db.conn, "proofs")


@migrations()
def formerly(db: Database) -> None:
    """By what an account was known before, as hashes: a "no" covers that, too."""
    _run(db.conn, "formerly")


@migrations()
def verdicts(db: Database) -> None:
    """What hiring managers answered, and evidence they found misread."""
    _run(db.conn, "verdicts")


@migrations()
def lately(db: Database) -> None:
    """Who worked lately, and who bears a tag, found without looking at everybody."""
    _run(db.conn, "lately")


@migrations()
def openings(db: Database) -> None:
    """The view of the shortlist tells roles; openings have an order of their own."""
    _run(db.conn, "openings")


@migrations()
def ground(db: Database) -> None:
    """Whether a contribution lies where everybody in a project works."""
    _run(db.conn, "ground")


@migrations()
def counts(db: Database) -> None:
    """Traits are counted many at once; all scores of a person lie together."""
    _run(db.conn, "counts")


def _run(conn: sqlite3.Connection, step: str) -> None:
    """Run statements one by one: `executescript` would commit the step's transaction."""
    script = (resources.files("db") / "steps" / f"{step}.sql").read_text(encoding="utf-8")
    statement = ""
    for line in script.splitlines(keepends=True):
        statement += line
        if sqlite3.complete_statement(statement):
            conn.execute(statement)
            statement = ""
