"""Decisions are quotations: whole sentences, letter for letter, and nobody else's."""

from __future__ import annotations

import time
from dataclasses import astuple
from itertools import chain

import pytest
from hypothesis import given
from hypothesis import strategies as st

from scoring import SEVERAL, decide
from sourcing.core.model import Decision, Quotation, Remark

TITLE = "Free the blocks of cancelled requests"
BODY = """\
## Problem
Servers ran out of cache blocks after 6 hours. The cause: nobody told the queue that a request was
cancelled while in prefill.

I considered a periodic sweep. A sweep would have hidden this bug, at the cost of 2 ms a step.

The blocks are now freed on the abort path instead of by a timeout, so that no prompt is too long.

The regression test cancels 2,000 requests in prefill; it fails on main and passes here.

```
the root cause is nothing that anybody wrote in prose.
```
> The root cause is what somebody else wrote, and is quoted in reply.
"""


def told(
    body: str, *, own: bool = True, place: str = "body", title: str = TITLE
) -> tuple[Decision, str]:
    link = "https://forge.example/a/b/pull/7"
    return decide([Remark("title", title, link, own), Remark(place, body, link, own)]), link


def test_the_four_parts_of_a_decision() -> None:
    decision, link = told(BODY)
    assert decision.problem == (
        Quotation(
            "The cause: nobody told the queue that a request was cancelled while in prefill.",
            "body",
            link,
        ),
    )
    assert [q.text for q in decision.options] == [
        "A sweep would have hidden this bug, at the cost of 2 ms a step."
    ]
    assert [q.text for q in decision.choice] == [
        "The blocks are now freed on the abort path instead of by a timeout, so that no prompt is"
        " too long."
    ]
    assert [q.text for q in decision.proof] == [
        "The regression test cancels 2,000 requests in prefill; it fails on main and passes here."
    ]


def test_nothing_told_is_nothing() -> None:
    decision, _ = told("Nothing is chosen here, and nothing explained, in many plain words.")
    assert not decision
    assert not decide([])


@pytest.mark.parametrize(
    "body",
    [
        "We saw hangs.\n\nWe free the blocks on abort instead of adding a timeout to hide it.",
        "- We free the blocks on abort instead of adding a timeout to hide it.",
        "We free the blocks on abort\ninstead of adding a timeout to hide it.",
        f"* Other commit\n\nWe do it by timeout instead of anything else now.\n\n* {TITLE} (#9)\n\n"
        "We free the blocks on abort instead of adding a timeout to hide it.",
    ],
)
def test_a_choice_is_a_whole_sentence(body: str) -> None:
    (quotation,) = told(body)[0].choice
    assert quotation.text == "We free the blocks on abort instead of adding a timeout to hide it."


@pytest.mark.parametrize(
    "body",
    [
        "- instead of a list item which is long enough to be quoted here.",
        "```\nWe raise it because the code says so instead of anything else.\n```",
        "> We free the blocks on abort instead of adding a timeout to hide it.",
        "lower case start instead of the whole because it was cut out of the middle.",
        "No full stop instead of one because the sentence was cut somewhere by somebody else",
        "Because instead.",
        "Read those members directly instead of going through the loader.",
        "This is wrong because the lock is taken twice instead of once by the same worker.",
        "`lm_head.forward` also crashes instead of waiting because the lock is taken twice.",
        "* Other commit\n\nWe free the blocks on abort instead of adding a timeout to hide it.",
        "- [x] We ran the tests instead of trusting that everything is fine.",
        "Please describe the tests that you ran instead of leaving this out.",
        "We free the blocks on abort instead of all of that.",
        "For instance, blocks are freed on abort instead of by a timeout.",
        "`/abort` - free the blocks on abort instead of by a timeout.",
        "Because blocks are freed on abort instead of by a timeout.",
        "The branch returns nothing instead of raising because nobody asks.",
        "Ensuring that blocks are freed on abort instead of by a timeout.",
        "Blocks stuck in the pool after an abort, causing hours of waiting in place of a timeout.",
        "We free the blocks on abort instead of what #4127 does with a timeout.",
        "We free the blocks on abort instead of the timeout of line 12.",
        "A request could therefore free its blocks instead of another one.",
        "We free the blocks on abort instead of by a timeout...",
        "- We free the blocks on abort instead of by a timeout, or by",
        "We free the blocks on abort instead of by a timeout as follows.",
        "Blocks are freed so that nobody calls this function twice on abort.",
        "All 18 pass on main instead of failing because blocks are freed.",
        "We free the blocks (on abort instead of by a timeout of ours.",
        "| We free the blocks | instead of adding a timeout to hide it. |",
    ],
)
def test_no_choice_is_quoted_that_does_not_stand_alone(body: str) -> None:
    assert not told(body)[0].choice


def test_a_squash_speaks_by_the_message_most_like_its_title() -> None:
    body = (
        f"* fix(pool): {TITLE[5:]}\n\nWe free the blocks on abort instead of waiting.\n\n* Lint\n"
    )
    assert told(body)[0].choice
    assert not told(body.replace("cancelled requests", "every pool that we have"))[0]


def test_what_several_wrote_is_told_as_the_works_own_and_nobodys() -> None:
    decision, _ = told(BODY, own=False, place=SEVERAL)
    assert decision.choice
    assert not decision.choice[0].own


