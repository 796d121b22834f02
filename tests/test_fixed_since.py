"""`sourcing shortlist --fixed-since`: who repaired what a team runs, proven by tags."""

from __future__ import annotations

import json
import sqlite3
from pathlib import Path

import pytest

from tests.conftest import Sourcing
from tests.gitrepo import GitRepo

LOCK = """
[[package]]
name = "anvil"
version = "1"
source = {{ editable = "." }}
dependencies = [{{ name = "kiln" }}]
[[package]]
name = "kiln"
version = "{version}"
source = {{ git = "{url}" }}
"""
URL = "https://forge.example/clay/kiln"


BODY = "Workers hung because one lock was taken twice. A test fails without this."


class Kiln:
    """A repository that grows; it is built again as a whole, with the same commits as before."""

    def __init__(self, path: Path) -> None:
        self.path = path
        self._commits: list[tuple[str, str, str, tuple[str, ...]]] = []

    def add(self, title: str, author: str, path: str, *tags: str, body: str = BODY) -> None:
        """One more commit on the main branch, and tags on it."""
        self._commits.append((f"{title}\n\n{body}", author, path, tags))
        with GitRepo(self.path) as repo:
            for message, name, place, marks in self._commits:
                files: dict[str, str | None] = {
                    place: message,
                    f"tests/{Path(place).name}": message,
                }
                by = (name, f"{name.lower().replace(' ', '.')}@kiln.example")
                oid = repo.commit(message, author=by, files=files)
                for tag in marks:
                    repo.ref(f"refs/tags/{tag}", oid)


@pytest.fixture
def kiln(sourcing: Sourcing) -> Kiln:
    """Repairs before and after the version in use; the last one is in no version."""
    repo = Kiln(sourcing.folder / "kiln")
    repo.add("Fix deadlock in the old pool", "Ada Quill", "kiln/old.py", "v0.4.0")
    repo.add("Fix deadlock in the pool", "Ben Osei", "kiln/pool.py", "v0.4.1")
    repo.add("Add a colour", "Cleo Marsh", "kiln/colour.py", body="It is blue.")
    repo.add("Fix crash on restart", "Dora Lind", "kiln/restart.py", "v0.5.0", "v0.6.0rc1")
    repo.add("Fix crash on shutdown", "Emil Roth", "kiln/stop.py")
    sourcing.config(f"git:{repo.path}", git__forge={str(repo.path): URL})
    assert sourcing("crawl").status == 0
    return repo


def lock(folder: Path, version: str) -> str:
    (folder / "uv.lock").write_text(LOCK.format(version=version, url=URL))
    return "uv.lock"


def fixes(sourcing: Sourcing, version: str) -> dict[str, list[str]]:
    said = sourcing(
        "shortlist", "--fixed-since", lock(sourcing.folder, version), "--format", "json"
    )
    assert said.status == 0, said.err
    return {row["name"]: [m["wanted"] for m in row["matches"] if m["kind"] == "fix"]
            for row in json.loads(said.out)}  # fmt: skip


def test_only_repairs_between_the_version_in_use_and_the_newest(
    sourcing: Sourcing, kiln: Kiln
) -> None:
    assert fixes(sourcing, "0.4.0") == {
        "Ben Osei": ["kiln: in 0.4.1; you run 0.4.0"],
        "Dora Lind": ["kiln: in 0.5.0; you run 0.4.0"],
    }
    assert list(fixes(sourcing, "0.4.1")) == ["Dora Lind"]
    assert fixes(sourcing, "0.5.0") == {}


def test_the_view_shows_the_same(sourcing: Sourcing, kiln: Kiln) -> None:
    fixes(sourcing, "0.4.0")
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        rows = conn.execute(
            "SELECT package, in_use, fixed_in, direct, title FROM fixes_since ORDER BY fixed_in"
        ).fetchall()
    conn.close()
    assert rows == [
        ("kiln", "0.4.0", "0.4.1", 1, "Fix deadlock in the pool"),
        ("kiln", "0.4.0", "0.5.0", 1, "Fix crash on restart"),
    ]


def test_a_version_without_a_tag_is_reported(sourcing: Sourcing, kiln: Kiln) -> None:
    said = sourcing("shortlist", "--fixed-since", lock(sourcing.folder, "0.3.9"))
    assert "no tag names the version in use of kiln 0.3.9" in said.err
    assert "No people" in said.err


def test_a_repository_that_is_not_crawled_is_named(sourcing: Sourcing, kiln: Kiln) -> None:
    text = LOCK.format(version="1.0", url="https://forge.example/clay/brick")
    (sourcing.folder / "uv.lock").write_text(text)
    said = sourcing("shortlist", "--fixed-since", "uv.lock")
    assert "1 repositories are not crawled: https://forge.example/clay/brick" in said.err


def test_tags_of_another_package_of_the_repository_do_not_count(
    sourcing: Sourcing, kiln: Kiln
) -> None:
    """A monorepository: the tags that name the package come first."""
    kiln.add("Fix leak in the web client", "Finn Aro", "web/client.py", "kiln@0.4.0")
    kiln.add("Fix race in the web client", "Gia Noor", "web/race.py", "kiln@0.4.2", "brick@9.0.0")
    assert sourcing("crawl").status == 0
    assert list(fixes(sourcing, "0.4.0")) == ["Gia Noor"]


def test_a_clone_of_a_remote_has_the_tags(sourcing: Sourcing, kiln: Kiln) -> None:
    sourcing.config(f"git:{kiln.path.as_uri()}", git__forge={kiln.path.as_uri(): URL})
    assert sourcing("crawl").status == 0
    assert list(fixes(sourcing, "0.4.1")) == ["Dora Lind"]


def test_a_suppressed_person_is_not_listed(sourcing: Sourcing, kiln: Kiln) -> None:
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        [(person,)] = conn.execute("SELECT id FROM persons WHERE name = 'Dora Lind'").fetchall()
    conn.close()
    assert sourcing("suppress", str(person), "--yes").status == 0
    assert list(fixes(sourcing, "0.4.0")) == ["Ben Osei"]
