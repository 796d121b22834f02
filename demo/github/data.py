"""The data of a forge as plain mutable objects: people, repositories, their work.

Times are ISO strings in UTC, which sort as they are; people are objects; None is nobody.
It does not know how any of it is asked for, and nothing in it is checked for sense.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from dataclasses import dataclass, field
from typing import Literal

Association = Literal[
    "COLLABORATOR", "CONTRIBUTOR", "FIRST_TIMER", "FIRST_TIME_CONTRIBUTOR",
    "MANNEQUIN", "MEMBER", "NONE", "OWNER",
]  # fmt: skip

START = "2026-01-05T10:00:00Z"


@dataclass(eq=False, slots=True)
class User:
    """An account. `deleted` makes all its work nobody's."""

    login: str
    database_id: int
    kind: Literal["User", "Bot", "Mannequin", "Organization"] = "User"
    name: str | None = None
    company: str | None = None
    location: str | None = None
    website_url: str | None = None
    bio: str | None = None
    hireable: bool = False
    social_accounts: list[tuple[str, str]] = field(default_factory=list)
    created_at: str = START
    deleted: bool = False


def alive(user: User | None) -> User | None:
    """The account, or None where there is none any more."""
    return None if user is None or user.deleted else user


@dataclass(eq=False, slots=True)
class File:
    """One changed path of a pull request."""

    path: str
    additions: int = 1
    deletions: int = 0
    change_type: Literal["ADDED", "CHANGED", "COPIED", "DELETED", "MODIFIED", "RENAMED"] = (
        "MODIFIED"
    )


@dataclass(eq=False, slots=True)
class Review:
    """One review of a pull request; a pending one has no submitted_at."""

    author: User | None
    state: Literal["APPROVED", "CHANGES_REQUESTED", "COMMENTED", "DISMISSED", "PENDING"] = (
        "APPROVED"
    )
    submitted_at: str | None = START
    body: str = ""
    url: str | None = None


@dataclass(eq=False, slots=True)
class Comment:
    """Something said on a pull request, an issue or in a review thread."""

    author: User | None
    body: str
    created_at: str = START


@dataclass(eq=False, slots=True)
class Thread:
    """A conversation about one path."""

    path: str
    comments: list[Comment]
    resolved: bool = False


@dataclass(eq=False, slots=True)
class Issue:
    """An issue of the same repository."""

    number: int
    title: str
    body: str = ""
    author: User | None = None
    created_at: str = START
    comments: list[Comment] = field(default_factory=list)


@dataclass(eq=False, slots=True)
class PullRequest:
    """A pull request. Totals that are None are summed over the files."""

    number: int
    title: str
    author: User | None = None
    body: str = ""
    created_at: str = START
    merged_at: str | None = None
    updated_at: str = ""
    closed: bool = False
    labels: list[str] = field(default_factory=list)
    files: list[File] = field(default_factory=list)
    merge_oid: str | None = None
    merged_by: User | None = None
    author_association: Association = "CONTRIBUTOR"
    reviews: list[Review] = field(default_factory=list)
    threads: list[Thread] = field(default_factory=list)
    comments: list[Comment] = field(default_factory=list)
    closes: list[Issue] = field(default_factory=list)
    additions: int | None = None
    deletions: int | None = None
    changed_files: int | None = None

    def __post_init__(self) -> None:
        text = [review.submitted_at or "" for review in self.reviews]
        self.updated_at = self.updated_at or max([self.created_at, self.merged_at or "", *text])

    @property
    def state(self) -> str:
        """As GitHub names it."""
        if self.merged_at:
            return "MERGED"
        return "CLOSED" if self.closed else "OPEN"

    def latest_reviews(self) -> list[Review]:
        """The last submitted review of each reviewer, in the order of their first."""
        latest: dict[User | None, Review] = {}
        for review in sorted(self.reviews, key=lambda r: r.submitted_at or ""):
            if review.submitted_at:
                latest[alive(review.author)] = review
        return list(latest.values())


@dataclass(eq=False, slots=True)
class Commit:
    """A commit; `author` is the account its address belongs to, if any."""

    oid: str
    author: User | None = None
    name: str = ""
    email: str = ""
    at: str = START
    message: str = ""


#: A contributor is an account, or a commit author without an account.
Contributor = tuple[User | Commit, int]


@dataclass(eq=False, slots=True)
class Repository:
    """A repository; its commits are those named and one for each merged pull request."""

    owner: str
    name: str
    database_id: int
    pulls: list[PullRequest] = field(default_factory=list)
    commits: list[Commit] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    pushed_at: str = ""
    created_at: str = START
    archived: bool = False
    fork: bool = False

    def __post_init__(self) -> None:
        for pull in self.pulls:
            pull.merge_oid = pull.merge_oid or (self.oid(pull.number) if pull.merged_at else None)
        merged = [pull.merged_at or "" for pull in self.pulls]
        self.pushed_at = self.pushed_at or max(
            [self.created_at, *merged, *(commit.at for commit in self.commits)]
        )

    @property
    def full_name(self) -> str:
        """`owner/name`."""
        return f"{self.owner}/{self.name}"

    def oid(self, number: int) -> str:
        """The merge commit a pull request gets where none is named."""
        key = f"{self.database_id}#{number}".encode()
        return hashlib.sha1(key, usedforsecurity=False).hexdigest()

    def pull(self, number: int) -> PullRequest | None:
        """The pull request of that number."""
        return next((pull for pull in self.pulls if pull.number == number), None)

    def commit(self, oid: str) -> Commit | None:
        """The commit of that name."""
        named = next((commit for commit in self.commits if commit.oid == oid), None)
        merges = (_merge(pull) for pull in self.pulls if pull.merge_oid == oid)
        return named or next(merges, None)

    def history(self) -> list[Commit]:
        """All commits, newest first."""
        known = {commit.oid for commit in self.commits}
        merges = [_merge(pull) for pull in self.pulls if pull.merge_oid not in known]
        result = [*self.commits, *(commit for commit in merges if commit)]
        return sorted(result, key=lambda c: (c.at, c.oid), reverse=True)

    def contributors(self) -> list[Contributor]:
        """Accounts with their commits, most first; then, one by address, who has no account."""
        history = self.history()
        users = Counter(user for commit in history if (user := alive(commit.author)))
        strangers = [commit for commit in history if not alive(commit.author) and commit.email]
        addresses = Counter(commit.email for commit in strangers)
        one_of = {commit.email: commit for commit in strangers}
        return [
            *sorted(users.items(), key=lambda item: (-item[1], item[0].login)),
            *((one_of[address], n) for address, n in addresses.most_common()),
        ]


def _merge(pull: PullRequest) -> Commit | None:
    """The commit a merged pull request became, where the world names none."""
    if pull.merged_at is None or pull.merge_oid is None:
        return None
    message = f"{pull.title} (#{pull.number})"
    return Commit(pull.merge_oid, pull.author, at=pull.merged_at, message=message)
