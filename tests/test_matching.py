"""The matching engine: what a text asks, what the index holds, which laws both keep."""

from __future__ import annotations

import tomllib
from collections.abc import Iterator
from importlib.resources import files
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from db import Store
from db.ingest.writer import add
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.shortlist import matching
from sourcing.shortlist.matching import concepts, documents, engine, query
from sourcing.shortlist.matching.terms import spoken_words, terms

NOW = "2026-11-16T03:00:00Z"
REPO = "forge.example/anvil/press"
WORDS = st.sampled_from(
    [
        "fix",
        "deadlock",
        "cache",
        "worker",
        "retries",
        "timeouts",
        "死锁",
        "メモリ",
        "leak",
        "GPU",
        "upload",
        "flaky",
        "maxRetries",
    ]
)
TEXTS = st.lists(WORDS, min_size=1, max_size=6).map(" ".join)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "x.db") as opened:
        yield opened


def save(store: Store, works: dict[int, tuple[str, str]]) -> None:
    source, _ = store.source("github:anvil/press", NOW)
    author = Identity("github:forge.example/1", "Ada Quill", "adaq")
    page = Page(
        {},
        contributions=tuple(
            Contribution(
                f"pr:{REPO}#{number}", "merged_pr", title, NOW, (Credit(author.id, "author"),),
                repo=REPO, number=number, url=f"https://{REPO}/pull/{number}", body=body,
            )
            for number, (title, body) in works.items()
        ),
        identities=(author,),
    )  # fmt: skip
    add(store, source, page, NOW)


def indexed(store: Store) -> tuple[list[tuple[object, ...]], list[tuple[object, ...]]]:
    postings = store.rows("SELECT term, chunk, works, postings FROM text_postings ORDER BY 1, 2")
    words = store.rows("SELECT term, works FROM text_terms ORDER BY term")
    return [tuple(row) for row in postings], [tuple(row) for row in words]


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("maxRetries", ["max", "retri", "maxretri"]),
        ("HTTPServer2", ["http", "server", "2", "httpserver2"]),
        ("s3 fp16 h100", ["s3", "fp16", "h100"]),
        ("error 429, build 20261116, deadbeef12", ["error", "429", "build"]),
        ("Größe der Übertragung", ["gross", "der", "ubertragung"]),
        ("调度器", ["调度", "度器"]),
        ("C++ and the C#", ["c++", "c#"]),
    ],
)
def test_terms(text: str, found: list[str]) -> None:
    assert terms(text) == found


def test_a_question_without_its_noise() -> None:
    asked = query.read("someone who fixed GPU memory leaks in serving, or made batching faster")
    assert [idea.asked for idea in asked.ideas[:3]] == ["GPU memory", "leaks", "serving"]
    assert {"reliability", "performance"} <= asked.deeds


def test_the_synonym_file_is_sound() -> None:
    file = files("sourcing.shortlist.matching") / "concepts.toml"
    fields = tomllib.loads(file.read_text(encoding="utf-8"))
    for field, entries in fields.items():
        for name, entry in entries.items():
            assert set(entry) <= {"same", "related", "abroad", "everyday"}, f"{field}.{name}"
            for key, words in entry.items():
                assert len(words) == len(set(words)), f"{field}.{name}.{key}"
    assert len(concepts.concepts()) > 300
    phrases = [
        phrase
        for entries in fields.values()
        for entry in entries.values()
        for phrase in entry.get("everyday", [])
    ]
    assert not [p for p in phrases if " " in p and len(spoken_words(p)) < 2]


@pytest.mark.parametrize(
    ("asked", "meant"),
    [
        ("the memory of the server keeps growing", "memori leak"),
        ("checks that only sometimes fail: tests pass sometimes", "flaki"),
        ("nobody notices when a job fails", "silent failur"),
    ],
)
def test_an_everyday_phrase_asks_for_its_idea(asked: str, meant: str) -> None:
    ideas = query.read(asked).ideas
    assert any(idea.wordings.get(meant) == 1.0 for idea in ideas)


