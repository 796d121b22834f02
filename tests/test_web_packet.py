"""The hiring manager's packet: a file out, her answers in, and only a human changes weights."""

from __future__ import annotations

import json
import tomllib
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import httpx
import pytest
from bs4 import BeautifulSoup

from db import Store
from db.ranking import persons, scoring_queue
from scoring import DEFAULT_ROLE
from scoring import load as load_rubric
from sourcing.core.text import has_address
from sourcing.people import review_packet
from sourcing.pipeline.evaluate import assess, forget_readings
from sourcing.pipeline.settings import load_config
from tests.pages import NOW, Pages, copy
from tests.people import QUINN, crawl, fix, world


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def bring(pages: Pages, *answers: dict[str, Any], **told: Any) -> httpx.Response:
    text = json.dumps({"packet": 1, "opening": "", "by": "Jo Hale", "answers": answers} | told)
    return pages.client.post(
        "/packet/answers",
        files={"answers": ("answers.json", text)},
        headers={"origin": pages.origin},
    )


def strongest(pages: Pages, person: int) -> int:
    return int(pages.json(f"/people/{person}")["strongest"][0]["work"]["id"])


def test_the_packet_is_one_file_that_asks_nobody(mine: Pages) -> None:
    answer = mine.get("/packet/file?with=9&with=13")
    assert "attachment" in answer.headers["content-disposition"]
    page = BeautifulSoup(answer.text, "lxml")
    assert len(page.select("article[data-person]")) == 2
    assert not page.select("link[rel=stylesheet], script[src], img")
    policy = page.find("meta", attrs={"http-equiv": "Content-Security-Policy"})
    assert policy is not None
    assert "default-src 'none'" in str(policy["content"])
    assert not has_address(answer.text)
    assert "</script><script" not in answer.text


def test_no_packet_about_who_is_to_be_left_alone(mine: Pages) -> None:
    mine.post("/people/9/mark", {"status": "do not contact"})
    refused = mine.get("/packet/file?with=9&with=13")
    assert (refused.status_code, "must be left alone" in refused.text) == (400, True)
    assert mine.get("/packet/file").status_code == 400


def test_what_was_misread_is_corrected_for_good(mine: Pages) -> None:
    piece, before = strongest(mine, 9), mine.json("/people/9")["points"]
    said = bring(
        mine, {"person": 9, "verdict": "no", "reason": "misread", "contribution": piece}
    ).text
    assert "1 answer kept. 1 misread" in said
    with Store(mine.db) as store:
        for again in (False, True):
            if again:
                forget_readings(store)
            assess(store, load_config(mine.folder / "sources.toml"), NOW)
            found = mine.json("/people/9")
            assert found["points"] < before
            assert piece not in {s["work"]["id"] for s in found["strongest"]}
            mine_still = scoring_queue.credited(store, [9])[9]
            assert piece not in {one.contribution for one in mine_still if one.evidence.value}
    assert mine.json("/people/9")["verdicts"][0]["by"] == "Jo Hale"


def test_whatever_the_packet_shows_can_be_answered(tmp_path: Path) -> None:
    day = "2026-11-02T10:00:00Z"
    many = tuple(replace(fix(200 + n, f"Fix deadlock {n}", QUINN), at=day) for n in range(12))
    rubric, now = load_rubric(), "2026-11-16T03:00:00Z"
    with Store(tmp_path / "s.db") as store:
        crawl(store, world(many))
        [person] = persons.find(store, "quinn-sato")
        page = BeautifulSoup(
            review_packet.write(store, rubric, DEFAULT_ROLE, None, [person], NOW), "lxml"
        )
        options = page.select("[data-for=misread] option:not([value=''])")
        shown = [int(str(option["value"])) for option in options]
        for piece in shown:
            answer = {"person": person, "verdict": "no", "contribution": piece}
            text = json.dumps({"packet": 1, "opening": "", "by": "Jo Hale", "answers": [answer]})
            assert review_packet.take(store, rubric, text, now).misread == 1
    assert shown


def test_other_reasons_only_propose_and_a_human_accepts(mine: Pages) -> None:
    config = mine.folder / "sources.toml"
    before = config.read_text()
    for person in (9, 13):
        bring(mine, {"person": person, "verdict": "maybe", "reason": "more",
                     "area": "evaluation design"})  # fmt: skip
    [proposal] = mine.json("/packet")["proposals"]
    assert (proposal["answers"], proposal["area"]) == (2, "evaluation design")
    assert config.read_text() == before
    chosen = {"opening": "", "area": "evaluation design", "decision": "accept"}
    assert "Accepted" in mine.post("/packet/weights", chosen).text
    weights = tomllib.loads(config.read_text())["roles"]["reliability-tooling"]
    assert weights == proposal["weights"]
    assert config.read_text().startswith(before.partition("\n")[0])
    assert mine.json("/packet")["proposals"] == []
    assert mine.post("/packet/weights", chosen).status_code == 400


def test_a_proposal_may_be_left(mine: Pages) -> None:
    bring(mine, {"person": 9, "verdict": "no", "reason": "more", "area": "data judgment"})
    before = (mine.folder / "sources.toml").read_text()
    mine.post("/packet/weights", {"opening": "", "area": "data judgment", "decision": "dismiss"})
    assert (mine.folder / "sources.toml").read_text() == before
    assert mine.json("/packet")["proposals"] == []


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"person": 4711, "verdict": "yes"}, "not here"),
        ({"person": 9, "verdict": "yes", "area": "wizardry"}, "no area"),
        ({"person": 9, "verdict": "no", "contribution": 1_000_000}, "not theirs"),
    ],
)
def test_what_does_not_fit_is_left_out_and_said(
    mine: Pages, answer: dict[str, Any], said: str
) -> None:
    text = bring(mine, answer, {"person": 13, "verdict": "yes"}).text
    assert "1 answer kept" in text
    assert said in text


def test_a_file_that_is_none_is_refused_in_one_line(mine: Pages) -> None:
    for wrong in ({"packet": 2}, {"by": ""}, {"answers": [{"person": 9}]}, {"extra": 1}):
        answer = bring(mine, **wrong)
        assert (answer.status_code, "not a file of answers" in answer.text) == (400, True)
    empty = mine.post("/packet/answers", {"answers": "not json"})
    assert (empty.status_code, "not a file of answers" in empty.text) == (400, True)


def test_no_address_is_kept_from_a_note(mine: Pages) -> None:
    bring(mine, {"person": 9, "verdict": "yes", "note": "ask maren@tuulik.example, <b>soon</b>"})
    assert "address removed" in mine.json("/people/9")["verdicts"][0]["note"]
    assert not mine.see("/people/9").select("article b b")
