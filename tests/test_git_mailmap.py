"""A project's `.mailmap` joins addresses and decides the name that is shown (gitmailmap(5))."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import Context
from connectors import git as connector
from connectors.git.authors.mailmap import Mailmap
from sourcing.core.model import Budget, Page
from tests.gitrepo import ADA, GitRepo, git

NOW = datetime(2026, 6, 1, tzinfo=UTC)
OLD = ("Olga Brenk", "old@kiln.example")
NEW = ("Odalys Brenk", "odalys@kiln.example")
MAP = "Odalys Brenk <odalys@kiln.example> <old@kiln.example>\n"


def read(target: object, cache: Path, cursor: Any = None) -> list[Page]:
    return list(connector.fetch(str(target), cursor or {}, Budget(), Context(now=NOW, cache=cache)))


def mapped(path: Path, text: str) -> GitRepo:
    with GitRepo(path) as repo:
        repo.commit("Fix a deadlock", author=OLD)
        repo.commit("Fix a leak", author=NEW)
        repo.commit("Map", author=ADA, files={".mailmap": text})
    return repo


def test_both_addresses_are_one_person_under_the_proper_name(tmp_path: Path) -> None:
    (page,) = read(mapped(tmp_path / "r", MAP).path, tmp_path)
    assert {i.name for i in page.identities} == {"Odalys Brenk", "Ada Quill"}
    (join,) = page.joins
    assert join.proof.startswith("The project's .mailmap names both as one person: commits ")


def test_a_remote_history_has_one_as_well(tmp_path: Path) -> None:
    repo = mapped(tmp_path / "r", MAP)
    git("config", "uploadpack.allowFilter", "true", at=repo.path)
    (page,) = read(f"file://{repo.path}", tmp_path)
    assert {i.name for i in page.identities} == {"Odalys Brenk", "Ada Quill"}


def test_a_changed_mailmap_begins_a_new_scan(tmp_path: Path) -> None:
    path = tmp_path / "r"
    (page,) = read(mapped(path, "# nothing\n").path, tmp_path)
    assert "Olga Brenk" in {i.name for i in page.identities}
    with GitRepo(path) as repo:
        repo.commit("Fix a deadlock", author=OLD)
        repo.commit("Fix a leak", author=NEW)
        repo.commit("Map", author=ADA, files={".mailmap": MAP})
    (again,) = read(path, tmp_path, page.cursor)
    assert again.scan == 2
    assert "Olga Brenk" not in {i.name for i in again.identities}


@pytest.mark.parametrize(
    ("line", "byline", "proper"),
    [
        ("Proper Name <a@x.example>", ("n", "A@x.example"), ("Proper Name", "A@x.example")),
        ("<p@x.example> <a@x.example>", ("N", "a@x.example"), ("N", "p@x.example")),
        ("P N <p@x.example> <a@x.example>", ("n", "a@x.example"), ("P N", "p@x.example")),
        ("P N <p@x.example> Old <a@x.example>", ("old", "a@x.example"), ("P N", "p@x.example")),
        ("P N <p@x.example> Old <a@x.example>", ("New", "a@x.example"), ("New", "a@x.example")),
        ("P N <p@x.example> <a@x.example> # why", ("n", "a@x.example"), ("P N", "p@x.example")),
        ("# P N <p@x.example> <a@x.example>", ("n", "a@x.example"), ("n", "a@x.example")),
        ("no address", ("n", "a@x.example"), ("n", "a@x.example")),
        ("<<<>>>" * 1000, ("n", "a@x.example"), ("n", "a@x.example")),
    ],
)
def test_the_documented_forms(line: str, byline: Any, proper: Any) -> None:
    assert Mailmap.parse(line).resolve(byline) == proper
