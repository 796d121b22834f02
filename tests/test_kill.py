"""SIGKILL at any moment of a crawl: nothing lost, nothing twice, and the next one completes."""

from __future__ import annotations

import multiprocessing
import os
import random
import sqlite3
import sys
import time
from pathlib import Path

import pytest

from connectors import git
from sourcing.cli import main
from tests.conftest import configure
from tests.gitrepo import ADA, BO, GitRepo

KILLS, PAGE, LOCKED = 50, 40, 4
#: Each crawl is a process of its own, forked where all is loaded: its time is reading and storing.
CRAWLS = multiprocessing.get_context("forkserver")
CRAWLS.set_forkserver_preload(["pytest", "sourcing.cli.crawl.crawl", __name__])


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two repositories of several pages, with merges, and a config."""
    path = tmp_path_factory.mktemp("kill")
    for name in ("anvil", "bellows"):
        with GitRepo(path / name) as repo:
            last = repo.commit("Start", files={"a": "0"})
            for number in range(1, 80):
                side = repo.commit(
                    f"Work {number}",
                    parents=[last],
                    author=BO,
                    files={f"s{number % 40}": str(number)},
                )
                last = repo.commit(
                    f"Merge pull request #{number} from bo/x{number}\n\nFix crash {number}",
                    parents=[last, side],
                    author=ADA,
                )
                last = repo.commit(f"Plain {number}", files={f"p{number % 40}": str(number)})
    configure(path, *(f"git:{path / name}" for name in ("anvil", "bellows")))
    return path


def night(folder: Path, db: str) -> None:
    """The real command, in small pages."""
    os.chdir(folder)
    git._PAGE = PAGE
    sys.argv = ["sourcing", "--db", db, "crawl"]
    with Path(os.devnull).open("w") as nowhere:
        sys.stdout = sys.stderr = nowhere
        main()


def crawl(folder: Path, db: str, patience: float | None = None) -> int | None:
    """Crawl; its exit status, or None if it was killed when the patience was at an end."""
    process = CRAWLS.Process(target=night, args=(folder, db))
    process.start()
    process.join(patience)
    killed = process.is_alive()
    process.kill()
    process.join()
    if process.exitcode == LOCKED:
        # The last one died while it started a git, which has the lock until it is one.
        time.sleep(0.05)
        return crawl(folder, db, patience)
    return None if killed else process.exitcode


def content(path: Path) -> list[tuple[object, ...]]:
    """All that was found, without numbers and times of storing."""
    with sqlite3.connect(path) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = [
            *conn.execute(
                "SELECT c.key, c.title, c.at, c.paths, e.work, e.substance, i.key, k.part"
                " FROM contributions c JOIN evidence e ON e.contribution_id = c.id"
                " JOIN credits k ON k.contribution_id = c.id"
                " JOIN identities i ON i.id = k.identity_id ORDER BY 1, 7, 8"
            ),
            *conn.execute(
                "SELECT oid, key FROM commits JOIN contributions ON id = contribution_id"
                " ORDER BY 1, 2"
            ),
            *conn.execute(
                "SELECT s.role, round(s.points, 9), p.name FROM scores s JOIN persons p"
                " ON p.id = s.person_id ORDER BY 1, 3"
            ),
            *conn.execute("SELECT name, cursor FROM sources ORDER BY 1"),
        ]
    conn.close()
    return found


def test_sigkill_at_fifty_moments(folder: Path) -> None:
    assert crawl(folder, "first.db") == 0
    began = time.monotonic()
    assert crawl(folder, "truth.db") == 0
    whole = time.monotonic() - began
    truth = content(folder / "truth.db")
    assert len(truth) > 900

    moments, kills, completed = random.Random(7), 0, 0
    while kills < KILLS:
        status = crawl(folder, "killed.db", moments.uniform(0.1, 1.1) * whole)
        if status is None:
            kills += 1
            continue
        assert status == 0
        assert content(folder / "killed.db") == truth
        completed += 1
        for leftover in folder.glob("killed.db*"):
            leftover.unlink()
    assert crawl(folder, "killed.db") == 0
    assert content(folder / "killed.db") == truth
    assert completed
