"""What may go wrong under a crawl: disk, database, clock, network. One line, a status, no loss."""

from __future__ import annotations

import contextlib
import ctypes
import json
import resource
import sqlite3
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any, ClassVar

import httpx
import pytest

from connectors._http import proxies
from connectors._http.client import Web
from connectors.github.api.client import GitHubClient
from db import connection as store_module
from demo.github import TOKEN, Forge
from sourcing.core.config import Config
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget
from sourcing.outreach import link_check
from tests.conftest import Sourcing
from tests.githubworld import Nights
from tests.gitrepo import GitRepo
from tests.pages import Pages
from tests.web import Reply, loopback

NOWHERE = {"api_url": "http://127.0.0.1:9", "lookback_days": 9000}


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    """A history of several pages."""
    with GitRepo(sourcing.folder / "press") as repo:
        for number in range(1, 1300):
            repo.commit(f"Fix hang {number} (#{number})\n\nThe cause was a lock.", files={"a": "1"})
    sourcing.config(f"git:{sourcing.folder / 'press'}")
    return sourcing


def count(path: Path) -> int:
    with sqlite3.connect(path) as conn:
        assert conn.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        found: int = conn.execute("SELECT count(*) FROM contributions").fetchone()[0]
    conn.close()
    return found


# -- disk and database -----------------------------------------------------------------------


def crawl_under(world: Sourcing, limit: Callable[[], None]) -> subprocess.CompletedProcess[str]:
    """A crawl in a process of its own, which is limited before it begins."""
    command = [sys.executable, "-m", "sourcing", "crawl"]
    return subprocess.run(
        command, cwd=world.folder, preexec_fn=limit, capture_output=True, text=True, check=False
    )


def room(size: int) -> Callable[[], None]:
    """No file may grow beyond so many bytes."""
    return partial(resource.setrlimit, resource.RLIMIT_FSIZE, (size, size))


def test_a_full_disk_is_one_line_and_the_next_night_goes_on(world: Sourcing) -> None:
    """To a program, a bound on its files is a full disk."""
    night = crawl_under(world, room(1_200_000))
    assert (night.returncode, night.stderr.count("\n")) == (3, 1)
    assert "disk is full" in night.stderr
    before = count(world.folder / "sourcing.db")
    assert 0 < before < 1299
    said = world("crawl")
    assert (said.status, f"{1299 - before} new" in said.err) == (0, True)
    assert "interrupted" in world("runs").out


def test_a_folder_that_may_not_be_written(world: Sourcing) -> None:
    said = world("--db", "/proc/sourcing.db", "crawl")
    assert (said.status, said.err.count("\n")) == (3, 1)
    assert "/proc/sourcing.db.lock" in said.err
    for command in ("crawl", "shortlist", "backup"):
        said = world("--db", ".", command, *(["copy.db"] if command == "backup" else []))
        assert (said.status, said.err.count("\n")) == (3, 1), said.err


