"""Contributions read for a human: the decision they tell, and one line in plain words.

The only place where stored text meets `scoring.decide` and `scoring.plain`. Meant for the handful
that is shown or cited: nothing of it is stored.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from sqlite3 import Row
from typing import Any

from db import Store
from db.ranking import texts
from scoring import ISSUE, SEVERAL, decide, plain
from sourcing.core.model import Decision, Remark

#: How a place is called that somebody else wrote in, and one that the author did.
_BY = {True: "by its author", False: "by somebody else"}


@dataclass(frozen=True, slots=True)
class Reading:
    """What a contribution tells, and how it is said to somebody without code."""

    decision: Decision
    plain: str


def read(store: Store, ids: Sequence[int]) -> Mapping[int, Reading]:
    """The readings of these contributions, by id."""
    return {
        row["id"]: Reading(decide(passages(row)), _plain(row)) for row in texts.texts(store, ids)
    }


def lines(store: Store, ids: Sequence[int]) -> Mapping[int, str]:
    """Only the plain lines of these contributions: quick enough for a whole page of people."""
    return {row["id"]: _plain(row) for row in texts.texts(store, ids)}


def _plain(row: Row) -> str:
    return plain(row["title"], row["work"] or "chore", row["form"], _closes(row))


def passages(row: Row | Mapping[str, Any]) -> list[Remark]:
    """What was written in and around a contribution, in the order in which it is believed.

    A body that several people are credited with is nobody's own words.
    """
    alone = row["form"] == "review" or row["writers"] == 1
    place = {"post": "post", "talk": "talk", "review": "review"}.get(row["form"], "body")
    if not alone:
        place = SEVERAL if place == "body" else f"{place}, by several"
    said = [Remark("title", row["title"], row["url"], alone)]
    if row["body"]:
        said.append(Remark(place, row["body"], row["url"], alone))
    said += _around(row)
    told = {remark.text.partition("\n")[0] for remark in said}
    said += [
        Remark(ISSUE, title, row["url"], own=False)
        for title in _closes(row)[:3]
        if title not in told
    ]
    return said


def _around(row: Row | Mapping[str, Any]) -> Iterator[Remark]:
    for remark in json.loads(row["remarks"] or "[]"):
        place = remark["place"].partition(" ")[0]
        where = ISSUE if place == "issue" else f"{place} {_BY[remark['own']]}"
        yield Remark(where, remark["text"], remark["url"] or row["url"], remark["own"])


def _closes(row: Row | Mapping[str, Any]) -> list[str]:
    return list(json.loads(row["closes"] or "[]"))


def questions(decision: Decision) -> tuple[str, ...]:
    """Two questions for an interview that follow from what was decided, as far as it is told."""
    asked = []
    if decision.choice:
        asked.append(_of_choice(decision))
    if decision.problem:
        problem = decision.problem[0]
        told = "The problem was told so" if problem.own else "It was reported"
        asked.append(
            f"{told}: “{problem.text}” How did you find the cause, and what did you suspect first?"
        )
    if decision.proof and asked:
        proof = decision.proof[0].text
        asked.insert(
            1,
            f"This was measured: “{proof}” What could have misled you there?"
            if _FIGURES.search(proof)
            else f"It was shown so: “{proof}” What would that not have caught?",
        )
    return tuple(asked[:2])


def _of_choice(decision: Decision) -> str:
    choice = decision.choice[0].text
    if decision.options:
        return (
            f"“{decision.options[0].text}” was weighed, and this was done: “{choice}” What would"
            " have had to be different for you to take the other way?"
        )
    if _BEATS.search(choice):
        return f"This was chosen: “{choice}” When would the other way have been the better one?"
    return f"This was chosen: “{choice}” What else did you consider, and what spoke against it?"


#: A choice that says what it beat, and a proof that is a measurement.
_BEATS = re.compile(r"\b(?:instead of|rather than|in favou?r of)\b", re.IGNORECASE)
_FIGURES = re.compile(
    r"\d ?(?:%|x\b|ms\b|s\b|GB|MB|times|hours|minutes|seconds|points|tok)|"
    r"\b(?:faster|slower|p9\d)\b"
)
