"""`python -m benchmarks.discover [PACKAGES]`: resolving packages at an index with 50 ms latency.

The index is on loopback and invented. Two rows: the first time, and again with validators.
"""

from __future__ import annotations

import json
import sys
import tempfile
import threading
import time
from contextlib import closing
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from sourcing.discovery.indexes.client import IndexClient
from sourcing.discovery.indexes.installed import Environment
from sourcing.discovery.package import Package
from sourcing.discovery.resolve import Resolver

LATENCY = 0.05


class _Index(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"

    def do_GET(self) -> None:
        time.sleep(LATENCY)
        name = self.path.strip("/").split("/")[-1]
        body = f"Name: x\nProject-URL: Source, https://github.com/clay/{name[:-17]}\n\n".encode()
        if not name.endswith(".metadata"):
            file = {"filename": f"{name}-1.0-py3-none-any.whl", "url": f"{name}-1.0.whl"}
            body = json.dumps({"files": [{**file, "core-metadata": True}]}).encode()
        is_known = self.headers["if-none-match"] == '"1"'
        self.send_response(304 if is_known else 200)
        self.send_header("etag", '"1"')
        self.send_header("content-length", "0" if is_known else str(len(body)))
        self.end_headers()
        self.wfile.write(b"" if is_known else body)

    def log_message(self, *_: Any) -> None:
        """Print nothing."""


def main(count: int = 300) -> None:
    """Print seconds and requests of both rounds."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Index)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    environ = {
        "PIP_INDEX_URL": f"http://127.0.0.1:{server.server_address[1]}/simple",
        "npm_config_registry": "none",
    }
    packages = [Package("pypi", f"kiln{n}", "1.0", direct=True) for n in range(count)]
    print("| round | packages | resolved | requests | seconds |\n|---|---|---|---|---|")
    with tempfile.TemporaryDirectory() as folder:
        for name in ("first", "again"):
            began = time.perf_counter()
            with closing(IndexClient(Path(folder, "indexes"))) as client:
                resolver = Resolver(client, Environment(Path(folder)), environ)
                rows = resolver.resolve(packages)
                resolved = sum(bool(row.repository) for row in rows)
            seconds = time.perf_counter() - began
            print(f"| {name} | {count} | {resolved} | {client.requests} | {seconds:.1f} |")
    server.shutdown()


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
