"""Fits scoring/calibration.toml to judged changes, and reports the result on left-out repositories.

    python -m benchmarks.calibrate [SHARED] [--write]

SHARED (default ../shared) contains `labels/train.jsonl`. The fit is ridge regression for substance
and logistic regression for relevance and certainty (scikit-learn, extra `bench`). Substance is
scaled to the spread of the raters' values. Features that show effort or thought never lower it.
It does not change the rules that decide the kind.
"""

from __future__ import annotations

import json
import sys
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
from scipy.stats import spearmanr
from sklearn.linear_model import (
    LogisticRegression,
    Ridge,
)

from scoring.calibration import features
from scoring.change import Change
from scoring.classify import RELEVANT, Read, read_by_rules

FOLDS, RARE = 12, 15
#: The features that say how sure a kind is.
_CERTAIN = ("margin", "top points", "no text", "no source", "text", "kind ", "share ")
#: The features that never lower the substance.
_RISING = ("rule substance", "text", "cue ", "work with test", "size", "builder size")
#: The least weights for substance. A test that comes with the work outweighs the share of the
#: points that its path takes from the kind. Explanations are rare in the judged rows.
_LEAST = {
    "work with test": 0.1,
    "cue cause named": 0.15,
    "cue alternatives weighed": 0.25,
    "cue measurement given": 0.2,
}
_TABLE = Path(__file__).parents[1] / "scoring" / "calibration.toml"

Row = dict[str, Any]
Matrix = Any  # numpy arrays; the package has no types for them that mypy would check
Fit = Callable[[Matrix], tuple[Matrix, float]]


def main() -> None:
    """Report, and write the table if asked."""
    paths = [word for word in sys.argv[1:] if not word.startswith("--")]
    shared = Path(paths[0] if paths else "../shared")
    rows = [json.loads(line) for line in (shared / "labels/train.jsonl").open(encoding="utf-8")]
    tables = {name: _fit_table(rows, known=name == "known") for name in ("known", "unknown")}
    if "--write" in sys.argv:
        _TABLE.write_text(_HEADER + "\n".join(_toml(*table) for table in tables.items()), "utf-8")


_HEADER = """\
# Weights of features: [substance, relevance, certainty]. Relevance and certainty are logistic.
# Fitted by `python -m benchmarks.calibrate --write` to changes that two people judged. "unknown" is
# for changes without known sizes. No person, outcome or repository is an input.

"""


def _fit_table(rows: Sequence[Row], *, known: bool) -> tuple[list[float], dict[str, list[float]]]:
    readings = [_reading(row, known=known) for row in rows]
    found = [features(reading.facts) for reading in readings]
    counts: dict[str, int] = {}
    for one in found:
        for name in one:
            counts[name] = counts.get(name, 0) + 1
    names = sorted(name for name, n in counts.items() if n >= RARE or name in _LEAST)
    matrix = np.array([[one.get(name, 0.0) for name in names] for one in found])
    certain = np.array([name.startswith(_CERTAIN) for name in names])
    substance = np.array([float(row["substance"]) for row in rows])
    relevant = np.array([bool(row["relevant"]) for row in rows])
    right = np.array(
        [one.evidence.work == row["kind"] for one, row in zip(readings, rows, strict=True)]
    )
    rising = np.array([name.startswith(_RISING) for name in names])
    fits: tuple[Fit, ...] = (
        lambda on: _ridge(matrix[on], substance[on], rising),
        lambda on: _logistic(matrix[on], relevant[on], 0.5),
        lambda on: _logistic(matrix[on] * certain, right[on], 0.3),
    )
    _report(rows, matrix, fits, (substance, relevant, right), known=known)
    columns = [fit(np.arange(len(rows))) for fit in fits]
    for name, least in _LEAST.items():
        if name in names:
            columns[0][0][names.index(name)] = max(least, columns[0][0][names.index(name)])
    start = [float(intercept) for _, intercept in columns]
    weights = {
        name: [float(c[0][at]) * (1 if n < 2 or certain[at] else 0) for n, c in enumerate(columns)]
        for at, name in enumerate(names)
    }
    return start, weights


def _reading(row: Row, *, known: bool) -> Read:
    change = Change(
        row["title"],
        row["body"] or "",
        tuple(row["paths"] or ()),
        row["files"],
        row["additions"],
        row["deletions"],
    )
    return read_by_rules(
        change if known else replace(change, files=None, additions=None, deletions=None)
    )


def _ridge(matrix: Matrix, target: Matrix, rising: Matrix) -> tuple[Matrix, float]:
    """Ridge regression in which the weights of `rising` features are not below zero."""
    used = np.ones(matrix.shape[1], dtype=bool)
    while True:
        model = Ridge(alpha=8).fit(matrix * used, target)
        falling = used & rising & (model.coef_ < 0)
        if not falling.any():
            break
        used &= ~falling
    scale = target.std() / model.predict(matrix * used).std()
    mean = target.mean()
    return model.coef_ * scale * used, mean + (model.intercept_ - mean) * scale


def _logistic(matrix: Matrix, target: Matrix, c: float) -> tuple[Matrix, float]:
    model: Any = LogisticRegression(C=c, max_iter=5_000)
    model.fit(matrix, target)
    return model.coef_[0], model.intercept_[0]


def _report(
    rows: Sequence[Row],
    matrix: Matrix,
    fits: Sequence[Fit],
    targets: tuple[Matrix, Matrix, Matrix],
    *,
    known: bool,
) -> None:
    """Predict each repository from the others."""
    repos = sorted({row["repo"] for row in rows})
    group = np.array([repos.index(row["repo"]) % FOLDS for row in rows])
    said = np.zeros((3, len(rows)))
    for fold in range(FOLDS):
        out = group == fold
        for n, fit in enumerate(fits):
            weights, start = fit(np.flatnonzero(~out))
            said[n, out] = matrix[out] @ weights + start
    substance, relevant, right = targets
    chosen = 1 / (1 + np.exp(-said[1])) >= RELEVANT
    half = np.argsort(-said[2])[: len(rows) // 2]
    print(
        f"sizes {'known' if known else 'unknown'}, left-out repositories: "
        f"substance rho {spearmanr(said[0], substance)[0]:.3f}, "
        f"relevant F1 {2 * (chosen & relevant).sum() / (chosen.sum() + relevant.sum()):.3f}, "
        f"kind right {right.mean():.3f}, in the surest half {right[half].mean():.3f}"
    )


def _toml(name: str, table: tuple[list[float], dict[str, list[float]]]) -> str:
    start, weights = table
    lines = [f"[{name}]", f"start = {_list(start)}", "", f"[{name}.weights]"]
    return "\n".join([*lines, *(f'"{f}" = {_list(w)}' for f, w in weights.items()), ""])


def _list(values: Sequence[float]) -> str:
    return "[" + ", ".join(f"{value:.3f}" for value in values) + "]"


if __name__ == "__main__":
    main()
