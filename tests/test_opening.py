"""An opening's shortlist: matches are reasons, the unknown are counted, nobody vanishes."""

from __future__ import annotations

import csv
import io
import json
from datetime import UTC, date, datetime
from typing import Any

import pytest

from db import Store
from db.ingest.writer import add
from sourcing.core.config import Config
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.pipeline.evaluate import assess
from sourcing.shortlist import locations
from tests.conftest import Sourcing, toml

NOW = "2026-11-16T03:00:00Z"
HOST, REPO = "forge.example", "forge.example/anvil/press"
WHERE = {"abel": "Berlin", "bela": None, "cleo": "San Francisco, CA", "dora": "Lagos"}
WORK = {
    1: ("abel", "Fix deadlock when a worker dies", "Two locks are taken in another order."),
    2: ("bela", "Release the cache blocks of cancelled requests", "Blocks of requests leaked."),
    3: ("cleo", "Release the cache blocks of requests on abort", "Blocks of requests leaked."),
    4: ("dora", "Fix crash of the vLLM launcher", "It crashed on a null."),
}
PATHS = {1: "press/pool.py", 2: "press/cache/blocks.py", 3: "press/abort.py", 4: "press/run.go"}


@pytest.fixture
def world(sourcing: Sourcing) -> Sourcing:
    """Four people with one change each, one of which a fifth has reviewed."""
    identities = [
        Identity(
            f"github:{HOST}/{who}", name=who.title(), login=who, location=where, type="account"
        )
        for who, where in [*WHERE.items(), ("enno", "Tartu, Estonia")]
    ]
    changes = [
        Contribution(
            f"pr:{REPO}#{number}",
            "merged_pr",
            title,
            f"2026-10-0{number}T00:00:00Z",
            (Credit(f"github:{HOST}/{who}", "author"),)
            + ((Credit(f"github:{HOST}/enno", "reviewer"),) if number == 2 else ()),
            repo=REPO,
            number=number,
            url=f"https://{REPO}/pull/{number}",
            body=body,
            paths=(PATHS[number],),
            additions=80,
            deletions=9,
        )
        for number, (who, title, body) in WORK.items()
    ]
    review = Contribution(
        f"review:{REPO}#2/9",
        "review",
        WORK[2][1],
        "2026-10-03T00:00:00Z",
        (Credit(f"github:{HOST}/enno", "reviewer"),),
        repo=REPO,
        number=2,
        url=f"https://{REPO}/pull/2#review-9",
        body="The cause is that nobody owns the blocks; please hold the lease in one place.",
    )
    with Store(sourcing.folder / "sourcing.db", create=True) as store:
        source, _ = store.source("github:anvil/press", NOW)
        page = Page({}, contributions=(*changes, review), identities=tuple(identities))
        add(store, source, page, NOW)
        assess(store, Config(), datetime(2026, 11, 16, tzinfo=UTC))
    sourcing.config("github:anvil/press")
    (sourcing.folder / "openings").mkdir()
    return sourcing


def opening(world: Sourcing, **keys: object) -> None:
    lines = [f"{key} = {toml(value)}" for key, value in keys.items()]
    (world.folder / "openings" / "serving.toml").write_text("\n".join(lines))


def logins(world: Sourcing) -> list[str]:
    """The people without an opening, in their order."""
    return [row["login"] for row in json.loads(world("shortlist", "--format", "json").out)]


def entries(world: Sourcing, *more: str) -> dict[str, dict[str, Any]]:
    said = world("shortlist", "--opening", "serving", "--format", "json", *more)
    assert said.status == 0
    return {row["login"]: row for row in json.loads(said.out)}


def test_the_order_is_general_before_an_opening_is_given(world: Sourcing) -> None:
    before = logins(world)
    assert before[0] == "abel"
    opening(world, problems=["The launcher crashes"])
    assert next(iter(entries(world))) == "dora"
    assert logins(world) == before


