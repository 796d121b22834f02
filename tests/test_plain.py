"""A line for somebody without code: the title's own words, less of them, and no new facts."""

from __future__ import annotations

import re
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import plain
from sourcing.core.model import Kind, Work


@pytest.mark.parametrize(
    ("title", "said"),
    [
        ("Fix hang when a client disconnects (#412)", "fixed a hang when a client disconnects"),
        (
            "fix(worker): retry ClickHouse timeouts in ClickhouseWriter",
            "made the worker retry ClickHouse timeouts",
        ),
        (
            "fix: prevent NameError in `a.b.c` while loading",
            "prevented an error while loading",
        ),
        ("Remove `projectId` from the seeder", "removed “projectId” from the seeder"),
        ("Add launch flags --module and --no_python", "added launch flags"),
        (
            "optimize extraction in FooPreview and useFoo hooks",
            "optimized extraction in hooks",
        ),
        ("Explicitly disable P2P", "explicitly disabled P2P"),
        ("feat: prune the free_list when job_id ==0", "something new: prune the “free_list”"),
        ("perf: OOM on long prompts", "work on speed: running out of memory on long prompts"),
        ("fixes for the sampler", "work on dependability: fixes for the sampler"),
        (
            "Release KV blocks during prefill",
            "made the software release KV blocks (the model's short-term memory) during prefill"
            " (reading the question)",
        ),
        ("[WIP] Add support for a new judge #243", "added support for a new judge"),
        ("perf: writes to the index", "work on speed: writes to the index"),
        ("Remove stop_words and set max_length to 64", "removed “stop_words”"),
        ("Add `FooBench`: a benchmark", "added “FooBench”: a benchmark"),
        ("Bug Fix: sliding window", "a fix: sliding window"),
        ("Expand warning and grab all GPUs", "expanded warning and grab all GPUs"),
        ("refactor: 4602 - Move the index", "moved the index"),
        ("fix: update the total", "a fix: update the total"),
        ("Update the total", "updated the total"),
        ("Compare two runs", "work on dependability: compare two runs"),
        ("Merge pull request #7 from a/b", "work on dependability"),
        ("`a_b()`", "work on dependability"),
        ("fix(dashboard): `a_b()`", "work on dependability, in dashboard"),
        ("fix(a_b): `a_b()`", "work on dependability"),
        ("Prevent a `b_c` when `a_b` is passed to the pool", "work on dependability"),
        ("Fix order with a_b > 0 in the pool", "fixed order in the pool"),
        ("Fix precedence of `a_b.c` in `x_y`", "work on dependability"),
        ("Fix deadlock in `a_b.c()`", "fixed a standstill (parts waiting for each other for ever)"),
        ("Remove the loop and add safeguards", "removed the loop and added safeguards"),
        ("fix: do not drop full batches", "made the software not drop full batches"),
        ("fix:Add a guard - Issue #12", "added a guard"),
        ("BUG: pool.lease: fix crash of `a_b` in small pools", "fixed a crash in small pools"),
        ("BUG/TST: pool: fix crash in small pools", "fixed a crash in small pools"),
        ("&Quill-Ada [ENH] Add a guard", "added a guard"),
    ],
)
def test_plain(title: str, said: str) -> None:
    assert plain(title, "reliability") == said


def test_of_tests_and_builds_the_software_does_nothing() -> None:
    assert plain("Run the slow tests at night", "testing") == (
        "work on tests: run the slow tests at night"
    )


def test_the_issue_speaks_where_the_title_is_code() -> None:
    closes = ["`x_y` is None", "Server hangs after users leave"]
    said = plain("`a_b()`", "reliability", closes=closes)
    assert said == "work on dependability, for the report “Server hangs after users leave”"


def test_what_was_written_or_reviewed_is_told_so() -> None:
    assert plain("What a retry costs", "reliability", "post") == "wrote “What a retry costs”"
    assert plain("Fix a leak", "reliability", "review") == "reviewed: fixed a leak"


TEXT = """fix: feat(api): Fix Add retry use Update handle OOM KV blocks prefill `a_b` fooBar in for
of when the and to 3 12.5% KeyError GitHub config hang (#4) [x] -- --flag a/b/c ( ) : , . _ “ é"""
WORDS = st.sampled_from([*TEXT.split(), "", "\x00"])
TITLES = st.lists(WORDS, max_size=14).map(" ".join) | st.text(max_size=80)


@given(TITLES, st.sampled_from(get_args(Work)), st.sampled_from(get_args(Kind)), st.lists(TITLES))
def test_no_number_and_no_name_that_was_not_written(
    title: str, work: Work, form: Kind, closes: list[str]
) -> None:
    said = plain(title, work, form, closes)
    given_ = " ".join([title, *closes])
    assert said
    assert set(re.findall(r"\d+", said)) <= set(re.findall(r"\d+", given_))
    for name in re.findall(r"[^\W\d_]*[A-ZÀ-Þ][^\W\d_]*", said):
        assert name in given_
