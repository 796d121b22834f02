"""What is asked of GitHub for a few: discussions, profiles with their pages, authors of commits.

In batches of aliases, a point for ten discussions or a hundred people. Which few, is decided
elsewhere.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from connectors import Context
from connectors._bots import is_bot
from connectors._http.client import OutOfBudgetError
from connectors.github import queries
from connectors.github.client import Wire
from connectors.github.parse import identity, link
from connectors.github.responses import MANGLED
from sourcing.core.errors import ParseError
from sourcing.core.model import Budget, Discussion, Identity, Join, Page, Remark
from sourcing.core.text import clean, clean_line

SOURCE_PRIORITY = 2
#: Longest remark kept, in characters, and how many.
_REMARK, _REMARKS = 1_500, 40

T = TypeVar("T")
P = ParamSpec("P")


def _readable(read: Callable[P, Iterator[T]]) -> Callable[P, Iterator[T]]:
    """The same reading; what a mangled answer makes of it is a ParseError."""

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
    with Wire(budget, context) as wire:
        for batch in _batches(pulls, queries.DEEPENED):
            asked = [(*repo.partition("/")[::2], number) for _, repo, number in batch]
            data = _ask(wire, queries.discussions(asked))
            if data is None:
                return
            found = [
                Discussion(f"pr:{host}/{repo}#{number}", tuple(_remarks(data.get(f"p{at}"))))
                for at, (host, repo, number) in enumerate(batch)
                if data.get(f"p{at}")
            ]
            yield Page({}, discussions=tuple(found), source_priority=SOURCE_PRIORITY)


@_readable
def profiles(people: Sequence[tuple[str, str]], budget: Budget, context: Context) -> Iterator[Page]:
    """Profiles with social accounts, of (host, login)."""
    with Wire(budget, context) as wire:
        for batch in _batches(people, queries.LOOKED_UP):
            data = _ask(wire, queries.profiles([login for _, login in batch]))
            if data is None:
                return
            found = [_profile(host, data.get(f"u{at}")) for at, (host, _) in enumerate(batch)]
            shown = tuple(person for person in found if person)
            yield Page({}, identities=shown, source_priority=SOURCE_PRIORITY)


@_readable
def authors(
    place: str, commits: Mapping[str, str], budget: Budget, context: Context
) -> Iterator[tuple[str, Identity | None, Join | None]]:
    """Whose account wrote a commit: `commits` maps Identities of the history of `place`
    (`host/owner/name`) to one oid each. Every Identity that was asked for comes back."""
    host, owner, name = place.split("/", 2)
    with Wire(budget, context) as wire:
        for batch in _batches(list(commits.items()), queries.LOOKED_UP):
            data = _ask(wire, queries.authors((owner, name), [oid for _, oid in batch]))
            if data is None:
                return
            objects = data.get("repository")
            if objects is None:
                return
            for at, (ours, oid) in enumerate(batch):
                user = ((objects.get(f"c{at}") or {}).get("author") or {}).get("user")
                account = identity(host, user)
                if account is None:
                    yield ours, None, None
                    continue
                proof = f"The forge names @{account.login} as the author of commit {oid[:10]}"
                url = f"https://{place}/commit/{oid}"
                yield ours, account, Join(ours, account.id, proof, (url,))


def _ask(wire: Wire, query: tuple[str, dict[str, Any], int]) -> dict[str, Any] | None:
    """The answer; None once the budget is spent."""
    try:
        return wire.graphql(*query)
    except OutOfBudgetError:
        return None


def _batches(items: Sequence[T], size: int) -> Iterator[Sequence[T]]:
    return (items[start : start + size] for start in range(0, len(items), size))


def _profile(host: str, user: Mapping[str, Any] | None) -> Identity | None:
    person = identity(host, user)
    if person is None or user is None:
        return None
    accounts = [node["url"] for node in (user.get("socialAccounts") or {}).get("nodes") or []]
    pages = [person.website, *map(link, accounts)]
    return replace(person, routes=tuple(dict.fromkeys(page for page in pages if page)))


def _remarks(repository: Mapping[str, Any] | None) -> list[Remark]:
    pull = (repository or {}).get("pullRequest")
    if not pull:
        return []
    author = (pull.get("author") or {}).get("login")
    said = [*_said("issue", pull["closingIssuesReferences"]["nodes"], author)]
    for thread in pull["reviewThreads"]["nodes"]:
        said += _said(f"review of {thread['path']}", thread["comments"]["nodes"], author)
    said += _said("comment", pull["comments"]["nodes"], author)
    return said[:_REMARKS]


def _said(place: str, nodes: Iterable[Mapping[str, Any]], author: str | None) -> Iterator[Remark]:
    """What people said; machines comment on everything."""
    for node in nodes:
        by = node.get("author") or {}
        login = by.get("login") or ""
        if by.get("__typename") == "Bot" or is_bot("", login):
            continue
        text = clean(f"{node.get('title') or ''}\n{node['body'] or ''}", _REMARK)
        if text:
            yield Remark(
                clean_line(place, 200),
                text,
                link(node.get("url")),
                own=bool(author) and login == author,
            )
