"""Months of unattended nights: signals, locks, what is said of failures, copies, upgrades."""

from __future__ import annotations

import fcntl
import json
import os
import signal
import sqlite3
import stat
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Timer

import pytest

from db import Store
from db.migrations import upgrade
from demo.github import TOKEN, Forge, Server
from sourcing.cli._app import App
from sourcing.core.errors import LockedError
from sourcing.pipeline.lock import lock
from tests.conftest import Sourcing, toml
from tests.gitrepo import ADA, GitRepo
from tests.web import Reply, loopback

#: Seconds within which a process on a busy machine has come to what is waited for.
PATIENCE = 60


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    """Two small histories, configured and not yet crawled."""
    for name in ("press", "lathe"):
        with GitRepo(sourcing.folder / name) as repo:
            repo.commit(f"Fix hang of the {name} (#1)", author=ADA, files={"a": "1"})
    sourcing.config(*sources(sourcing, "press", "lathe"))
    return sourcing


def sources(sourcing: Sourcing, *names: str) -> list[str]:
    return [f"git:{sourcing.folder / name}" for name in names]


def rows(sourcing: Sourcing, sql: str) -> list[tuple[object, ...]]:
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        found = conn.execute(sql).fetchall()
    conn.close()
    return found


# -- signals and locks -----------------------------------------------------------------------


def slow_crawl(folder: Path, server: Server) -> subprocess.Popen[str]:
    config = f'sources = ["github:lumen/engine"]\n[github]\napi_url = {toml(server.url)}\n'
    (folder / "sources.toml").write_text(config + "lookback_days = 9000\npage_width = 10\n")
    return subprocess.Popen(
        [sys.executable, "-m", "sourcing", "--log-format", "json", "crawl"],
        cwd=folder,
        env={
            "GITHUB_TOKEN": TOKEN,
            "PATH": os.environ["PATH"],
            "PYTHONPATH": os.environ.get("PYTHONPATH", ""),
        },
        stderr=subprocess.PIPE,
        text=True,
    )


def wait_for(done: object, server: Server, pages: int) -> None:
    until = time.monotonic() + PATIENCE
    while sum(asked.name == "MergedPRs" for asked in server.log) < pages:
        assert time.monotonic() < until, done
        time.sleep(0.01)


def test_sigterm_ends_after_the_page_at_hand_and_the_next_night_goes_on(tmp_path: Path) -> None:
    with Server(Forge.invent(120, 10, seed=2), latency=0.1) as server:
        night = slow_crawl(tmp_path, server)
        wait_for(night, server, 3)
        night.send_signal(signal.SIGTERM)
        _, err = night.communicate(timeout=PATIENCE)
        events = [json.loads(line) for line in err.splitlines()]
        assert night.returncode == 0, err
        assert events[-1]["stopped"]
        assert all(event["at"] for event in events)
        assert events[-1]["runs"][0]["outcome"] == "budget_exhausted"
        server.latency = 0.0
        server.log.clear()
        rest = slow_crawl(tmp_path, server)
        assert rest.wait(PATIENCE) == 0
        assert rest.stderr
        rest.stderr.close()
        # Three or four pages were stored before; none of them is asked for again.
        assert sum(asked.name == "MergedPRs" for asked in server.log) <= 10
    with sqlite3.connect(tmp_path / "sourcing.db") as conn:
        found = conn.execute("SELECT count(*) FROM contributions WHERE kind = 'merged_pr'")
        assert found.fetchone() == (120,)
        outcomes = conn.execute("SELECT outcome FROM nights ORDER BY id").fetchall()
    conn.close()
    assert outcomes == [("stopped",), ("done",)]


def test_a_second_sigterm_is_the_end_at_once(tmp_path: Path) -> None:
    with Server(Forge.invent(20, 5, seed=2), latency=10) as server:
        night = slow_crawl(tmp_path, server)
        wait_for(night, server, 1)
        night.send_signal(signal.SIGTERM)
        with pytest.raises(subprocess.TimeoutExpired):
            night.communicate(timeout=0.5)
        night.send_signal(signal.SIGTERM)
        began = time.monotonic()
        night.communicate(timeout=PATIENCE)
        assert night.returncode == -signal.SIGTERM
        assert time.monotonic() - began < 5


