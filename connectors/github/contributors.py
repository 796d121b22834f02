"""Lists accounts by GitHub's REST API: contributors of a repository, members of an organisation.

https://docs.github.com/en/rest/repos/repos#list-repository-contributors: at most 500 accounts, with
their numbers of commits. https://docs.github.com/en/rest/orgs/members#list-public-organization-members.
It does not decide when they are asked for.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from typing import Any
from urllib.parse import urlsplit

from github.GithubException import GithubException

from connectors import Context
from connectors.github.api.access import access
from connectors.github.api.client import GitHubClient
from connectors.github.api.responses import MANGLED
from connectors.github.parse import identity
from sourcing.core.errors import ParseError, SourceError
from sourcing.core.model import Budget, Contributor, Identity


def contributors_of(
    client: GitHubClient, repo: str, refused: Callable[[str], None]
) -> tuple[tuple[Identity, ...], tuple[Contributor, ...]]:
    """Return the accounts and their numbers of commits in `host/owner/name`.

    GitHub refuses the list of very large repositories: then both are empty, and `refused`
    receives the reason.
    """
    host, _, name = repo.partition("/")
    result: dict[str, tuple[Identity, int]] = {}
    client.tries = 3
    try:
        # The raw data only: any other attribute would send a request for each person.
        for user in client.github.get_repo(name).get_contributors():
            if person := _identity(host, user._rawData):
                result[person.id] = person, int(user._rawData["contributions"])
    except (GithubException, SourceError, *MANGLED) as error:
        refused(f"{error!s:.150}")
        return (), ()
    return (
        tuple(person for person, _ in result.values()),
        tuple(Contributor(id_, commits) for id_, (_, commits) in result.items()),
    )


def members_of(organisation: str, budget: Budget, context: Context) -> Iterator[Identity]:
    """The public members of an organisation; nothing for one of another host."""
    host = (urlsplit(access(context).api_url).hostname or "").removeprefix("api.")
    place, _, name = organisation.strip("@/").rpartition("/")
    if place and place.partition("://")[2] != host and place != host:
        return
    with GitHubClient(budget, context) as client:
        client.tries = 3
        try:
            for user in client.github.get_organization(name).get_public_members():
                if person := _identity(host, user._rawData):
                    yield person
        except (GithubException, *MANGLED) as error:
            raise ParseError(f"organisation {name}: {error!s:.150}") from error


def _identity(host: str, raw: Mapping[str, Any]) -> Identity | None:
    actor = {"__typename": raw["type"], "login": raw["login"], "databaseId": raw["id"],
             "url": raw["html_url"]}  # fmt: skip
    return identity(host, actor)
