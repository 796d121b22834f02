"""A forge's whole world, and what may happen to it between two nights.

It keeps `updated_at` and `pushed_at` as GitHub would: a merge moves both, a review or an
edit only the pull request's own, a rename or a deletion neither.
"""

from __future__ import annotations

import random
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from demo.github.data import (
    START,
    Comment,
    File,
    Issue,
    PullRequest,
    Repository,
    Review,
    Thread,
    User,
)


@dataclass
class Forge:
    """`renamed`: old full name -> new; `gone`: full name -> 404, 410 or 451."""

    users: list[User] = field(default_factory=list)
    repositories: list[Repository] = field(default_factory=list)
    renamed: dict[str, str] = field(default_factory=dict)
    gone: dict[str, int] = field(default_factory=dict)
    host: str = "github.com"
    viewer: User = field(default_factory=lambda: User("sourcing-crawler", 1))

    @classmethod
    def invent(cls, pulls: int, authors: int, seed: int, repositories: int = 1) -> Forge:
        """A big world of people who do not exist; the same for the same numbers."""
        return _invent(pulls, authors, seed, repositories)

    def repository(self, full_name: str, *, follow: bool = True) -> Repository | None:
        """The repository of that name, or, followed, of the name it has now."""
        name, old = full_name.lower(), {key.lower(): new for key, new in self.renamed.items()}
        found = next((r for r in self.repositories if r.full_name.lower() == name), None)
        if found is None and follow and name in old:
            return self.repository(old[name])
        return None if found and self.status(full_name) else found

    def status(self, full_name: str) -> int | None:
        """How a repository that is gone answers: 404, 410 or 451; None where it is not."""
        name = full_name.lower()
        return next((status for gone, status in self.gone.items() if gone.lower() == name), None)

    def user(self, login: str) -> User | None:
        """The account of that login, machines and organisations included."""
        known = (*self.users, self.viewer)
        return next((u for u in known if u.login.lower() == login.lower() and not u.deleted), None)

    def merge(
        self, repository: Repository, pull: PullRequest, at: str, by: User | None = None
    ) -> PullRequest:
        """Merge an open pull request or a new one."""
        if pull not in repository.pulls:
            repository.pulls.append(pull)
        pull.merged_at = pull.updated_at = repository.pushed_at = at
        pull.merged_by = by or pull.merged_by
        pull.merge_oid = pull.merge_oid or repository.oid(pull.number)
        return pull

    def edit(self, pull: PullRequest, at: str, **changes: Any) -> None:
        """Change fields of a pull request, such as title or labels."""
        for name, value in changes.items():
            setattr(pull, name, value)
        pull.updated_at = at

    def review(self, pull: PullRequest, review: Review) -> None:
        """Add a review; a submitted one is an update."""
        pull.reviews.append(review)
        pull.updated_at = max(pull.updated_at, review.submitted_at or "")

    def rename(self, repository: Repository, full_name: str) -> None:
        """Give a repository another name; the old one leads there."""
        self.renamed[repository.full_name] = full_name
        repository.owner, repository.name = full_name.split("/")

    def remove(self, full_name: str, status: int = 404) -> None:
        """Take a repository away."""
        self.gone[full_name] = status

    def delete(self, user: User) -> None:
        """Delete an account: its work stays, and is nobody's."""
        user.deleted = True


_VERBS = ("Retry", "Bound", "Measure", "Cache", "Drain", "Shard", "Verify", "Explain")
_THINGS = ("checkpoints", "the loader", "evaluation runs", "the scheduler", "gradients", "queues")
_LABELS = ("bug", "performance", "reliability", "docs", "evaluation", "ci", "breaking")
_PLACES = ("Aarhus", "Porto", "Tallinn", "Valencia", "Wellington", None)


def _invent(pulls: int, authors: int, seed: int, repositories: int) -> Forge:
    dice = random.Random(seed)  # noqa: S311 - invents a world, keeps no secret  # nosec B311
    people = [_person(number, dice) for number in range(authors)]
    reviewers = [_person(number, dice) for number in range(authors, authors + 30)]
    forge = Forge(users=[*people, *reviewers])
    for index in range(repositories):
        made = list(_pulls(pulls, people, reviewers, dice))
        suffix = f"-{index}" if index else ""
        forge.repositories.append(Repository("lumen", f"engine{suffix}", 9_000 + index, made))
    return forge


def _person(number: int, dice: random.Random) -> User:
    name = f"Person {number:04d}"
    site = f"https://person-{number}.example/" if dice.random() < 0.4 else None
    return User(
        f"person-{number:04d}", 100_000 + number, name=name, location=dice.choice(_PLACES),
        company=dice.choice(("@lumen", "Harbour Labs", None)), website_url=site,
        bio=dice.choice(("I keep training runs alive.", None)), hireable=dice.random() < 0.1,
        social_accounts=[("LINKEDIN", f"https://social.example/in/{number}")] if site else [],
    )  # fmt: skip


def _pulls(
    count: int, people: list[User], reviewers: list[User], dice: random.Random
) -> Iterator[PullRequest]:
    begin = datetime.fromisoformat(START)
    for number in range(1, count + 1):
        opened = begin + timedelta(minutes=37 * number)
        merged = opened + timedelta(hours=dice.randint(2, 200))
        # Each author has a PR before anybody has a second, so that all are there.
        author = people[number - 1] if number <= len(people) else dice.choice(people)
        first, second = dice.sample(reviewers, 2)
        title = f"{dice.choice(_VERBS)} {dice.choice(_THINGS)} after a lost node"
        issue = Issue(count + number, f"It stops after a lost node, case {number}")
        yield PullRequest(
            number, title, author, body=_body(title, dice), created_at=_iso(opened),
            merged_at=_iso(merged), labels=dice.sample(_LABELS, dice.randint(0, 3)),
            files=_files(dice), merged_by=first,
            reviews=[
                Review(first, "APPROVED", _iso(merged - timedelta(hours=1))),
                Review(second, "COMMENTED", _iso(merged - timedelta(hours=2)), "Why not a lock?"),
            ],
            threads=[Thread("src/loader.py", [Comment(second, "Why not a lock?", _iso(opened))])],
            closes=[issue] if number % 3 == 0 else [],
        )  # fmt: skip


def _files(dice: random.Random) -> list[File]:
    names = dice.sample(range(200), 5)
    return [
        File(f"src/part_{n // 20}/module_{n}.py", dice.randint(1, 80), dice.randint(0, 40))
        for n in names
    ]


def _body(title: str, dice: random.Random) -> str:
    sentence = f"{title}: measured on {dice.randint(2, 64)} nodes, the tail fell by a third. "
    return sentence * dice.randint(1, 12)


def _iso(moment: datetime) -> str:
    return moment.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
