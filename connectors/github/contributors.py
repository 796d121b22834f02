"""Counts the commits of a repository's contributors, as GitHub's REST API lists them.

https://docs.github.com/en/rest/repos/repos#list-repository-contributors: at most 500 accounts. It
does not decide when they are counted.
"""

from __future__ import annotations

from collections.abc import Callable

from github.GithubException import GithubException

from connectors.github.client import GitHubClient
from connectors.github.parse import identity
from connectors.github.responses import MANGLED
from sourcing.core.errors import SourceError
from sourcing.core.model import Contributor, Identity


def contributors_of(
    client: GitHubClient, repo: str, refused: Callable[[str], None]
) -> tuple[tuple[Identity, ...], tuple[Contributor, ...]]:
    """Return the accounts and their numbers of commits in `host/owner/name`.

    GitHub refuses the list of very large repositories: then both are empty, and `refused`
    receives the reason.
    """
    host, _, name = repo.partition("/")
    found: dict[str, tuple[Identity, int]] = {}
    client.tries = 3
    try:
        # The raw data only: any other attribute would send a request for each person.
        for user in client.github.get_repo(name).get_contributors():
            raw = user._rawData
            actor = {"__typename": raw["type"], "login": raw["login"], "databaseId": raw["id"],
                     "url": raw["html_url"]}  # fmt: skip
            if person := identity(host, actor):
                found[person.id] = person, int(raw["contributions"])
    except (GithubException, SourceError, *MANGLED) as error:
        refused(f"{error!s:.150}")
        return (), ()
    return (
        tuple(person for person, _ in found.values()),
        tuple(Contributor(id_, commits) for id_, (_, commits) in found.items()),
    )
