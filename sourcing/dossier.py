"""One person's dossier: every point of the score opened into links, and what it cannot show.

The score is worked out again by the scorer itself, so that nothing shown differs from what ranked.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from sqlite3 import Row

from db import Store, people, work
from scoring import Rubric, score
from sourcing import privacy
from sourcing.errors import ConfigError
from sourcing.model import Score, Signal
from sourcing.shortlist import Piece, piece

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
class Dossier:
    """Everything a person's page says."""

    person: Row
    role: str
    as_of: str
    points: float
    lines: tuple[Line, ...]
    identities: tuple[Row, ...]
    joins: tuple[Row, ...]
    months: tuple[Row, ...]
    hidden: str | None
    cannot_show: tuple[str, ...] = CANNOT_SHOW


def find(store: Store, who: str) -> int:
    """The one person meant; an unclear word is refused with what would be clear."""
    found = people.find(store, who)
    if not found:
        raise ConfigError(f"nobody here is called {who!r}; `sourcing shortlist` lists who is")
    if len(found) > 1:
        ids = ", ".join(map(str, sorted(found)))
        raise ConfigError(f"{who!r} may be several people; name one by number: {ids}")
    return found[0]


def dossier(store: Store, rules: Rubric, id_: int, role: str, now: str = "") -> Dossier:
    """The dossier of one person under a role."""
    if role not in rules.roles:
        raise ConfigError(f"no role named {role!r}; there are: {', '.join(rules.roles)}")
    as_of = (store.meta("scored") or "").partition(" ")[0]
    if not as_of:
        raise ConfigError("nothing is scored yet; run `sourcing crawl` or `sourcing score`")
    counted = work.credited(store, [id_])[id_]
    result = score(id_, counted, rules, date.fromisoformat(as_of))
    parts = {c.contribution: c.part for c in sorted(counted, key=attrgetter("part"), reverse=True)}
    lines = _lines(store, result, rules, role, parts)
    return Dossier(
        person=people.person(store, id_),
        role=role,
        as_of=as_of,
        points=result.roles[role],
        lines=lines,
        identities=tuple(people.identities(store, id_)),
        joins=tuple(people.proofs_of_identity(store, id_)),
        months=tuple(people.months(store, id_)),
        hidden=privacy.hidden(store, id_, now),
    )


def _lines(
    store: Store, result: Score, rules: Rubric, role: str, parts: Mapping[int, str]
) -> tuple[Line, ...]:
    words, weights = {rule.name: rule for rule in rules.signals}, rules.roles[role]
    works = people.works(store, [id_ for s in result.signals for id_, _ in s.proofs])

    def line(signal: Signal) -> Line:
        rule, weight = words[signal.name], weights[signal.name]
        proofs = tuple(
            (piece(works[id_], parts[id_]), points * weight) for id_, points in signal.proofs
        )
        return Line(signal.name, rule.title, rule.area, signal.points * weight, proofs)

    lines = [line(s) for s in result.signals if weights.get(s.name)]
    return tuple(sorted(lines, key=lambda one: (-one.points, one.signal)))
