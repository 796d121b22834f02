"""The hiring manager's packet: writes one HTML file for a mail, and imports the answers.

An answer "misread" corrects the evidence permanently. A wish for more of an area proposes other
weights, which a user accepts or dismisses. It sends nothing and validates everything in the file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from importlib.resources import files
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from db import Store
from db.outreach import feedback
from db.outreach.feedback import StoredVerdict, Verdict
from db.ranking import persons
from scoring import Rubric
from sourcing.core.config import Opening
from sourcing.core.errors import ConfigError
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.core.text import clean, clean_line
from sourcing.core.times import day, stamp
from sourcing.people.profile import dossier
from sourcing.shortlist import opening_advice
from sourcing.shortlist.rows import STANDINGS
from sourcing.shortlist.shortlist import build

MOST = 30
#: By how much a proposal raises the weights of an area.
RAISE = 1.25


class Answer(BaseModel):
    """One answer in the file."""

    model_config = ConfigDict(extra="forbid")
    person: int = Field(ge=1, le=2**62)
    verdict: Literal["yes", "maybe", "no"]
    reason: str = ""
    area: str = ""
    contribution: int | None = Field(default=None, ge=1, le=2**62)
    note: str = ""


class Answers(BaseModel):
    """The file of answers."""

    model_config = ConfigDict(extra="forbid")
    packet: Literal[1]
    opening: str = Field(max_length=60)
    by: str = Field(min_length=1, max_length=120)
    answers: list[Answer] = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Taken:
    """The result of importing a file."""

    opening: str
    kept: int
    misread: int  # the number of kept answers that mark evidence as misread
    left_out: tuple[str, ...]  # why answers were left out


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other weights for a role, because answers ask for more of an area."""

    opening: str
    role: str
    area: str
    answers: int
    weights: dict[str, float]


def write(
    store: Store,
    rubric: Rubric,
    role: str,
    opening: tuple[str, Opening] | None,
    ids: Sequence[int],
    now: datetime,
) -> str:
    """The packet about these people, as one HTML file that needs no server.

    Raises ConfigError for too many people, and for a person who must not be contacted.
    """
    if not 1 <= len(ids) <= MOST:
        raise ConfigError(f"a packet holds 1 to {MOST} people; tick them on the shortlist")
    found = [dossier(store, rubric, id_, role, stamp(now)) for id_ in ids]
    for one in found:
        if one.hidden:
            raise ConfigError(f"{one.person.display_name} must be left alone: {one.hidden}")
    query = ShortlistQuery(role=role, people=tuple(ids), today=stamp(now)[:10], limit=0)
    listed = build(store, rubric, query, now, opening).rows
    name = opening[0] if opening else ""
    script = (files("sourcing") / "templates" / "packet.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    env = Environment(
        loader=PackageLoader("sourcing"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {"day": day, "role": opening_advice.called}
    return env.get_template("packet.html").render(
        people=found,
        rows={row.person_id: row for row in listed},
        role=role,
        opening=name,
        hired_for=(opening[1].title if opening else "") or name,
        areas=rubric.areas,
        script=script,
        digest=digest,
        standings=STANDINGS,
    )


def take(store: Store, rubric: Rubric, text: str, now: str) -> Taken:
    """Import a file of answers."""
    try:
        returned = Answers.model_validate_json(text)
    except ValidationError as exc:
        error = exc.errors()[0]
        place = ".".join(map(str, error["loc"])) or "the file"
        raise ConfigError(
            f"this is not a file of answers to a packet: {place}: {error['msg'].lower()}"
        ) from exc
    kept, left_out = [], []
    for answer in returned.answers:
        if problem := _problem(store, rubric, answer):
            left_out.append(problem)
        else:
            kept.append(_verdict(answer))
    feedback.save(
        store,
        clean_line(returned.opening, 60),
        clean_line(returned.by, 120) or "unnamed",
        kept,
        now,
    )
    misread = sum(answer.contribution is not None for answer in kept)
    return Taken(returned.opening, len(kept), misread, tuple(left_out))


def _problem(store: Store, rubric: Rubric, answer: Answer) -> str | None:
    if persons.find(store, str(answer.person)) != [answer.person]:
        return f"person {answer.person} is not here (any more)"
    if answer.area and answer.area not in rubric.areas:
        return f"person {answer.person}: there is no area {answer.area!r}"
    piece = answer.contribution
    if piece is not None and not feedback.is_theirs(store, answer.person, piece):
        return f"person {answer.person}: the work marked as misread is not theirs"
    return None


def _verdict(answer: Answer) -> Verdict:
    return Verdict(
        answer.person,
        answer.verdict,
        clean_line(answer.reason, 200),
        answer.area,
        answer.contribution,
        clean(answer.note, 2000),
    )


def answers_about(store: Store, person: int) -> list[StoredVerdict]:
    """The hiring managers' answers about a person, newest first."""
    return feedback.of_person(store, person)


def close_proposal(store: Store, proposal: Proposal, now: str) -> None:
    """Record that a user accepted or dismissed a proposal."""
    feedback.resolve_area(store, proposal.opening, proposal.area, now)


def proposals(store: Store, rubric: Rubric, roles: dict[str, str]) -> Iterator[Proposal]:
    """Weights that the answers propose; `roles`: the role of each opening."""
    for row in feedback.wanted_areas(store):
        role = roles.get(row.opening, "")
        if role not in rubric.roles:
            continue
        mine = {rule.name for rule in rubric.signals if rule.area == row.area}
        raised = {
            name: round(weight * RAISE, 2)
            for name, weight in rubric.roles[role].items()
            if name in mine and weight
        }
        if raised:
            yield Proposal(row.opening, role, row.area, row.answers, raised)
