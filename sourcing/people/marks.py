"""The recruiter's own record of a person: status, tags and notes. It never touches evidence."""

from __future__ import annotations

from dataclasses import dataclass

from db import Store
from db.outreach import notes
from db.outreach.notes import STATUSES, Note
from db.ranking import persons
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line
from sourcing.privacy import contact_policy

__all__ = ["STATUSES", "Marks", "delete_note", "mark", "notes_about", "status", "tags"]

#: Longest note and tag, in characters.
NOTE_LIMIT, TAG_LIMIT = 4000, 40


@dataclass(frozen=True, slots=True)
class Marks:
    """Changes to the record of a person; empty fields change nothing."""

    status: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()  # to add
    untags: tuple[str, ...] = ()  # to remove


def mark(store: Store, person: int, change: Marks, now: str) -> None:
    """Set a status, add a note, add and remove tags. E-mail addresses are removed from texts.

    Raises ConfigError for a status that does not exist.
    """
    if change.status and change.status not in STATUSES:
        raise ConfigError(f"no status {change.status!r}; there are: {', '.join(STATUSES)}")
    if change.status:
        contact_policy.set_status(store, person, change.status)
    if text := clean(change.note, NOTE_LIMIT):
        notes.note(store, person, text, now)
    for word in change.tags:
        if cleaned := clean_line(word.replace(",", " "), TAG_LIMIT):
            notes.tag(store, person, cleaned)
    for word in change.untags:
        notes.untag(store, person, word)


def status(store: Store, person: int) -> str:
    """A person's status."""
    return persons.person(store, person).status


def tags(store: Store, person: int) -> list[str]:
    """A person's tags, in order."""
    return notes.tags(store, person)


def notes_about(store: Store, person: int) -> list[Note]:
    """The notes about a person, newest first."""
    return notes.notes(store, person)


def delete_note(store: Store, person: int, number: int) -> None:
    """Delete one note about a person."""
    notes.delete_note(store, person, number)
