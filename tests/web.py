"""A small web on loopback: plays back pages, counts who asked for what, misbehaves on order.

It serves tests only, and never leaves this machine.
"""

import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

from connectors import Context


@dataclass(frozen=True)
class Reply:
    """What a path answers. `drip`: seconds before each byte. `cut`: bytes promised, never sent."""

    body: bytes | str = b""
    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    drip: float = 0.0
    cut: int = 0


@dataclass(frozen=True)
class Asked:
    """A request that came in; header names in lower case."""

    path: str
    headers: Mapping[str, str]


class Web:
    """`pages` maps a path to its Reply, or to a function of the request that makes one."""

    def __init__(self, port: int) -> None:
        self.origin = f"127.0.0.1:{port}"
        self.url = f"http://{self.origin}"
        self.pages: dict[str, Reply | Callable[[Asked], Reply]] = {}
        self.asked: list[Asked] = []

    def paths(self) -> list[str]:
        """What was asked for, in order, robots.txt left out."""
        return [asked.path for asked in self.asked if asked.path != "/robots.txt"]

    def context(self, cache: Path, **changes: Any) -> Context:
        """A connector's context in which this web, and nothing else private, may be read."""
        now = datetime(2026, 11, 16, tzinfo=UTC)
        return replace(Context(now, cache, allow_private=frozenset({self.origin})), **changes)

    def reply(self, asked: Asked) -> Reply:
        """What the path answers; robots.txt, unless set, and all else are 404."""
        self.asked.append(asked)
        page = self.pages.get(asked.path, Reply("nothing here", 404))
        return page(asked) if callable(page) else page


def fresh(reply: Reply, etag: str) -> Callable[[Asked], Reply]:
    """The reply under a validator: 304 to whoever has it already."""

    def answer(asked: Asked) -> Reply:
        if asked.headers.get("if-none-match") == etag:
            return Reply(status=304)
        return Reply(reply.body, reply.status, {**reply.headers, "ETag": etag})

    return answer


class _Server(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def handle_error(self, request: object, client_address: object) -> None:
        """Readers that hang up are part of the tests."""


@contextmanager
def loopback() -> Iterator[Web]:
    """A running web on a port of its own."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_GET(self) -> None:
            headers = {name.lower(): value for name, value in self.headers.items()}
            reply = web.reply(Asked(self.path, headers))
            body = reply.body.encode() if isinstance(reply.body, str) else reply.body
            self.send_response(reply.status)
            for name, value in reply.headers.items():
                self.send_header(name, value)
            if reply.status != 304:
                self.send_header("Content-Length", str(len(body) + reply.cut))
            self.end_headers()
            self._write(body, reply.drip)
            self.close_connection = bool(reply.cut)

        def _write(self, body: bytes, drip: float) -> None:
            try:
                for piece in (body[i : i + 1] for i in range(len(body))) if drip else [body]:
                    time.sleep(drip)
                    self.wfile.write(piece)
            except OSError:  # the reader hung up, as it should
                self.close_connection = True

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = _Server(("127.0.0.1", 0), Handler)
    web = Web(server.server_port)
    thread = Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
