"""Enrichment for selected people and works: discussions, profiles, the accounts of commits.

Requests are batches of aliases, one point for ten discussions or a hundred people. The pipeline
selects. A missing or mangled entry is left out; the others are returned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from connectors import Context
from connectors._bots import is_bot
from connectors._http.client import OutOfBudgetError
from connectors.github.api import queries
from connectors.github.api.client import GitHubClient
from connectors.github.api.responses import MANGLED, Data
from connectors.github.parse import identity, link, nodes
from sourcing.core.errors import ParseError
from sourcing.core.model import Budget, Discussion, Identity, Join, Page, Remark
from sourcing.core.text import clean, clean_line

SOURCE_PRIORITY = 2
#: Longest remark kept, in characters, and how many.
_REMARK, _REMARKS = 1_500, 40

T = TypeVar("T")
P = ParamSpec("P")


def _readable(read: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
    """Translate the exceptions of a mangled answer into a ParseError."""

    @wraps(read)
    def reading(*args: P.args, **kwargs: P.kwargs) -> Iterator[T]:
        try:
            yield from read(*args, **kwargs)
        except MANGLED as error:
            raise ParseError(f"{read.__name__}: unreadable answer: {error!r:.150}") from error

    return reading


@_readable
def discussions(
    pulls: Sequence[tuple[str, str, int]], budget: Budget, context: Context
) -> Iterator[Page]:
    """Comments, review threads and closed issues of pull requests: (host, owner/name, number)."""
    with GitHubClient(budget, context) as client:
        for batch in _batches(pulls, queries.DISCUSSED):
            asked = [(*repo.partition("/")[::2], number) for _, repo, number in batch]
            answer = _request(client, queries.discussions(asked))
            if answer is None:
                return
            result = []
            for at, (host, repo, number) in enumerate(batch):
                node = answer.data.get(f"p{at}")
                if not isinstance(node, Mapping) or not answer.is_complete(f"p{at}"):
                    continue
                with suppress(*MANGLED):
                    key = f"pr:{host}/{repo}#{number}"
                    result.append(Discussion(key, tuple(_remarks(node))))
            yield Page({}, discussions=tuple(result), source_priority=SOURCE_PRIORITY)


@_readable
def profiles(people: Sequence[tuple[str, str]], budget: Budget, context: Context) -> Iterator[Page]:
    """Profiles with social accounts, of (host, login)."""
    with GitHubClient(budget, context) as client:
        for batch in _batches(people, queries.LOOKED_UP):
            answer = _request(client, queries.profiles([login for _, login in batch]))
            if answer is None:
                return
            result = []
            for at, (host, _) in enumerate(batch):
                with suppress(*MANGLED):
                    result.append(_profile(host, answer.data.get(f"u{at}")))
            shown = tuple(person for person in result if person)
            yield Page({}, identities=shown, source_priority=SOURCE_PRIORITY)


@_readable
def authors(
    place: str, commits: Mapping[str, str], budget: Budget, context: Context
) -> Iterator[tuple[str, Identity | None, Join | None]]:
    """Yield the account of each commit's author.

    `commits` maps Identities of the history of `place` (`host/owner/name`) to one oid each. An
    Identity without an account is yielded with None; one that GitHub fails to answer for is not
    yielded, and may be requested again.
    """
    host, owner, name = place.split("/", 2)
    with GitHubClient(budget, context) as client:
        for batch in _batches(list(commits.items()), queries.LOOKED_UP):
            answer = _request(client, queries.authors((owner, name), [oid for _, oid in batch]))
            objects = answer.data.get("repository") if answer else None
            if answer is None or objects is None:
                return
            failed = {e.path[1] for e in answer.errors if len(e.path) > 1 and not e.permanent}
            for at, (ours, oid) in enumerate(batch):
                if f"c{at}" in failed:
                    continue
                try:
                    user = ((objects.get(f"c{at}") or {}).get("author") or {}).get("user")
                    account = identity(host, user)
                except MANGLED:
                    continue
                if account is None:
                    yield ours, None, None
                    continue
                proof = f"The forge names @{account.login} as the author of commit {oid[:10]}"
                url = f"https://{place}/commit/{oid}"
                yield ours, account, Join(ours, account.id, proof, (url,))


def _request(client: GitHubClient, query: tuple[str, dict[str, Any], int]) -> Data | None:
    """The answer; None once the budget is spent."""
    try:
        return client.graphql(*query)
    except OutOfBudgetError:
        return None


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _profile(host: str, user: Mapping[str, Any] | None) -> Identity | None:
    person = identity(host, user)
    if person is None or user is None:
        return None
    accounts = [node.get("url") for node in nodes(user.get("socialAccounts"))]
    pages = [person.website, *map(link, accounts)]
    return replace(person, routes=tuple(dict.fromkeys(page for page in pages if page)))


def _remarks(repository: Mapping[str, Any] | None) -> list[Remark]:
    pull = (repository or {}).get("pullRequest")
    if not pull:
        return []
    author = (pull.get("author") or {}).get("login")
    remarks = [*_texts("issue", pull.get("closingIssuesReferences"), author)]
    for thread in nodes(pull.get("reviewThreads")):
        remarks += _texts(f"review of {thread.get('path')}", thread.get("comments"), author)
    remarks += _texts("comment", pull.get("comments"), author)
    return remarks[:_REMARKS]


def _texts(
    place: str, connection: Mapping[str, Any] | None, author: str | None
) -> Iterator[Remark]:
    """The remarks of people; those of machines are left out."""
    for node in nodes(connection):
        by = node.get("author") or {}
        login = by.get("login") or ""
        if by.get("__typename") == "Bot" or is_bot("", login):
            continue
        text = clean(f"{node.get('title') or ''}\n{node.get('body') or ''}", _REMARK)
        if text:
            yield Remark(
                clean_line(place, 200),
                text,
                link(node.get("url")),
                own=bool(author) and login == author,
            )
