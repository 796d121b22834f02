"""The same change in ten languages has the same kind and nearly the same substance."""

from __future__ import annotations

import tomllib
from pathlib import Path
from typing import Any

import pytest

from benchmarks.languages import CLOSE, FILES, read
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


@pytest.mark.parametrize(
    ("title", "code"),
    [
        ("Version erhöht auf 2.4.1", "de"),
        ("Incrémente la version à 2.4.1", "fr"),
        ("Dimezza la memoria dell'indice", "it"),
        ("Update la version of a plugin", "en"),
        ("Add el capitan", "en"),
    ],
)
def test_a_short_title_needs_a_term_of_the_field(title: str, code: str) -> None:
    assert language(title) == code


def test_a_text_in_an_unknown_script_is_reported_and_not_judged_by_its_words() -> None:
    paths = ("queue/worker.py", "tests/test_worker.py")
    thai = "แก้ไขการหยุดทำงานของคิวเมื่อปิดระบบ"
    other = classify(Change(thai, thai * 6, paths, 2, 60, 10))
    silent = classify(Change("Change the queue", "", paths, 2, 60, 10))
    assert other.reasons[1] == "text not read: its language is unknown"
    assert other.substance >= silent.substance
    assert "text not read: its language is unknown" not in silent.reasons


def test_most_invented_changes_are_read_alike_in_every_language() -> None:
    rows = [row for file in FILES for row in tomllib.loads(file.read_text("utf-8"))["change"]]
    for code in CODES:
        kinds = sum(read(row, code).work == read(row, "en").work for row in rows)
        close = sum(
            abs(read(row, code).substance - read(row, "en").substance) <= CLOSE for row in rows
        )
        assert min(kinds, close) >= 0.9 * len(rows), code


def test_english_and_unknown_words_stay() -> None:
    assert language("Add die roller for el capitan") == "en"
    assert in_english("Fix deadlock", "en") == "Fix deadlock"
    assert in_english("Behebt xyzzy", "de") == "fix xyzzy"