def test_a_problem_brings_who_solved_it_up_and_says_so(world: Sourcing) -> None:
    opening(world, problems=["Deadlocks when workers die", "Cancelled requests keep their blocks"])
    found = entries(world)
    assert next(iter(found)) == "abel"
    assert [row["rank"] for row in found.values()] == [1, 2, 3, 4, 5]
    assert found["abel"]["added"] > 0
    [met] = found["abel"]["matches"]
    assert (met["kind"], met["wanted"]) == ("problem", "Deadlocks when workers die")
    assert met["work"]["url"] == f"https://{REPO}/pull/1"
    assert found["dora"]["matches"] == []
    assert found["dora"]["added"] == 0
    text = world("shortlist", "--opening", "serving", "--format", "md").out
    assert "problem “Deadlocks when workers die”: [Fix" in text
    assert "problem “Deadlocks" in world("shortlist", "--opening", "serving").out
    table = csv.DictReader(
        io.StringIO(world("shortlist", "--opening", "serving", "--format", "csv").out)
    )
    answers = {row["login"]: row["answers"] for row in table}
    assert answers["abel"].startswith("answers 1 of 2 problems; problem “Deadlocks")


@pytest.mark.parametrize(
    ("keys", "who"),
    [
        ({"stack": ["vLLM"]}, {"dora"}),
        ({"stack": ["Go"]}, {"dora"}),
        ({"stack": ["Press"]}, {"abel", "bela", "cleo", "dora"}),
        ({"example_prs": [f"https://{REPO}/pull/1"]}, {"abel"}),
        ({"example_prs": ["anvil/press#4"]}, {"dora"}),
        ({"example_prs": ["press/pool.py"]}, {"abel"}),
        ({"example_prs": ["Deadlock of workers"]}, {"abel"}),
        ({"stack": [" "], "problems": [""], "example_prs": ["%", '"']}, set()),
    ],
)
def test_what_matches(world: Sourcing, keys: dict[str, list[str]], who: set[str]) -> None:
    opening(world, **keys)
    found = {login for login, row in entries(world).items() if row["matches"]} - {"enno"}
    assert found == who


def test_a_dossier_says_what_of_an_opening_the_work_meets(world: Sourcing) -> None:
    opening(world, problems=["Deadlocks when workers die"], stack=["Press"], role="mlops")
    said = world("show", "abel", "--opening", "serving").out
    assert "problem “Deadlocks when workers die”" in said
    assert "stack “Press”" in said
    assert "mlops" in said
    found = json.loads(world("show", "abel", "--opening", "serving", "--format", "json").out)
    assert [match["kind"] for match in found["matches"]] == ["problem", "stack"]
    assert "What of the opening" not in world("show", "enno").out


def test_a_shorter_list_is_the_beginning_of_the_whole(world: Sourcing) -> None:
    opening(world, problems=["Deadlocks when workers die"], stack=["Press"])
    whole = list(entries(world, "--limit", "0"))
    for limit in range(1, 6):
        assert list(entries(world, "--limit", str(limit))) == whole[:limit]


def test_an_example_that_is_not_stored_is_said(world: Sourcing) -> None:
    opening(world, example_prs=["https://forge.example/other/place/pull/3"])
    said = world("shortlist", "--opening", "serving")
    assert "other/place/pull/3: not stored" in said.err
    assert "crawl other/place" in said.err


def test_the_unknown_are_shown_and_counted(world: Sourcing) -> None:
    opening(world, place="remote within CET ±3", level="senior", hours="full time")
    said = world("shortlist", "--opening", "serving")
    assert "3 fit, 1 unknown (shown), 1 elsewhere (not shown)" in said.err
    assert "hours “full time”: people do not publish their hours; ask them" in said.err
    assert "0 of 4 people shown have signs of it" in said.err
    assert "4 unknown" in said.err
    found = entries(world)
    assert set(found) == {"abel", "bela", "dora", "enno"}
    assert found["bela"]["unknown"] == ["place", "level"]
    assert found["abel"]["unknown"] == ["level"]
    opening(world, place="somewhere nice", level="junior", deal_breakers=["on call"])
    said = world("shortlist", "--opening", "serving")
    assert "is not a place that can be compared; all people stay on the list" in said.err
    assert "public work does not show it" in said.err
    assert "for you to check: on call" in said.err
    assert set(entries(world)) == {*WHERE, "enno"}


