"""A decision is read with the author of each quoted sentence."""

from __future__ import annotations

from pathlib import Path

import pytest

from db import Store
from db.ingest.writer import add
from sourcing.core.model import (
    Contribution,
    Credit,
    Decision,
    Discussion,
    Identity,
    Page,
    Quotation,
    Remark,
)
from sourcing.shortlist.decisions import questions, read

NOW = "2026-11-16T03:00:00Z"
LINK = "https://forge.example/a/b/pull/7"
BODY = "We free the blocks on abort instead of adding a timeout to hide it."
SAID = "We kept the sweep out instead of hiding the next fault behind it."
MACHINE = "github:forge.example/9"
THEIRS = "I would have considered a timeout as an alternative to moving blocks."


@pytest.fixture
def store(tmp_path: Path) -> Store:
    return Store(tmp_path / "s.db", create=True)


def stored(store: Store, *authors: str) -> int:
    change = Contribution(
        "pr:forge.example/a/b#7",
        "merged_pr",
        "Free blocks of cancelled requests",
        NOW,
        tuple(Credit(author, "co_author" if n else "author") for n, author in enumerate(authors)),
        repo="forge.example/a/b",
        number=7,
        url=LINK,
        body=BODY,
        closes=("Server hangs after users leave",),
    )
    said = Discussion(
        change.key,
        (
            Remark("issue", "Server hangs after users leave\nNothing.", f"{LINK}#i", own=False),
            Remark("review of a.py", SAID, f"{LINK}#r1", own=True),
            Remark("comment", THEIRS, f"{LINK}#c1", own=False),
        ),
    )
    people = tuple(Identity(author, name=author, bot=author == MACHINE) for author in authors)
    source, _ = store.source("github:a/b", NOW)
    page = Page({}, contributions=(change,), identities=people, discussions=(said,))
    add(store, source, page, NOW)
    [row] = store.rows("SELECT id FROM contributions")
    return int(row["id"])


def test_each_quotation_has_its_place_and_link(store: Store) -> None:
    one = stored(store, "github:forge.example/1")
    decision = read(store, [one])[one]
    [problem] = decision.problem
    assert (problem.text, problem.place) == ("Server hangs after users leave", "linked issue")
    assert (problem.url, problem.own) == (f"{LINK}#i", False)
    [option] = decision.options
    assert (option.text, option.place) == (THEIRS, "comment by somebody else")
    assert {decision.choice[0].text} <= {BODY, SAID}
    assert decision.choice[0].own
    store.close()


def test_what_two_wrote_is_nobodys_own(store: Store) -> None:
    two = stored(store, "github:forge.example/1", "github:forge.example/2")
    decision = read(store, [two])[two]
    assert [(q.place, q.own) for q in decision.choice] == [("body, by several", False)]


def test_a_machine_is_no_second_author(store: Store) -> None:
    one = stored(store, "github:forge.example/1", MACHINE)
    [choice] = read(store, [one])[one].choice
    assert (choice.place, choice.own) == ("body", True)
    store.close()


def quoted(text: str, *, own: bool = True) -> tuple[Quotation, ...]:
    return (Quotation(text, "body", LINK, own),)


@pytest.mark.parametrize(
    ("decision", "asked"),
    [
        (Decision(choice=quoted("Free them on abort.")), "What else did you consider"),
        (Decision(choice=quoted(BODY)), "When would the alternative have been"),
        (
            Decision(choice=quoted(BODY), options=quoted(THEIRS, own=False)),
            "which conditions would you",
        ),
        (Decision(problem=quoted("Blocks leak.")), "You described the problem"),
        (Decision(problem=quoted("Blocks leak.", own=False)), "The report said"),
        (
            Decision(choice=quoted(BODY), proof=quoted("It is 3x faster.")),
            "make this figure misleading",
        ),
        (Decision(choice=quoted(BODY), proof=quoted("A test aborts it.")), "not have caught"),
    ],
)
def test_questions_follow_from_what_was_told(decision: Decision, asked: str) -> None:
    assert any(asked in question for question in questions(decision))


def test_a_proof_of_nothing_told_leads_to_no_question() -> None:
    assert questions(Decision(proof=quoted("A test aborts it."))) == ()
