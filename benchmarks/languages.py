"""Compares the reading of a change in nine languages with the reading of its English text.

    python -m benchmarks.languages [-v]

The changes are invented (languages.toml here, and that of the tests). `-v` lists the differences.
It measures the classifier only; it does not measure how well the English text is read.
"""

from __future__ import annotations

import sys
import tomllib
from collections import Counter
from pathlib import Path
from typing import Any

from scoring import Change, classify
from sourcing.core.model import Evidence

ROOT = Path(__file__).parents[1]
FILES = (ROOT / "benchmarks" / "languages.toml", ROOT / "tests" / "languages.toml")
CODES = ("zh", "ja", "ko", "de", "fr", "es", "pt", "ru", "it")
#: The largest difference of substance that counts as the same.
CLOSE = 0.5


def main() -> None:
    """Print the shares per language and in total."""
    rows = [row for file in FILES for row in tomllib.loads(file.read_text("utf-8"))["change"]]
    kinds: Counter[str] = Counter()
    close: Counter[str] = Counter()
    for row in rows:
        english = read(row, "en")
        for code in CODES:
            other = read(row, code)
            kinds[code] += other.work == english.work
            close[code] += abs(other.substance - english.substance) <= CLOSE
            if "-v" in sys.argv and other.work != english.work:
                print(f"{row['en'][0]}: {english.work}, {code} {other.work} {other.reasons}")
            elif "-v" in sys.argv and abs(other.substance - english.substance) > CLOSE:
                print(f"{row['en'][0]}: {english.substance}, {code} {other.substance}")
    print("| language | same kind | substance within 0.5 |\n|---|--:|--:|")
    for code in CODES:
        print(f"| {code} | {kinds[code] / len(rows):.3f} | {close[code] / len(rows):.3f} |")
    total = len(rows) * len(CODES)
    print(f"| all | {kinds.total() / total:.3f} | {close.total() / total:.3f} |")


def read(row: dict[str, Any], code: str) -> Evidence:
    """The reading of a row in one language."""
    title, body = row[code]
    paths = tuple(row["paths"])
    return classify(Change(title, body, paths, len(paths), row["additions"], row["deletions"]))


if __name__ == "__main__":
    main()