@pytest.mark.parametrize(
    "keys", [{"stack": ["Go (must)"]}, {"stack": ["must have: go"]}, {"deal_breakers": ["no Go"]}]
)
def test_a_required_language_filters_where_files_are_known(
    world: Sourcing, keys: dict[str, list[str]]
) -> None:
    opening(world, **keys)
    found = entries(world)
    assert set(found) == {"dora", "enno"}
    assert found["dora"]["unknown"] == []
    assert [match["kind"] for match in found["dora"]["matches"]] == ["stack"]
    assert [name.lower() for name in found["enno"]["unknown"]] == ["go"]
    said = world("shortlist", "--opening", "serving")
    assert "1 show it in files of their own relevant work, 1 unknown (shown), 3 do not" in said.err


def test_other_required_technologies_are_marked_unknown(world: Sourcing) -> None:
    opening(world, stack=["vLLM (must)", "Press (nice to have)"], deal_breakers=["on call"])
    found = entries(world)
    assert set(found) == {*WHERE, "enno"}
    assert next(iter(found)) == "dora"
    assert found["dora"]["unknown"] == []
    assert found["abel"]["unknown"] == ["vLLM"]
    assert "for you to check: on call" in world("shortlist", "--opening", "serving").err


def test_a_filter_by_place_says_how_many_are_unknown(world: Sourcing) -> None:
    said = world("shortlist", "--location", "Berlin", "--format", "md")
    assert "Abel" in said.out
    assert "location: 1 more publish none and are not shown" in said.err


def test_about_shows_reviewers_with_what_matches(world: Sourcing) -> None:
    said = world("shortlist", "--about", "cache blocks", "--format", "json")
    found = {row["login"]: row for row in json.loads(said.out)}
    assert set(found) == {"bela", "cleo", "enno"}
    assert found["enno"]["works"][0]["part"] == "reviewer"
    opening(world, stack=["vLLM"])
    assert list(entries(world, "--about", "cache blocks")) == list(found)


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        ('role = "wizard"', "opening serving: role: no role named 'wizard'"),
        ('stak = ["x"]', "stak: unknown key; did you mean 'stack'?"),
        ('stack = "vLLM"', "serving.toml: stack: "),
        ("role = ", "serving.toml: not valid TOML"),
    ],
)
def test_a_wrong_opening_is_one_clear_line(world: Sourcing, text: str, complaint: str) -> None:
    (world.folder / "openings" / "serving.toml").write_text(text)
    said = world("shortlist", "--opening", "serving")
    assert said.status == 2
    assert complaint in said.err
    assert said.err.count("\n") == 1


@pytest.mark.parametrize(
    ("wanted", "yes", "unknown", "no"),
    [
        (
            "remote within CET ±3",
            ["Berlin", "Germany", "Lagos", "Remote, CET", "UTC+2", "Enugu, Nigeria"],
            ["Earth", "Russia", "Georgia", "London / Berlin", "Remote", ""],
            ["San Francisco, CA", "Pune", "US", "UTC-8"],
        ),
        ("Berlin, hybrid", ["Berlin, Germany"], ["Germany", "Remote"], ["Hamburg", "France"]),
        ("Germany or France", ["Munich", "Paris"], ["Remote, CET"], ["Tartu", "Brazil"]),
        ("remote in Europe", ["Porto", "Norway"], ["somewhere"], ["Tokyo", "USA"]),
    ],
)
def test_places(wanted: str, yes: list[str], unknown: list[str], no: list[str]) -> None:
    wish, day = locations.wanted(wanted), date(2026, 11, 16)
    for verdict, texts in ((True, yes), (None, unknown), (False, no)):
        assert {text: locations.fits(wish, [text], day) for text in texts} == dict.fromkeys(
            texts, verdict
        )
    assert locations.fits(wish, [], day) is None


@pytest.mark.parametrize("text", ["", "remote", "Berlin or remote", "anywhere", "Atlantis"])
def test_places_that_ask_for_nothing(text: str) -> None:
    assert not locations.wanted(text)
