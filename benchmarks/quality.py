"""How well changes are read, against labels of two people.

    python -m benchmarks.quality [SHARED]

SHARED (default ../shared) has `labels/open.jsonl`, which was read while the rules were written:
the figures are for information. `benchmarks.calibrate` measures left-out repositories,
`benchmarks.languages` other languages. It does not measure how people are ranked.
"""

from __future__ import annotations

import json
import random
import statistics
import subprocess
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path
from typing import Any

#: Kinds with fewer rows say too little to be averaged over. Rounds are of the bootstrap.
ENOUGH, ROUNDS = 4, 400
Pair = tuple[Any, Any]


def main() -> None:
    """Print the table in Markdown, or the reason why it is left out."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared").resolve()
    labels = shared / "labels" / "open.jsonl"
    print("## Reading changes\n")
    if labels.exists():
        reading(labels)
    else:
        print(f"Left out: there is no {labels.name} under {shared.name}/labels.")


def reading(labels: Path) -> None:
    """Each figure of all rows, with an interval, and of the halves apart."""
    truth = [json.loads(line) for line in labels.read_text("utf-8").splitlines()]
    told = subprocess.run(
        [sys.executable, "-m", "scoring"],
        input=labels.read_bytes(),
        capture_output=True,
        check=True,
    ).stdout
    pairs = list(zip(truth, map(json.loads, told.splitlines()), strict=True))
    chance = random.Random(1)
    print(f"| {len(pairs)} changes labelled by hand | all | 95 % | even rows | odd rows |")
    print("|---|--:|--:|--:|--:|")
    for name, figure in (
        ("kind, macro F1", kinds), ("relevant, F1", relevant), ("substance, Spearman", substance)
    ):  # fmt: skip
        drawn = sorted(figure(chance.choices(pairs, k=len(pairs))) for _ in range(ROUNDS))
        low, high = drawn[ROUNDS // 40], drawn[-ROUNDS // 40]
        halves = " | ".join(f"{figure(pairs[start::2]):.3f}" for start in (0, 1))
        print(f"| {name} | {figure(pairs):.3f} | {low:.2f} to {high:.2f} | {halves} |")


def kinds(pairs: Sequence[Pair]) -> float:
    """F1 of the kinds of work, each kind as heavy as the other."""
    rows = Counter(truth["kind"] for truth, _ in pairs)
    said = Counter(told["kind"] for _, told in pairs)
    right = Counter(t["kind"] for t, told in pairs if t["kind"] == told["kind"])
    return statistics.mean(
        2 * right[kind] / (rows[kind] + said[kind]) for kind in rows if rows[kind] >= ENOUGH
    )


def relevant(pairs: Sequence[Pair]) -> float:
    """F1 of whether an engineer who hires would take it as evidence."""
    true = sum(bool(t["relevant"]) for t, _ in pairs)
    said = sum(bool(told["relevant"]) for _, told in pairs)
    both = sum(bool(t["relevant"] and told["relevant"]) for t, told in pairs)
    return 2 * both / (true + said)


def substance(pairs: Sequence[Pair]) -> float:
    """Spearman's rank correlation of the substance."""
    return statistics.correlation(
        _ranks([float(t["substance"]) for t, _ in pairs]),
        _ranks([float(told["substance"]) for _, told in pairs]),
    )


def _ranks(values: Sequence[float]) -> list[float]:
    rows = Counter(values)
    place, start = {}, 0
    for value in sorted(rows):
        place[value] = start + (rows[value] - 1) / 2
        start += rows[value]
    return [place[value] for value in values]


if __name__ == "__main__":
    main()