def test_more_is_told_to_who_chooses() -> None:
    link = "https://forge.example/a/b/pull/7"
    said = (
        "We free the blocks on abort instead of waiting. We keep no list so that no block is lost."
    )
    passages = [Remark("title", TITLE, link, own=True), Remark("body", said, link, own=True)]
    assert len(decide(passages).choice) == 1
    assert len(decide(passages, more=3).choice) == 2


def test_what_was_done_instead_of_something_was_the_problem() -> None:
    decision, _ = told("The block was shown as a plain quote instead of a note with a box.")
    assert decision.problem
    assert not decision.choice


def test_where_problem_and_proof_stand_two_soft_words_are_enough() -> None:
    before = "A worker that was stuck answered, so every request of it failed."
    after = "With 300 requests a test passes."
    decision, _ = told(f"{before}\n\nMore is said of this elsewhere.\n\n{after}")
    assert [q.text for q in decision.problem] == [before]
    assert not told(f"Hello.\n\n{before}\n\nMore is said of this elsewhere.")[0]


def test_figures_are_measured_and_not_chosen() -> None:
    decision, _ = told("The whole suite takes 3 minutes instead of 5 minutes on my machine.")
    assert decision.proof
    assert not decision.choice


@pytest.mark.parametrize(
    ("said", "part"),
    [
        ("Adds a regression test to prevent that blocks are lost again.", "proof"),
        ("The job now fails loudly instead of silently exporting nothing at all.", "choice"),
        ("The job silently exports nothing at all instead of every block.", "problem"),
        ("A cancelled request is counted as done instead of hanging for ever.", "choice"),
        ("On hosts where we use few workers a block is lost every second day.", "problem"),
        ("The pool holds a block for its owner instead of giving it to anybody.", None),
        ("Two leases now share a block, which was never so and is caused by us.", None),
        ("Each lease is checked (a second one would silently win over the first).", None),
        ("Ten runs of the whole suite on two machines did not show any hang at all.", None),
        ("Release returns nothing so that no caller waits for a block.", None),
        ("The pool is now the official way to lease blocks in all regions.", None),
        ("## Tests\n\nNot exercised on a machine with more than the one pool of blocks.", None),
        ("If blocks are lost on main, set `limit` and run the benchmarked job.", None),
        ("Fix a race where a cancelled request lost its blocks to another one.", "problem"),
        ("Fix the race by taking the lock before the blocks are counted.", "choice"),
        ("The fix resolves the core issue of the scheduler in all of its modes.", None),
        ("The pool returned the oldest block instead of the first free one.", "problem"),
        ("The block is now returned to its pool instead of the shared one.", "choice"),
        ("Skip blocks without an owner so a sweep cannot free them twice.", "choice"),
        ("- Skip blocks without an owner so a sweep cannot free them twice", "choice"),
        ("Verified on two machines before the pool was made smaller again.", "proof"),
        ("## What this does and why we need it\n\nCounts blocks of one pool, every second.", None),
    ],
)
def test_what_a_sentence_tells(said: str, part: str | None) -> None:
    decision, _ = told(said)
    assert [p for p in ("problem", "options", "choice", "proof") if getattr(decision, p)] == (
        [part] if part else []
    )


def test_a_deed_is_no_problem_and_a_label_is_a_heading() -> None:
    decision, _ = told(
        "- **Root cause:** The lock is held over a call that may take minutes.\n\n"
        "Free the lock silently before the call, so that others are served."
    )
    assert [q.text[:8] for q in decision.problem] == ["The lock"]
    assert [q.text[:8] for q in decision.choice] == ["Free the"]


def test_somebody_else_tells_a_problem_or_an_option_and_no_more() -> None:
    decision, _ = told(BODY, own=False, place="linked issue")
    assert {(q.place, q.own) for q in (*decision.problem, *decision.options)} == {
        ("linked issue", False)
    }
    assert decision.choice == decision.proof == ()


LINES = st.sampled_from(
    [
        *BODY.splitlines(),
        "",
        "* x",
        f"* {TITLE}",
        "## Proof",
        "- e.g. a.",
        "…",
        "*",
        "#",
        "> q",
        "```",
    ]
)
PASSAGES = st.builds(
    Remark,
    place=st.sampled_from(["title", "body", "review by its author", "linked issue"]),
    text=st.lists(LINES, max_size=12).map("\n".join),
    url=st.none(),
    own=st.booleans(),
)


@given(st.lists(PASSAGES, max_size=4))
def test_letter_for_letter_and_nobody_elses(passages: list[Remark]) -> None:
    decision = decide(passages)
    assert all(quotation.own for quotation in (*decision.choice, *decision.proof))
    for quotation in chain(*astuple(decision)):
        text, place, _, own = quotation
        said = [p.text for p in passages if (p.place, p.own) == (place, own)]
        assert any(text in " ".join(passage.split()) for passage in said)


@pytest.mark.parametrize("part", ["#", "A. e.g. ", "**", "`", "<!--", "- a\n", "1 ", "__", "\n"])
def test_hostile_text_costs_little(part: str) -> None:
    started = time.process_time()
    told("###### " + part * (12_000 // len(part)) + "x")
    assert time.process_time() - started < 0.5


@given(st.text(max_size=3000))
def test_any_text_is_read(text: str) -> None:
    told(text)
