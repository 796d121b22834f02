"""Crawls one repository: incomplete pull requests first, then new ones, then the oldest gap.

Each page embeds the authors' profiles, so that no person is requested alone. Parts that GitHub
fails to return are stored as gaps and requested again; a fault that concerns one node costs one
node.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from connectors import Context
from connectors.github.api import queries
from connectors.github.api.access import access
from connectors.github.api.client import GitHubClient
from connectors.github.api.responses import (
    MANGLED,
    CursorError,
    Data,
    FaultError,
    PartialError,
    TooMuchError,
    UnreachableError,
)
from connectors.github.closed import ClosedCrawl
from connectors.github.contributors import contributors_of
from connectors.github.cursor import CrawlState, Gap, describe_gaps, stamp
from connectors.github.enrich import SOURCE_PRIORITY
from connectors.github.page_size import PageSize
from connectors.github.parse import PageParser, is_valid
from sourcing.core.errors import ConfigError, GoneError
from sourcing.core.model import Budget, Cursor, Page

#: Contributors are counted once in this time.
_MONTH = timedelta(days=30)
#: Where the pull requests of a page are in an answer.
_NODES = ("repository", "pullRequests", "nodes")

Row = Mapping[str, Any]


def owner_and_name(target: str) -> tuple[str, str]:
    """Split `owner/name`, or raise a ConfigError."""
    owner, slash, name = target.strip("/").partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ConfigError(f"github:{target}: write github:owner/name")
    return owner, name


class RepositoryCrawl:
    """One crawl of one repository."""

    def __init__(self, target: str, cursor: Cursor, budget: Budget, context: Context) -> None:
        self._owner, self._name = owner_and_name(target)
        self._target = f"{self._owner}/{self._name}"
        self._budget, self._context = budget, context
        self._access = access(context)
        self._state = CrawlState.load(cursor, self._access.lookback_days)
        self._oldest = stamp(context.now, timedelta(days=self._access.lookback_days))
        self._size = PageSize.of(self._access.page_width, self._state.width)
        self._renamed: tuple[str, str] | None = None
        self._read = 0
        #: The range above the watermark, which each run begins anew.
        self._top: Gap | None = None
        #: Numbers of incomplete pull requests that were requested in this run.
        self._requested: set[int] = set()

    def pages(self, client: GitHubClient) -> Iterator[Page]:
        """Yield incomplete pull requests, then new ones with at most half the budget, then the
        gaps."""
        gaps = self._state.gaps
        yield from self._complete(client)
        if self._target not in self._context.unchanged:
            budget = self._budget
            halves = (budget.requests // 2, budget.points // 2) if gaps else (0, 0)
            floor = self._state.newest or self._oldest
            self._top = Gap(None, floor, self._state.edge)
            gaps.insert(0, self._top)
            yield from self._read_gap(client, 0, halves)
        while gaps and self._budget.requests > 0 and self._budget.points > 0:
            yield from self._read_gap(client, len(gaps) - 1, (0, 0))
        if gaps:
            self._budget.stop()
            return
        yield from self._complete(client)
        if self._state.lands or self._is_count_due():
            closed = ClosedCrawl(
                (self._owner, self._name),
                self._state,
                self._budget,
                self._tell,
                self._size.remembered,
            )
            for rows in closed.landed(client, self._oldest):
                yield self._page(rows)
        if self._is_count_due():
            yield self._count(client)
        for line in describe_gaps(self._cursor()):
            self._tell(line)

    def paused(self, seconds: float) -> Page:
        """Return a page that stores a demanded pause which outlasts the run."""
        gaps = self._state.gaps
        if gaps and gaps[0] is self._top and gaps[0].after is None:
            del gaps[0]
        passed = self._budget.clock() - self._context.began
        self._state.silent = stamp(self._context.now, timedelta(seconds=-seconds - passed - 1))
        return Page(cursor=self._cursor(), source_priority=SOURCE_PRIORITY)

    def _is_count_due(self) -> bool:
        counted = self._state.counted
        return not counted or counted < stamp(self._context.now, _MONTH)

    def _read_gap(self, client: GitHubClient, at: int, spare: tuple[int, int]) -> Iterator[Page]:
        """Read a gap page by page until it is closed, or no more than `spare` is left."""
        state = self._state
        gap, open_ = state.gaps[at], True
        requests, points = spare
        while open_ and self._budget.requests > requests and self._budget.points > points:
            repository = self._request_page(client, gap)
            self._recognise(repository)
            rows = [row for row in repository["pullRequests"]["nodes"] if is_valid(row)]
            more = repository["pullRequests"]["pageInfo"]
            if gap.after is None and rows and at == 0:
                state.newest = max(rows[0]["updatedAt"], state.newest or "")
                state.edge = [r["number"] for r in rows if r["updatedAt"] == state.newest]
            open_ = more["hasNextPage"] and not (rows and rows[-1]["updatedAt"] < gap.floor)
            gap.after = more["endCursor"]
            if not open_:
                del state.gaps[at]
            yield self._page([row for row in rows if gap.contains(row)])

    def _request_page(self, client: GitHubClient, gap: Gap) -> Row:
        """The next page of a gap; from its top if GitHub does not accept the position."""
        try:
            return self._request(client, gap.after)
        except CursorError:
            if gap.after is None:
                raise
            gap.after = None
            return self._request(client, None)

    def _request(self, client: GitHubClient, after: str | None) -> Row:
        """A page as wide as GitHub allows; a single pull request that is too much comes without
        its lists and is recorded as incomplete."""
        bare = False
        while True:
            text, points = queries.pulls(self._size.now, bare=bare)
            client.tries = self._size.tries
            variables = {"owner": self._owner, "name": self._name, "n": self._size.now}
            variables |= {"after": after}
            try:
                answer = client.graphql(text, variables, points)
                repository = self._checked(answer)
            except UnreachableError:
                raise
            except FaultError:
                if not self._size.failed():
                    if bare or self._size.pinned:
                        raise
                    bare = True
            else:
                if not bare:
                    self._size.worked()
                self._record_missing(client, answer, variables, bare=bare)
                return repository

    def _checked(self, answer: Data) -> Row:
        """The repository of an answer, if it has a list."""
        repository: Row | None = answer.data["repository"]
        if repository is None:
            raise GoneError(f"github:{self._target}: there is no such repository (any more)")
        if repository.get("pullRequests") is None and not answer.is_complete("repository"):
            raise TooMuchError(f"github:{self._target}: the list of pull requests came as null")
        return repository

    def _record_missing(
        self, client: GitHubClient, answer: Data, variables: dict[str, Any], *, bare: bool
    ) -> None:
        """Store the parts that GitHub failed to return. Withheld parts (FORBIDDEN) stay away."""
        nodes = answer.data["repository"]["pullRequests"]["nodes"]
        for node in nodes if bare else ():
            if is_valid(node):
                self._state.add_incomplete(node["number"], "lists")
        withheld = set()
        for error in answer.errors:
            node = _node_of(error, nodes)
            if error.permanent:
                withheld.add(error.path[3] if error.path[:3] == _NODES else None)
            elif is_valid(node):
                self._state.add_incomplete(node["number"], _path_of(error))
        lost = [at for at, node in enumerate(nodes) if node is None and at not in withheld]
        if lost:
            self._name_lost(client, nodes, variables, len(lost))

    def _name_lost(
        self, client: GitHubClient, nodes: Sequence[Any], variables: dict[str, Any], lost: int
    ) -> None:
        """Find the numbers of the pull requests that came as null, with a query for these alone."""
        known = {node["number"] for node in nodes if is_valid(node)}
        named: set[int] = set()
        try:
            text, points = queries.numbers()
            client.tries = 3
            answer = client.graphql(text, variables, points)
            named = {row["number"] for row in answer.data["repository"]["pullRequests"]["nodes"]
                     if is_valid(row)}  # fmt: skip
        except (FaultError, *MANGLED):
            pass
        for number in sorted(named - known):
            self._state.add_incomplete(number, "node")
        if len(named - known) < lost:
            self._tell(f"{lost} pull requests came as null and {len(named - known)} could be named")

    def _complete(self, client: GitHubClient) -> Iterator[Page]:
        """Request the incomplete pull requests by their numbers, each once in a run."""
        waiting = [i.number for i in self._state.incomplete if i.number not in self._requested]
        self._requested.update(waiting)
        batches = [waiting[at : at + queries.COMPLETED]
                   for at in range(0, len(waiting), queries.COMPLETED)]  # fmt: skip
        while batches and self._budget.requests > 0 and self._budget.points > 0:
            batch = batches.pop()
            client.tries = 2
            try:
                answer = client.graphql(*queries.pulls_by_number((self._owner, self._name), batch))
            except UnreachableError:
                raise
            except FaultError:
                if len(batch) > 1:
                    half = len(batch) // 2
                    batches += [batch[:half], batch[half:]]
                else:
                    self._attempted(batch[0])
                continue
            if isinstance(answer.data.get("repository"), Mapping):
                yield self._completed(answer, batch)

    def _completed(self, answer: Data, batch: Sequence[int]) -> Page:
        repository, rows = answer.data["repository"], []
        self._recognise(repository)
        for at, number in enumerate(batch):
            alias, node = f"p{at}", repository.get(f"p{at}")
            missing = [e for e in answer.errors
                       if e.path[:2] == ("repository", alias) and not e.permanent]  # fmt: skip
            if is_valid(node):
                rows.append(node)
            if missing:
                self._attempted(number)
            else:
                self._state.complete(number)
        return self._page(rows)

    def _attempted(self, number: int) -> None:
        if self._state.attempted(number):
            self._tell(f"#{number} stays incomplete: GitHub did not return all of it in three runs")

    def _recognise(self, repository: Row) -> None:
        """Notice that the repository was renamed: the stored rows are renamed as well."""
        state = self._state
        repo = f"{urlsplit(repository['url']).netloc}/{repository['nameWithOwner']}"
        if state.id and repository["databaseId"] != state.id:
            raise GoneError(f"github:{self._target}: another repository has this name now")
        state.id = repository["databaseId"]
        # A history may have been read under the configured name, or under its spelling.
        before = state.repo or f"{repo.partition('/')[0]}/{self._target}"
        if before != repo:
            self._renamed = (before, repo)
            self._context.tell(f"github:{self._target} is now {repository['nameWithOwner']}")
        state.repo = repo

    def _page(self, rows: Sequence[Row]) -> Page:
        repo = self._state.repo or ""
        parser = PageParser(repo.partition("/")[0], repo)
        for row in rows:
            merged = row.get("mergedAt")
            if isinstance(merged, str) and merged >= self._oldest:
                parser.add(row)
        self._read += len(rows)
        self._context.progress(self._read, None)
        renamed, self._renamed = self._renamed, None
        return Page(
            cursor=self._cursor(),
            contributions=tuple(parser.contributions),
            identities=tuple(parser.identities.values()),
            source_priority=SOURCE_PRIORITY,
            finished=not self._state.gaps and not self._is_count_due(),
            renamed=renamed,
        )

    def _cursor(self) -> dict[str, Any]:
        self._state.width = self._size.remembered
        return self._state.dump(self._access.lookback_days)

    def _count(self, client: GitHubClient) -> Page:
        """The number of commits of each contributor. It is known in the same run or not at all."""
        identities, contributors = contributors_of(
            client,
            self._state.repo or "",
            lambda why: self._tell(f"no list of contributors: {why}"),
        )
        self._state.counted = stamp(self._context.now)
        return Page(
            cursor=self._cursor(),
            identities=identities,
            contributors=contributors,
            source_priority=SOURCE_PRIORITY,
            finished=True,
        )

    def _tell(self, line: str) -> None:
        self._context.tell(f"github:{self._target}: {line}")


def _node_of(error: PartialError, nodes: Sequence[Any]) -> Any:
    """The node below which a part is missing."""
    at = error.path[3] if error.path[:3] == _NODES and len(error.path) > 3 else None
    return nodes[at] if isinstance(at, int) and at < len(nodes) else None


def _path_of(error: PartialError) -> str:
    return ".".join(str(part) for part in error.path[4:]) or "node"
