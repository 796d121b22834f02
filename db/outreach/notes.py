"""The recruiter's own record of a person: status, tags and notes. It never changes evidence."""

from __future__ import annotations

from dataclasses import dataclass

from db.connection import Store

#: The statuses of a person, in their usual order.
STATUSES = (
    "new", "reviewing", "shortlisted", "draft", "approved", "exported", "contacted", "replied",
    "in process", "closed", "not now", "declined", "do not contact",
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Note:
    """One note about a person."""

    id: int
    at: str
    text: str


def set_status(store: Store, person: int, status: str) -> None:
    """Set the status of a person."""
    with store.transaction():
        store.conn.execute("UPDATE persons SET status = ? WHERE id = ?", [status, person])


def tag(store: Store, person: int, word: str) -> None:
    """Add a tag to a person."""
    with store.transaction():
        store.conn.execute("INSERT OR IGNORE INTO tags VALUES (?, ?)", [person, word])


def untag(store: Store, person: int, word: str) -> None:
    """Remove a tag from a person."""
    with store.transaction():
        store.conn.execute("DELETE FROM tags WHERE person_id = ? AND tag = ?", [person, word])


def tags(store: Store, person: int) -> list[str]:
    """The tags of a person, in alphabetical order."""
    rows = store.rows("SELECT tag FROM tags WHERE person_id = ? ORDER BY tag", person)
    return [row["tag"] for row in rows]


def note(store: Store, person: int, text: str, now: str) -> None:
    """Add a note about a person."""
    with store.transaction():
        store.conn.execute(
            "INSERT INTO notes (person_id, at, text) VALUES (?, ?, ?)", [person, now, text]
        )


def notes(store: Store, person: int) -> list[Note]:
    """The notes about a person, newest first."""
    rows = store.rows("SELECT id, at, text FROM notes WHERE person_id = ? ORDER BY id DESC", person)
    return [Note(**dict(row)) for row in rows]


def delete_note(store: Store, person: int, id_: int) -> None:
    """Delete a note."""
    with store.transaction():
        store.conn.execute("DELETE FROM notes WHERE id = ? AND person_id = ?", [id_, person])
