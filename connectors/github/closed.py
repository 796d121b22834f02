"""Reads closed pull requests that a merge bot landed, where a repository has such a bot.

The first page of closed pull requests is examined once a month. The others are requested where
one of them is proven to be landed (`landed`), or where more were closed than merged. The number
of skipped ones is reported.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from connectors.github.api import queries
from connectors.github.api.client import GitHubClient
from connectors.github.api.responses import MANGLED, FaultError, UnreachableError
from connectors.github.cursor import CrawlState
from connectors.github.landed import numbers_on_main, proof_of
from connectors.github.parse import is_valid, nodes
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget

#: The widest page of closed pull requests, and from how many on a lack of merged ones is reported.
_WIDEST, _MANY = 24, 10

Rows = list[dict[str, Any]]


class ClosedCrawl:
    """One pass over the closed pull requests of a repository, newest first."""

    def __init__(
        self,
        repository: tuple[str, str],
        state: CrawlState,
        budget: Budget,
        tell: Callable[[str], None],
        width: int,
    ) -> None:
        """`width` is the size of a page that this repository answers."""
        self._repository, self._state, self._budget = repository, state, budget
        self._tell = tell
        self._width = min(width, _WIDEST)
        #: The numbers of examined and of landed pull requests.
        self._seen, self._landed = 0, 0

    def landed(self, client: GitHubClient, oldest: str) -> Iterator[Rows]:
        """Yield the landed ones of each page, down to the newest that an earlier run read."""
        state, after, newest = self._state, None, None
        floor = max(state.closed or "", oldest)
        while True:
            if self._budget.requests <= 0 or self._budget.points <= 0:
                return
            try:
                repository = self._request(client, after)
                rows = [row for row in nodes(repository["closed"]) if is_valid(row)]
                more = repository["closed"]["pageInfo"]
                after, open_ = more["endCursor"], bool(more["hasNextPage"])
            except (SourceError, *MANGLED) as error:
                self._tell(f"closed pull requests are not examined: {error!s:.150}")
                return
            new = [row for row in rows if row["updatedAt"] > floor]
            proven = _proven(new, repository)
            self._seen, self._landed = self._seen + len(new), self._landed + len(proven)
            newest = newest or (rows[0]["updatedAt"] if rows else None)
            state.lands = state.lands or bool(proven)
            if proven:
                yield proven
            wanted = state.lands or self._is_suspicious(repository)
            if not wanted or not open_ or len(new) < len(rows):
                break
        state.closed = newest or state.closed
        self._report(repository)

    def _request(self, client: GitHubClient, after: str | None) -> Mapping[str, Any]:
        """One page; half as wide after a failure."""
        owner, name = self._repository
        while True:
            text, points = queries.closed(self._width)
            variables = {"owner": owner, "name": name, "n": self._width, "after": after}
            client.tries = 2
            try:
                data = client.graphql(text, variables, points).data
            except UnreachableError:
                raise
            except FaultError:
                if self._width == 1:
                    raise
                self._width //= 2
            else:
                repository: Mapping[str, Any] = data["repository"]
                return repository

    def _is_suspicious(self, repository: Mapping[str, Any]) -> bool:
        """True if more pull requests were closed than merged: others may merge them."""
        total = _count(repository, "closed")
        return total >= _MANY and total > _count(repository, "merged")

    def _report(self, repository: Mapping[str, Any]) -> None:
        merged, total = _count(repository, "merged"), _count(repository, "closed")
        if self._is_suspicious(repository) and self._landed < self._seen:
            self._tell(
                f"{total} pull requests were closed and {merged} merged; of {self._seen} examined"
                f" {self._landed} were landed by a bot and {self._seen - self._landed} are"
                " skipped; the history may show them: add it as a git: source"
            )


def _count(repository: Mapping[str, Any], name: str) -> int:
    return int((repository.get(name) or {}).get("totalCount") or 0)


def _proven(rows: list[Mapping[str, Any]], repository: Mapping[str, Any]) -> Rows:
    """The rows with a proof, as merged at the time at which they were closed."""
    on_main = numbers_on_main(repository)
    proven = [
        {**row, "mergedAt": row.get("closedAt"), "landed": proof_of(row, on_main)} for row in rows
    ]
    return [row for row in proven if row["landed"]]
