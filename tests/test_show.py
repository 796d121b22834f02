"""A dossier: the strongest work in plain words, its decision, areas, months, caveats."""

from __future__ import annotations

import json
from datetime import UTC, datetime

import pytest

from db.ranking.persons import MonthOfWork
from sourcing.people.profile import every_month
from tests.conftest import Sourcing
from tests.gitrepo import ADA, BO, GitRepo

FORGE = "https://forge.example/anvil/press"
NOW = 1_763_000_000
QUIET = ("Quinn Sato", "77+quinn-sato@users.noreply.github.com")
ONCE = ("Ines Hafner", "78+ines-hafner@users.noreply.github.com")
LEAK = """Fix hang when a request is aborted during prefill (#41)

Root cause: cancelled requests never gave their cache blocks back to the pool.

I considered a timeout on every request, at the cost of breaking long prompts.

We free the blocks on the abort path instead of waiting for a sweep to find them.

The regression test cancels 10,000 requests in prefill; it fails on main and passes here.
"""


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    with GitRepo(sourcing.folder / "press", clock=NOW - 3600 * 900) as repo:
        repo.commit(LEAK, author=QUIET, files={"press/pool.py": "y", "tests/test_abort.py": "z"})
        for number, title in enumerate(("Fix race in allocator", "Fix crash on 503"), 42):
            repo.commit(f"{title} (#{number})", author=QUIET, files={f"press/{number}.py": "y"})
        for author, number in ((ADA, 60), (BO, 61), (ONCE, 62)):
            repo.commit(
                f"Fix deadlock in worker {number} (#{number})",
                author=author,
                files={f"press/{number}.py": "y"},
            )
    path = str(sourcing.folder / "press")
    sourcing.config(f"git:{path}", git__forge={path: FORGE})
    assert sourcing("crawl").status == 0
    return sourcing


def test_the_strongest_work_and_its_decision(world: Sourcing) -> None:
    said = world("show", "quinn-sato").out
    assert "reliability: Fix hang when a request is aborted during prefill" in said
    assert "problem  “Root cause: cancelled requests never gave their cache blocks back" in said
    assert "options  “I considered a timeout on every request, at the cost of" in said
    assert "choice   “We free the blocks on the abort path instead of waiting" in said
    assert "proof    “The regression test cancels 10,000 requests in prefill;" in said
    assert "What would that not have caught?" in said
    assert "implementation quality █" in said
    assert "Thin evidence: all of it is from one place, anvil/press." in said
    dossier = json.loads(world("show", "quinn-sato", "--format", "json").out)
    assert [s["work"]["url"] for s in dossier["strongest"]][:1] == [f"{FORGE}/pull/41"]
    assert len(dossier["strongest"]) == 3
    assert len(dossier["questions"]) == 2
    assert len(dossier["areas"]) == 6
    assert sum(dossier["areas"].values()) == pytest.approx(dossier["score"])


def test_each_shown_work_says_in_one_line_why_it_is_strong(world: Sourcing) -> None:
    line = (
        "Repair of a hard problem (hang) with tests; names the cause; weighs alternatives; 2 files"
    )
    assert line in world("show", "quinn-sato").out
    [row, *_] = json.loads(world("shortlist", "--format", "json").out)
    assert row["works"][0]["why"] == line
    dossier = json.loads(world("show", "quinn-sato", "--format", "json").out)
    assert dossier["strongest"][0]["work"]["why"] == line


def test_routine_work_is_shown_only_where_there_is_nothing_else(sourcing: Sourcing) -> None:
    with GitRepo(sourcing.folder / "press", clock=NOW - 3600 * 900) as repo:
        repo.commit(LEAK, author=QUIET, files={"press/pool.py": "y"})
        for author, number in ((QUIET, 50), (ONCE, 60)):
            repo.commit(
                f"Bump lathe from 1 to 2 (#{number})", author=author, files={"uv.lock": "2"}
            )
            repo.commit(f"Rename the pool (#{number + 1})", author=author, files={"a/b.py": "2"})
    path = str(sourcing.folder / "press")
    sourcing.config(f"git:{path}", git__forge={path: FORGE})
    assert sourcing("crawl").status == 0
    for options in ((), ("--repo", "press")):
        rows = json.loads(sourcing("shortlist", "--format", "json", *options).out)
        shown = {row["name"]: [work["title"] for work in row["works"]] for row in rows}
        assert [title.partition(" (")[0] for title in shown[QUIET[0]]] == [LEAK.partition(" (")[0]]


def test_what_made_it_be_read_so_is_told_in_words(world: Sourcing) -> None:
    said = world("show", "quinn-sato").out
    assert "because of “hang" in said
    assert " in the title; " in said
    assert "cause named" in said
    assert "title: " not in said


def test_thin_evidence_and_ties_are_said(world: Sourcing) -> None:
    said = world("show", "ines-hafner").out
    assert "Thin evidence: only one work is known." in said
    assert "2 others have the same score, to 0.1" in said
    assert "A decision, quoted" not in said
    assert "the same score" not in world("show", "quinn-sato").out
    table = world("shortlist").out
    assert table.count("=") >= 3
    assert "the order between them says nothing" in table
    assert world("shortlist", "--format", "md").out.count(", tied") == 3
    rows = json.loads(world("shortlist", "--format", "json").out)
    assert [row["tied"] for row in rows] == [False, True, True, True]
    [first, second] = json.loads(world("shortlist", "--format", "json", "--limit", "2").out)
    assert (first["tied"], second["tied"]) == (False, True)


def test_months_without_work_are_there_too() -> None:
    months = [
        MonthOfWork("2025-11", work=2, relevant=1),
        MonthOfWork("2026-02", work=1, relevant=1),
    ]
    assert list(every_month(months, 24)) == [
        ("2025-11", 2, 1), ("2025-12", 0, 0), ("2026-01", 0, 0), ("2026-02", 1, 1)
    ]  # fmt: skip
    assert [name for name, *_ in every_month(months, 2)] == ["2026-01", "2026-02"]
    assert list(every_month([], 24)) == []


def test_the_last_public_work_is_any_work(sourcing: Sourcing) -> None:
    later = NOW + 30 * 86_400
    with GitRepo(sourcing.folder / "press") as repo:
        repo.commit(LEAK, author=QUIET, files={"press/pool.py": "y"}, at=NOW)
        repo.commit("Fix typo (#90)", author=QUIET, files={"README.md": "t"}, at=later)
    path = str(sourcing.folder / "press")
    sourcing.config(f"git:{path}", git__forge={path: FORGE})
    assert sourcing("crawl").status == 0
    [entry] = json.loads(sourcing("shortlist", "--format", "json").out)
    assert entry["last_active"] == f"{datetime.fromtimestamp(later, UTC):%Y-%m-%d}"
    assert "typo" not in json.dumps(entry)