def test_words_far_from_each_other_are_no_phrase() -> None:
    asked = query.read(
        "memory cards for the camera of a person who has seen a child that keeps growing"
    )
    assert not any("memori leak" in idea.wordings for idea in asked.ideas)


@settings(max_examples=15)
@given(
    st.lists(st.tuples(TEXTS, TEXTS), min_size=1, max_size=6),
    st.lists(st.tuples(st.integers(0, 7), TEXTS, TEXTS), max_size=6),
)
def test_an_index_updated_bit_by_bit_equals_one_built_at_once(
    tmp_path_factory: pytest.TempPathFactory,
    first: list[tuple[str, str]],
    later: list[tuple[int, str, str]],
) -> None:
    works = dict(enumerate(first, 1))
    folder = tmp_path_factory.mktemp("index")
    with Store(folder / "bits.db") as bits, Store(folder / "once.db") as once:
        save(bits, works)
        matching.refresh(bits)
        for number, title, body in later:
            works[number + 1] = (title, body)
            save(bits, {number + 1: (title, body)})
            matching.refresh(bits)
        ids = {r["number"]: r["id"] for r in bits.rows("SELECT id, number FROM contributions")}
        save(once, {number: works[number] for number in sorted(works, key=lambda n: ids[n])})
        matching.refresh(once)
        assert indexed(bits) == indexed(once)


def test_deleted_work_leaves_nothing_in_the_index(store: Store) -> None:
    save(store, {1: ("Zebra crossing", "stripes"), 2: ("Retry uploads", "with backoff")})
    matching.refresh(store)
    store.conn.execute("DELETE FROM contributions WHERE number = 1")
    matching.refresh(store)
    held = {row["term"] for row in store.rows("SELECT term FROM text_terms")}
    assert "zebra" not in held
    assert "retri" in held
    assert matching.refresh(store) == 0


def test_lines_of_a_template_answer_nothing(store: Store) -> None:
    template = "Did you test for memory leaks?"
    works = {n: (f"Change number {n} of gear", f"{template}\nPart {n}.") for n in range(1, 13)}
    save(store, works | {20: ("Router frees buffers", "This was a memory leak.")})
    matching.refresh(store)
    [held] = store.rows("SELECT works FROM text_terms WHERE term = 'memori leak'")
    assert held["works"] == 1


def test_trailers_and_mentions_are_not_indexed(store: Store) -> None:
    save(store, {1: ("Retry uploads", "For @adaq\n\nSigned-off-by: Ada Quill")})
    matching.refresh(store)
    held = {row["term"] for row in store.rows("SELECT term FROM text_terms")}
    assert held.isdisjoint({"adaq", "ada", "quill"})


@given(st.floats(0, 3), st.floats(0, 3))
def test_a_fit_lies_between_0_and_1_and_grows(a: float, b: float) -> None:
    low, high = sorted((a, b))
    assert 0 <= engine.fit(low) <= engine.fit(high) < 1


@given(TEXTS, TEXTS)
def test_an_impact_lies_between_0_and_1(title: str, body: str) -> None:
    impacts = documents.Document.of(title, body, None).impacts()
    assert all(0 < impact < 1 for impact in impacts.values())


@settings(max_examples=20)
@given(st.lists(TEXTS, min_size=1, max_size=12), TEXTS, st.integers(1, 5))
def test_the_first_candidates_are_the_greatest_of_all(
    tmp_path_factory: pytest.TempPathFactory, titles: list[str], asked: str, most: int
) -> None:
    with Store(tmp_path_factory.mktemp("index") / "first.db") as store:
        save(store, {number: (title, "") for number, title in enumerate(titles, 1)})
        matching.refresh(store)
        wanted = engine.plan(store, query.read(asked))
        everything = engine.candidates(store, wanted)
        first = engine.candidates(store, wanted, most)
        assert sorted(first.values.tolist()) == sorted(everything.values.tolist())[-most:]
        some = set(everything.ids.tolist()[::2])
        within = engine.candidates(store, wanted, 0, some)
        assert set(within.ids.tolist()) == some


def test_a_long_question_is_answered_by_a_smaller_share() -> None:
    assert engine.fit(0.1, 3) < engine.fit(0.1, 6) < engine.fit(0.1, 12)
