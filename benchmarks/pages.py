"""The pages at size: an invented database, each page's time on the server, searches, memory.

`python -m benchmarks.pages [PEOPLE [FOLDER]]`; ten contributions a person. The rows are written
straight into the tables and scored by the real scorer, and each page is asked of the real server,
in a separate process, over loopback; once idle, once while another process writes.
"""

from __future__ import annotations

import os
import random
import sqlite3
import statistics
import subprocess
import sys
import tempfile
import threading
import time
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path

import httpx

from db import Store
from sourcing.core.config import Config
from sourcing.pipeline.evaluate import assess

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
EACH = 10

#: The words of titles and bodies: a few are frequent, thousands are rare.
_VERBS = [
    "Fix",
    "Add",
    "Make",
    "Keep",
    "Bound",
    "Replace",
    "Measure",
    "Retry",
    "Drain",
    "Cache",
    "Test",
    "Report",
    "Remove",
    "Split",
]
_THINGS = [
    "scheduler",
    "tokenizer",
    "router",
    "cache",
    "blocks",
    "prefill",
    "decoder",
    "sampler",
    "checkpoint",
    "loader",
    "evaluation",
    "judge",
    "metric",
    "probe",
    "worker",
    "queue",
    "batch",
    "retries",
    "timeout",
    "deadline",
    "memory",
    "gradient",
    "shard",
    "replica",
    "index",
    "segment",
    "embedding",
    "recall",
    "trace",
    "span",
    "exporter",
    "release",
    "wheel",
    "pipeline",
    "build",
    "fixture",
]
_WHY = (
    "because requests hung when a client left",
    "instead of a timeout that would hide the leak",
    "measured: 10,000 runs, 0 lost, before 312",
    "so that a crash in one shard cannot stall the others",
    "the cause was a lock taken twice",
)

#: Common and rare words, one to four of them.
QUERIES = (
    "fix", "cache", "kv cache eviction", "flaky tests", "scheduler", "timeout", "memory leak",
    "lock taken twice", "requests hung", "prefill", "tokenizer", "release pipeline", "crash shard",
    "judge metric", "recall index", "checkpoint loader deadline", "rare17", "rare4242 scheduler",
    "measured", "retry drain",
)  # fmt: skip


def build(path: Path, people: int) -> None:
    """An invented database of that size, classified and scored."""
    chance = random.Random(7)
    with Store(path) as store:
        conn = store.conn
        conn.execute("PRAGMA synchronous = OFF")
        with store.transaction():
            _rows(conn, people, chance)
        assess(store, Config(), NOW)
        conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")


def _rows(conn: sqlite3.Connection, people: int, chance: random.Random) -> None:
    repos = [f"forge.example/org{n % 60}/project{n}" for n in range(300)]
    conn.executemany(
        "INSERT INTO sources (name, added_at) VALUES (?, '2026-11-16T03:00:00Z')",
        [(f"github:{repo.partition('/')[2]}",) for repo in repos],
    )
    places = [f"City {n}" for n in range(400)]
    companies = [f"@company{n}" for n in range(900)]
    conn.executemany(
        "INSERT INTO identities (id, key, name, login, url, company, location, source_priority,"
        " source_id, fetched_at) VALUES (?, ?, ?, ?, ?, ?, ?, 3, ?, '2026-11-16T03:00:00Z')",
        (
            (
                n, f"github:forge.example/{n}", f"Person {n} Invented", f"person{n}",
                f"https://forge.example/person{n}",
                companies[int(chance.expovariate(0.01)) % 900] if chance.random() < 0.4 else None,
                places[int(chance.expovariate(0.02)) % 400] if chance.random() < 0.5 else None,
                n % 300 + 1,
            )
            for n in range(1, people + 1)
        ),
    )  # fmt: skip
    conn.executemany(
        "INSERT INTO contributions (id, key, kind, repo, number, at, title, url, files, additions,"
        " deletions, source_priority, paths, body, language)"
        " VALUES (?, ?, 'merged_pr', ?, ?, ?, ?, ?, 3, 40, 12, 3, ?, ?, ?)",
        _contributions(people, repos, chance),
    )
    total = people * EACH
    conn.execute(
        "INSERT INTO credits SELECT id, (id - 1) % 300 + 1,"
        f" (id * 7919) % {people} + 1, 'author' FROM contributions"
    )
    conn.execute(
        "INSERT OR IGNORE INTO credits SELECT id, (id - 1) % 300 + 1,"
        f" (id * 104729) % {people} + 1, 'reviewer' FROM contributions WHERE id % 3 = 0"
    )
    conn.execute(
        "INSERT INTO source_contributions SELECT id, (id - 1) % 300 + 1, 1, '2026-11-16T03:00:00Z'"
        f" FROM contributions WHERE id <= {total}"
    )
    conn.execute("INSERT OR IGNORE INTO evidence (contribution_id) SELECT id FROM contributions")


