"""Times in the stored format, and days in words. It does not read the clock."""

from __future__ import annotations

from datetime import UTC, datetime


def stamp(now: datetime) -> str:
    """A time in the stored format."""
    return now.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def day(at: str) -> str:
    """The day of a stored time as in a letter: 3 June 2026."""
    then = datetime.fromisoformat(at).astimezone(UTC)
    return f"{then.day} {then:%B %Y}"
