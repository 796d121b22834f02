"""The hand-written tables of the invented world, as types. It adds nothing to them."""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path
from typing import Any

#: The day on which the world stands still.
TODAY = date(2026, 11, 16)
FORGE = "forge.example"


@dataclass(frozen=True, slots=True)
class Person:
    """An invented person. `addresses`: as git writes them, the usual one first."""

    name: str
    login: str
    addresses: tuple[str, ...]
    website: str | None = None
    company: str | None = None
    bio: str | None = None
    open: bool = False


@dataclass(frozen=True, slots=True)
class Project:
    """An invented repository. `routine`: how many routine changes each person made."""

    name: str
    owner: str
    about: str
    package: str
    born: int
    merger: str
    style: str
    routine: Mapping[str, int]
    things: tuple[tuple[str, str], ...]

    @property
    def url(self) -> str:
        """Its page on the invented forge."""
        return f"https://{FORGE}/{self.owner}/{self.name}"


@dataclass(frozen=True, slots=True)
class Change:
    """One change, `day` days before the world's today. `how`: squash, merge or commit.

    `{#key}` in title and body is replaced by the number of the change with that key.
    """

    key: str
    repo: str
    by: str
    day: int
    title: str
    paths: tuple[str, ...]
    body: str = ""
    helpers: tuple[str, ...] = ()
    how: str = "squash"
    branch: str = "patch"


@dataclass(frozen=True, slots=True)
class Post:
    """A post of the world's blog; no author means the company signed it."""

    slug: str
    title: str
    day: date
    body: str
    author: Person | None


def people() -> dict[str, Person]:
    """Everybody, by the short name the other tables use."""
    return {key: _person(row) for key, row in _table("people").items()}


def projects() -> list[Project]:
    """The repositories."""
    rows = _table("projects").items()
    return [
        Project(name=name, **{**row, "things": tuple(map(tuple, row["things"]))})
        for name, row in rows
    ]


def changes() -> list[Change]:
    """The changes with hand-written descriptions."""
    names = ("changes_serving", "changes_training", "changes_data")
    rows = [row for name in names for row in _table(name)["change"]]
    return [_change(row) for row in rows]


def posts(crew: Mapping[str, Person]) -> tuple[Post, ...]:
    """The blog, newest first."""
    made = [
        Post(row["slug"], row["title"], TODAY - timedelta(row["day"]), row["body"].strip(),
             crew.get(row["by"]))
        for row in _table("posts")["post"]
    ]  # fmt: skip
    return tuple(sorted(made, key=lambda post: post.day, reverse=True))


def _person(row: dict[str, Any]) -> Person:
    login = row["login"]
    given = row.get("addresses") or [f"{row['id']}+{login}@users.noreply.{FORGE}"]
    shown = {key: row[key] for key in ("website", "company", "bio", "open") if key in row}
    return Person(row["name"], login, tuple(given), **shown)


def _change(row: dict[str, Any]) -> Change:
    row = dict(row)
    row["helpers"] = tuple(row.pop("with", ()))
    row["paths"] = tuple(row["paths"])
    row["body"] = row["body"].strip()
    return Change(**row)


def _table(name: str) -> dict[str, Any]:
    return tomllib.loads((Path(__file__).parent / f"{name}.toml").read_text("utf-8"))
