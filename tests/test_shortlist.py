"""One shortlist: terminal, files and pages show the same people, order, numbers and works."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from db import Store
from scoring import load
from sourcing.core.config import load_opening
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.people import digest
from sourcing.shortlist.rows import COLUMNS, ShortlistRow, as_json, cells
from sourcing.shortlist.shortlist import build
from tests.conftest import Sourcing
from tests.pages import NOW, Pages, copy

OPENING = "serving"


@pytest.fixture(scope="module")
def pages(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with copy(demo_world, tmp_path_factory.mktemp("outputs")) as served:
        yield served


def rows_of(folder: Path, opening: str, **fields: Any) -> tuple[ShortlistRow, ...]:
    """The rows of the library itself."""
    config = folder / "sources.toml"
    chosen = (opening, load_opening(config, opening)) if opening else None
    role = chosen[1].role if chosen else "reliability-tooling"
    query = ShortlistQuery(role=role, **fields)
    with Store(folder / "sourcing.db", write=False) as store:
        return build(store, load({}), query, NOW, chosen).rows


def command(sourcing: Sourcing, folder: Path, layout: str, *more: str) -> str:
    places = ("--config", str(folder / "sources.toml"), "--db", str(folder / "sourcing.db"))
    said = sourcing(*places, "shortlist", "--format", layout, *more)
    assert said.status == 0, said.err
    return said.out


def as_text(rows: tuple[ShortlistRow, ...]) -> list[dict[str, str]]:
    return [{name: str(cell) for name, cell in row.items()} for row in cells(rows)]


@pytest.mark.parametrize(
    ("words", "address", "fields"),
    [
        ((), "", {}),
        (("--repo", "anvil/press", "--kind", "reliability"), "&repo=anvil/press&work=reliability",
         {"facets": {"repository": "anvil/press", "work": "reliability"}}),
        (("--about", "kv blocks"), "&about=kv+blocks", {"about": "kv blocks"}),
        (("--status", "new"), "&status=new", {"status": "new"}),
    ],
)  # fmt: skip
@pytest.mark.parametrize("opening", ["", OPENING])
def test_every_output_says_the_same(
    pages: Pages, sourcing: Sourcing, opening: str, words: tuple[str, ...], address: str,
    fields: dict[str, Any],
) -> None:  # fmt: skip
    rows = rows_of(pages.folder, opening, **fields)
    named = ("--opening", opening) if opening else ()
    listed = command(sourcing, pages.folder, "csv", *named, *words)
    assert list(csv.DictReader(io.StringIO(listed))) == as_text(rows)
    as_object = json.loads(command(sourcing, pages.folder, "json", *named, *words))
    assert as_object == json.loads(json.dumps([as_json(row) for row in rows]))
    path = f"/shortlist?opening={opening}{address}"
    assert pages.json(path)["people"] == as_object
    saved = pages.get(f"{path}&format=csv").text
    assert saved.lstrip("\ufeff") == listed.replace("\r\n", "\n").replace("\n", "\r\n")
    text = pages.see(path)
    assert [a.get_text() for a in text.select("li.row h2 a")] == [r.display_name for r in rows]
    for row, shown in zip(rows, text.select("li.row"), strict=True):
        for work in (*row.other_works, *(match.work for match in row.matches)):
            assert work.title in shown.get_text()
    lines = command(sourcing, pages.folder, "md", *named, *words)
    assert re.findall(r"^(\d+)\. \*\*(.*?)\*\*", lines, re.M) == [
        (str(row.rank), row.display_name) for row in rows
    ]
    for row in rows:
        assert row.above in lines
    rows_by_standing = [row for row in rows if row.standing in {"regular", "occasional"}]
    few = json.loads(command(sourcing, pages.folder, "json", *named, *words,
                             "--standing", "regular,occasional"))  # fmt: skip
    assert [r["person_id"] for r in few] == [row.person_id for row in rows_by_standing]


def test_the_columns_begin_with_those_that_scripts_read() -> None:
    assert list(COLUMNS)[:6] == ["rank", "person_id", "login", "name", "aliases", "score"]


def test_digest_compare_and_packet_show_the_same_rows(pages: Pages) -> None:
    wanted = load_opening(pages.folder / "sources.toml", OPENING)
    with Store(pages.db, write=False) as store:
        week = digest.week(store, load({}), {OPENING: wanted}, NOW, 10)
    new = rows_of(pages.folder, OPENING, new_since=week.since, limit=digest.NEW)
    assert week.newcomers[0].people == new
    best = {row.person_id: row for row in rows_of(pages.folder, OPENING, limit=3)}
    among = "&".join(f"with={id_}" for id_ in best)
    compared = pages.json(f"/compare?opening={OPENING}&{among}")["people"]
    for one in compared:
        row = best[one["person"]["id"]]
        assert (one["row"]["score"], one["row"]["added"]) == (row.score, row.added)
        assert one["row"]["percentile"] == one["percentile"] == row.percentile
        assert one["row"]["standing"] == one["standing"] == row.standing
        assert one["row"]["matches"] == json.loads(json.dumps(as_json(row)["matches"]))
    packet = pages.see(f"/packet/file?opening={OPENING}&{among}")
    for row in best.values():
        [card] = packet.select(f'[data-person="{row.person_id}"]')
        assert row.above in card.get_text()
        assert row.answers in card.get_text()
        for match in row.matches:
            assert match.wanted in card.get_text()
            assert match.work.title in card.get_text()


def test_hidden_people_are_on_no_output(pages: Pages, sourcing: Sourcing) -> None:
    first, second, third = (row.person_id for row in rows_of(pages.folder, OPENING, limit=3))
    pages.post(f"/people/{first}/exclude", {"reason": "client"})
    pages.post(f"/people/{second}/mark", {"status": "declined"})
    with Store(pages.db) as store:
        store.conn.execute(
            "UPDATE identities SET mass_contributor = 1 WHERE person_id = ?", [third]
        )
    hidden = {first, second, third}
    for opening in ("", OPENING):
        named = ("--opening", opening) if opening else ()
        listed = json.loads(command(sourcing, pages.folder, "json", "--limit", "0", *named))
        shown = pages.json(f"/shortlist?opening={opening}")
        assert not hidden & {row["person_id"] for row in (*listed, *shown["people"])}
        assert shown["total"] == len(listed)
    declined = json.loads(command(sourcing, pages.folder, "json", "--status", "declined"))
    assert [row["person_id"] for row in declined] == [second]
    among = "&".join(f"with={id_}" for id_ in hidden)
    assert all(one["row"] is None for one in pages.json(f"/compare?{among}")["people"])
