"""The last nights in plain words, for the terminal and the recruiter's page.

It reads the log of the crawls and starts no crawl.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any

import connectors
from db import Store
from db.ingest import runs, source_stats
from db.ingest.runs import FailedRun, NightRecord
from db.ingest.source_stats import SourceOverview

_WORDS = {
    "running": "still running, or interrupted (killed, or the disk was full)",
    "done": "went well",
    "stopped": "stopped on request; the next crawl continued",
    "failed": "NOT ALL WELL",
    "killed": "interrupted (killed, or the disk was full); the next crawl continued",
}


@dataclass(frozen=True, slots=True)
class PastNight:
    """One night, with the totals of all its sources."""

    totals: NightRecord
    problems: tuple[FailedRun, ...]

    @property
    def minutes(self) -> float | None:
        """The duration, or None for a night without an end."""
        if not self.totals.ended_at:
            return None
        ended = datetime.fromisoformat(self.totals.ended_at)
        return (ended - datetime.fromisoformat(self.totals.started_at)).total_seconds() / 60

    def words(self) -> str:
        """The night in one line."""
        totals = self.totals
        parts = [f"{_WORDS[totals.outcome]}: {totals.sources} sources, {totals.added} new"]
        parts.append(f"{totals.changed} changed, {totals.scored} people scored")
        if totals.budget_exhausted:
            parts.append(f"{totals.budget_exhausted} not read to the end")
        if self.minutes is not None:
            parts.append(f"{self.minutes:.0f} min" if self.minutes >= 1 else "under a minute")
        return ", ".join(parts)

    def facts(self) -> dict[str, Any]:
        """The night as an object for JSON."""
        problems = [
            {"source": run.source, "outcome": run.outcome, "error": run.error or ""}
            for run in self.problems
        ]
        return asdict(self.totals) | {"problems": problems}


def problem_line(run: FailedRun) -> str:
    """A failed run in one line."""
    outcome = "gone" if run.outcome == "gone" else "failed"
    return f"{run.source}: {outcome}: {run.error or ''}"


def open_gaps(store: Store) -> dict[str, list[str]]:
    """By source, the parts that failed and are requested again, in words."""
    result: dict[str, list[str]] = {}
    for connector in connectors.every():
        if connector.gaps is not None:
            for source, cursor in store.cursors(f"{connector.name}:").items():
                if lines := list(connector.gaps(cursor)):
                    result[source] = lines
    return result


def failing_sources(store: Store) -> list[SourceOverview]:
    """Configured sources that failed or were gone in their last run."""
    return [
        row
        for row in source_stats.overview(store)
        if row.outcome in {"failed", "gone"} and row.missed_at is None
    ]


@dataclass(frozen=True, slots=True)
class Strip:
    """The nights of one source, oldest first: the day and its outcome, '' if it was not read."""

    nights: tuple[tuple[str, str], ...]

    @property
    def words(self) -> str:
        """The counts in words, for screen readers."""
        failed = sum(outcome in _FAILED for _, outcome in self.nights)
        skipped = sum(not outcome for _, outcome in self.nights)
        read = len(self.nights) - failed - skipped
        parts = [f"{read} of {len(self.nights)} nights read"]
        parts += [f"{failed} failed"] if failed else []
        parts += [f"{skipped} not tried"] if skipped else []
        return ", ".join(parts)


_FAILED = frozenset({"failed", "gone", "killed"})


def strips(store: Store, nights: Sequence[PastNight]) -> dict[str, Strip]:
    """By source, its outcome in each of these nights (newest first, as `last_nights` gives)."""
    if not nights:
        return {}
    ordered = [night.totals for night in reversed(nights)]
    found: dict[str, dict[int, str]] = {}
    for one in runs.outcomes(store, ordered[0].id):
        found.setdefault(one.source, {})[one.night] = one.outcome
    return {
        source: Strip(tuple((n.started_at[:10], outcomes.get(n.id, "")) for n in ordered))
        for source, outcomes in found.items()
    }


def last_nights(store: Store, limit: int) -> list[PastNight]:
    """The last nights, newest first."""
    return [
        PastNight(night, tuple(runs.failed_runs(store, night.id)))
        for night in runs.recent(store, limit)
    ]


#: The number of top people over which the yield of a source is counted.
TOP_PEOPLE = source_stats.BEST


def source_overview(store: Store) -> list[SourceOverview]:
    """Every source with its last run and its totals, by name."""
    return source_stats.overview(store)


def people_found(store: Store, role: str) -> dict[int, int]:
    """By source id, the number of a role's top people for whom the source shows a proof."""
    return source_stats.finds(store, role)
