"""Where a query enters: finding repositories, people and nodes, or failing as GitHub does.

It returns results through views.py. It does not validate, count or handle errors.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from functools import partial
from typing import Any

from demo.github.data import PullRequest, Repository, User, alive
from demo.github.forge import Forge
from demo.github.paging import Failed, Key, connection
from demo.github.views import PREFIXES, View, Views, node_id

_ORDERS: Mapping[str, Callable[[PullRequest], Key]] = {
    "CREATED_AT": lambda pull: (pull.created_at, pull.number),
    "UPDATED_AT": lambda pull: (pull.updated_at, pull.number),
    "COMMENTS": lambda pull: (len(pull.comments), pull.number),
}


def _parts(id_: str) -> tuple[str, list[str]]:
    prefix, _, code = id_.partition("_")
    try:
        return prefix, base64.urlsafe_b64decode(code + "=" * (-len(code) % 4)).decode().split(":")
    except ValueError:
        return prefix, []


def _never(message: str) -> Failed:
    return Failed("NOT_FOUND", message)


class Root:
    """One forge, to be asked."""

    def __init__(self, forge: Forge) -> None:
        self.forge = forge
        self.web = f"https://{forge.host}"
        self.show = Views(self.web, self.repository)

    def query(self, rate_limit: View) -> View:
        """Query itself."""
        return {
            "repository": self._find_repository,
            "user": self._find_user,
            "node": lambda info, **args: self._find_node(args["id"]),
            "nodes": lambda info, **args: [self._node_or_error(id_) for id_ in args["ids"]],
            "viewer": self.show.user(self.forge.viewer),
            "rateLimit": lambda info, **args: rate_limit,
        }

    def _find_repository(self, info: object, **args: Any) -> View:
        name = f"{args['owner']}/{args['name']}"
        repository = self.forge.repository(name, follow=args["followRenames"])
        if repository is None:
            raise _never(f"Could not resolve to a Repository with the name '{name}'.")
        return self.repository(repository)

    def _find_user(self, info: object, **args: Any) -> View:
        user = self.forge.user(args["login"])
        if user is None or user.kind != "User":
            raise _never(f"Could not resolve to a User with the login of '{args['login']}'.")
        return self.show.user(user)

    def _find_node(self, id_: str) -> View:
        prefix, parts = _parts(id_)
        for user in (*self.forge.users, self.forge.viewer):
            if PREFIXES[user.kind] == prefix and parts == [str(user.database_id)] and alive(user):
                return self.show.user(user)
        for repository in self.forge.repositories:
            if parts[:1] == [str(repository.database_id)]:
                found = self._inside(repository, prefix, parts[1:])
                if found and not self.forge.status(repository.full_name):
                    return found
        raise _never(f"Could not resolve to a node with the global id of '{id_}'.")

    def _inside(self, repository: Repository, prefix: str, parts: list[str]) -> View | None:
        if prefix == "R":
            return self.repository(repository)
        pull = repository.pull(int(parts[0])) if prefix == "PR" else None
        return self.show.pull(repository, pull) if pull else None

    def _node_or_error(self, id_: str) -> View | Failed:
        try:
            return self._find_node(id_)
        except Failed as error:
            return error

    def repository(self, repository: Repository) -> View:
        """A repository."""
        owner = self.forge.user(repository.owner)
        # The owner need not be among the forge's people: most worlds do not care.
        owner = owner or User(repository.owner, repository.database_id, "Organization")
        return {
            "__typename": "Repository", "id": node_id("R", repository.database_id),
            "databaseId": repository.database_id, "name": repository.name,
            "nameWithOwner": repository.full_name, "url": f"{self.web}/{repository.full_name}",
            "owner": self.show.user(owner), "isArchived": repository.archived,
            "isFork": repository.fork, "pushedAt": repository.pushed_at,
            "createdAt": repository.created_at,
            "pullRequest": partial(self._find_pull, repository),
            "pullRequests": partial(self._pulls, repository),
            "issue": partial(self._find_issue, repository),
            "object": partial(self._find_object, repository),
            "defaultBranchRef": partial(self._head, repository),
        }  # fmt: skip

    def _find_pull(self, repository: Repository, info: object, **args: Any) -> View:
        pull = repository.pull(args["number"])
        if pull is None:
            raise _never(f"Could not resolve to a PullRequest with the number of {args['number']}.")
        return self.show.pull(repository, pull)

    def _find_issue(self, repository: Repository, info: object, **args: Any) -> View:
        closed = [issue for pull in repository.pulls for issue in pull.closes]
        for issue in [*repository.issues, *closed]:
            if issue.number == args["number"]:
                return self.show.issue(repository, issue)
        raise _never(f"Could not resolve to an Issue with the number of {args['number']}.")

    def _find_object(self, repository: Repository, info: object, **args: Any) -> View | None:
        wanted = args.get("oid") or args.get("expression") or ""
        if wanted in {"HEAD", "main"}:
            wanted = next((commit.oid for commit in repository.history()), "")
        commit = repository.commit(wanted)
        return self.show.commit(repository, commit) if commit else None

    def _head(self, repository: Repository, info: object) -> View | None:
        target = self._find_object(repository, info, expression="HEAD")
        id_ = node_id("REF", repository.database_id)
        return {"id": id_, "name": "main", "target": target} if target else None

    def _pulls(self, repository: Repository, info: object, **args: Any) -> View:
        states = args.get("states")
        pulls = [pull for pull in repository.pulls if not states or pull.state in states]
        order = args.get("orderBy") or {"field": "CREATED_AT", "direction": "ASC"}
        return connection(
            pulls,
            args,
            partial(self.show.pull, repository),
            _ORDERS[order["field"]],
            descending=order["direction"] == "DESC",
        )
