"""People and work as GraphQL sees them: each object a dict of values and of functions.

graphql-core reads such dicts itself, so there is nothing to register. Where to find
things is lookup.py's; nothing here validates, counts or catches.
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Sequence
from functools import partial
from typing import Any, TypeVar

from demo.github.data import (
    Comment,
    Commit,
    File,
    Issue,
    PullRequest,
    Repository,
    Review,
    Thread,
    User,
    alive,
)
from demo.github.paging import connection

View = dict[str, Any]
T = TypeVar("T")

#: The prefixes of opaque ids.
PREFIXES = {"User": "U", "Bot": "BOT", "Mannequin": "M", "Organization": "O"}


def node_id(prefix: str, *parts: object) -> str:
    """An opaque id that says where its object is."""
    raw = ":".join(map(str, parts)).encode()
    return f"{prefix}_{base64.urlsafe_b64encode(raw).decode().rstrip('=')}"


def pages(things: Sequence[T], view: Callable[[T], View]) -> Callable[..., View]:
    """The resolver of a connection in the order of the list."""
    return lambda info, **args: connection(things, args, view)


class Views:
    """`web` is where the forge's pages are; `repository` shows one (it is found elsewhere)."""

    def __init__(self, web: str, repository: Callable[[Repository], View]) -> None:
        self.web = web
        self._repository = repository

    def user(self, user: User) -> View:
        """An account of any kind."""
        path = f"/apps/{user.login}" if user.kind == "Bot" else f"/{user.login}"
        return {
            "__typename": user.kind, "id": node_id(PREFIXES[user.kind], user.database_id),
            "databaseId": user.database_id, "login": user.login, "name": user.name,
            "company": user.company, "location": user.location, "bio": user.bio,
            "websiteUrl": user.website_url, "isHireable": user.hireable,
            "createdAt": user.created_at, "updatedAt": user.created_at,
            "resourcePath": path, "url": self.web + path,
            "socialAccounts": pages(user.social_accounts, _social),
        }  # fmt: skip

    def actor(self, user: User | None) -> View | None:
        """Who did it, or null."""
        return self.user(user) if user and alive(user) else None

    def pull(self, repository: Repository, pull: PullRequest) -> View:
        """A pull request."""
        url = f"{self.web}/{repository.full_name}/pull/{pull.number}"
        key = (repository.database_id, pull.number)
        files = pull.files
        sums = (sum(f.additions for f in files), sum(f.deletions for f in files), len(files))
        return {
            "__typename": "PullRequest", "id": node_id("PR", *key), "number": pull.number,
            "fullDatabaseId": str(repository.database_id * 1_000_000 + pull.number), "url": url,
            "title": pull.title, "body": pull.body, "createdAt": pull.created_at,
            "closedAt": pull.merged_at or (pull.updated_at if pull.closed else None),
            "mergedAt": pull.merged_at, "updatedAt": pull.updated_at, "state": pull.state,
            "merged": pull.merged_at is not None, "authorAssociation": pull.author_association,
            "additions": sums[0] if pull.additions is None else pull.additions,
            "deletions": sums[1] if pull.deletions is None else pull.deletions,
            "changedFiles": sums[2] if pull.changed_files is None else pull.changed_files,
            "author": self.actor(pull.author), "mergedBy": self.actor(pull.merged_by),
            "mergeCommit": lambda info: self._commit(repository, pull.merge_oid),
            "repository": lambda info: self._repository(repository),
            "labels": pages(pull.labels, _label), "files": pages(files, _file),
            "latestReviews": self._reviews(url, pull, pull.latest_reviews()),
            "reviews": self._reviews(url, pull, pull.reviews),
            "reviewThreads": pages(pull.threads, partial(self._thread, url)),
            "comments": pages(pull.comments, partial(self._comment, f"{url}#issuecomment")),
            "closingIssuesReferences": pages(pull.closes, partial(self.issue, repository)),
        }  # fmt: skip

    def _reviews(self, url: str, pull: PullRequest, reviews: list[Review]) -> Callable[..., View]:
        """A resolver; a review's place among all of the PR's is its id, here as there."""
        places = {id(review): place for place, review in enumerate(pull.reviews, start=1)}

        def view(review: Review) -> View:
            number = pull.number * 1_000 + places[id(review)]
            at = review.submitted_at
            return {
                "id": node_id("PRR", url, number), "fullDatabaseId": str(number),
                "author": self.actor(review.author), "state": review.state, "body": review.body,
                "submittedAt": at, "createdAt": at or pull.updated_at,
                "url": review.url or f"{url}#pullrequestreview-{number}",
            }  # fmt: skip

        def resolve(info: object, **args: Any) -> View:
            states = args.get("states")
            chosen = [review for review in reviews if not states or review.state in states]
            return connection(chosen, args, view)

        return resolve

    def _thread(self, url: str, thread: Thread) -> View:
        place = f"{url}#discussion_r"
        return {
            "id": node_id("PRRT", url, thread.path, id(thread)),
            "path": thread.path, "isResolved": thread.resolved,
            "comments": pages(
                thread.comments,
                lambda comment: {**self._comment(place, comment), "path": thread.path},
            ),
        }  # fmt: skip

    def _comment(self, place: str, comment: Comment) -> View:
        return {
            "id": node_id("IC", place, comment.created_at, comment.body[:40]),
            "author": self.actor(comment.author), "body": comment.body,
            "createdAt": comment.created_at, "url": f"{place}-{comment.created_at}",
        }  # fmt: skip

    def issue(self, repository: Repository, issue: Issue) -> View:
        """An issue."""
        url = f"{self.web}/{repository.full_name}/issues/{issue.number}"
        return {
            "__typename": "Issue", "id": node_id("I", repository.database_id, issue.number),
            "number": issue.number, "title": issue.title, "body": issue.body, "url": url,
            "createdAt": issue.created_at, "author": self.actor(issue.author),
            "comments": pages(issue.comments, partial(self._comment, f"{url}#issuecomment")),
        }  # fmt: skip

    def commit(self, repository: Repository, commit: Commit) -> View:
        """A commit. Its address is not asked for, and not in the schema."""
        author = alive(commit.author)
        user = self.user(author) if author and author.kind == "User" else None
        url = f"{self.web}/{repository.full_name}/commit/{commit.oid}"
        name = commit.name or (author.name or author.login if author else "ghost")
        return {
            "__typename": "Commit", "id": node_id("C", repository.database_id, commit.oid),
            "oid": commit.oid, "url": url, "commitUrl": url, "committedDate": commit.at,
            "message": commit.message, "messageHeadline": commit.message.partition("\n")[0],
            "author": {"name": name, "date": commit.at, "user": user},
            "associatedPullRequests": partial(self._pulls, repository, commit.oid),
            "history": lambda info, **args: connection(
                repository.history(), args, partial(self.commit, repository)
            ),
        }  # fmt: skip

    def _commit(self, repository: Repository, oid: str | None) -> View | None:
        commit = repository.commit(oid or "")
        return self.commit(repository, commit) if commit else None

    def _pulls(self, repository: Repository, oid: str, info: object, **args: Any) -> View:
        pulls = [pull for pull in repository.pulls if pull.merge_oid == oid]
        return connection(pulls, args, partial(self.pull, repository))


def _label(name: str) -> View:
    return {"id": node_id("LA", name), "name": name}


def _file(file: File) -> View:
    return {
        "path": file.path, "additions": file.additions, "deletions": file.deletions,
        "changeType": file.change_type,
    }  # fmt: skip


def _social(account: tuple[str, str]) -> View:
    provider, url = account
    return {"provider": provider, "url": url, "displayName": url.rpartition("/")[2]}
