"""Who may stand in the first places of a repository, and who may not lead."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from db.ranking.first_places import PLACES, WORKS_NEEDED
from scoring import load
from tests.conftest import Sourcing
from tests.gitrepo import GitRepo

AS_OF = "2026-03-02"
NOW = int(datetime(2026, 2, 1, tzinfo=UTC).timestamp())
DAY = 86_400
TITLES = (
    "Fix deadlock in the pool", "Close leaked sockets", "Retry stale uploads once",
    "Stop a crash on empty pages", "Guard the index against overflow", "Repair a hang at exit",
)  # fmt: skip


def someone(number: int) -> tuple[str, str]:
    return f"Person{chr(65 + number)} Surname{chr(65 + number)}", f"p{number}@press.example"


def repairs(repo: GitRepo, author: tuple[str, str], count: int, *, at: int = NOW) -> None:
    """Hard problems repaired with a test and a cause."""
    for number, title in enumerate(TITLES[:count]):
        repo.commit(
            f"{title}\n\nIt hung because two locks crossed.",
            author=author,
            at=at + number * DAY,
            files={f"press/{number}.py": author[0], f"tests/test_{number}.py": author[0]},
        )


def chores(repo: GitRepo, author: tuple[str, str], count: int) -> None:
    for number in range(count):
        repo.commit(
            f"Add page {'x' * number}", author=author, at=NOW, files={f"p/{number}.md": author[0]}
        )


def crawl(sourcing: Sourcing) -> None:
    path = str(sourcing.folder / "press")
    sourcing.config(f"git:{path}", git__forge={path: "https://forge.example/anvil/press"})
    assert sourcing("crawl").status == 0
    assert sourcing("score", "--as-of", AS_OF).status == 0


def names(sourcing: Sourcing, *options: str) -> list[str]:
    said = sourcing("shortlist", "--format", "json", *options)
    assert said.status == 0, said.err
    return [row["name"] for row in json.loads(said.out)]


@pytest.fixture
def press(sourcing: Sourcing) -> Sourcing:
    """Nine people with four counting works among many pages, and two with three works each."""
    with GitRepo(sourcing.folder / "press") as repo:
        for number in range(PLACES + 1):
            repairs(repo, someone(number), WORKS_NEEDED)
            chores(repo, someone(number), 30)
        for number in (20, 21):
            repairs(repo, someone(number), WORKS_NEEDED - 1)
        chores(repo, someone(21), 1)
    crawl(sourcing)
    return sourcing


def test_a_person_with_few_works_stands_behind_eight_others(press: Sourcing) -> None:
    promising = [someone(20)[0], someone(21)[0]]
    assert names(press)[:2] == promising  # else this test shows nothing
    listed = names(press, "--repo", "press")
    assert not set(promising) & set(listed[:PLACES])
    assert [name for name in listed if name in promising] == promising
    assert sorted(listed) == sorted(names(press))


def test_pages_of_such_a_list_join_without_gaps(press: Sourcing) -> None:
    rows = json.loads(press("shortlist", "--format", "json", "--repo", "press").out)
    assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
    assert not any(row["tied"] for row in rows if row["name"] == someone(20)[0])


def test_with_fewer_than_eight_others_nobody_is_moved(sourcing: Sourcing) -> None:
    with GitRepo(sourcing.folder / "press") as repo:
        for number in range(PLACES - 1):
            repairs(repo, someone(number), WORKS_NEEDED)
            chores(repo, someone(number), 12)
        repairs(repo, someone(20), WORKS_NEEDED - 1)
    crawl(sourcing)
    assert names(sourcing, "--repo", "press")[0] == someone(20)[0]


def test_the_number_of_works_is_that_of_the_rubric() -> None:
    assert load().established_works == WORKS_NEEDED


def test_people_whose_last_counting_work_is_older_than_two_years_do_not_lead(
    sourcing: Sourcing,
) -> None:
    with GitRepo(sourcing.folder / "press") as repo:
        repairs(repo, someone(0), len(TITLES), at=NOW - 760 * DAY)
        repo.commit("Add a page", author=someone(0), at=NOW, files={"p/new.md": "x"})
        for number in range(1, 4):
            repairs(repo, someone(number), WORKS_NEEDED)
            chores(repo, someone(number), 12)
    crawl(sourcing)
    assert names(sourcing)[-1] == someone(0)[0]
    assert names(sourcing, "--repo", "press")[-1] == someone(0)[0]