def test_a_database_that_another_program_holds(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    world("crawl")
    monkeypatch.setattr(store_module, "LOCK_TIMEOUT", 0.2)
    with sqlite3.connect(world.folder / "sourcing.db", isolation_level=None) as theirs:
        theirs.execute("BEGIN IMMEDIATE")
        for command in ("crawl", "score"):
            said = world(command)
            assert (said.status, "another program uses" in said.err) == (3, True), command
        assert world("shortlist").status == 0
        theirs.execute("ROLLBACK")
    theirs.close()
    assert world("crawl").status == 0


def test_a_damaged_database_is_never_written_on(world: Sourcing) -> None:
    world("crawl")
    path = world.folder / "sourcing.db"
    damaged = bytearray(path.read_bytes())
    damaged[4096 * 12 : 4096 * 60] = b"\xff" * 4096 * 48
    path.write_bytes(damaged)
    for command in (["crawl"], ["score"], ["backup", "copy.db"]):
        said = world(*command)
        assert (said.status, "restore a backup" in said.err) == (3, True), command
    assert "wrong" in world("doctor").out
    assert not (world.folder / "copy.db").exists()


def without_rights() -> None:
    """Root may read and write everything; the tests may run as root."""
    drop, override, read_search = 24, 1, 2
    for right in (override, read_search):
        ctypes.CDLL(None).prctl(drop, right)


@pytest.mark.parametrize(
    ("rights", "expected"),
    [
        ({".": 0o555}, "sourcing.db.lock: Permission denied"),
        ({"sourcing.db": 0o444}, "cannot be written; check the permissions of the file"),
        ({"sourcing.db": 0o000}, "cannot be opened; check the permissions"),
        ({"sources.toml": 0o000}, "sources.toml: Permission denied"),
    ],
)
def test_what_may_not_be_read_or_written_is_one_line(
    world: Sourcing, rights: dict[str, int], expected: str
) -> None:
    world("crawl")
    (world.folder / "sourcing.db.lock").unlink()
    for name, mode in rights.items():
        (world.folder / name).chmod(mode)
    night = crawl_under(world, without_rights)
    world.folder.chmod(0o755)
    status = 2 if "sources.toml" in rights else 3
    assert (night.returncode, night.stderr.count("\n")) == (status, 1), night.stderr
    assert expected in night.stderr


def test_a_disk_without_room_for_a_lock_is_told_as_full(world: Sourcing) -> None:
    night = crawl_under(world, room(0))
    assert (night.returncode, night.stderr.count("\n")) == (3, 1), night.stderr
    assert "the disk is full" in night.stderr


class Filling(sqlite3.Connection):
    """A database whose disk is full once something of its kind is to be written."""

    full_at: str | None = None
    written: ClassVar[dict[str, None]] = {}

    def execute(self, sql: str, *values: Any) -> sqlite3.Cursor:
        kind = " ".join(sql.split()[:3])
        if kind == self.full_at:
            error = sqlite3.OperationalError("database or disk is full")
            error.sqlite_errorcode = sqlite3.SQLITE_FULL
            raise error
        if kind.startswith(("INSERT", "UPDATE", "DELETE")):
            self.written[kind] = None
        return super().execute(sql, *values)


@pytest.mark.parametrize("command", ["crawl", "score"])
def test_a_disk_that_fills_at_any_moment_is_one_line(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    database = sourcing.folder / "sourcing.db"
    for name in ("press", "lathe"):
        with GitRepo(sourcing.folder / name) as repo:
            repo.commit("Fix hang (#1)", files={"a": "1"})
    sourcing.config(f"git:{sourcing.folder / 'press'}")
    sourcing("crawl")
    before = database.read_bytes()
    sourcing.config(f"git:{sourcing.folder / 'lathe'}")
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Filling))
    monkeypatch.setattr(Filling, "written", {})
    assert sourcing(command).status == 0
    kinds = list(Filling.written)
    assert kinds
    for kind in kinds:
        database.write_bytes(before)
        monkeypatch.setattr(Filling, "full_at", kind)
        said = sourcing(command)
        assert (said.status, said.err.splitlines()[-1].count("the disk is full")) == (3, 1), kind


def test_damage_that_sqlites_own_words_quote(world: Sourcing) -> None:
    world("crawl")
    path = world.folder / "sourcing.db"
    path.write_bytes(
        path.read_bytes().replace(b"CREATE TABLE credits", b"CREATE T\xd4\xd4LE credits")
    )
    for command in ("crawl", "shortlist"):
        said = world(command)
        assert (said.status, "damaged; restore a backup" in said.err) == (3, True), said.err
    assert "damaged" in world("doctor").out


def test_where_a_machine_reads_the_log_an_error_is_one_more_object(world: Sourcing) -> None:
    said = world("--log-format", "json", "--db", ".", "crawl")
    told = [json.loads(line) for line in said.err.splitlines()]
    assert (said.status, told[-1]["event"], told[-1]["status"]) == (3, "error", 3)
    assert "check --db" in told[-1]["error"]


def test_the_pages_tell_what_is_wrong_with_the_database(world: Sourcing) -> None:
    world("crawl")
    (world.folder / "sourcing.db").write_bytes(b"no database" * 1000)
    with Pages(world.folder) as pages:
        answer = pages.get("/shortlist")
    assert (answer.status_code, "is not an SQLite database" in answer.text) == (503, True)


def test_text_that_is_no_text_any_more_is_damage(world: Sourcing) -> None:
    world("crawl")
    with sqlite3.connect(world.folder / "sourcing.db") as conn:
        conn.execute("UPDATE persons SET name = CAST(x'ffd4' AS TEXT)")
    conn.close()
    said = world("show", "1")
    assert (said.status, "damaged; restore a backup" in said.err) == (3, True), said.err


def test_an_empty_file_in_place_of_a_database_is_said(world: Sourcing) -> None:
    assert "is empty" not in world("crawl").err
    (world.folder / "sourcing.db").write_bytes(b"")
    said = world("crawl")
    assert (said.status, "if it was not before, restore a backup" in said.err) == (0, True)


