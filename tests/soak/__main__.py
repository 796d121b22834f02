"""`python -m tests.soak [SEEDS] [NIGHTS] [KILLS] [FIRST]`: quarters, one after the other."""

from __future__ import annotations

import sys
import tempfile
import time
from pathlib import Path

from tests.soak.quarter import BLOAT, quarter


def main(seeds: int = 10, nights: int = 90, kills: int = 5, first: int = 1) -> None:
    """Live through them all; the first that is not as it should be ends it."""
    print("| seed | nights | kills | statuses | points | in part | size of fresh | seconds |")
    print("|--:|--:|--:|---|--:|--:|--:|--:|")
    for seed in range(first, first + seeds):
        began = time.perf_counter()
        with tempfile.TemporaryDirectory() as folder, quarter(Path(folder), seed) as found:
            for number in range(nights):
                found.night(kills)
                if number % 15 == 14:
                    found.settle()
            found.settle()
            found.judge()
            told = found.told
        assert told.bloat <= BLOAT, told
        assert told.kills >= nights * kills * 0.5, told
        statuses = ", ".join(f"{n} x {status}" for status, n in sorted(told.statuses.items()))
        print(
            f"| {seed} | {told.nights} | {told.kills} | {statuses} | {told.points:,}"
            f" | {told.in_part} | {told.bloat:.2f} | {time.perf_counter() - began:.0f} |",
            flush=True,
        )


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
