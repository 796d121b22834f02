"""Scoring what is classified, from scratch and the night after: time, memory and growth.

The rows stand in a real file before the clock starts; each line is a process of its own, which
does what a crawl does last. Nothing is fetched, and nothing classified but the night's new work.
Seconds are the processor's: there is one thread, and other work on the machine is not ours.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import get_args

from db import Store
from scoring import VERSION
from sourcing.config import Config
from sourcing.model import Work
from sourcing.nights import assess

SIZES, EACH, REPOS, TONIGHT = (10_000, 100_000, 1_000_000), 10, 400, 1_000

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
STAMP = "2026-11-18T03:00:00Z"
WORKS: tuple[Work, ...] = get_args(Work)


def main() -> None:
    """Print a table in Markdown: from scratch, then a night of the same week."""
    print(
        "| classified contributions | people | from scratch, s | a thousand in ms | peak MB"
        f" | {TONIGHT:,} new, same week, s |"
    )
    print("|--:|--:|--:|--:|--:|--:|")
    for size in SIZES:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            with Store(folder / "db") as store:
                filled(store, size)
            command = [sys.executable, "-m", "benchmarks.scoring", "db"]
            seconds, peak = spent(command, folder)
            with Store(folder / "db") as store:
                tonight(store, size)
            night, _ = spent(command, folder)
        print(
            f"| {size:,} | {size // EACH:,} | {seconds:.1f} | {seconds / size * 1e6:.0f}"
            f" | {peak:.0f} | {night:.2f} |",
            flush=True,
        )


def spent(command: list[str], folder: Path) -> tuple[float, float]:
    """What a process says of itself: seconds of the processor for the work, and peak MB."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, env=env)
    seconds, peak = map(float, told.stdout.split())
    return seconds, peak


def scored(path: Path) -> str:
    """Bring the scores up to date, as a crawl does at its end; what it took."""
    with Store(path) as store:
        began = time.process_time()
        assess.assess(store, Config(), NOW)
        seconds = time.process_time() - began
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return f"{seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}"


def filled(store: Store, size: int) -> None:
    """Classified contributions of `size / EACH` people; a few people have many, most have few."""
    people, chance = size // EACH, random.Random(1)
    source, _ = store.source("git:/made", STAMP)
    persons = range(1, people + 1)
    with store.transaction():
        run = store.conn.executemany
        run(
            "INSERT INTO persons (id, name, first_seen_at) VALUES (?, ?, ?)",
            ((n, f"Person {n}", STAMP) for n in persons),
        )
        run(
            "INSERT INTO identities (id, key, person_id, unsettled, name, authority, fetched_at)"
            " VALUES (?, ?, ?, 0, ?, 1, ?)",
            ((n, f"git:made/{n}", n, f"Person {n}", STAMP) for n in persons),
        )
        run(
            "INSERT INTO contributions (id, key, kind, repo, at, title, authority)"
            " VALUES (?, ?, 'merged_pr', ?, ?, 'Fix a hang', 1)",
            _works(size, chance),
        )
        run(
            "INSERT OR REPLACE INTO evidence (contribution_id, classifier, work, relevant,"
            " relevance, substance, reasons) VALUES (?, ?, ?, ?, ?, ?, ?)",
            _readings(size, chance),
        )
        run(
            "INSERT INTO credits (contribution_id, source_id, identity_id, part)"
            " VALUES (?, ?, ?, 'author')",
            ((n, source, int(people * chance.random() ** 2) + 1) for n in range(1, size + 1)),
        )
        store.conn.execute("UPDATE persons SET stale = 1")


def _works(size: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    for n in range(1, size + 1):
        at = date(2026, 11, 17) - timedelta(chance.randrange(730))
        repo = f"github.com/made/r{chance.randrange(REPOS)}"
        yield n, f"pr:{repo}#{n}", repo, f"{at}T09:00:00Z"


def _readings(size: int, chance: random.Random) -> Iterator[tuple[object, ...]]:
    for n in range(1, size + 1):
        substance = chance.choice((0.5, 1.0, 1.5, 2.0, 2.5))
        cues = '["title: fix", "cause named", "shared ground"]' if n % 3 else '["title: fix"]'
        yield n, VERSION, chance.choice(WORKS), substance >= 1, 0.8, substance, cues


def tonight(store: Store, size: int) -> None:
    """Mark work to be read as a night leaves it behind."""
    step = max(1, size // TONIGHT)
    with store.transaction():
        store.conn.execute(
            "UPDATE evidence SET classifier = NULL WHERE contribution_id % ? = 1", [step]
        )


if __name__ == "__main__":
    if sys.argv[1:]:
        print(scored(Path(sys.argv[1])))
    else:
        main()