def test_a_copy_that_cannot_be_written_down_is_not_kept(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    world("crawl")
    monkeypatch.setattr(sqlite3, "connect", partial(sqlite3.connect, factory=Filling))
    monkeypatch.setattr(Filling, "full_at", "INSERT INTO backups")
    assert world("backup", "copy.db").status == 3
    assert not (world.folder / "copy.db").exists()


# -- clock -----------------------------------------------------------------------------------


@pytest.mark.parametrize("days", [-400, 1200])
def test_a_clock_that_is_far_off_githubs_reads_nothing(days: int) -> None:
    with Nights(Forge.invent(5, 2, seed=1)) as nights:
        nights.server.clock = lambda: nights.clock.wall() + timedelta(days=days).total_seconds()
        with pytest.raises(SourceError, match="days off GitHub's; set it"):
            nights.fetch("lumen/engine")
        assert nights.read == []
        nights.server.clock = nights.clock.wall
        assert nights.fetch("lumen/engine")


# -- network ---------------------------------------------------------------------------------


def test_a_network_that_is_down_costs_a_few_requests_a_source(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr("sourcing.pipeline.crawl._wait", lambda *_: None)
    sourcing.config("github:a/b", "github:a/c", "github:a/d", github=NOWHERE)
    said = sourcing("crawl")
    assert (said.status, said.err.count("it refuses connections")) == (1, 3)
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        asked = conn.execute("SELECT requests FROM runs ORDER BY id").fetchall()
    conn.close()
    assert asked == [(2,), (1,), (1,)]


def test_github_answers_again_after_it_was_down(nights: Nights) -> None:
    context = nights.context()
    context.unreached.update({"a", "b", "c"})
    assert proxies.tries("d", 3, context) == 1
    nights.fetch("lumen/engine")
    context.unreached.clear()
    assert proxies.tries("d", 3, context) == 3


@pytest.fixture
def nights() -> Iterator[Nights]:
    with Nights(Forge.invent(5, 2, seed=1)) as running:
        yield running


PORTAL = "<!DOCTYPE html><title>Hotel: log in</title><a href='/2026/01/terms'>Terms</a>"


@pytest.fixture
def portal() -> Iterator[str]:
    """A network's log-in page, which answers everything with 200, and one that sends there."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            if self.path.startswith("/sends"):
                self.send_response(302)
                self.send_header("Location", "/login")
                self.end_headers()
                return
            self.send_response(200)
            self.send_header("Content-Type", "text/html")
            self.send_header("Content-Length", str(len(PORTAL)))
            self.end_headers()
            self.wfile.write(PORTAL.encode())

        do_POST = do_GET  # noqa: N815 - named by the class above

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.mark.parametrize("path", ["", "/sends"])
def test_a_log_in_page_in_place_of_github_is_told_at_once(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch, portal: str, path: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    sourcing.config("github:a/b", github={"api_url": f"http://{portal}{path}"})
    assert "log-in page" in sourcing("crawl").err
    assert "log-in page" in sourcing("doctor").out
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        assert conn.execute("SELECT requests FROM runs").fetchall() == [(1,)]
    conn.close()


@pytest.mark.parametrize("source", ["github:a/b", "blog:http://{}/", "blog:http://{}/feed.xml"])
def test_a_log_in_page_in_between_is_a_failure_and_stores_nothing(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch, portal: str, source: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    sourcing.config(
        source.format(portal),
        github={"api_url": f"http://{portal}"},
        http={"allow_private": [portal]},
    )
    said = sourcing("crawl")
    assert (said.status, "log-in page" in said.err) == (1, True), said.err
    assert count(sourcing.folder / "sourcing.db") == 0


def test_a_log_in_page_in_place_of_a_history_is_not_nothing_new(
    sourcing: Sourcing, portal: str
) -> None:
    """What never had commits may have none yet; what had some has not lost them."""
    with GitRepo(sourcing.folder / "press") as repo:
        repo.commit("Fix hang (#1)", files={"a": "1"})
    sourcing.config(f"git:http://{portal}/a/b")
    assert "has no commits; if it should, a log-in page" in sourcing("crawl").err
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        conn.execute('UPDATE sources SET cursor = \'{"head": "0"}\'')
    conn.close()
    said = sourcing("crawl")
    assert (said.status, "log-in page" in said.err) == (1, True)


# -- proxies ---------------------------------------------------------------------------------


@contextlib.contextmanager
def proxy(status: int = 200) -> Iterator[tuple[str, list[str]]]:
    """A proxy that fetches plain addresses itself and notes what it was asked for."""
    asked: list[str] = []

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            asked.append(self.path)
            body = b"hello by proxy"
            self.send_response(status)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def do_CONNECT(self) -> None:
            asked.append(self.path)
            self.send_error(407)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}", asked
    server.shutdown()
    server.server_close()


def test_a_proxy_reads_public_names_and_never_private_ones(tmp_path: Path) -> None:
    with proxy() as (place, asked), loopback() as web:
        context = web.context(tmp_path, proxies={"http": place, "no": web.origin}, pace=0.0)
        with Web(context, Budget()) as client:
            assert client.get("http://blog.invalid/a").body == b"hello by proxy"
            web.pages["/b"] = Reply("straight")
            assert client.get(f"{web.url}/b").body == b"straight"
            for private in ("http://10.0.0.7/", "http://localhost/", "http://intranet/"):
                with pytest.raises(SourceError, match="private network"):
                    client.get(private)
    assert asked == ["http://blog.invalid/robots.txt", "http://blog.invalid/a"]


def test_a_proxy_that_refuses_is_told_without_its_password(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr("sourcing.pipeline.crawl._wait", lambda *_: None)
    with proxy() as (place, asked):
        monkeypatch.setenv("HTTPS_PROXY", place.replace("//", "//me:hush@"))
        sourcing.config("github:a/b", github={"api_url": "https://api.forge.invalid"})
        said = sourcing("crawl")
    assert asked
    assert asked[0] == "api.forge.invalid:443"
    assert (said.status, "proxy refuses" in said.err) == (1, True), said.err
    assert "hush" not in said.err


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("http://me:hush@127.0.0.1:9", "the proxy 127.0.0.1:9 in between: it refuses connections"),
        ("proxy.invalid", "the proxy proxy.invalid in between: its name is not known"),
        ("socks5://me:hush@127.0.0.1:9", "a proxy socks5://… cannot be used"),
        ("http://[::1", "a proxy http://… cannot be used"),
        ("http://", "a proxy http://… cannot be used"),
    ],
)
def test_a_proxy_that_is_down_or_none_is_named_and_git_goes_on(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch, address: str, expected: str
) -> None:
    monkeypatch.setenv("GITHUB_TOKEN", TOKEN)
    monkeypatch.setattr("tenacity.nap.time.sleep", lambda _: None)
    monkeypatch.setattr("sourcing.pipeline.crawl._wait", lambda *_: None)
    monkeypatch.setattr("connectors._http.client.sleep", lambda _: None)
    monkeypatch.setenv("http_proxy", address)
    with GitRepo(sourcing.folder / "press") as repo:
        repo.commit("Fix hang (#1)", files={"a": "1"})
    sources = ["github:a/b", "blog:http://blog.invalid/", f"git:{sourcing.folder / 'press'}"]
    sourcing.config(*sources, github={"api_url": "http://api.forge.invalid"})
    said = sourcing("crawl")
    assert (said.status, said.err.count(expected)) == (1, 2), said.err
    assert "hush" not in said.err
    assert count(sourcing.folder / "sourcing.db") == 1
    # Asked for once more by `drafts approve`; through the same proxy, or it could never be.
    now = datetime(2026, 11, 16, tzinfo=UTC)
    assert expected in link_check.look("http://forge.world/a/b/pull/1", "Fix hang", Config(), now)
    assert expected in sourcing("doctor").out


def test_a_proxy_may_write_dates_in_its_own_way(nights: Nights) -> None:
    """Two in one, as by a proxy that adds its own, are read as one without a zone."""
    with GitHubClient(nights.budget(), nights.context()) as wire:
        for date in ("Mon, 16 Nov 2026 03:00:00 GMT, Mon, 16 Nov 2026 03:00:00 GMT", "soon"):
            assert wire._skew(httpx.Response(200, headers={"date": date})) < 60


def test_the_heartbeat_goes_through_the_proxy(
    sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    with GitRepo(sourcing.folder / "press") as repo:
        repo.commit("Fix hang (#1)", files={"a": "1"})
    address = "http://monitor.invalid/ping/0c1f-secret"
    sourcing.config(f"git:{sourcing.folder / 'press'}", night={"heartbeat": address})
    with proxy() as (place, asked):
        monkeypatch.setenv("http_proxy", place)
        assert "[night]" not in sourcing("crawl").err
        assert asked == [address]
    monkeypatch.delenv("http_proxy")
    said = sourcing("crawl")
    assert (said.status, "its name is not known" in said.err, "0c1f" in said.err) == (
        0,
        True,
        False,
    )


def test_certificates_and_names_are_told_in_words() -> None:
    told: dict[str, Any] = {
        "[SSL: CERTIFICATE_VERIFY_FAILED] certificate is not yet valid": "clock",
        "[Errno -2] Name or service not known": "name is not known",
        "[Errno 101] Network is unreachable": "there is no network",
    }
    for words, expected in told.items():
        assert expected in proxies.why(httpx.ConnectError(words))
    assert "hush" not in proxies.why(httpx.LocalProtocolError("Illegal header value b'hush'"))


def test_the_key_of_an_app_may_be_in_a_file(sourcing: Sourcing) -> None:
    key = sourcing.folder / "app.pem"
    github = {**NOWHERE, "app_id": 7, "installation_id": 8, "app_key_file": str(key)}
    sourcing.config("github:a/b", github=github)
    said = sourcing("crawl")
    assert (said.status, "No such file" in said.err) == (2, True)
    key.write_text("nothing of the kind")
    said = sourcing("crawl")
    assert (said.status, "no private key in PEM" in said.err) == (2, True)
