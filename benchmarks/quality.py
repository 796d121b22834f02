"""How well changes are read and people ranked, against labels and owners that others have named.

    python -m benchmarks.quality [SHARED] [MIRROR]

SHARED (default ../shared) has `labels/open.jsonl` and `bench/ranking`; MIRROR has bare clones
`OWNER+NAME/repo` of the ranking's repositories. Missing parts are skipped and reported. People
are ranked by the real commands: crawl up to a commit, score as of its day, list everybody.
"""

from __future__ import annotations

import csv
import json
import random
import statistics
import subprocess
import sys
import tempfile
from collections import Counter
from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import Any

#: Kinds with fewer rows say too little to be averaged over. Rounds are of the bootstrap.
ENOUGH, ROUNDS = 4, 400
#: What counts mostly-tooling commits of the last year: the simple ranker to be ahead of.
RIVAL = "pure_12m_rec"

Pair = tuple[Any, Any]


def main() -> None:
    """Print both tables in Markdown, or why one is left out."""
    shared = Path(sys.argv[1] if len(sys.argv) > 1 else "../shared").resolve()
    mirror = Path(sys.argv[2]).resolve() if len(sys.argv) > 2 else None
    labels = shared / "labels" / "open.jsonl"
    print("## Reading changes\n")
    if labels.exists():
        reading(labels)
    else:
        print(f"Left out: there is no {labels.name} under {shared.name}/labels.")
    print("\n## Ranking people\n")
    cases = sorted((shared / "bench" / "ranking" / "cases").glob("*.json"))
    there = [case for case in cases if mirror and _clone(case, mirror).exists()]
    if mirror and there:
        ranking(there, mirror)
        print(
            f"\n{len(there)} of {len(cases)} cases; the repositories of the others are not there."
        )
    else:
        print("Left out: no case, or no folder with clones of the cases' repositories.")


# -- reading ---------------------------------------------------------------------------------


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


# -- ranking ---------------------------------------------------------------------------------


def ranking(cases: Sequence[Path], mirror: Path) -> None:
    """Average precision and the owners' order, a line a case, beside the simple ranker."""
    with tempfile.TemporaryDirectory() as scratch:
        rival = _rival(cases, mirror, Path(scratch))
        print(f"| case | AP | owner AUC | {RIVAL}: AP | owner AUC |\n|---|--:|--:|--:|--:|")
        ours = [_ranked(case, mirror, Path(scratch)) for case in cases]
    for row in ours:
        print(_line(row["case"], [row], [rival[row["case"]]]))
    for kind in ("future", "current"):
        mine = [row for row in ours if row["case"].endswith(kind)]
        if mine:
            theirs = [rival[row["case"]] for row in mine]
            ahead = sum(a["ap"] > b["ap"] for a, b in zip(mine, theirs, strict=True))
            print(_line(f"**{kind}**, ahead in {ahead} of {len(mine)}", mine, theirs))


def _line(name: str, *groups: Iterable[dict[str, Any]]) -> str:
    figures = [
        f"{statistics.mean(row[figure] for row in rows):.3f}"
        for rows in map(list, groups)
        for figure in ("ap", "owner_auc")
    ]
    return f"| {name} | {' | '.join(figures)} |"


def _ranked(case: Path, mirror: Path, scratch: Path) -> dict[str, Any]:
    """One case by the real commands, told by the case's own judge."""
    about = json.loads(case.read_text("utf-8"))
    folder = scratch / case.stem
    folder.mkdir()
    clone = _clone(case, mirror)
    (folder / "sources.toml").write_text(f'sources = ["git:{clone}@{about["T_commit"]}"]\n')
    command = [sys.executable, "-m", "sourcing"]
    for words in (["crawl"], ["score", "--as-of", about["T_date"]]):
        subprocess.run([*command, *words], cwd=folder, check=True, capture_output=True)
    listed = [*command, "shortlist", "--format", "csv", "--limit", "0"]
    table = subprocess.run(listed, cwd=folder, check=True, capture_output=True).stdout
    (folder / "ranked.csv").write_bytes(table)
    judge = [sys.executable, str(case.parents[1] / "score_ranking.py"), str(case), "ranked.csv"]
    told = subprocess.run([*judge, "--json"], cwd=folder, check=True, capture_output=True).stdout
    found: dict[str, Any] = json.loads(told)
    return found


def _rival(cases: Sequence[Path], mirror: Path, scratch: Path) -> dict[str, dict[str, float]]:
    table = scratch / "baselines.csv"
    script = cases[0].parents[1] / "baselines.py"
    command = [sys.executable, *map(str, (script, mirror, *cases))]
    subprocess.run([*command, "--csv", str(table)], check=True, capture_output=True)
    with table.open(newline="", encoding="utf-8") as lines:
        return {
            row["case"]: {"ap": float(row["ap"]), "owner_auc": float(row["owner_auc"])}
            for row in csv.DictReader(lines)
            if row["baseline"] == RIVAL
        }


def _clone(case: Path, mirror: Path) -> Path:
    name: str = json.loads(case.read_text("utf-8"))["repo"]
    return mirror / name.replace("/", "+") / "repo"


if __name__ == "__main__":
    main()
