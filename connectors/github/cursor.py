"""The state of one repository's crawl, as its Cursor stores it.

It holds the covered and the unread ranges, and the pull requests of which GitHub returned only a
part. It makes no request.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from sourcing.core.model import Cursor

#: In how many runs an incomplete pull request is requested before it is abandoned.
ATTEMPTS = 3
#: Numbers of abandoned pull requests that are kept.
_ABANDONED = 200


@dataclass(slots=True)
class Gap:
    """An unread range of the list, newest first."""

    #: The position from which it is unread; None: from the top.
    after: str | None
    #: The time down to which it is unread, and the numbers of that second that were read.
    floor: str
    edge: list[int]

    def contains(self, row: Mapping[str, Any]) -> bool:
        """Return True if a pull request of a page belongs to the range."""
        at_floor: bool = row["updatedAt"] == self.floor
        return row["updatedAt"] > self.floor or (at_floor and row["number"] not in self.edge)


@dataclass(slots=True)
class Incomplete:
    """A pull request with a missing part."""

    number: int
    #: The field that was null ("files", "author.name"), or "lists", or "node".
    path: str
    attempts: int = 0


@dataclass(slots=True)
class CrawlState:
    """The state of one repository. Times are ISO 8601 in UTC."""

    #: `host/owner/name` and GitHub's number of the repository.
    repo: str | None = None
    id: int | None = None
    #: The newest `updatedAt` that was read (the watermark), and the numbers of that second.
    newest: str | None = None
    edge: list[int] = field(default_factory=list)
    gaps: list[Gap] = field(default_factory=list)
    incomplete: list[Incomplete] = field(default_factory=list)
    #: Numbers of pull requests that stay incomplete.
    abandoned: list[int] = field(default_factory=list)
    #: Page size, and when contributors were counted.
    width: int | None = None
    counted: str | None = None
    #: Whether a merge bot lands pull requests here, and the newest closed one that was read.
    lands: bool = False
    closed: str | None = None
    #: Until when GitHub demands a pause that outlasts the run.
    silent: str | None = None

    @classmethod
    def load(cls, cursor: Cursor, lookback_days: int) -> CrawlState:
        """Read a Cursor. A longer lookback than before leaves the whole list unread."""
        if cursor.get("lookback", 0) < lookback_days:
            cursor = {k: v for k, v in cursor.items() if k not in {"newest", "edge", "gaps"}}
        return cls(
            repo=cursor.get("repo"),
            id=cursor.get("id"),
            newest=cursor.get("newest"),
            edge=list(cursor.get("edge", ())),
            gaps=[Gap(*gap) for gap in cursor.get("gaps", ())],
            incomplete=[Incomplete(*entry) for entry in cursor.get("incomplete", ())],
            abandoned=list(cursor.get("abandoned", ())),
            width=cursor.get("width"),
            counted=cursor.get("counted"),
            lands=bool(cursor.get("lands")),
            closed=cursor.get("closed"),
            silent=cursor.get("silent"),
        )

    def dump(self, lookback_days: int) -> dict[str, Any]:
        """Return the Cursor."""
        return {
            "repo": self.repo,
            "id": self.id,
            "lookback": lookback_days,
            "newest": self.newest,
            "edge": self.edge,
            "gaps": [[gap.after, gap.floor, gap.edge] for gap in self.gaps],
            "incomplete": [[i.number, i.path, i.attempts] for i in self.incomplete],
            "abandoned": self.abandoned,
            "width": self.width,
            "counted": self.counted,
            "lands": self.lands,
            "closed": self.closed,
            "silent": self.silent,
        }

    def add_incomplete(self, number: int, path: str) -> None:
        """Record that a part of a pull request is missing."""
        if not any(entry.number == number for entry in self.incomplete):
            self.incomplete.append(Incomplete(number, path))

    def complete(self, number: int) -> None:
        """Record that a pull request is complete, or cannot be."""
        self.incomplete = [entry for entry in self.incomplete if entry.number != number]

    def attempted(self, number: int) -> bool:
        """Count an attempt that brought no more; True if the pull request is now abandoned."""
        for entry in self.incomplete:
            if entry.number == number:
                entry.attempts += 1
                if entry.attempts >= ATTEMPTS:
                    self.complete(number)
                    self.abandoned = [*self.abandoned, number][-_ABANDONED:]
                    return True
        return False


def describe_gaps(cursor: Cursor) -> list[str]:
    """Return one line for each kind of missing data, for `doctor` and the report of a run."""
    state = CrawlState.load(cursor, 0)
    lines = []
    if state.incomplete:
        lines.append(f"{_pulls(len(state.incomplete))} incomplete and requested again in the next"
                     f" run: {_listed([i.number for i in state.incomplete])}")  # fmt: skip
    if state.abandoned:
        lines.append(f"{_pulls(len(state.abandoned))} incomplete after {ATTEMPTS} runs and stored"
                     f" as received: {_listed(state.abandoned)}")  # fmt: skip
    return lines


def _pulls(count: int) -> str:
    return "1 pull request is" if count == 1 else f"{count} pull requests are"


def _listed(numbers: list[int]) -> str:
    more = ", …" if len(numbers) > 10 else ""
    return ", ".join(f"#{number}" for number in numbers[:10]) + more


def stamp(now: datetime, ago: timedelta = timedelta(0)) -> str:
    """Return a time as GitHub writes it."""
    return (now - ago).strftime("%Y-%m-%dT%H:%M:%SZ")
