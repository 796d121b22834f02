"""Charts on the pages: the nights of a source, the works of a person over time."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from sourcing.people.activity import timeline
from tests.pages import Pages, copy


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def test_last_night_shows_thirty_nights_of_each_source(mine: Pages) -> None:
    with sqlite3.connect(mine.db) as conn:
        [plumb] = conn.execute(
            "SELECT id FROM sources WHERE name = 'github:plumbline-ai/plumb'"
        ).fetchone()
        for day in range(17, 31):
            at = f"2026-11-{day}T03:00:00Z"
            night = conn.execute(
                "INSERT INTO nights (started_at, outcome) VALUES (?, 'done')", [at]
            ).lastrowid
            if day != 20:
                conn.execute(
                    "INSERT INTO runs (source_id, night_id, started_at, outcome)"
                    " VALUES (?, ?, ?, ?)",
                    [plumb, night, at, "failed" if day == 25 else "unchanged"],
                )
    conn.close()
    [row] = [r for r in mine.see("/night").select("tbody tr") if "plumbline" in r.text]
    chart = row.select_one("svg.strip")
    assert chart is not None
    assert chart["aria-label"] == "13 of 15 nights read, 1 failed, 1 not tried"
    bars = [str(title.string) for title in chart.select("rect title")]
    assert (len(bars), bars[4], bars[9]) == (15, "2026-11-20: not tried", "2026-11-25: failed")


def test_a_person_has_a_timeline_of_the_works_that_count(mine: Pages) -> None:
    [first, *_] = mine.json("/shortlist")["people"]
    page = mine.see(f"/people/{first['person_id']}")
    chart = page.select_one("svg.timeline")
    assert chart is not None
    titles = {str(title.string).partition(": ")[2] for title in chart.select("circle title")}
    shown = {a.get_text() for a in page.select(".evidence a")}
    assert len(titles) >= len(shown & titles) > 0


def test_the_timeline_begins_with_the_first_work_and_ends_now() -> None:
    now = datetime(2026, 11, 16, tzinfo=UTC)
    works = [("2024-11-16", "data", "a"), ("2026-11-16", "data", "b"), ("2025-11-16", "docs", "c")]
    found = timeline([*works, works[0]], now)
    assert [kind for kind, _ in found.rows] == ["data", "docs"]
    assert [dot.at for dot in found.rows[0][1]] == [0.0, 1.0]
    assert [dot.at for dot in found.rows[1][1]] == pytest.approx([0.5], abs=0.01)
    assert [year for year, _ in found.years] == [2025, 2026]
    assert timeline([], now).rows == ()