def _contributions(
    people: int, repos: list[str], chance: random.Random
) -> Iterator[tuple[object, ...]]:
    languages = ("Python", "Rust", "Go", "C++", "TypeScript")
    for n in range(1, people * EACH + 1):
        repo = repos[(n - 1) % 300]
        thing, other = chance.choice(_THINGS), chance.choice(_THINGS)
        title = f"{chance.choice(_VERBS)} {thing} {other} when rare{chance.randrange(50_000)} fails"
        at = NOW - timedelta(minutes=chance.randrange(1_000_000))
        yield (
            n, f"pr:{repo}#{n}", repo, n, at.strftime("%Y-%m-%dT%H:%M:%SZ"), title,
            f"https://{repo}/pull/{n}", f'["src/{thing}.py", "tests/test_{thing}.py"]',
            f"{thing} {chance.choice(_WHY)}; {other} {chance.choice(_WHY)}."
            f" See rare{chance.randrange(50_000)}.",
            languages[n % 5],
        )  # fmt: skip


def measure(db: Path, port: int = 8499) -> None:
    """Ask every page, and say how long the server took and how much memory it holds."""
    config = db.with_name("sources.toml")
    command = [sys.executable, "-m", "sourcing", "--config", str(config), "--db", str(db), "serve"]
    server = subprocess.Popen([*command, "--port", str(port)], stdout=subprocess.DEVNULL)
    try:
        with httpx.Client(base_url=f"http://127.0.0.1:{port}", timeout=60) as client:
            _wait(client)
            print("| page | ms, in peace | of processor | ms, while a crawl writes | kB |")
            print("|---|--:|--:|--:|--:|")
            writer = _Writer(db, server.pid)
            for name, path in _paths(client):
                _line(client, writer, name, [path] * 5)
            _line(client, writer, "search, median of 20", [_search(q) for q in QUERIES])
            print(f"\nMemory of the server afterwards: {_memory(server.pid)} MB")
    finally:
        server.terminate()
        server.wait()


def _wait(client: httpx.Client) -> None:
    for _ in range(1200):  # an older database is first brought up to date
        try:
            client.get("/static/icon.svg")
        except httpx.TransportError:
            time.sleep(0.1)
        else:
            return


def _paths(client: httpx.Client) -> list[tuple[str, str]]:
    first = client.get("/shortlist?format=json").json()
    someone = first["people"][0]["person_id"]
    others = "&".join(f"with={p['person_id']}" for p in first["people"][:5])
    return [
        ("shortlist", "/shortlist"),
        ("its second page", f"/shortlist?after={first['after']}"),
        ("one filter, common", "/shortlist?work=reliability"),
        ("one filter, rare", "/shortlist?location=City+300"),
        ("three filters", "/shortlist?work=reliability&language=Go&active=365"),
        ("a person", f"/people/{someone}"),
        ("five compared", f"/compare?{others}"),
        ("drafts", "/drafts"),
        ("openings", "/openings"),
        ("this week", "/week"),
        ("last night", "/night"),
    ]


def _search(words: str) -> str:
    return f"/shortlist?about={words.replace(' ', '+')}"


def _line(client: httpx.Client, writer: _Writer, name: str, paths: list[str]) -> None:
    _times(client, paths[:1])
    before = writer.worked()
    quiet, size = _times(client, paths)
    worked = (writer.worked() - before) / len(paths)
    with writer:
        busy, _ = _times(client, paths)
    print(f"| {name} | {quiet:.0f} | {worked:.0f} | {busy:.0f} | {size / 1000:.0f} |", flush=True)


def _times(client: httpx.Client, paths: list[str]) -> tuple[float, int]:
    taken, size = [], 0
    for path in paths:
        began = time.perf_counter()
        answer = client.get(path)
        taken.append((time.perf_counter() - began) * 1000)
        assert answer.status_code == 200, answer.text
        size = max(size, len(answer.content))
    return statistics.median(taken), size


class _Writer:
    """Writes page after page as a crawl does: short transactions, one after the other."""

    def __init__(self, db: Path, server: int) -> None:
        self._db, self._stop = db, threading.Event()
        self._stat = Path(f"/proc/{server}/stat")

    def worked(self) -> float:
        """Milliseconds of processor time the server has taken so far."""
        user, system = self._stat.read_text().rpartition(")")[2].split()[11:13]
        return (int(user) + int(system)) * 1000 / os.sysconf("SC_CLK_TCK")

    def __enter__(self) -> None:
        self._stop.clear()
        self._thread = threading.Thread(target=self._pages)
        self._thread.start()

    def __exit__(self, *exc: object) -> None:
        self._stop.set()
        self._thread.join()

    def _pages(self) -> None:
        with Store(self._db) as store:
            while not self._stop.wait(0.05):
                with store.transaction():
                    store.conn.execute(
                        "UPDATE contributions SET body = body || '.' WHERE id IN"
                        " (SELECT abs(random()) % 1000 + 1 FROM contributions LIMIT 25)"
                    )


def _memory(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM"):
            return int(line.split()[1]) // 1024
    return 0


def main(people: int = 100_000, folder: Path | None = None) -> None:
    """Build missing files, then measure."""
    with tempfile.TemporaryDirectory() as temporary:
        db = (folder or Path(temporary)) / "pages.db"
        if not db.exists():
            began = time.perf_counter()
            build(db, people)
            took = time.perf_counter() - began
            print(f"Built in {took:.0f} s, {db.stat().st_size / 1e6:.0f} MB.\n", flush=True)
        measure(db)


if __name__ == "__main__":
    asked = sys.argv[1:]
    main(int(asked[0]) if asked else 100_000, Path(asked[1]) if len(asked) > 1 else None)
