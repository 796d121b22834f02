"""Sockets: HTTP/1.1 with keep-alive on loopback, and answers that fail to arrive as ordered.

It knows nothing of GitHub.
"""

from __future__ import annotations

import socket
import struct
import sys
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

from demo.github.answers import Answer


@dataclass(frozen=True, slots=True)
class Request:
    """What came in; header names in lower case."""

    method: str
    target: str
    headers: Mapping[str, str]
    body: bytes


class _HTTP(ThreadingHTTPServer):
    daemon_threads = True
    block_on_close = False

    def __init__(self, reply: Callable[[Request], Answer]) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.reply = reply
        self.closing = threading.Event()
        self.open: set[socket.socket] = set()

    def handle_error(self, request: Any, client_address: Any) -> None:
        """Clients that hang up, or are killed, are part of the tests; our own bugs are not."""
        if not isinstance(sys.exception(), OSError):
            super().handle_error(request, client_address)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    # One packet an answer: else Nagle and delayed acknowledgements cost 40 ms each.
    wbufsize = 1 << 20
    disable_nagle_algorithm = True
    server: _HTTP

    def setup(self) -> None:
        super().setup()
        self.server.open.add(self.connection)

    def finish(self) -> None:
        self.server.open.discard(self.connection)
        with suppress(OSError):
            super().finish()

    def do_GET(self) -> None:
        self._serve()

    def do_POST(self) -> None:
        self._serve()

    def _serve(self) -> None:
        body = self.rfile.read(int(self.headers.get("content-length", 0)))
        headers = {name.lower(): value for name, value in self.headers.items()}
        answer = self.server.reply(Request(self.command, self.path, headers, body))
        # A server that closes does not wait for its own delays.
        if answer.delay and self.server.closing.wait(answer.delay):
            answer = Answer(reset=True)
        if answer.reset:
            linger = struct.pack("ii", 1, 0)  # closed without a farewell: the peer sees a reset
            self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
            self.close_connection = True
            self.connection.close()
            return
        with suppress(OSError):
            self._send(answer)

    def _send(self, answer: Answer) -> None:
        body = answer.body
        self.send_response_only(answer.status)
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if answer.status not in {204, 304}:
            self.send_header("content-length", str(len(body)))
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if answer.cut else body)
        self.wfile.flush()
        self.close_connection = self.close_connection or answer.cut

    def log_message(self, *_: object) -> None:
        """Say nothing."""


@contextmanager
def listen(reply: Callable[[Request], Answer]) -> Iterator[int]:
    """Serve on a free port, which is returned; connections end with the server."""
    http = _HTTP(reply)
    thread = threading.Thread(target=http.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield http.server_port
    finally:
        http.closing.set()
        http.shutdown()
        http.server_close()
        thread.join()
        for connection in list(http.open):
            with suppress(OSError):
                connection.shutdown(socket.SHUT_RDWR)
