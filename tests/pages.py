"""The pages, served on loopback as `sourcing serve` does, on the demo's invented world."""

from __future__ import annotations

import shutil
import socket
import threading
from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Self

import httpx
import uvicorn
from bs4 import BeautifulSoup

from sourcing.web.app import make
from sourcing.web.connections import LimitedConnection
from sourcing.web.crawl_job import Crawling
from sourcing.web.request import Desk
from sourcing.web.security import origins
from sourcing.web.sessions import OwnerSessions

NOW = datetime(2026, 11, 16, 9, tzinfo=UTC)


class Pages:
    """The server in a thread, its folder, and what its pages say."""

    def __init__(self, folder: Path, now: datetime = NOW) -> None:
        self.folder, self.db = folder, folder / "sourcing.db"
        self.desk = Desk(
            folder / "sources.toml",
            self.db,
            "mira",
            lambda: now,
            Crawling(folder / "sources.toml", self.db, lambda: ("crawl",)),
        )
        self._socket = socket.socket()
        self._socket.bind(("127.0.0.1", 0))
        self.port = self._socket.getsockname()[1]
        self.origin = f"http://127.0.0.1:{self.port}"
        self.sessions = OwnerSessions("mira", self.port)
        options = uvicorn.Config(
            make(self.desk, origins(self.port), self.sessions),
            http=LimitedConnection,
            lifespan="off",
            log_level="error",
            access_log=False,
        )
        self._server = uvicorn.Server(options)
        self._thread = threading.Thread(target=self._server.run, args=([self._socket],))
        # The server shares a busy machine with other tests.
        self.client = httpx.Client(base_url=self.origin, follow_redirects=True, timeout=60)
        self.client.cookies.set(self.sessions.cookie, self.sessions.token)

    def __enter__(self) -> Self:
        self._socket.listen()
        self._thread.start()
        return self

    def __exit__(self, *exc: object) -> None:
        self.client.close()
        self._server.should_exit = True
        self._thread.join()
        self._socket.close()

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.client.get(path, headers=headers)

    def see(self, path: str) -> BeautifulSoup:
        """The page at this address, which must be there."""
        answer = self.get(path)
        assert answer.status_code == 200, answer.text
        return BeautifulSoup(answer.text, "lxml")

    def json(self, path: str) -> Any:
        answer = self.get(path, accept="application/json")
        assert answer.status_code == 200, answer.text
        return answer.json()

    def post(self, path: str, form: Mapping[str, Any], **headers: str) -> httpx.Response:
        """A form of ours, sent; redirects are followed as a browser does."""
        return self.client.post(path, data=form, headers={"origin": self.origin, **headers})


def copy(world: Path, folder: Path) -> Pages:
    """The pages on a copy of a world, so that a test may change it."""
    for name in ("sources.toml", "sourcing.db"):
        shutil.copy(world / name, folder / name)
    shutil.copytree(world / "openings", folder / "openings")
    return Pages(folder)
