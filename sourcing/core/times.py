"""Times as they are stored, and days as people read them. It never looks at a clock."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(now: datetime) -> str:
    """A time as it is stored."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: str) -> str:
    """The day of a stored time as one writes it in a letter: 3 June 2026."""
    then = datetime.fromisoformat(at).astimezone(UTC)
    return f"{then.day} {then:%B %Y}"
