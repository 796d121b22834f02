"""The pages have an owner: without the printed address nothing is shown and nothing changes."""

from __future__ import annotations

import socket
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest

from db import Store
from db.privacy import accounts
from sourcing.web import connections
from sourcing.web.sessions import OwnerSessions, UserSessions, may
from tests.conftest import Sourcing
from tests.pages import Pages, copy

PASSWORD = "correct horse battery"


@pytest.fixture(scope="module")
def pages(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with copy(demo_world, tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.mark.parametrize("path", ["/", "/shortlist", "/people/9", "/drafts", "/night", "/none"])
@pytest.mark.parametrize("cookie", ["", "session=x", "visits=1|2"])
def test_nothing_is_shown_without_a_session(pages: Pages, path: str, cookie: str) -> None:
    answer = httpx.get(pages.origin + path, headers={"cookie": cookie})
    assert (answer.status_code, "sourcing serve" in answer.text) == (403, True)
    assert "Tuulik" not in answer.text


def test_the_printed_address_opens_the_pages_once_for_a_browser(pages: Pages) -> None:
    with httpx.Client(base_url=pages.origin, follow_redirects=True) as browser:
        answer = browser.get(pages.sessions.address())
        assert answer.status_code == 200
        assert pages.sessions.secret not in str(answer.url)
        cookie = answer.history[0].headers["set-cookie"]
        assert "HttpOnly" in cookie
        assert "SameSite=strict" in cookie
        assert browser.get("/shortlist").status_code == 200
    wrong = pages.sessions.address()[:-1] + "x"
    assert httpx.get(wrong).status_code == 403


def test_the_secret_leads_to_no_other_host(pages: Pages) -> None:
    key = pages.sessions.address().partition("?")[2]
    answer = httpx.get(f"{pages.origin}//evil.example/?{key}")
    assert answer.headers["location"] == "/evil.example/"


def test_a_change_needs_a_session_and_our_origin(pages: Pages) -> None:
    form, ours = {"note": "x"}, {"origin": pages.origin}
    assert httpx.post(f"{pages.origin}/people/9/mark", data=form, headers=ours).status_code == 403
    assert pages.post("/people/9/mark", form, origin="https://evil.example").status_code == 403


@pytest.mark.parametrize(
    "target", ["git:/etc", "git:../private", "git:~/private", "git:file:///srv/x", "git:private"]
)
def test_a_path_is_not_added_from_the_pages(pages: Pages, target: str) -> None:
    answer = pages.post("/sources", {"source": target})
    assert (answer.status_code, "not added from the pages" in answer.text) == (400, True)


def test_a_half_open_connection_ends(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connections, "HEAD_SECONDS", 0.3)
    for sent in (b"", b"GET / HTTP/1.1\r\nHost: x"):
        with socket.create_connection(("127.0.0.1", pages.port), timeout=10) as half:
            half.sendall(sent)
            assert half.recv(1000) == b""


def test_roles() -> None:
    admin, recruiter = accounts.Account("ada", "admin"), accounts.Account("ben", "recruiter")
    manager = accounts.Account("cem", "manager")
    assert may(admin, "POST", "/sources")
    assert may(recruiter, "GET", "/people/9")
    assert not may(recruiter, "POST", "/sources")
    assert may(manager, "POST", "/packet/answers")
    assert not may(manager, "GET", "/people/9")
    assert not may(manager, "GET", "/packet/file")


def test_users_sign_in_with_a_password(sourcing: Sourcing, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", _Stdin(f"{PASSWORD}\n"))
    assert sourcing("users", "add", "mira", "--role", "manager").status == 0
    assert "mira  manager" in sourcing("users", "list").out
    sessions = UserSessions(sourcing.folder / "sourcing.db", lambda: datetime.now(UTC), secure=True)
    assert sessions._check("mira", "wrong") is None
    assert sessions._check("nobody", PASSWORD) is None
    token = sessions._check("mira", PASSWORD)
    assert token
    assert sessions.account(token) == accounts.Account("mira", "manager")
    dump = (sourcing.folder / "sourcing.db").read_bytes()
    assert token.encode() not in dump
    assert sourcing("users", "remove", "mira").status == 0
    assert sessions.account(token) is None
    assert sourcing("users", "remove", "mira").status == 2


class _Stdin:
    def __init__(self, text: str) -> None:
        self._text = text

    def isatty(self) -> bool:
        return False

    def readline(self) -> str:
        return self._text


def test_a_session_expires(tmp_path: Path) -> None:
    with Store(tmp_path / "s.db") as store:
        accounts.add(store, "mira", "admin", PASSWORD, "2026-11-16T03:00:00Z")
        token = accounts.open_session(store, "mira", "2026-11-16T03:00:00Z", "2026-11-16T15:00:00Z")
        assert accounts.account_of_session(store, token, "2026-11-16T14:00:00Z")
        assert accounts.account_of_session(store, token, "2026-11-16T16:00:00Z") is None


def test_serve_prints_one_address_and_files_are_private(tmp_path: Path) -> None:
    (tmp_path / "sources.toml").write_text("sources = []\n")
    command = [sys.executable, "-m", "sourcing", "serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as served:
        assert served.stdout
        line = served.stdout.readline()
        served.terminate()
    assert line.count("http") == 1
    assert OwnerSessions("x", 1).secret not in line
    assert stat.S_IMODE((tmp_path / "sourcing.db").stat().st_mode) == 0o600
