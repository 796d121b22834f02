"""Merged pull requests, reviews and profiles of a GitHub repository: `owner/name`.

Reads what changed since the last night first, newest first, then the oldest stretch still
unread, down to `lookback_days`; a Cursor remembers the stretches. Every page embeds the
authors' profiles, so that no person is asked for on their own. It never writes to GitHub,
asks for no e-mail address, and follows no link.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Any
from urllib.parse import urlsplit

from github.GithubException import GithubException

from connectors import Context
from connectors._http.client import OutOfBudgetError
from connectors.github import queries
from connectors.github.access import access
from connectors.github.client import Wire
from connectors.github.enrich import SOURCE_PRIORITY, authors, discussions, profiles
from connectors.github.page_size import Width
from connectors.github.parse import Harvest, identity
from connectors.github.responses import MANGLED, CursorError, FaultError, UnreachableError
from sourcing.core.errors import ConfigError, GoneError, ParseError, SourceError
from sourcing.core.model import Budget, Contributor, Cursor, Identity, Page

__all__ = ["SOURCE_PRIORITY", "authors", "changed", "discussions", "examine", "fetch", "profiles"]

#: Contributors are counted once in so long.
_MONTH = timedelta(days=30)


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """Read the repository on from `cursor`, newest first, until done or out of budget."""
    if budget.over():
        return
    reading = _Reading(target, cursor, budget, context)
    with Wire(budget, context) as wire:
        try:
            yield from reading.pages(wire)
        except OutOfBudgetError:
            return
        except MANGLED as error:
            raise ParseError(f"github:{target}: unreadable answer: {error!r}") from error


def changed(cursors: Mapping[str, Cursor], budget: Budget, context: Context) -> set[str]:
    """Which of these repositories have something new: one question for fifty of them."""
    found, asked = set(cursors), sorted(cursors)
    with Wire(budget, context) as wire:
        try:
            for start in range(0, len(asked), queries.PROBED):
                batch = asked[start : start + queries.PROBED]
                data = wire.graphql(*queries.probe([_owner_and_name(t) for t in batch]))
                for number, target in enumerate(batch):
                    if not _is_due(data.get(f"r{number}"), cursors[target], context):
                        found.discard(target)
        except OutOfBudgetError:
            return found
        except MANGLED as error:
            raise ParseError(f"what changed: unreadable answer: {error!r}") from error
    return found


def examine(targets: Sequence[str], budget: Budget, context: Context) -> Iterator[str]:
    """For doctor: a first line on the API, then for each repository what is wrong with it."""
    try:
        yield from _examined(targets, budget, context)
    except OutOfBudgetError as error:
        raise SourceError(f"GitHub could not be asked now: {error}") from error
    except (GithubException, *MANGLED) as error:
        raise ParseError(f"GitHub's API answers nothing readable: {error!r:.150}") from error


def _examined(targets: Sequence[str], budget: Budget, context: Context) -> Iterator[str]:
    with Wire(budget, context) as wire:
        limits = wire.github.get_rate_limit().resources.graphql
        yield f"GitHub's API answers; {limits.remaining:,} of {limits.limit:,} points left"
        if scopes := [scope for scope in wire.github.oauth_scopes or [] if scope]:
            yield f"the token may do more than is needed ({', '.join(scopes)}); it needs no scopes"
        if abs(wire.skew) > 60:
            yield f"this machine's clock is {wire.skew:+.0f} s off GitHub's; set it"
        for start in range(0, len(targets), queries.PROBED):
            batch = targets[start : start + queries.PROBED]
            data = wire.graphql(*queries.probe([_owner_and_name(t) for t in batch]))
            for number, target in enumerate(batch):
                found: dict[str, Any] | None = data.get(f"r{number}")
                if found is None:
                    yield f"github:{target}: there is no such repository"
                elif found["nameWithOwner"].lower() != target.lower():
                    yield f"github:{target}: is now called {found['nameWithOwner']}"


def _is_due(repository: Mapping[str, Any] | None, cursor: Cursor, context: Context) -> bool:
    """True if it moved, is gone, a merged pull request changed, or more is wanted of the past."""
    if cursor.get("lookback", 0) < access(context).lookback_days:
        return True
    if repository is None or not cursor["repo"].endswith("/" + repository["nameWithOwner"]):
        return True
    newest = [node["updatedAt"] for node in repository["pullRequests"]["nodes"] if node]
    return newest[:1] != ([cursor["newest"]] if cursor["newest"] else [])


def _stamp(context: Context, ago: timedelta = timedelta(0)) -> str:
    return (context.now - ago).strftime("%Y-%m-%dT%H:%M:%SZ")


def _owner_and_name(target: str) -> tuple[str, str]:
    owner, slash, name = target.strip("/").partition("/")
    if not (owner and slash and name) or "/" in name:
        raise ConfigError(f"github:{target}: write github:owner/name")
    return owner, name


@dataclass(slots=True)
class _Gap:
    """A stretch not read yet: from after a position (None: the top) down to a time.

    `edge`: the pull requests of that very second that were read before.
    """

    after: str | None
    floor: str
    edge: list[int]


def _is_in(row: Mapping[str, Any], gap: _Gap) -> bool:
    at_floor: bool = row["updatedAt"] == gap.floor
    return row["updatedAt"] > gap.floor or (at_floor and row["number"] not in gap.edge)


class _Reading:
    """One reading of one repository."""

    def __init__(self, target: str, cursor: Cursor, budget: Budget, context: Context) -> None:
        self._owner, self._name = _owner_and_name(target)
        self._budget, self._context = budget, context
        if cursor.get("lookback", 0) < access(context).lookback_days:
            cursor = {k: v for k, v in cursor.items() if k not in {"newest", "edge", "gaps"}}
        self._repo: str | None = cursor.get("repo")
        self._id: int | None = cursor.get("id")
        self._newest: str | None = cursor.get("newest")
        self._edge: list[int] = cursor.get("edge", [])
        self._counted: str | None = cursor.get("counted")
        self._gaps = [_Gap(*gap) for gap in cursor.get("gaps", [])]
        self._oldest = _stamp(context, timedelta(days=access(context).lookback_days))
        self._width = Width.of(access(context).page_width, cursor.get("width"))
        self._renamed: tuple[str, str] | None = None
        self._read = 0

    def pages(self, wire: Wire) -> Iterator[Page]:
        """What is new, with at most half the budget; then the unread, oldest first."""
        if self._target not in self._context.unchanged:
            budget = self._budget
            halves = (budget.requests // 2, budget.points // 2) if self._gaps else (0, 0)
            self._gaps.insert(0, _Gap(None, self._newest or self._oldest, self._edge))
            yield from self._stretch(wire, 0, halves)
        while self._gaps and self._budget.requests > 0 and self._budget.points > 0:
            yield from self._stretch(wire, len(self._gaps) - 1, (0, 0))
        if self._gaps:
            self._budget.stop()
            return
        if self._is_count_due():
            yield self._count(wire)

    def _is_count_due(self) -> bool:
        return not self._counted or self._counted < _stamp(self._context, _MONTH)

    def _stretch(self, wire: Wire, at: int, spare: tuple[int, int]) -> Iterator[Page]:
        """Read a gap page by page until it is closed, or no more than `spare` is left."""
        gap, open_ = self._gaps[at], True
        requests, points = spare
        while open_ and self._budget.requests > requests and self._budget.points > points:
            repository = self._ask_on(wire, gap)
            self._recognise(repository)
            rows = [row for row in repository["pullRequests"]["nodes"] if row]
            more = repository["pullRequests"]["pageInfo"]
            if gap.after is None and rows and at == 0:
                self._newest = max(rows[0]["updatedAt"], self._newest or "")
                self._edge = [r["number"] for r in rows if r["updatedAt"] == self._newest]
            open_ = more["hasNextPage"] and not (rows and rows[-1]["updatedAt"] < gap.floor)
            gap.after = more["endCursor"]
            if not open_:
                del self._gaps[at]
            yield self._page([row for row in rows if _is_in(row, gap)])

    def _ask_on(self, wire: Wire, gap: _Gap) -> dict[str, Any]:
        """The next page of a gap; from its top if GitHub does not know the position any more."""
        try:
            return self._ask(wire, gap.after)
        except CursorError:
            if gap.after is None:
                raise
            gap.after = None
            return self._ask(wire, None)

    @property
    def _target(self) -> str:
        return f"{self._owner}/{self._name}"

    def _ask(self, wire: Wire, after: str | None) -> dict[str, Any]:
        """A page as wide as GitHub bears; one that is too much alone comes without its lists."""
        bare = False
        while True:
            text, points = queries.pulls(self._width.now, bare=bare)
            wire.tries = self._width.tries
            variables = {"owner": self._owner, "name": self._name, "n": self._width.now}
            try:
                data = wire.graphql(text, variables | {"after": after}, points)
                repository: dict[str, Any] | None = data["repository"]
                if repository is None:
                    raise GoneError(
                        f"github:{self._target}: there is no such repository (any more)"
                    )
                if None in repository["pullRequests"]["nodes"] and self._width.failed():
                    continue
            except UnreachableError:
                raise
            except FaultError:
                if not self._width.failed():
                    if bare or self._width.pinned:
                        raise
                    bare = True
            else:
                if not bare:
                    self._width.worked()
                return repository

    def _recognise(self, repository: Mapping[str, Any]) -> None:
        """Notice that the repository has moved: what is stored moves along."""
        repo = f"{urlsplit(repository['url']).netloc}/{repository['nameWithOwner']}"
        if self._id and repository["databaseId"] != self._id:
            raise GoneError(f"github:{self._target}: another repository bears this name now")
        self._id = repository["databaseId"]
        # A history may have been read under the name the config has, or under its spelling.
        before = self._repo or f"{repo.partition('/')[0]}/{self._target}"
        if before != repo:
            self._renamed = (before, repo)
            self._context.tell(f"github:{self._target} is now {repository['nameWithOwner']}")
        self._repo = repo

    def _page(self, rows: list[dict[str, Any]]) -> Page:
        repo = self._repo or ""
        harvest = Harvest(repo.partition("/")[0], repo)
        for row in rows:
            if row["mergedAt"] >= self._oldest:
                harvest.add(row)
        self._read += len(rows)
        self._context.progress(self._read, None)
        renamed, self._renamed = self._renamed, None
        return Page(
            cursor=self._cursor(),
            contributions=tuple(harvest.contributions),
            identities=tuple(harvest.identities.values()),
            source_priority=SOURCE_PRIORITY,
            finished=not self._gaps and not self._is_count_due(),
            renamed=renamed,
        )

    def _cursor(self) -> dict[str, Any]:
        return {
            "repo": self._repo,
            "id": self._id,
            "lookback": access(self._context).lookback_days,
            "newest": self._newest,
            "edge": self._edge,
            "gaps": [[gap.after, gap.floor, gap.edge] for gap in self._gaps],
            "width": self._width.now,
            "counted": self._counted,
        }

    def _count(self, wire: Wire) -> Page:
        """How many commits each of the first 500 contributors made, as GitHub counts them."""
        repo = self._repo or ""
        host = repo.partition("/")[0]
        found: dict[str, tuple[Identity, int]] = {}
        try:
            wire.tries = 3
            # Only what the list itself holds: anything else would ask once per person.
            for user in wire.github.get_repo(repo.partition("/")[2]).get_contributors():
                raw = user._rawData
                actor = {"__typename": raw["type"], "login": raw["login"], "databaseId": raw["id"],
                         "url": raw["html_url"]}  # fmt: skip
                if person := identity(host, actor):
                    found[person.id] = person, int(raw["contributions"])
        except (GithubException, SourceError, *MANGLED) as error:
            # GitHub refuses the list of very large repositories; what matters is read by now.
            self._context.tell(f"github:{self._target}: no list of contributors: {error!s:.150}")
            found.clear()
        self._counted = _stamp(self._context)
        return Page(
            cursor=self._cursor(),
            identities=tuple(person for person, _ in found.values()),
            contributors=tuple(Contributor(id_, commits) for id_, (_, commits) in found.items()),
            source_priority=SOURCE_PRIORITY,
            finished=True,
        )
