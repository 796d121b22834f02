"""The decision that a contribution's text describes, and interview questions about it.

It passes stored text to `scoring.decide`. It is meant for the few contributions that are shown or
cited; nothing of it is stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import Protocol

from db import Store
from db.ranking import works
from scoring import ISSUE, SEVERAL, decide
from sourcing.core.model import Decision, Remark

#: The name of a text that the author wrote (True), and of one that another person wrote.
_BY = {True: "by its author", False: "by somebody else"}


class WrittenText(Protocol):
    """The texts in and around a contribution, as `db` returns them."""

    @property
    def kind(self) -> str:
        """The kind of contribution: merged_pr, review, commit, post, talk."""

    @property
    def title(self) -> str:
        """The title."""

    @property
    def body(self) -> str | None:
        """The description, post or review."""

    @property
    def url(self) -> str | None:
        """The link."""

    @property
    def closes(self) -> str | None:
        """JSON: the titles of the issues it closes."""

    @property
    def remarks(self) -> str | None:
        """JSON: objects with place, text, url, own."""

    @property
    def writers(self) -> int:
        """The number of people who wrote the body."""


def read(store: Store, ids: Sequence[int]) -> Mapping[int, Decision]:
    """The decisions of these contributions, by id."""
    return {text.id: decide(passages(text)) for text in works.texts(store, ids)}


def passages(text: WrittenText) -> list[Remark]:
    """The texts in and around a contribution, the most reliable first.

    A body with several credited authors does not count as one person's own words.
    """
    alone = text.kind == "review" or text.writers == 1
    place = {"post": "post", "talk": "talk", "review": "review"}.get(text.kind, "body")
    if not alone:
        place = SEVERAL if place == "body" else f"{place}, by several"
    remarks = [Remark("title", text.title, text.url, alone)]
    if text.body:
        remarks.append(Remark(place, text.body, text.url, alone))
    remarks += _around(text)
    known = {remark.text.partition("\n")[0] for remark in remarks}
    remarks += [
        Remark(ISSUE, title, text.url, own=False)
        for title in _closes(text)[:3]
        if title not in known
    ]
    return remarks


def _around(text: WrittenText) -> Iterator[Remark]:
    for remark in json.loads(text.remarks or "[]"):
        place = remark["place"].partition(" ")[0]
        where = ISSUE if place == "issue" else f"{place} {_BY[remark['own']]}"
        yield Remark(where, remark["text"], remark["url"] or text.url, remark["own"])


def _closes(text: WrittenText) -> list[str]:
    return list(json.loads(text.closes or "[]"))


def questions(decision: Decision) -> tuple[str, ...]:
    """Up to two interview questions about a decision; none about a part without a quotation."""
    asked = []
    if decision.choice:
        asked.append(_of_choice(decision))
    if decision.problem:
        problem = decision.problem[0]
        source = "You described the problem" if problem.own else "The report said"
        asked.append(
            f"{source}: “{problem.text}” How did you find the cause? What did you suspect first?"
        )
    if decision.proof and asked:
        proof = decision.proof[0].text
        asked.insert(
            1,
            f"You measured: “{proof}” What could make this figure misleading?"
            if _FIGURES.search(proof)
            else f"You showed it like this: “{proof}” What would that not have caught?",
        )
    return tuple(asked[:2])


def _of_choice(decision: Decision) -> str:
    choice = decision.choice[0].text
    if decision.options:
        return (
            f"An alternative was: “{decision.options[0].text}” The choice was: “{choice}” Under"
            " which conditions would you have taken the alternative?"
        )
    if _BEATS.search(choice):
        return f"You chose: “{choice}” When would the alternative have been better?"
    return f"You chose: “{choice}” What else did you consider, and why did you reject it?"


#: Patterns of a choice that names its alternative, and of a proof that is a measurement.
_BEATS = re.compile(r"\b(?:instead of|rather than|in favou?r of)\b", re.IGNORECASE)
_FIGURES = re.compile(
    r"\d ?(?:%|x\b|ms\b|s\b|GB|MB|times|hours|minutes|seconds|points|tok)|"
    r"\b(?:faster|slower|p9\d)\b"
)