def test_sigterm_ends_a_wait_that_github_demands(tmp_path: Path) -> None:
    with Server(Forge.invent(20, 5, seed=2), points=1) as server:
        night = slow_crawl(tmp_path, server)
        assert night.stderr
        for line in night.stderr:
            if "silence" in line:
                break
        night.send_signal(signal.SIGTERM)
        night.communicate(timeout=PATIENCE)
        assert night.returncode == 0


def test_the_lock_of_a_dead_crawl_is_taken_over_and_that_is_said_once(world: Sourcing) -> None:
    (world.folder / "sourcing.db.lock").write_text("process 4711")
    assert "the previous crawl was killed (process 4711)" in world("crawl").err
    assert "killed" not in world("crawl").err


def test_what_a_killed_crawl_was_just_starting_locks_nobody_out(tmp_path: Path) -> None:
    database = tmp_path / "sourcing.db"
    with (tmp_path / "sourcing.db.lock").open("w", encoding="utf-8") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        letting_go = Timer(0.2, fcntl.flock, [held, fcntl.LOCK_UN])
        letting_go.start()
        with lock(database):
            letting_go.join()
            with pytest.raises(LockedError, match="another crawl"), lock(database):
                pass


def test_another_crawl_is_named_and_left_alone(world: Sourcing) -> None:
    with lock(world.folder / "sourcing.db"):
        said = world("crawl")
    assert (said.status, f"process {os.getpid()}" in said.err) == (4, True)
    assert not (world.folder / "sourcing.db").exists()


# -- what is said of nights ------------------------------------------------------------------


def test_runs_tells_the_last_nights_in_plain_words(world: Sourcing) -> None:
    world("crawl")
    world("crawl")
    (world.folder / "press").rename(world.folder / "away")
    world("crawl")
    said = world("runs").out.splitlines()
    assert "NOT ALL WELL: 2 sources, 0 new" in said[0]
    assert "press is not there" in said[1]
    assert "went well: 2 sources, 2 new" in said[3]
    nights = [json.loads(line) for line in world("runs", "--format", "json").out.splitlines()]
    assert [night["outcome"] for night in nights] == ["failed", "done", "done"]
    assert nights[0]["problems"][0]["source"] == sources(world, "press")[0]
    assert len(world("runs", "--limit", "1").out.splitlines()) == 2


def test_a_source_that_keeps_failing_is_said_loudly_and_its_return_once(world: Sourcing) -> None:
    world("crawl")
    (world.folder / "press").rename(world.folder / "away")
    nights = [world("crawl") for _ in range(4)]
    assert ["LOOK AT THIS" in night.err for night in nights] == [False, False, True, True]
    assert "failed 4 times in a row" in nights[3].err
    (world.folder / "away").rename(world.folder / "press")
    back = world("crawl")
    assert (back.status, "is back after failing 4 times" in back.err) == (0, True)
    assert "is back" not in world("crawl").err


