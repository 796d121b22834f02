"""One person's dossier: every point of the score opened into links, and what it cannot show.

The score is worked out again by the scorer itself, so that nothing shown differs from what ranked.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from sqlite3 import Row
from typing import Any

from db import Store
from db.ranking import persons, score_ties, scoring_queue
from scoring import Rubric, score
from sourcing.core.errors import ConfigError
from sourcing.core.model import Decision, Score, Signal
from sourcing.privacy import contact_policy
from sourcing.shortlist.entries import TIE, Piece, piece
from sourcing.shortlist.summaries import Reading, questions, read

#: The strongest pieces that are shown, those read for a decision, and those they are chosen from.
SHOWN, READ, LIKELY = 3, 12, 40
#: Evidence is thin with fewer pieces; from one place alone, with fewer than so many.
THIN, THIN_THERE = 3, 10

CANNOT_SHOW = (
    "Private work, work inside companies, and review or help outside public repositories.",
    "People whose employer forbids public work: absence here says nothing about them.",
    "How somebody works with others, or how much of a change was discussed elsewhere.",
    "Who caused a fault: reverted work earns nothing, and is held against nobody.",
)


@dataclass(frozen=True, slots=True)
class Line:
    """A signal with its words, its weighted points and the work that proves it."""

    signal: str
    title: str
    area: str
    points: float
    proofs: tuple[tuple[Piece, float], ...]


@dataclass(frozen=True, slots=True)
class Strong:
    """One of the strongest pieces: all it brought, its line in plain words, what was decided."""

    piece: Piece
    points: float
    plain: str
    decision: Decision


@dataclass(frozen=True, slots=True)
class Dossier:
    """Everything a person's page says. `told` is the work whose decision is told best."""

    person: Row
    role: str
    as_of: str
    points: float
    lines: tuple[Line, ...]
    identities: tuple[Row, ...]
    joins: tuple[Row, ...]
    months: tuple[Row, ...]
    hidden: str | None
    areas: tuple[tuple[str, float], ...]
    strongest: tuple[Strong, ...]
    told: Strong | None
    questions: tuple[str, ...]
    caveats: tuple[str, ...]
    cannot_show: tuple[str, ...] = CANNOT_SHOW


def find(store: Store, who: str) -> int:
    """The one person meant; an unclear word is refused with what would be clear."""
    found = persons.find(store, who)
    if not found:
        raise ConfigError(f"nobody here is called {who!r}; `sourcing shortlist` lists who is")
    if len(found) > 1:
        ids = ", ".join(map(str, sorted(found)))
        raise ConfigError(f"{who!r} may be several people; name one by number: {ids}")
    return found[0]


def dossier(store: Store, rules: Rubric, id_: int, role: str, now: str = "") -> Dossier:
    """The dossier of one person under a role."""
    rules.weights(role)
    as_of = (store.meta("scored") or "").partition(" ")[0]
    if not as_of:
        raise ConfigError("nothing is scored yet; run `sourcing crawl` or `sourcing score`")
    counted = scoring_queue.credited(store, [id_])[id_]
    result = score(id_, counted, rules, date.fromisoformat(as_of))
    parts = {c.contribution: c.part for c in sorted(counted, key=attrgetter("part"), reverse=True)}
    lines = _lines(store, result, rules, role, parts)
    best = _strongest(store, lines)
    told = max(best, key=_tells, default=None)
    told = told if told and told.decision else None
    return Dossier(
        person=persons.person(store, id_),
        role=role,
        as_of=as_of,
        points=result.roles[role],
        lines=lines,
        identities=tuple(persons.identities(store, id_)),
        joins=tuple(persons.proofs_of_identity(store, id_)),
        months=tuple(persons.months(store, id_)),
        hidden=contact_policy.hidden(store, id_, now),
        areas=_areas(rules, lines),
        strongest=best[:SHOWN],
        told=told,
        questions=questions(told.decision) if told else (),
        caveats=tuple(_caveats(lines, score_ties.peers(store, role, id_, TIE))),
    )


