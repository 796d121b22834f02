"""The same change in ten languages has the same kind and nearly the same substance."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from scoring import Change, classify
from scoring.languages import in_english, language

CHANGES = tomllib.loads(Path(__file__).with_name("languages.toml").read_text("utf-8"))["change"]
CODES = ("zh", "ja", "ko", "de", "fr", "es", "pt", "ru", "it")


def change(row: dict[str, Any], code: str) -> Change:
    title, body = row[code]
    paths = tuple(row["paths"])
    return Change(title, body, paths, len(paths), row["additions"], row["deletions"])


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: row["kind"])
@pytest.mark.parametrize("code", CODES)
def test_a_language_changes_neither_kind_nor_substance(row: dict[str, Any], code: str) -> None:
    english, other = classify(change(row, "en")), classify(change(row, code))
    assert english.work == row["kind"]
    assert other.work == english.work
    assert abs(other.substance - english.substance) <= 0.5


@pytest.mark.parametrize("row", CHANGES, ids=lambda row: row["kind"])
def test_the_language_of_a_text_is_recognised(row: dict[str, Any]) -> None:
    longer = [code for code in (*CODES, "en") if row[code][1]]
    assert [language(" ".join(row[code])) for code in longer] == longer


def test_english_and_unknown_words_stay() -> None:
    assert language("Add die roller for el capitan") == "en"
    assert in_english("Fix deadlock", "en") == "Fix deadlock"
    assert in_english("Behebt xyzzy", "de") == "fix xyzzy"
