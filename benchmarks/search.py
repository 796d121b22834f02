"""Searches at size: how long the text index takes to build, to update, and to answer.

`python -m benchmarks.search [CONTRIBUTIONS [DB]]`; a million by default. The rows are invented and
written straight into the tables; words follow Zipf's law, and terms of the synonym file occur in
them as in real titles. Searches run in one warm process.
"""

from __future__ import annotations

import random
import statistics
import sys
import tempfile
import time
import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

from db import Store
from sourcing.shortlist import answers, matching

PEOPLE = 40_000
_KINDS = ("reliability", "performance", "feature", "testing", "tooling", "docs", "chore", "data")
_QUESTIONS = (
    "someone who fixed memory leaks in a long running server",
    "made continuous batching faster on GPUs",
    "resume an interrupted upload to object storage",
    "flaky tests in continuous integration",
    "Speicherleck im Inferenzserver",
    "kubernetes operator that recovers after node failure, without losing jobs",
    "evaluation harness with confidence intervals",
    "distributd training hangs in all reduce",
    "死锁",
    "cut the cold start of containers",
    "structured logging and tracing across services",
    "schema migrations of a large database without downtime",
)


def build(path: Path, contributions: int) -> None:
    """A database of invented contributions, all of them waiting to be indexed."""
    chance = random.Random(7)
    with Store(path) as store, store.transaction():
        conn = store.conn
        conn.execute(
            "INSERT INTO sources (name, added_at) VALUES ('git:/x', '2026-11-16T03:00:00Z')"
        )
        conn.executemany(
            "INSERT INTO persons (id, name, first_seen_at) VALUES (?, ?, '2026-11-16T03:00:00Z')",
            ((n, f"Person {n}") for n in range(1, PEOPLE + 1)),
        )
        conn.executemany(
            "INSERT INTO identities (id, key, name, person_id, source_priority, fetched_at)"
            " VALUES (?, ?, ?, ?, 3, '2026-11-16T03:00:00Z')",
            ((n, f"git:x/{n}", f"Person {n}", n) for n in range(1, PEOPLE + 1)),
        )
        conn.executemany(
            "INSERT INTO contributions (id, key, kind, repo, number, at, title, source_priority,"
            " paths, body) VALUES (?, ?, 'merged_pr', ?, ?, '2026-10-01T00:00:00Z', ?, 3, ?, ?)",
            _contributions(contributions, chance),
        )
        conn.execute(
            f"INSERT INTO credits SELECT id, 1, id % {PEOPLE} + 1, 'author' FROM contributions"
        )
        conn.executemany(
            "INSERT INTO evidence (contribution_id, classifier, work, relevant, relevance,"
            " substance) VALUES (?, 'x', ?, 1, 0.5, 1.0)",
            ((n, chance.choice(_KINDS)) for n in range(1, contributions + 1)),
        )


def _contributions(count: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    file = files("sourcing.shortlist.matching") / "concepts.toml"
    fields = tomllib.loads(file.read_text(encoding="utf-8"))
    known = [
        word for entries in fields.values() for entry in entries.values() for word in entry["same"]
    ]
    ranks = [1 / (rank + 10) for rank in range(60_000)]
    for start in range(1, count + 1, 1_000):
        words = iter(chance.choices(range(60_000), ranks, k=60_000))
        for n in range(start, min(start + 1_000, count + 1)):
            plain = [f"word{next(words)}x" for _ in range(48)]
            title = f"Fix {chance.choice(known)} in {plain[0]} {plain[1]}"
            terms = chance.choices(known, k=4)
            body = " ".join([*plain[2:20], terms[0], *plain[20:], *terms[1:]])
            yield (
                n, f"pr:x/{n}", f"forge.example/org/project{n % 300}", n, title,
                f'["src/{plain[2]}.py", "tests/test_{plain[3]}.py"]', body,
            )  # fmt: skip


def measure(path: Path) -> None:
    """Print the times, in milliseconds where not said otherwise."""
    with Store(path) as store:
        began = time.perf_counter()
        indexed = matching.refresh(store)
        took = time.perf_counter() - began
        if indexed:
            each = took / indexed * 1e6
            print(f"indexed {indexed:,} contributions in {took:.0f} s, {each:.0f} µs each")
        store.conn.execute(
            "UPDATE contributions SET body = body || ' again' WHERE id % 200 = 0 AND id > 900000"
        )
        began = time.perf_counter()
        indexed = matching.refresh(store)
        print(f"updated {indexed:,} in {time.perf_counter() - began:.1f} s")
        matching.search(store, _QUESTIONS[0])
        _line("search, first 20 with words", [_time(store, q, 20) for q in _QUESTIONS * 3])
        for question in _QUESTIONS[:3]:
            answers.answers(store, [question], "")
        problems = list(_QUESTIONS[:3])
        again = []
        for _ in range(5):
            began = time.perf_counter()
            answers.answers(store, problems, "")
            again.append(1000 * (time.perf_counter() - began))
        _line("answers of three problems, known", again)


def _time(store: Store, question: str, limit: int) -> float:
    began = time.perf_counter()
    matching.search(store, question, limit)
    return 1000 * (time.perf_counter() - began)


def _line(what: str, times: list[float]) -> None:
    ordered = sorted(times)
    print(
        f"{what}: median {statistics.median(ordered):.0f} ms,"
        f" p95 {ordered[int(0.95 * (len(ordered) - 1))]:.0f} ms"
    )


def main() -> None:
    """Build (unless the database exists) and measure."""
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 1_000_000
    if len(sys.argv) > 2:
        path = Path(sys.argv[2])
        if not path.exists():
            build(path, count)
        measure(path)
        return
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "search.db"
        build(path, count)
        measure(path)


if __name__ == "__main__":
    main()
