"""The whole of it in one go: contributions crawled from local clones, classified and scored.

`python -m benchmarks.whole [SIZE ...]`; ten repositories, ten contributions a person. The clones
are made before the clock starts. Peak memory is that of the one process that crawls, and seconds
are its processor's with git's beside it: other work on the machine is not ours.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Sequence
from math import log
from pathlib import Path

from benchmarks.git_crawl import made, timed
from db import Store

SIZES, REPOS, EACH = (10_000, 100_000), 10, 10


def main(sizes: Sequence[int] = SIZES) -> None:
    """Print a table in Markdown; the last column is the growth exponent since the line before."""
    print("| contributions | people | s of processor | a second | peak MB | MB of file | growth |")
    print("|--:|--:|--:|--:|--:|--:|--:|")
    before: tuple[int, float] | None = None
    for size in sizes:
        with tempfile.TemporaryDirectory() as scratch:
            folder = Path(scratch)
            each = size // REPOS
            clones = [made(folder / f"r{n}", each, each // EACH, n) for n in range(REPOS)]
            named = ", ".join(f'"git:{clone}"' for clone in clones)
            (folder / "sources.toml").write_text(f"sources = [{named}]\n")
            _, peak, seconds = timed([sys.executable, "-m", "sourcing", "crawl"], folder)
            with Store(folder / "sourcing.db") as store:
                kept = store.scalar("SELECT count(*) FROM contributions")
                people = store.scalar("SELECT count(*) FROM persons WHERE NOT needs_scoring")
                store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            file = (folder / "sourcing.db").stat().st_size / 1e6
        growth = f"{log(seconds / before[1]) / log(size / before[0]):.2f}" if before else ""
        print(
            f"| {kept:,} | {people:,} | {seconds:.0f} | {kept / seconds:,.0f} | {peak:.0f}"
            f" | {file:,.0f} | {growth} |",
            flush=True,
        )
        before = size, seconds


if __name__ == "__main__":
    main([int(size) for size in sys.argv[1:]] or SIZES)
