"""Openings described in plain words: kept as the file the commands read, and doubted kindly."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from pathlib import Path

import pytest

from db import Store
from scoring import load
from sourcing.core.config import Opening, load_opening
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.shortlist.opening_advice import doubts, fitting
from sourcing.shortlist.shortlist import build
from tests.pages import NOW, Pages, copy

SERVING = {
    "title": "Senior engineer, model serving",
    "bottleneck": "Our agent runs leak GPU slots when users leave, and retries hide it.",
    "problems": "Runs hang after a timeout\r\nA crash loses the session\r\nWe cannot tell which",
    "role": "reliability-tooling",
    "stack": "vLLM, Kubernetes\nRay",
    "level": "senior",
    "pay": "€115-140k",
}


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def test_a_form_becomes_the_file_that_the_commands_read(mine: Pages) -> None:
    assert mine.post("/openings/new", SERVING).status_code == 200
    kept = load_opening(mine.folder / "sources.toml", "senior-engineer-model-serving")
    assert kept.problems == [
        "Runs hang after a timeout",
        "A crash loses the session",
        "We cannot tell which",
    ]
    assert (kept.stack, kept.pay) == (["vLLM", "Kubernetes", "Ray"], "€115-140k")
    assert mine.see("/shortlist?opening=senior-engineer-model-serving").select("li.row")


def test_what_a_human_wrote_into_the_file_stays(mine: Pages) -> None:
    mine.post("/openings/new", {"name": "serving", **SERVING})
    path = mine.folder / "openings" / "serving.toml"
    path.write_text("# asked for by Jo\n" + path.read_text())
    mine.post("/openings/serving", {**SERVING, "bottleneck": 'It "hangs"\r\nevery night.'})
    text = path.read_text()
    assert "# asked for by Jo" in text
    assert tomllib.loads(text)["bottleneck"] == 'It "hangs"\nevery night.'


@pytest.mark.parametrize("name", ["../elsewhere", "a/b", "", "new", "ÜBER", "x" * 80])
def test_a_name_stays_within_its_folder(mine: Pages, name: str) -> None:
    before = sorted(mine.folder.rglob("*.toml"))
    answer = mine.post("/openings/new", {**SERVING, "title": "new", "name": name})
    assert (answer.status_code, SERVING["bottleneck"] in answer.text) == (400, True)
    assert sorted(mine.folder.rglob("*.toml")) == before


def test_what_does_not_fit_is_said_beside_the_form(mine: Pages) -> None:
    evals = {**SERVING, "name": "evals", "role": "mlops", "pay": "", "problems": ""}
    evals["bottleneck"] = "Nobody can measure whether a change made the answers better: no evals."
    page = mine.post("/openings/new", evals).text
    assert "reads like applied-scientist" in page
    assert "No pay is named for senior work" in page
    assert "Name three real problems" in page


@pytest.mark.parametrize(
    ("told", "role"),
    [
        ("Runs hang and our retries hide the crash", "reliability-tooling"),
        ("Serving is too slow: latency doubles with batch size, the GPU idles", "ml-engineer"),
        (
            "We cannot measure whether prompts got better; benchmarks lie",
            "applied-scientist",
        ),
        ("Each deploy is a gamble and no dashboard shows drift", "mlops"),
        ("A training run cannot be reproduced from its checkpoint", "research-engineer"),
    ],
)
def test_a_bottleneck_suggests_its_role(told: str, role: str) -> None:
    found = fitting(told)
    assert found is not None
    assert found.role == role
    assert not [d for d in doubts(Opening(role=role, bottleneck=told)) if "reads like" in d]


@pytest.mark.parametrize(
    ("pay", "said"),
    [
        ("€115-140k", None),
        ("115,000 to 140,000 EUR", None),
        ("90k", None),
        ("€60k-140k", "too wide"),
        ("competitive", "no figure"),
        ("", "No pay"),
    ],
)
def test_pay_is_doubted_only_where_it_says_nothing(pay: str, said: str | None) -> None:
    opening = Opening(bottleneck="It hangs", problems=["a", "b", "c"], pay=pay)
    found = [doubt for doubt in doubts(opening) if "pay" in doubt.lower()]
    assert [said] if said else not found
    assert not said or said in found[0]


def test_a_shortlist_says_what_of_the_opening_somebody_has_met(mine: Pages) -> None:
    wish = "Clients disconnect, and their KV blocks are never released"
    mine.post("/openings/new", {**SERVING, "name": "blocks", "problems": wish})
    reasons = [li.text for li in mine.see("/shortlist?opening=blocks").select(".evidence li")]
    [told] = [reason for reason in reasons if wish in reason and "as co-author" not in reason]
    assert "Release KV blocks when a client disconnects during prefill" in told
    assert not any(wish in li.text for li in mine.see("/shortlist").select(".evidence li"))


def test_an_opening_orders_its_people_as_the_command_does(mine: Pages) -> None:
    form = SERVING | {"name": "mine", "place": "remote within CET ±3"}
    mine.post("/openings/new", form)
    with Store(mine.db) as store:
        rubric, wanted = load({}), load_opening(mine.folder / "sources.toml", "mine")
        query = ShortlistQuery(role=wanted.role, limit=0)
        listed = build(store, rubric, query, NOW, ("mine", wanted)).rows
    page = mine.json("/shortlist?opening=mine")
    assert [p["person_id"] for p in page["people"]] == [row.person_id for row in listed][:20]
    alone = mine.json(f"/shortlist?role={wanted.role}")
    assert [p["person_id"] for p in alone["people"]] != [p["person_id"] for p in page["people"]]
    with Store(mine.db) as store:
        roles = {row[0] for row in store.conn.execute("SELECT role FROM shortlist")}
    assert roles == set(rubric.roles), "an opening is no role"


def test_a_person_from_a_shortlist_says_what_their_work_has_to_do_with_it(mine: Pages) -> None:
    [best, *_] = mine.json("/shortlist?opening=serving")["people"]
    page = mine.see(f"/people/{best['person_id']}?opening=serving")
    met = page.select_one("section[aria-labelledby=answers]")
    assert met is not None
    assert all(f"“{one['wanted']}”" in met.get_text() for one in best["matches"])
    assert not mine.see(f"/people/{best['person_id']}").select("section[aria-labelledby=answers]")