def test_a_clock_that_was_set_back_is_said(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    world("crawl")
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute("UPDATE nights SET started_at = '2091-01-01T00:00:00Z'")
    conn.close()
    said = world("crawl")
    assert (said.status, "set the clock" in said.err) == (0, True)
    assert "the clock shows" not in world("doctor").out
    monkeypatch.setattr(App, "now", datetime(2026, 1, 1, tzinfo=UTC))
    said = world("doctor")
    assert (said.status, "the clock shows 2026-01-01T00:00:00Z" in said.out) == (1, True)


def test_nothing_is_deleted_for_its_age_after_a_leap_forward(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The clock of a machine whose battery is empty shows any year."""
    began, days = datetime.now(UTC), 0.0
    monkeypatch.setattr(App, "now", property(lambda _: began + timedelta(days=days)))
    world("crawl")
    world.config(*sources(world, "press"))
    for days, doubted in (
        (1, False), (4000, True), (4001, True), (2, False), (4000, True), (3, False), (30, True),
    ):  # fmt: skip
        said = world("crawl")
        assert (said.status, "nothing is deleted for its age" in said.err) == (0, doubted), days
        assert rows(world, "SELECT count(*) FROM contributions") == [(2,)]
    days = 36.9
    assert "has been plausible for 7 days" in world("crawl").err
    days = 37.1
    assert "lathe left the config 30 days ago: 1 contributions deleted" in world("crawl").err


def test_who_crawls_once_a_month_keeps_nothing_for_good(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    began, days = datetime.now(UTC), 0
    monkeypatch.setattr(App, "now", property(lambda _: began + timedelta(days=days)))
    world("crawl")
    world.config(*sources(world, "press"))
    for _ in range(4):
        days += 31
        world("crawl")
    assert rows(world, "SELECT count(*) FROM contributions") == [(1,)]


def test_the_heartbeat_is_a_file_or_an_address_and_only_of_good_nights(world: Sourcing) -> None:
    names = sources(world, "press", "lathe")
    world.config(*names, night={"heartbeat": str(world.folder / "beat")})
    world("crawl")
    beat = world.folder / "beat"
    assert beat.read_text().endswith("Z\n")
    beat.unlink()
    (world.folder / "press").rename(world.folder / "away")
    world("crawl")
    assert not beat.exists()
    (world.folder / "away").rename(world.folder / "press")
    with loopback() as web:
        world.config(*names, night={"heartbeat": f"{web.url}/ping/0c1f-secret"})
        web.pages["/ping/0c1f-secret"] = Reply("OK")
        assert "[night]" not in world("crawl").err
        assert [asked.path for asked in web.asked] == ["/ping/0c1f-secret"]
        web.pages["/ping/0c1f-secret"] = Reply("no", 500)
        said = world("crawl")
    assert (said.status, "answered 500" in said.err, "0c1f" in said.err) == (0, True, False)
    said = world("crawl")
    assert (said.status, "cannot be reached" in said.err, "0c1f" in said.err) == (0, True, False)


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        ("{}/moved", "answered 301; configure the address it redirects to"),
        ("ftp://monitor.example/0c1f-secret", "monitor.example: not a web address"),
        ("http://[::1/0c1f-secret", "not a web address"),
        ("nowhere/beat", "No such file or directory"),
        ("/dev/full", "No space left on device"),
        ("odd\\u0000", "no path"),
    ],
)
def test_a_heartbeat_that_reaches_nobody_is_said_and_ends_no_night(
    world: Sourcing, target: str, expected: str
) -> None:
    with loopback() as web:
        web.pages["/moved"] = Reply(status=301, headers={"Location": "/0c1f-secret"})
        world.config(*sources(world, "press"), night={"heartbeat": "?"})
        config = world.folder / "sources.toml"
        config.write_text(config.read_text().replace("?", target.format(web.url)))
        said = world("crawl")
    assert (said.status, "0c1f" in said.err) == (0, False)
    assert "[night] heartbeat: " in said.err
    assert expected in said.err
    assert "1 sources crawled" in said.err


# -- sources that left the config ------------------------------------------------------------


def test_what_only_a_removed_source_shows_goes_after_a_while(world: Sourcing) -> None:
    with GitRepo(world.folder / "third") as repo:
        repo.commit("Fix leak (#1)", author=("Zoe Abel", "9+zoe-a@users.noreply.github.com"))
    world.config(*sources(world, "press", "third"))
    world("crawl")
    world.config(*sources(world, "press"))
    first, second = world("crawl"), world("crawl")
    left = "third is no longer in the config"
    assert [left in said.err for said in (first, second)] == [True, False]
    assert len(rows(world, "SELECT * FROM contributions")) == 2
    long_ago = "UPDATE sources SET missed_at = '2026-01-01T00:00:00Z' WHERE missed_at IS NOT NULL"
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute(long_ago)
    conn.close()
    gone = world("crawl")
    assert "third left the config 30 days ago: 1 contributions deleted" in gone.err
    assert rows(world, "SELECT title FROM contributions") == [("Fix hang of the press",)]
    assert rows(world, "SELECT name FROM persons") == [(ADA[0],)]
    words = "SELECT count(*) FROM contributions_fts WHERE contributions_fts MATCH 'leak'"
    assert rows(world, words) == [(0,)]
    assert "sound" in world("doctor").out


def test_a_no_outlives_the_source_that_showed_the_person(world: Sourcing) -> None:
    world("crawl")
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute("UPDATE persons SET status = 'do not contact'")
        conn.execute("UPDATE sources SET missed_at = '2026-01-01T00:00:00Z'")
    conn.close()
    with GitRepo(world.folder / "other") as repo:
        repo.commit("Fix leak (#1)", author=("Zoe Abel", "9+zoe-a@users.noreply.github.com"))
    world.config(*sources(world, "other"))
    world("crawl")
    kept = rows(world, "SELECT name, status FROM persons ORDER BY id")
    assert (ADA[0], "do not contact") in kept


def test_a_source_put_back_in_time_stays(world: Sourcing) -> None:
    world("crawl")
    world.config(*sources(world, "press"))
    world("crawl")
    world.config(*sources(world, "press", "lathe"))
    world("crawl")
    assert rows(world, "SELECT count(*) FROM sources WHERE missed_at IS NOT NULL") == [(0,)]


# -- copies and upgrades ---------------------------------------------------------------------


def test_a_backup_is_whole_private_and_never_overwrites(world: Sourcing) -> None:
    world("crawl")
    said = world("backup", "copy.db")
    assert (said.status, "2 contributions" in said.out) == (0, True)
    copy = world.folder / "copy.db"
    assert stat.S_IMODE(copy.stat().st_mode) == 0o600
    again = world("backup", "copy.db")
    assert (again.status, "exists; name another file" in again.err) == (3, True)
    nowhere = world("backup", "nowhere/copy.db")
    assert (nowhere.status, "No such file" in nowhere.err) == (3, True)
    assert world("--db", "copy.db", "shortlist").out == world("shortlist").out
    assert rows(world, "SELECT path FROM backups") == [(str(copy),)]
    assert "sound" in world("--db", "copy.db", "doctor").out


def test_a_backup_is_made_while_somebody_writes(world: Sourcing) -> None:
    world("crawl")
    with sqlite3.connect(world.folder / "sourcing.db", isolation_level=None) as writer:
        writer.execute("BEGIN IMMEDIATE")
        writer.execute("DELETE FROM credits")
        said = subprocess.Popen(
            [sys.executable, "-m", "sourcing", "backup", "copy.db"], cwd=world.folder
        )
        until = time.monotonic() + PATIENCE
        while not (world.folder / "copy.db").exists() and time.monotonic() < until:
            time.sleep(0.02)
        writer.execute("ROLLBACK")
        assert said.wait(PATIENCE) == 0
    writer.close()
    with sqlite3.connect(world.folder / "copy.db") as copy:
        assert copy.execute("SELECT count(*) FROM credits").fetchone() == (2,)
    copy.close()


def test_an_upgrade_keeps_a_copy_until_it_is_verified(tmp_path: Path) -> None:
    path, kept = tmp_path / "old.db", tmp_path / "old.db.before-upgrade"
    older(path)
    with Store(path) as store:
        assert store.scalar("SELECT count(*) FROM sources") == 1
    assert not kept.exists()
    path.unlink()
    older(path, "CREATE TABLE nights (theirs)")
    with pytest.raises(Exception, match=r"cannot be upgraded: .*nights.*before-upgrade"):
        Store(path)
    with sqlite3.connect(kept) as conn:
        assert conn.execute("SELECT name FROM sources").fetchall() == [("git:/here",)]
    conn.close()


def test_an_upgrade_killed_before_it_was_verified_is_looked_through(tmp_path: Path) -> None:
    path = tmp_path / "new.db"
    Store(path).close()
    kept = tmp_path / "new.db.before-upgrade"
    kept.touch()
    Store(path).close()
    assert not kept.exists()


def older(path: Path, *more: str) -> None:
    """A database as it was before the last step."""
    from db.connection import APPLICATION_ID  # noqa: PLC0415 - slow to load, and only needed here

    conn = sqlite3.connect(path)
    upgrade.apply(conn, stop_before="0003_runs")
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.execute("INSERT INTO sources (name, added_at) VALUES ('git:/here', '2026-01-01')")
    for statement in more:
        conn.execute(statement)
    conn.commit()
    conn.close()
