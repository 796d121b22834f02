"""The connector of the guide, dropped into the package, serves a person's whole way.

The guide is enough: this test installs its code blocks and edits nothing else.
"""

from __future__ import annotations

import json
import re
import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

import connectors
from db import Store
from tests.conftest import Sourcing
from tests.people import SENDER

GUIDE = (Path(__file__).parents[1] / "docs" / "connectors.md").read_text()
JANE = "Jane Roe"
TEXT = (
    "GPU slots stayed taken when users left: cancelled requests kept their slots for two hours in"
    " production. The root cause was a lock taken twice on abort, so that users who left blocked"
    " slots. We added a regression test that reproduces the hang, and p99 latency fell from 900 ms"
    " to 120 ms."
)


def post(number: int, author: str = JANE, host: str = "kiln.example") -> str:
    entry = {
        "url": f"https://{host}/{number}",
        "title": f"GPU slots stay taken when users leave, part {number}",
        "day": f"2026-11-{number:02}",
        "author": author,
        "text": TEXT,
    }
    return json.dumps(entry) + "\n"


@pytest.fixture
def notes(
    sourcing: Sourcing, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> Iterator[Sourcing]:
    """The package of the guide, a file for it, and a config."""
    package = tmp_path / "more" / "notes"
    package.mkdir(parents=True)
    blocks = re.findall(r"```python\n(.*?)```", GUIDE, re.DOTALL)
    for name, block in zip(("__init__", "declaration", "reader"), blocks, strict=False):
        (package / f"{name}.py").write_text(block)
    monkeypatch.setattr(connectors, "__path__", [*connectors.__path__, str(package.parent)])
    file = tmp_path / "posts.jsonl"
    file.write_text("".join(map(post, (2, 3, 4))) + post(5, "Bo Lind", "bo.example"))
    sourcing.config(f"notes:{file}", outreach=SENDER)
    yield sourcing
    for module in [name for name in sys.modules if name.startswith("connectors.notes")]:
        del sys.modules[module]


def append(sourcing: Sourcing, line: str) -> None:
    with (sourcing.folder / "posts.jsonl").open("a") as file:
        file.write(line)


def everything(sourcing: Sourcing) -> str:
    with Store(sourcing.folder / "sourcing.db", write=False) as store:
        return "\n".join(line for line in store.conn.iterdump() if not line.startswith("CREATE"))


def test_from_the_crawl_to_a_citation(notes: Sourcing) -> None:
    crawled = notes("crawl")
    assert (crawled.status, "4 contributions stored" in crawled.err) == (0, True)
    assert "nothing new" in notes("crawl").err
    assert JANE in notes("shortlist", "--limit", "0").out
    assert "https://kiln.example/" in notes("show", JANE).out
    assert notes("draft", JANE, "--cite", "https://kiln.example/2").status == 0
    assert "https://kiln.example/" in notes("drafts", "show", "1").out
    assert notes("doctor").status in (0, 1)


def test_a_person_who_said_no_before_the_first_crawl_is_never_stored(notes: Sourcing) -> None:
    for who in (f"notes:kiln.example/{JANE}", "https://bo.example/about"):
        assert notes("suppress", who, "--yes").status == 0
    append(notes, post(6, "Cy Ahn", "cy.example"))
    assert notes("crawl").status == 0
    held = everything(notes)
    assert "Cy Ahn" in held
    assert JANE not in held
    assert "kiln.example/2" not in held


def test_the_access_copy_holds_the_work(notes: Sourcing) -> None:
    notes("crawl")
    assert notes("access", JANE, "--to", "jane.json").status == 0
    copied = json.loads((notes.folder / "jane.json").read_text())
    assert {row["url"] for row in copied["work"]} == {
        f"https://kiln.example/{number}" for number in (2, 3, 4)
    }


def test_an_erased_person_does_not_come_back(notes: Sourcing) -> None:
    notes("crawl")
    assert notes("forget", JANE, "--yes").status == 0
    append(notes, post(7))
    assert notes("crawl").status == 0
    assert JANE not in everything(notes)


def test_gaps_are_shown_by_doctor_and_runs(
    notes: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    notes("crawl")
    connector = connectors.load("notes")
    gaps = replace(connector, gaps=lambda cursor: [f"a gap after {cursor['lines']} lines"])
    monkeypatch.setattr(sys.modules["connectors.notes.declaration"], "CONNECTOR", gaps)
    for command in ("doctor", "runs"):
        assert "posts.jsonl: a gap after 4 lines" in notes(command).out


@pytest.mark.parametrize("name", ["Sign In", "Your Name", "root", "undefined undefined", "Von"])
def test_a_name_that_is_no_persons_is_not_stored_as_a_person(notes: Sourcing, name: str) -> None:
    append(notes, post(8, name))
    assert notes("crawl").status == 0
    with Store(notes.folder / "sourcing.db", write=False) as store:
        assert store.scalar("SELECT count(*) FROM persons") == 2
        assert store.scalar("SELECT count(*) FROM identities") == 2
        assert store.scalar("SELECT count(*) FROM contributions") == 5


def test_a_machine_is_no_person(notes: Sourcing) -> None:
    append(notes, post(8, "renovate[bot]"))
    assert notes("crawl").status == 0
    with Store(notes.folder / "sourcing.db", write=False) as store:
        assert store.scalar("SELECT count(*) FROM persons") == 2


def test_a_malformed_line_is_a_failure_of_this_source_with_its_place(notes: Sourcing) -> None:
    (notes.folder / "posts.jsonl").write_text('{"url": 1}\n')
    failed = notes("crawl")
    assert (failed.status, "a line cannot be read" in failed.err) == (1, True)
