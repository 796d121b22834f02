"""`sourcing search`: work that answers a sentence, its people, the words that carried it."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import Any

import pytest

from db import Store
from db.ingest.writer import add
from sourcing.core.config import Config
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.pipeline.evaluate import assess
from sourcing.shortlist import matching
from sourcing.shortlist.matching import Scope
from tests.conftest import Sourcing

NOW = "2026-11-16T03:00:00Z"
HOST, REPO = "forge.example", "forge.example/anvil/press"
WORK = {
    1: ("abel", "Fix memory leak in the request router", "Buffers of cancelled calls were kept."),
    2: ("bela", "Workers hang at shutdown", "Two locks were taken in another order."),
    3: ("cleo", "Rename memory pool to arena", "No change of behaviour."),
    4: ("dora", "修复调度器死锁问题", "锁的顺序不一致。"),
    5: ("enno", "再試行の上限を決めてデッドロックを修正", ""),
    6: ("abel", "Add a progress bar to the uploader", "It shows what is left."),
    7: ("bela", "Retry uploads that time out", "With exponential backoff."),
}


@pytest.fixture
def store(sourcing: Sourcing) -> Store:
    store = Store(sourcing.folder / "sourcing.db", create=True)
    identities = {
        who: Identity(f"github:{HOST}/{who}", name=who.title(), login=who)
        for who, _, _ in WORK.values()
    }
    changes = [change(number, *facts) for number, facts in WORK.items()]
    source, _ = store.source("github:anvil/press", NOW)
    page = Page({}, contributions=tuple(changes), identities=tuple(identities.values()))
    add(store, source, page, NOW)
    assess(store, Config(), datetime(2026, 11, 16, tzinfo=UTC))
    sourcing.config("github:anvil/press")
    return store


def change(number: int, who: str, title: str, body: str) -> Contribution:
    return Contribution(
        f"pr:{REPO}#{number}", "merged_pr", title, f"2026-10-0{number}T00:00:00Z",
        (Credit(f"github:{HOST}/{who}", "author"),), repo=REPO, number=number,
        url=f"https://{REPO}/pull/{number}", body=body, paths=(f"press/part{number}.py",),
        commits=(f"{number:040x}",), additions=80, deletions=9,
    )  # fmt: skip


def found(sourcing: Sourcing, *args: str) -> list[dict[str, Any]]:
    said = sourcing("search", *args, "--format", "json")
    assert said.status == 0, said.err
    works: list[dict[str, Any]] = json.loads(said.out)
    return works


def titles(sourcing: Sourcing, *args: str) -> list[str]:
    return [work["title"] for work in found(sourcing, *args)]


def test_a_sentence_finds_the_work_and_its_people(store: Store, sourcing: Sourcing) -> None:
    first = found(sourcing, "someone who repaired memory leaks in a router")[0]
    assert first["title"] == WORK[1][1]
    assert first["people"] == [
        {"id": first["people"][0]["id"], "name": "Abel", "login": "abel", "part": "author"}
    ]
    assert first["oids"] == [f"{1:040x}"]
    assert first["repo"] == "anvil/press"
    assert 0 < first["fit"] <= 1
    assert first["words"][0] == "memory leaks"


@pytest.mark.parametrize("word", ["deadlock", "stuck", "Verklemmung", "死锁", "デッドロック"])
def test_other_words_for_the_same_idea_find_it(store: Store, sourcing: Sourcing, word: str) -> None:
    assert {WORK[2][1], WORK[4][1], WORK[5][1]} <= set(titles(sourcing, word))


def test_a_word_inside_a_sentence_without_spaces_is_found(store: Store, sourcing: Sourcing) -> None:
    assert titles(sourcing, "调度器")[0] == WORK[4][1]


def test_what_does_it_comes_before_what_mentions_it(store: Store, sourcing: Sourcing) -> None:
    ranked = titles(sourcing, "memory")
    assert ranked.index(WORK[1][1]) < ranked.index(WORK[3][1])


def test_a_misspelt_word_is_replaced_and_reported(store: Store, sourcing: Sourcing) -> None:
    said = sourcing("search", "deadlok", "--format", "json")
    assert WORK[2][1] in said.out
    assert "“deadlok” was read as “deadlock”" in said.err


def test_partial_answers_come_with_the_words_not_met(store: Store, sourcing: Sourcing) -> None:
    said = sourcing("search", "memory leak in zebrafish", "--format", "json")
    assert json.loads(said.out)[0]["title"] == WORK[1][1]
    assert json.loads(said.out)[0]["missing"] == ["zebrafish"]
    assert "no stored work mentions “zebrafish”" in said.err


@pytest.mark.parametrize("text", ['"', "a AND (", "*", "the", "😀", "x" * 5000, "((((", "NEAR/2"])
def test_no_text_ends_in_an_error(store: Store, sourcing: Sourcing, text: str) -> None:
    assert sourcing("search", text).status == 0


def test_a_blank_text_is_wrong_usage(store: Store, sourcing: Sourcing) -> None:
    assert sourcing("search", " ").status == 2


def test_like_a_work_leaves_the_example_out(store: Store, sourcing: Sourcing) -> None:
    add(store, store.source("github:anvil/press", NOW)[0], Page({}, contributions=(
        change(8, "cleo", "Router keeps buffers: another memory leak", "Calls were cancelled."),
    )), NOW)  # fmt: skip
    assess(store, Config(), datetime(2026, 11, 16, tzinfo=UTC))
    like = titles(sourcing, "--like", f"https://{REPO}/pull/1")
    assert like[0] == "Router keeps buffers: another memory leak"
    assert WORK[1][1] not in like


def test_excluded_people_do_not_appear(store: Store, sourcing: Sourcing) -> None:
    assert sourcing("exclude", "abel", "--reason", "client").status == 0
    assert WORK[1][1] not in titles(sourcing, "memory leak")


def test_erasure_takes_their_words_out_of_the_index(store: Store, sourcing: Sourcing) -> None:
    assert store.rows("SELECT * FROM text_terms WHERE term = 'router'")
    assert sourcing("forget", "abel", "--yes").status == 0
    assert not store.rows("SELECT * FROM text_terms WHERE term = 'router'")
    assert not store.rows("SELECT * FROM text_postings WHERE term = 'router'")
    assert WORK[1][1] not in titles(sourcing, "memory leak")


def test_fit_judges_given_work(store: Store) -> None:
    ids = {row["title"]: row["id"] for row in store.rows("SELECT id, title FROM contributions")}
    fits = matching.fit(store, "memory leak in the router", list(ids.values()))
    leak, bar = fits[ids[WORK[1][1]]], fits[ids[WORK[6][1]]]
    assert leak.fit > 0.5 > bar.fit
    best = matching.search(store, "memory leak in the router", 1, Scope()).matches[0]
    assert best.contribution_id == leak.contribution_id
    assert best.fit == pytest.approx(leak.fit, abs=0.02)
