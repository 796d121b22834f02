"""Growth of scoring, of a nightly update, of the shortlist and of a search.

`python -m benchmarks.scoring [SIZE ...]`. The rows are in a real file before the clock starts;
scoring and the night are each a process of its own, which does what a crawl does last. Nothing is
fetched, and nothing classified or indexed but the night's new work. Seconds are the processor's:
there is one thread, and other work on the machine is not ours.
"""

from __future__ import annotations

import os
import random
import resource
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from math import log
from pathlib import Path
from typing import get_args

from benchmarks.git_crawl import _WORDS
from db import Store
from scoring import DEFAULT_ROLE, READING_VERSION, load
from scoring.value import title_words
from sourcing.core.config import Config
from sourcing.core.model import Work
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.pipeline import evaluate
from sourcing.shortlist import matching
from sourcing.shortlist.shortlist import build

SIZES, EACH, REPOS, TONIGHT = (10_000, 100_000), 10, 400, 1_000

NOW = datetime(2026, 11, 18, 3, tzinfo=UTC)
STAMP = "2026-11-18T03:00:00Z"
WORKS: tuple[Work, ...] = get_args(Work)


#: The last stage of a crawl, and the first queries of a reader.
STAGES = ("from scratch, s", f"{TONIGHT:,} new, same week, s", "shortlist, ms", "search, ms")


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print a table in Markdown, each stage with its growth exponent since the line before."""
    print(f"| contributions | people | {' | growth | '.join(STAGES)} | growth | peak MB |")
    print("|--:|--:|" + "--:|" * (2 * len(STAGES) + 1))
    before: tuple[int, list[float]] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            *took, peak = measured(Path(scratch), size)
        cells = []
        for at, seconds in enumerate(took):
            cells.append(f"{seconds:.2f}")
            growth = log(seconds / before[1][at]) / log(size / before[0]) if before else None
            cells.append("" if growth is None else f"{growth:.2f}")
        print(f"| {size:,} | {size // EACH:,} | {' | '.join(cells)} | {peak:.0f} |", flush=True)
        before = size, took


def measured(folder: Path, size: int) -> list[float]:
    """The stages, and the peak MB of scoring from scratch."""
    with Store(folder / "db") as store:
        filled(store, size)
    command = [sys.executable, "-m", "benchmarks.scoring", "--stage"]
    seconds, peak = spent([*command, "score"], folder)
    with Store(folder / "db") as store:
        tonight(store, size)
    night, _ = spent([*command, "score"], folder)
    listed, _ = spent([*command, "shortlist"], folder)
    found, _ = spent([*command, "search"], folder)
    return [seconds, night, listed * 1000, found * 1000, peak]


def spent(command: list[str], folder: Path) -> tuple[float, float]:
    """The processor seconds and the peak MB that a process reports."""
    env = os.environ | {"PYTHONPATH": str(Path(__file__).parents[1])}
    told = subprocess.run(command, check=True, capture_output=True, text=True, cwd=folder, env=env)
    seconds, peak = map(float, told.stdout.split())
    return seconds, peak


def stage(name: str, path: Path) -> str:
    """Run one stage and return its cost. Queries run ten times."""
    rubric, rounds = load(), 1 if name == "score" else 10
    everybody = ShortlistQuery(role=DEFAULT_ROLE)
    search = ShortlistQuery(role=DEFAULT_ROLE, about="cache retry")
    with Store(path) as store:
        began = time.process_time()
        for _ in range(rounds):
            if name == "score":
                evaluate.assess(store, Config(), NOW)
            elif name == "shortlist":
                build(store, rubric, everybody, NOW)
            else:
                build(store, rubric, search, NOW, counted=True)
        seconds = (time.process_time() - began) / rounds
    unit = 1024**2 if sys.platform == "darwin" else 1024
    return f"{seconds} {resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / unit}"


def filled(store: Store, size: int) -> None:
    """Classified contributions of `size / EACH` people; a few people have many, most have few."""
    people, chance = size // EACH, random.Random(1)
    source, _ = store.source("git:/made", STAMP)
    persons = range(1, people + 1)
    works = list(_works(size, chance))
    with store.transaction():
        run = store.conn.executemany
        run(
            "INSERT INTO persons (id, name, first_seen_at) VALUES (?, ?, ?)",
            ((n, f"Person {n}", STAMP) for n in persons),
        )
        run(
            "INSERT INTO identities (id, key, person_id, needs_resolution, name,"
            " source_priority, fetched_at)"
            " VALUES (?, ?, ?, 0, ?, 1, ?)",
            ((n, f"git:made/{n}", n, f"Person {n}", STAMP) for n in persons),
        )
        run(
            "INSERT INTO contributions (id, key, kind, repo, at, title, source_priority)"
            " VALUES (?, ?, 'merged_pr', ?, ?, ?, 1)",
            works,
        )
        run(
            "INSERT OR REPLACE INTO evidence (contribution_id, classifier, work, relevant,"
            " relevance, substance, reasons, in_shared_code, value, title_words)"
            " VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            _readings(works, chance),
        )
        run(
            "INSERT INTO credits (contribution_id, source_id, identity_id, part)"
            " VALUES (?, ?, ?, 'author')",
            ((n, source, int(people * chance.random() ** 2) + 1) for n in range(1, size + 1)),
        )
        store.conn.execute("UPDATE persons SET needs_scoring = 1")
    matching.refresh(store)


def _works(size: int, chance: random.Random) -> Iterator[tuple[int, str, str, str, str]]:
    for n in range(1, size + 1):
        at = date(2026, 11, 17) - timedelta(chance.randrange(730))
        repo = f"github.com/made/r{chance.randrange(REPOS)}"
        title = f"Fix {' '.join(chance.choices(_WORDS, k=5))}"
        yield n, f"pr:{repo}#{n}", repo, f"{at}T09:00:00Z", title


def _readings(
    works: Sequence[tuple[int, str, str, str, str]], chance: random.Random
) -> Iterator[tuple[object, ...]]:
    for n, _, _, _, title in works:
        substance = chance.choice((0.5, 1.0, 1.5, 2.0, 2.5))
        cues = '["title: fix", "cause named"]' if n % 3 else '["title: fix"]'
        yield (
            n, READING_VERSION, chance.choice(WORKS), substance >= 1, 0.8, substance, cues,
            n % 4 == 0, round(substance / 3, 3), title_words(title),
        )  # fmt: skip


def tonight(store: Store, size: int) -> None:
    """Mark work to be read as a night leaves it behind."""
    step = max(1, size // TONIGHT)
    with store.transaction():
        store.conn.execute(
            "UPDATE evidence SET classifier = NULL WHERE contribution_id % ? = 0", [step]
        )


if __name__ == "__main__":
    if sys.argv[1:2] == ["--stage"]:
        print(stage(sys.argv[2], Path("db")))
    else:
        main([int(size) for size in sys.argv[1:]] or SIZES)
