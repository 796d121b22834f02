"""Reads GitHub repositories, `owner/name`: the crawl, the nightly probe, and checks for `doctor`.

It never writes to GitHub, requests no e-mail address, and follows no link of a text.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from datetime import UTC, datetime
from typing import Any

from github.GithubException import GithubException

from connectors import Context
from connectors._http.client import OutOfBudgetError
from connectors.github.api import queries
from connectors.github.api.access import access
from connectors.github.api.client import GitHubClient
from connectors.github.api.responses import MANGLED
from connectors.github.crawl import RepositoryCrawl, owner_and_name
from connectors.github.cursor import describe_gaps
from connectors.github.enrich import SOURCE_PRIORITY, authors, discussions, profiles
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Budget, Cursor, Page

__all__ = ["SOURCE_PRIORITY", "authors", "changed", "describe_gaps", "discussions", "examine",
           "fetch", "profiles"]  # fmt: skip

#: A demanded pause that is longer than so many seconds is stored for the next run.
_WORTH_STORING = 5.0


def fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    """Read the repository from `cursor` on, newest first, until done or out of budget."""
    if budget.over():
        return
    crawl = RepositoryCrawl(target, cursor, budget, context)
    with GitHubClient(budget, context) as client:
        client.pause_until(_time(cursor.get("silent")))
        try:
            yield from crawl.pages(client)
        except OutOfBudgetError:
            if client.paused > _WORTH_STORING:
                yield crawl.paused(client.paused)
        except MANGLED as error:
            raise ParseError(f"github:{target}: unreadable answer: {error!r}") from error


def changed(cursors: Mapping[str, Cursor], budget: Budget, context: Context) -> set[str]:
    """Return the repositories with something new: one request for fifty of them.

    A repository that GitHub does not answer for counts as changed.
    """
    due, asked = set(cursors), sorted(cursors)
    with GitHubClient(budget, context) as client:
        pauses = [_time(cursor.get("silent")) for cursor in cursors.values()]
        client.pause_until(max((pause for pause in pauses if pause), default=None))
        try:
            for start in range(0, len(asked), queries.PROBED):
                batch = asked[start : start + queries.PROBED]
                data = client.graphql(*queries.probe([owner_and_name(t) for t in batch])).data
                for number, target in enumerate(batch):
                    if not _is_due(data.get(f"r{number}"), cursors[target], context):
                        due.discard(target)
        except OutOfBudgetError:
            return due
        except MANGLED as error:
            raise ParseError(f"what changed: unreadable answer: {error!r}") from error
    return due


def examine(targets: Sequence[str], budget: Budget, context: Context) -> Iterator[str]:
    """Yield for `doctor` a line on the API, then one for each repository with a problem."""
    try:
        yield from _examine(targets, budget, context)
    except OutOfBudgetError as error:
        raise SourceError(f"GitHub could not be asked now: {error}") from error
    except (GithubException, *MANGLED) as error:
        raise ParseError(f"GitHub's API answers nothing readable: {error!r:.150}") from error


def _examine(targets: Sequence[str], budget: Budget, context: Context) -> Iterator[str]:
    with GitHubClient(budget, context) as client:
        limits = client.github.get_rate_limit().resources.graphql
        yield f"GitHub's API answers; {limits.remaining:,} of {limits.limit:,} points left"
        if scopes := [scope for scope in client.github.oauth_scopes or [] if scope]:
            yield f"the token may do more than is needed ({', '.join(scopes)}); it needs no scopes"
        if abs(client.skew) > 60:
            yield f"this machine's clock is {client.skew:+.0f} s off GitHub's; set it"
        for start in range(0, len(targets), queries.PROBED):
            batch = targets[start : start + queries.PROBED]
            answer = client.graphql(*queries.probe([owner_and_name(t) for t in batch]))
            for number, target in enumerate(batch):
                alias = f"r{number}"
                found: dict[str, Any] | None = answer.data.get(alias)
                if found is None and not answer.is_complete(alias):
                    yield f"github:{target}: GitHub did not answer for it now"
                elif found is None:
                    why = "; ".join(e.message for e in answer.errors if e.path[:1] == (alias,))
                    forbidden = any(e.type == "forbidden" for e in answer.errors
                                    if e.path[:1] == (alias,))  # fmt: skip
                    yield (f"github:{target}: refused: {why}" if forbidden
                           else f"github:{target}: there is no such repository")  # fmt: skip
                elif found["nameWithOwner"].lower() != target.lower():
                    yield f"github:{target}: is now called {found['nameWithOwner']}"


def _is_due(repository: Any, cursor: Cursor, context: Context) -> bool:
    """True if it moved, is gone, a merged pull request changed, or more of the past is wanted."""
    if cursor.get("lands") or cursor.get("lookback", 0) < access(context).lookback_days:
        return True
    try:
        if not str(cursor["repo"]).endswith("/" + repository["nameWithOwner"]):
            return True
        newest = [node["updatedAt"] for node in repository["pullRequests"]["nodes"] if node]
    except MANGLED:
        return True
    return newest[:1] != ([cursor["newest"]] if cursor.get("newest") else [])


def _time(text: str | None) -> datetime | None:
    return datetime.strptime(text, "%Y-%m-%dT%H:%M:%SZ").replace(tzinfo=UTC) if text else None