def _areas(rules: Rubric, lines: Sequence[Line]) -> tuple[tuple[str, float], ...]:
    """The six areas, each with the points it brought under this role."""
    points = dict.fromkeys(rules.areas, 0.0)
    for line in lines:
        points[line.area] += line.points
    return tuple(points.items())


def _strongest(store: Store, lines: Sequence[Line]) -> tuple[Strong, ...]:
    """The pieces that brought most over all signals, and of those the most substantial first."""
    points: dict[int, float] = defaultdict(float)
    pieces = {}
    for line in lines:
        for one, brought in line.proofs:
            points[one.id] += brought
            pieces[one.id] = one
    likely = sorted(points, key=lambda id_: (-points[id_], -id_))[:LIKELY]
    works = persons.works(store, likely)
    worth = {id_: points[id_] * (works[id_]["substance"] or 0.0) for id_ in likely}
    ids = sorted(likely, key=lambda id_: (-worth[id_], -id_))[:READ]
    readings: Mapping[int, Reading] = read(store, ids)
    return tuple(
        Strong(pieces[id_], points[id_], readings[id_].plain, readings[id_].decision) for id_ in ids
    )


def _tells(strong: Strong) -> tuple[int, float]:
    """How much of a decision is told; of equals the stronger work."""
    decision = strong.decision
    parts = (decision.problem, decision.options, decision.choice, decision.proof)
    own = strong.piece.part == ""
    return sum(map(bool, parts)) * own, strong.points


def _caveats(lines: Sequence[Line], peers: int) -> Iterator[str]:
    """What makes this score say less than it seems to."""
    pieces = {one.id: one for line in lines for one, _ in line.proofs}
    places = {one.place.partition("#")[0] for one in pieces.values()}
    if 0 < len(pieces) < THIN:
        said = "one piece of work is" if len(pieces) == 1 else f"{len(pieces)} pieces of work are"
        yield f"Thin evidence: {said} all there is."
    elif len(places) == 1 and len(pieces) < THIN_THERE:
        yield f"Thin evidence: all of it is from one place, {places.pop()}."
    elif len(places) == 1:
        yield f"All of it is from one place, {places.pop()}: nothing shows how it carries over."
    if peers and pieces:
        others = "One other person has" if peers == 1 else f"{peers} others have"
        yield f"{others} the same score, to {TIE}: the order among them says nothing."


def every_month(
    months: Sequence[Row] | Sequence[Mapping[str, Any]], most: int
) -> Iterator[tuple[str, int, int]]:
    """The last months up to the newest, those without work too: month, all work, relevant work."""
    worked = {row["month"]: (row["work"], row["relevant"]) for row in months}
    if not worked:
        return
    year, month = map(int, max(worked).split("-"))
    first = year * 12 + month - most
    for at in range(max(first, _number(min(worked)) - 1), year * 12 + month):
        name = f"{at // 12:04}-{at % 12 + 1:02}"
        yield (name, *worked.get(name, (0, 0)))


def _number(month: str) -> int:
    year, _, number = month.partition("-")
    return int(year) * 12 + int(number)


def _lines(
    store: Store, result: Score, rules: Rubric, role: str, parts: Mapping[int, str]
) -> tuple[Line, ...]:
    words, weights = {rule.name: rule for rule in rules.signals}, _scaled(result, rules, role)
    works = persons.works(store, [id_ for s in result.signals for id_, _ in s.proofs])

    def line(signal: Signal) -> Line:
        rule, weight = words[signal.name], weights[signal.name]
        proofs = tuple(
            (piece(works[id_], parts[id_]), points * weight) for id_, points in signal.proofs
        )
        return Line(signal.name, rule.title, rule.area, signal.points * weight, proofs)

    lines = [line(s) for s in result.signals if weights.get(s.name)]
    return tuple(sorted(lines, key=lambda one: (-one.points, one.signal)))


def _scaled(result: Score, rules: Rubric, role: str) -> dict[str, float]:
    """The role's weights such that the weighted points of all signals add up to the score."""
    weights = rules.roles[role]
    total = sum(weights.get(signal.name, 0.0) * signal.points for signal in result.signals)
    scale = result.roles[role] / total if total else 0.0
    return {name: weight * scale for name, weight in weights.items()}
