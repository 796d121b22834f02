"""Several people at once on the shortlist: status, tag, drafts, and undo for some seconds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Pages, copy


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def records(pages: Pages) -> dict[int, tuple[str, list[str]]]:
    people = pages.json("/shortlist")["people"]
    return {one["person_id"]: (one["status"], list(one["tags"])) for one in people}


def test_a_status_and_a_tag_for_two_people_and_back(mine: Pages) -> None:
    before = records(mine)
    new = [id_ for id_, (status, _) in before.items() if status == "new"][:2]
    form = {"with": new, "to_status": "shortlisted", "add_tag": "cache", "next": "/shortlist"}
    said = mine.post("/people/marks", form)
    assert "2 people are now “shortlisted” and tagged “cache”." in said.text
    assert "Undo" in said.text
    now = records(mine)
    assert [now[id_] for id_ in new] == [("shortlisted", ["cache"])] * 2
    assert "Undone." in mine.post("/people/undo", {"next": "/shortlist"}).text
    assert records(mine) == before


def test_undo_leaves_a_tag_that_was_there_before(mine: Pages) -> None:
    first, second = list(records(mine))[:2]
    mine.post(f"/people/{first}/mark", {"tag": "cache"})
    mine.post("/people/marks", {"with": [first, second], "add_tag": "cache"})
    mine.post("/people/undo", {})
    now = records(mine)
    assert (now[first][1], now[second][1]) == (["cache"], [])


@pytest.mark.parametrize("kept", ["", "x", "[]", '{"statuses":{"9":"king"},"tag":"","tagged":[]}'])
def test_there_is_nothing_to_undo(mine: Pages, kept: str) -> None:
    if kept:
        mine.client.cookies.set("undo", kept)
    before = records(mine)
    answer = mine.post("/people/undo", {})
    assert (answer.status_code, "nothing to undo" in answer.text) == (400, True)
    assert records(mine) == before


@pytest.mark.parametrize(
    ("form", "said"),
    [
        ({"to_status": "shortlisted"}, "tick one to 25 people"),
        ({"with": [9]}, "choose a status or type a tag"),
        ({"with": [9], "to_status": "do not contact"}, "set on a person's page"),
        ({"with": [4711], "add_tag": "x"}, "no person here has the number 4711"),
    ],
)
def test_what_is_not_done_for_several_people(
    mine: Pages, form: dict[str, object], said: str
) -> None:
    before = records(mine)
    answer = mine.post("/people/marks", form)
    assert (answer.status_code in {400, 404}, said in answer.text.replace("&#39;", "'")) == (
        True,
        True,
    )
    assert records(mine) == before


def test_drafts_for_several_people_say_who_gets_none(mine: Pages) -> None:
    before = {one["id"]: one["status"] for one in mine.json("/drafts?status=all")["drafts"]}
    people = [one["person_id"] for one in mine.json("/shortlist?opening=serving")["people"]]
    page = mine.post("/people/drafts", {"with": people[:4], "opening": "serving"}).text
    after = {one["id"]: one["status"] for one in mine.json("/drafts?status=all")["drafts"]}
    new = [status for id_, status in after.items() if id_ not in before]
    said = "1 draft waits" if len(new) == 1 else f"{len(new)} drafts wait"
    assert f"{said} for you." in page
    assert "No draft: " in page
    assert set(new) <= {"proposed"}, "nothing is approved for several people"
