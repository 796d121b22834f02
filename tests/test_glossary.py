"""The glossary explains the terms of a text, and the recruiter's guide contains all of them."""

from pathlib import Path

import pytest

from sourcing.people.glossary import entries, explain
from tests.conftest import Sourcing
from tests.people import write_world

GUIDE = Path(__file__).parents[1] / "docs" / "recruiter.md"


@pytest.mark.parametrize(
    ("title", "terms"),
    [
        ("Release KV blocks when a client disconnects", ["KV cache"]),
        ("Fix two race conditions in the retries", ["data race", "retry"]),
        ("Survive an OOM in one batch", ["OOM"]),
        ("Make the zoom room bigger", []),
        ("ci: pin the runner", []),
        ("Run CI on every push", ["CI"]),
        ("Tracing: keep the interleaved spans", ["distributed tracing"]),
    ],
)
def test_terms_are_found_as_whole_words(title: str, terms: list[str]) -> None:
    assert [entry.term for entry in explain([title])] == terms


def test_each_entry_is_one_sentence_and_in_the_guide() -> None:
    guide = GUIDE.read_text()
    assert len({entry.term.casefold() for entry in entries()}) == len(entries())
    for entry in entries():
        assert entry.about.endswith((".", '").')), entry
        assert f"| {entry.term} | {entry.about} |" in guide, "run `make docs`"


def test_show_explains_the_terms_of_the_titles(sourcing: Sourcing) -> None:
    write_world(sourcing.folder / "sourcing.db")
    printed = sourcing("show", "adaq").out
    evidence, _, terms = printed.partition("Terms on this page")
    assert "deadlock: Two parts of a program wait" in terms
    assert all(entry.term in terms for entry in explain(evidence.splitlines()))
