"""The nightly job over GitHub's repositories, through the real command."""

from __future__ import annotations

import json
import random
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from demo.github import TOKEN, Commit, Forge, PullRequest, Server, User
from tests.conftest import Sourcing, toml
from tests.githubworld import truth
from tests.gitrepo import GitRepo

KILLS = 50
ADA = User("ada-q", 1, name="Ada Quill")


@pytest.fixture
def forge() -> Forge:
    return Forge.invent(60, 8, seed=4, repositories=3)


@pytest.fixture
def server(forge: Forge, sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch) -> Iterator[Server]:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    with Server(forge) as running:
        configure(sourcing, running, forge)
        yield running


def configure(sourcing: Sourcing, server: Server, forge: Forge, **more: object) -> None:
    names = [f"github:{r.owner}/{r.name}" for r in forge.repositories]
    sourcing.config(*names, github={"api_url": server.url, "lookback_days": 9000, **more})


def rows(sourcing: Sourcing, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        found = conn.execute(sql).fetchall()
    conn.close()
    return found


def seen(sourcing: Sourcing) -> dict[object, object]:
    found = rows(sourcing, "SELECT key, title FROM contributions WHERE kind = 'merged_pr'")
    return {key: title for key, title in found}  # noqa: C416 - the type of dict() wants pairs


def everything(forge: Forge) -> dict[str, str]:
    return {k: t for repository in forge.repositories for k, t in truth(repository).items()}


def test_a_night_and_the_next(sourcing: Sourcing, server: Server, forge: Forge) -> None:
    said = sourcing("crawl")
    assert said.status == 0, said.err
    assert seen(sourcing) == everything(forge)
    before = rows(sourcing, "SELECT * FROM contributions")
    server.log.clear()
    said = sourcing("crawl")
    assert (said.status, said.err.count("nothing new")) == (0, 3)
    assert [asked.name for asked in server.log] == ["Changed"]
    assert rows(sourcing, "SELECT * FROM contributions") == before
    forge.merge(forge.repositories[1], PullRequest(999, "Fix it", ADA), "2026-10-01T10:00:00Z")
    server.log.clear()
    sourcing("crawl")
    # The author of the new change stands near the top of so few people, but the change is slight.
    assert [asked.name for asked in server.log] == ["Changed", "MergedPRs"]
    assert seen(sourcing) == everything(forge)


def test_those_near_the_top_are_looked_at_more_closely_and_once(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    for user in forge.users[:4]:
        user.social_accounts = [("LINKEDIN", f"https://pages.example/{user.login}")]
    sourcing("crawl")
    names = [asked.name for asked in server.log]
    assert names.count("Discussions") >= 1
    assert names.count("Profiles") == 1
    remarks = [json.loads(r[0]) for r in rows(sourcing, "SELECT remarks FROM discussions")]  # type: ignore[arg-type] # text
    assert any("Why not a lock?" in said["text"] for one in remarks for said in one)
    routes = rows(sourcing, "SELECT routes FROM identities WHERE routes LIKE '%pages.example%'")
    assert routes
    cursors = rows(sourcing, "SELECT cursor FROM sources ORDER BY id")
    server.log.clear()
    sourcing("crawl")
    assert [asked.name for asked in server.log] == ["Changed"]
    assert rows(sourcing, "SELECT cursor FROM sources ORDER BY id") == cursors
    repository = forge.repositories[0]
    for pull in repository.pulls:
        forge.edit(pull, "2026-10-01T10:00:00Z", body=f"{pull.body} Measured again.")
    sourcing("crawl")
    assert "Discussions" in [asked.name for asked in server.log]


def test_people_without_an_account_are_looked_up_by_their_commits(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    """The history has commits that no pull request explains; the forge knows whose they are."""
    clone = sourcing.folder / "clone"
    with GitRepo(clone) as repo:
        oid = repo.commit("Fix the lock", author=("A. Quill", "aq@quill.example"))
        repo.commit("Fix the queue", author=("Nobody Known", "nk@known.example"))
    account = forge.users[0]
    forge.repositories[0].commits.append(Commit(oid, account))
    configure(sourcing, server, forge)
    config = (sourcing.folder / "sources.toml").read_text()
    (sourcing.folder / "sources.toml").write_text(
        config.replace("sources = [", f"sources = [ {toml(f'git:{clone}')},")
        + f'[git.forge]\n{toml(str(clone))} = "https://github.com/lumen/engine"\n'
    )
    assert sourcing("crawl").status == 0
    person = rows(
        sourcing,
        "SELECT p.login FROM persons p JOIN identities i ON i.person_id = p.id"
        " WHERE i.name = 'A. Quill'",
    )
    assert person == [(account.login,)]
    assert "The forge names" in sourcing("show", "A. Quill").out
    server.log.clear()
    sourcing("crawl")
    assert [asked.name for asked in server.log] == ["Changed"]


def test_people_are_shown_with_links(sourcing: Sourcing, server: Server) -> None:
    sourcing("crawl")
    [first] = json.loads(sourcing("shortlist", "--format", "json", "--limit", "1").out)
    assert first["login"].startswith("person-")
    assert first["works"][0]["url"].startswith("https://github.com/lumen/")
    assert "https://github.com/lumen/" in sourcing("show", first["login"]).out


def test_the_points_of_a_night_are_shared_and_never_overrun(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    configure(sourcing, server, forge, max_points=3, page_width=10)
    said = sourcing("crawl")
    assert said.status == 0
    assert server.points_spent == 3
    assert said.err.count("stopped by its budget") == 3
    counts = rows(
        sourcing, "SELECT count(*) FROM contributions WHERE kind = 'merged_pr' GROUP BY repo"
    )
    assert counts == [(10,), (10,), (10,)]
    for _ in range(12):
        server.log.clear()
        sourcing("crawl")
        assert server.points_spent <= 3
    assert seen(sourcing) == everything(forge)


def test_a_night_without_points_is_starved_and_no_error(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    configure(sourcing, server, forge, max_points=0)
    said = sourcing("crawl")
    assert (said.status, "3 out of budget" in said.err) == (0, True)
    assert server.points_spent == 0


@pytest.mark.parametrize("token", ["tok\ren", "tök", "a b"])
def test_a_token_with_odd_signs_is_refused_and_not_shown(
    sourcing: Sourcing, server: Server, monkeypatch: pytest.MonkeyPatch, token: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", token)
    said = sourcing("crawl")
    assert said.status == 2
    assert token not in said.err
    assert server.requests == 0
    monkeypatch.setenv("GITHUB_TOKEN", f"{TOKEN}\r\n")
    assert sourcing("crawl").status == 0


def test_without_a_token_histories_are_read_and_that_is_said(
    sourcing: Sourcing, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    monkeypatch.setenv("GIT_SSL_NO_VERIFY", "1")
    said = sourcing("crawl", "github:lumen/engine")
    assert "no GitHub token" in said.err
    assert "git:https://127.0.0.1/lumen/engine" in said.err
    assert server.requests == 0


def test_gone_is_an_error_for_some_nights_and_then_known(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    assert sourcing("crawl").status == 0
    forge.remove("lumen/engine-1")
    nights = [sourcing("crawl") for _ in range(5)]
    assert [night.status for night in nights] == [1, 1, 1, 0, 0]
    assert "github:lumen/engine-1: gone" in nights[0].err


def test_a_bad_token_is_one_line(
    sourcing: Sourcing, server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    said = sourcing("crawl")
    assert said.status == 1
    assert "does not accept the token" in said.err
    assert "wrong" not in said.err.replace("what is wrong", "")


def test_the_token_is_written_nowhere(sourcing: Sourcing, server: Server) -> None:
    said = sourcing("-v", "--log-format", "json", "crawl")
    assert TOKEN not in said.err + said.out
    for path in sourcing.folder.rglob("*"):
        assert not path.is_file() or TOKEN.encode() not in path.read_bytes()


def test_doctor_asks_github(
    sourcing: Sourcing, server: Server, forge: Forge, monkeypatch: pytest.MonkeyPatch
) -> None:
    fine = sourcing("doctor")
    assert fine.status == 0
    assert "points left" in fine.out
    server.tokens[TOKEN] = "repo, user"
    assert "repo, user" in sourcing("doctor").out
    server.tokens[TOKEN] = ""
    server.clock = lambda: time.time() - 600
    assert "clock is +60" in sourcing("doctor").out
    server.clock = time.time
    forge.remove("lumen/engine-1")
    missing = sourcing("doctor")
    assert (missing.status, "github:lumen/engine-1" in missing.out) == (1, True)
    monkeypatch.setenv("GITHUB_TOKEN", "wrong")
    assert "does not accept the token" in sourcing("doctor").out
    monkeypatch.delenv("GITHUB_TOKEN")
    assert "GITHUB_TOKEN" in sourcing("doctor").out


def test_sigkill_at_fifty_moments(tmp_path: Path) -> None:
    forge = Forge.invent(250, 30, seed=6)
    with Server(forge, points=10**6, latency=0.005) as server:
        config = f'sources = ["github:lumen/engine"]\n[github]\napi_url = {toml(server.url)}\n'
        (tmp_path / "sources.toml").write_text(config + "lookback_days = 9000\npage_width = 10\n")

        def crawl() -> subprocess.Popen[bytes]:
            return subprocess.Popen(
                [sys.executable, "-m", "sourcing", "crawl"],
                cwd=tmp_path,
                env={"GITHUB_TOKEN": TOKEN, "PATH": "/usr/bin:/bin"},
                stdout=subprocess.DEVNULL,
                stderr=subprocess.DEVNULL,
            )

        began = time.monotonic()
        assert crawl().wait() == 0
        whole, pages = time.monotonic() - began, pages_asked(server)
        moments, kills, asked, completed = random.Random(3), 0, 0, 0
        clear(tmp_path)
        server.log.clear()
        while kills < KILLS:
            night = crawl()
            try:
                night.wait(moments.uniform(0.3, 1.1) * whole)
            except subprocess.TimeoutExpired:
                night.send_signal(signal.SIGKILL)
                night.wait()
                kills += 1
                continue
            assert night.returncode == 0
            assert stored_pulls(tmp_path) == everything(forge)
            completed += 1
            asked += pages_asked(server)
            server.log.clear()
            clear(tmp_path)
        assert crawl().wait() == 0
        assert stored_pulls(tmp_path) == everything(forge)
        # Each completed crawl needs its pages; a kill costs one page again.
        assert asked + pages_asked(server) <= (completed + 1) * pages + kills


def pages_asked(server: Server) -> int:
    return sum(asked.name == "MergedPRs" for asked in server.log)


def clear(folder: Path) -> None:
    for leftover in folder.glob("sourcing.db*"):
        leftover.unlink()


def stored_pulls(folder: Path) -> dict[str, str]:
    with sqlite3.connect(folder / "sourcing.db") as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found = dict(conn.execute("SELECT key, title FROM contributions WHERE kind = 'merged_pr'"))
    conn.close()
    return found


def test_nothing_is_deleted_for_its_age_while_the_clock_is_off_githubs(
    sourcing: Sourcing, server: Server, forge: Forge
) -> None:
    sourcing("crawl")
    last = forge.repositories.pop()
    configure(sourcing, server, forge)
    server.clock = lambda: time.time() - 3 * 86_400
    said = sourcing("crawl")
    assert (said.status, "clock is +3 days off" in said.err) == (1, True)
    assert f"{last.name} is no longer in the config" not in said.err
    server.clock = time.time
    assert f"{last.name} is no longer in the config" in sourcing("crawl").err
