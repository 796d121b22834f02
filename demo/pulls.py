"""The invented world's pull requests as a GitHub tells them: profiles, reviews, sizes.

The same changes as in its histories, so that a clone and the API show one and the same work.
"""

import re
from collections.abc import Iterable, Mapping, Sequence
from random import Random

from demo.github import File, Forge, PullRequest, Repository, Review, User
from demo.history import Merged
from demo.tables import FORGE, Person, Project

_ID = re.compile(r"(\d+)\+")
_PLACES = ("Tartu", "Porto", "Enugu", "Trondheim", "Lyon", "Pune", "Busan", "Remote, CET", None)
_SAID = (
    "I was about to ask for the simpler way; the numbers against it convince me.",
    "Read it twice and ran the new test without the change: it fails as described. Good.",
    "The cause is clear now. Please keep that paragraph, whoever is on call will need it.",
    "",
)


def forge(crew: Mapping[str, Person], merged: Iterable[tuple[Project, Sequence[Merged]]]) -> Forge:
    """A GitHub that holds the world's repositories."""
    users = {key: _user(number, person) for number, (key, person) in enumerate(crew.items())}
    repositories = [
        _repository(number, project, pulls, users) for number, (project, pulls) in enumerate(merged)
    ]
    return Forge(users=list(users.values()), repositories=repositories, host=FORGE)


def _user(number: int, person: Person) -> User:
    match = _ID.match(person.addresses[0])
    machine = person.login.endswith("[bot]")
    return User(
        person.login.removesuffix("[bot]"),
        int(match[1]) if match else 7_000_000 + number,
        kind="Bot" if machine else "User",
        name=None if machine else person.name,
        location=None if machine else _PLACES[number % len(_PLACES)],
        website_url=person.website,
        company=person.company,
        bio=person.bio,
        hireable=person.open,
    )


def _repository(
    number: int, project: Project, pulls: Sequence[Merged], users: Mapping[str, User]
) -> Repository:
    random = Random(project.name)  # noqa: S311 - the same numbers each time are the point  # nosec B311
    made = [_pull(merged, users, users[project.merger], random) for merged in pulls]
    return Repository(project.owner, project.name, 5_000 + number, pulls=made)


def _pull(merged: Merged, users: Mapping[str, User], merger: User, random: Random) -> PullRequest:
    change, author = merged.change, users[merged.change.by]
    weight = 9 + len(merged.body) // 12
    files = [
        File(path, random.randrange(1, weight), random.randrange(weight))  # nosec B311
        for path in change.paths
    ]
    reviewers = [users[helper] for helper in change.helpers] or [merger]
    at = merged.at.strftime("%Y-%m-%dT%H:%M:%SZ")
    reviews = [
        Review(reviewer, submitted_at=at, body=random.choice(_SAID))  # nosec B311
        for reviewer in reviewers
        if reviewer is not author and len(merged.body) > 300
    ]
    return PullRequest(
        merged.number,
        merged.title,
        author,
        merged.body,
        created_at=at,
        merged_at=at,
        updated_at=at,
        files=files,
        merge_oid=merged.oid,
        merged_by=merger,
        reviews=reviews,
    )
