"""SIGKILL at any moment of a crawl: nothing lost, nothing twice, and the next one completes."""

from __future__ import annotations

import random
import signal
import sqlite3
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tests.conftest import toml
from tests.gitrepo import ADA, BO, GitRepo

KILLS = 50


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two repositories of several pages, with merges, and a config."""
    path = tmp_path_factory.mktemp("kill")
    for name in ("anvil", "bellows"):
        with GitRepo(path / name) as repo:
            last = repo.commit("Start", files={"a": "0"})
            for number in range(1, 500):
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
    sources = [f"git:{path / name}" for name in ("anvil", "bellows")]
    (path / "sources.toml").write_text(f"sources = {toml(sources)}\n")
    return path


def crawl(folder: Path, db: str) -> subprocess.Popen[bytes]:
    return subprocess.Popen(
        [sys.executable, "-m", "sourcing", "--db", db, "crawl"],
        cwd=folder,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        start_new_session=True,
    )


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
    began = time.monotonic()
    assert crawl(folder, "truth.db").wait() == 0
    whole = time.monotonic() - began
    truth = content(folder / "truth.db")
    assert len(truth) > 4000

    moments, kills, completed = random.Random(7), 0, 0
    while kills < KILLS:
        night = crawl(folder, "killed.db")
        try:
            night.wait(moments.uniform(0.1, 1.1) * whole)
        except subprocess.TimeoutExpired:
            night.send_signal(signal.SIGKILL)
            night.wait()
            kills += 1
            continue
        assert night.returncode == 0
        assert content(folder / "killed.db") == truth
        completed += 1
        for leftover in folder.glob("killed.db*"):
            leftover.unlink()
    assert crawl(folder, "killed.db").wait() == 0
    assert content(folder / "killed.db") == truth
    assert completed
