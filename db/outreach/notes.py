"""What the recruiter writes beside a person: status, tags, notes. It never touches evidence."""

from __future__ import annotations

import sqlite3

from db.connection import Store

#: Where a person can stand with us, in the order in which it usually goes.
STATUSES = (
    "new", "reviewing", "shortlisted", "draft", "approved", "exported", "contacted", "replied",
    "in process", "closed", "not now", "declined", "do not contact",
)  # fmt: skip


def set_status(store: Store, person: int, status: str) -> None:
    """Where this person stands from now on."""
    with store.transaction():
        store.conn.execute("UPDATE persons SET status = ? WHERE id = ?", [status, person])


def tag(store: Store, person: int, word: str) -> None:
    """Put a tag on a person."""
    with store.transaction():
        store.conn.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", [person, word])


def untag(store: Store, person: int, word: str) -> None:
    """Take a tag off."""
    with store.transaction():
        store.conn.execute("DELETE FROM tags WHERE person_id = ? AND tag = ?", [person, word])


def tags(store: Store, person: int) -> list[str]:
    """A person's tags."""
    rows = store.rows("SELECT tag FROM tags WHERE person_id = ? ORDER BY tag", person)
    return [row["tag"] for row in rows]


def note(store: Store, person: int, text: str, now: str) -> None:
    """Write a note beside a person."""
    with store.transaction():
        store.conn.execute(
            "INSERT INTO notes (person_id, at, text) VALUES (?, ?, ?)", [person, now, text]
        )


def notes(store: Store, person: int) -> list[sqlite3.Row]:
    """A person's notes, newest first."""
    return store.rows("SELECT id, at, text FROM notes WHERE person_id = ? ORDER BY id DESC", person)


def drop_note(store: Store, person: int, id_: int) -> None:
    """Take a note away."""
    with store.transaction():
        store.conn.execute("DELETE FROM notes WHERE id = ? AND person_id = ?", [id_, person])
