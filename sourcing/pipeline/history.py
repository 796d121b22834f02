"""The last nights in plain words, for the terminal and the recruiter's page.

It reads what the nights wrote down; it starts none.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

from db import Store
from db.ingest import runs

_WORDS = {
    "running": "still at work, or was cut short (killed, or the disk was full)",
    "done": "went well",
    "stopped": "was stopped, the next one went on",
    "failed": "NOT ALL WELL",
    "killed": "was cut short (killed, or the disk was full), the next one went on",
}


@dataclass(frozen=True, slots=True)
class Trouble:
    """A Source that failed in a night."""

    source: str
    outcome: str
    error: str

    def words(self) -> str:
        """In one line."""
        return f"{self.source}: {'gone' if self.outcome == 'gone' else 'failed'}: {self.error}"


@dataclass(frozen=True, slots=True)
class PastNight:
    """What one night did, all Sources together."""

    started_at: str
    ended_at: str | None
    outcome: str
    sources: int
    added: int
    changed: int
    read: int
    scored: int
    requests: int
    points: int
    budget_exhausted: int
    troubles: tuple[Trouble, ...]

    @property
    def minutes(self) -> float | None:
        """How long it took, if it came to its end."""
        if not self.ended_at:
            return None
        took = datetime.fromisoformat(self.ended_at) - datetime.fromisoformat(self.started_at)
        return took.total_seconds() / 60

    def words(self) -> str:
        """In one line."""
        parts = [f"{_WORDS[self.outcome]}: {self.sources} sources, {self.added} new"]
        parts.append(f"{self.changed} changed, {self.scored} people scored")
        if self.budget_exhausted:
            parts.append(f"{self.budget_exhausted} not read to the end")
        if self.minutes is not None:
            parts.append(f"{self.minutes:.0f} min" if self.minutes >= 1 else "under a minute")
        return ", ".join(parts)

    def facts(self) -> dict[str, Any]:
        """For a machine."""
        return asdict(self)


def last_nights(store: Store, limit: int) -> list[PastNight]:
    """The last nights, newest first."""
    return [
        PastNight(
            **{name: row[name] for name in _COLUMNS},
            troubles=tuple(
                Trouble(t["source"], t["outcome"], t["error"] or "")
                for t in runs.troubles(store, row["id"])
            ),
        )
        for row in runs.recent(store, limit)
    ]


_COLUMNS = (
    "started_at", "ended_at", "outcome", "sources", "added", "changed", "read", "scored",
    "requests", "points", "budget_exhausted",
)  # fmt: skip
