"""The search page, and the works that answer the problems of an opening."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Pages, copy

WISH = "Clients disconnect, and their KV blocks are never released"
ANSWER = "Release KV blocks when a client disconnects during prefill"


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def test_a_sentence_finds_work_with_its_people(mine: Pages) -> None:
    page = mine.see(f"/search?q={WISH}")
    first = page.select(".work")[0]
    assert ANSWER in first.text
    assert first.select("a[href^='/people/']")
    assert "Fit 0." in first.text


def test_more_like_this_leaves_the_example_out(mine: Pages) -> None:
    first = mine.see(f"/search?q={WISH}").select(".work")[0]
    [more] = [a["href"] for a in first.select("a") if a.text == "More like this"]
    page = mine.see(str(more))
    assert page.select(".work")
    assert ANSWER not in [a.text for a in page.select(".work a")]


@pytest.mark.parametrize("query", ["", "?q=", "?q=%22%29", "?q=zzzz", "?person=1"])
def test_no_question_ends_in_an_error(mine: Pages, query: str) -> None:
    assert mine.get(f"/search{query}").status_code == 200


def test_an_unknown_example_is_said(mine: Pages) -> None:
    answer = mine.get("/search?like=https://forge.example/none")
    assert answer.status_code == 400
    assert "no contribution with this address is stored" in answer.text


def test_an_opening_lists_the_works_that_answer_it(mine: Pages) -> None:
    mine.post("/openings/new", {"name": "blocks", "role": "mlops", "problems": WISH})
    page = mine.see("/openings/blocks")
    assert ANSWER in page.select(".work")[0].text
