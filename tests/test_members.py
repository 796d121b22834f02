"""The public members of an organisation, as a forge lists them, are excluded on request."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest

from tests.conftest import Sourcing
from tests.people import write_world

MEMBERS = [{"login": "adaq", "id": 1, "type": "User", "html_url": "https://github.com/adaq"}]


class Forge(BaseHTTPRequestHandler):
    """Answers for one organisation."""

    def do_GET(self) -> None:
        url = f"http://127.0.0.1:{self.server.server_port}/orgs/northwind"  # type: ignore[attr-defined]
        found: object | None = None
        if self.path.startswith("/orgs/northwind/public_members"):
            found = MEMBERS
        elif self.path == "/orgs/northwind":
            found = {"login": "northwind", "id": 9, "url": url}
        body = json.dumps(found if found is not None else {"message": "Not Found"}).encode()
        self.send_response(200 if found is not None else 404)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        """No log."""


@pytest.fixture
def forge() -> Iterator[str]:
    server = HTTPServer(("127.0.0.1", 0), Forge)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


@pytest.fixture
def world(sourcing: Sourcing, forge: str, monkeypatch: pytest.MonkeyPatch) -> Sourcing:
    monkeypatch.setenv("GITHUB_TOKEN", "ghp_" + "x" * 36)
    write_world(sourcing.folder / "sourcing.db")
    sourcing.config(http={"allow_private": [forge]}, github={"api_url": f"http://{forge}"})
    return sourcing


def test_public_members_are_excluded_and_come_back(world: Sourcing) -> None:
    said = world("exclude", "--forge-org", "@northwind", "--reason", "colleague")
    assert (said.status, "@northwind: 1 public members excluded" in said.err) == (0, True)
    listed = world("exclude").out
    assert "adaq of @northwind: colleague" in listed
    assert world("exclude", "--forge-org", "@northwind", "--end").status == 0
    assert "@northwind" not in world("exclude").out


def test_an_unknown_organisation_is_reported_and_its_mergers_are_excluded(world: Sourcing) -> None:
    said = world("exclude", "--forge-org", "nowhere", "--reason", "client")
    assert said.status == 0
    assert "the members of nowhere are unknown" in said.err
    assert "nowhere: excluded, 0 people here" in said.err


def test_without_a_token_a_note_says_what_is_missing(
    world: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("GITHUB_TOKEN")
    said = world("exclude", "--forge-org", "northwind", "--reason", "colleague")
    assert (said.status, "no token" in said.err) == (0, True)
