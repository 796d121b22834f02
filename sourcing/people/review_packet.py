"""The hiring manager's packet: one file to read by mail, and her answers, read back.

What is answered corrects a misreading for good; a wish for more of an area only proposes other
weights, which a human accepts. It sends nothing and trusts nothing in the file.
"""

from __future__ import annotations

import base64
import hashlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from importlib.resources import files
from typing import Literal

from jinja2 import Environment, PackageLoader, StrictUndefined
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from db import Store
from db.outreach import feedback
from db.outreach.feedback import Verdict
from db.ranking import persons
from scoring import Rubric
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line
from sourcing.core.times import day
from sourcing.people.profile import Dossier, dossier
from sourcing.shortlist import opening_advice

MOST = 30
#: By how much a proposal raises the weights of an area.
RAISE = 1.25


class Answer(BaseModel):
    """One answer as it stands in the file."""

    model_config = ConfigDict(extra="forbid")
    person: int = Field(ge=1, le=2**62)
    verdict: Literal["yes", "maybe", "no"]
    reason: str = ""
    area: str = ""
    contribution: int | None = Field(default=None, ge=1, le=2**62)
    note: str = ""


class Answers(BaseModel):
    """The file that comes back."""

    model_config = ConfigDict(extra="forbid")
    packet: Literal[1]
    opening: str = Field(max_length=60)
    by: str = Field(min_length=1, max_length=120)
    answers: list[Answer] = Field(max_length=200)


@dataclass(frozen=True, slots=True)
class Taken:
    """What came of a file: how many answers were kept, and what was left out, and why."""

    opening: str
    kept: int
    misread: int
    left_out: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """Other weights for a role, because so many answers wanted more of an area."""

    opening: str
    role: str
    area: str
    answers: int
    weights: dict[str, float]


def write(
    store: Store, rubric: Rubric, role: str, opening: str, ids: Sequence[int], now: str
) -> str:
    """The packet about these people, as one HTML file that needs no server."""
    if not 1 <= len(ids) <= MOST:
        raise ConfigError(f"a packet is about 1 to {MOST} people; choose them on the shortlist")
    found = [dossier(store, rubric, id_, role, now) for id_ in ids]
    for one in found:
        if one.hidden:
            raise ConfigError(f"{_called(one)} is to be left alone: {one.hidden}")
    script = (files("sourcing") / "templates" / "packet.js").read_text(encoding="utf-8")
    digest = base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
    env = Environment(
        loader=PackageLoader("sourcing"), autoescape=True, undefined=StrictUndefined,
        trim_blocks=True, lstrip_blocks=True,
    )  # fmt: skip
    env.filters |= {"called": _called, "day": day, "role": opening_advice.called}
    return env.get_template("packet.html").render(
        people=found, role=role, opening=opening, areas=rubric.areas, script=script, digest=digest
    )


def _called(one: Dossier) -> str:
    return str(one.person["name"] or one.person["login"] or f"#{one.person['id']}")


def take(store: Store, rubric: Rubric, text: str, now: str) -> Taken:
    """Keep the answers in a file that came back."""
    try:
        told = Answers.model_validate_json(text)
    except ValidationError as exc:
        error = exc.errors()[0]
        place = ".".join(map(str, error["loc"])) or "the file"
        raise ConfigError(f"no answers to a packet: {place}: {error['msg'].lower()}") from exc
    kept, left_out = [], []
    for answer in told.answers:
        if problem := _problem(store, rubric, answer):
            left_out.append(problem)
        else:
            kept.append(_verdict(answer))
    feedback.save(
        store, clean_line(told.opening, 60), clean_line(told.by, 120) or "somebody", kept, now
    )
    misread = sum(answer.contribution is not None for answer in kept)
    return Taken(told.opening, len(kept), misread, tuple(left_out))


def _problem(store: Store, rubric: Rubric, answer: Answer) -> str | None:
    if persons.find(store, str(answer.person)) != [answer.person]:
        return f"person {answer.person} is not here (any more)"
    if answer.area and answer.area not in rubric.areas:
        return f"person {answer.person}: there is no area {answer.area!r}"
    piece = answer.contribution
    if piece is not None and not feedback.is_theirs(store, answer.person, piece):
        return f"person {answer.person}: what is said to be misread is not theirs"
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
