"""One person's dossier: the works behind every point of the score, and the limits of the score.

It computes the score again with the scorer, so it equals the score of the ranking. It formats
nothing and does not fetch.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from operator import attrgetter

from db import Store
from db.ranking import percentiles, persons, scoring_queue, shortlist, works
from db.ranking.persons import IdentityLink, IdentityRecord, MonthOfWork, PersonRecord
from scoring import Rubric, score
from sourcing.core.errors import ConfigError
from sourcing.core.model import Decision, Score, Signal
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.people import glossary
from sourcing.people.glossary import GlossaryEntry
from sourcing.privacy import contact_policy
from sourcing.shortlist.decisions import questions, read
from sourcing.shortlist.rows import EvidenceItem, above
from sourcing.shortlist.shortlist import SCORE_TOLERANCE

#: The number of works shown first, and of works read for a decision.
SHOWN, READ = 3, 12
#: Evidence is thin with fewer works than the first number, or than the second if all are from one
#: place.
THIN, THIN_THERE = 3, 10

CANNOT_SHOW = (
    "Private work, work inside companies, and review or help outside public repositories.",
    "People whose employer forbids public work: no evidence here is no evidence against them.",
    "How a person works with others, or how much of a change was discussed elsewhere.",
    "Who caused a fault: reverted work earns nothing and never lowers a score.",
)


@dataclass(frozen=True, slots=True)
class SignalLine:
    """A signal that the person meets."""

    signal: str
    title: str
    area: str
    points: float  # weighted by the role
    proofs: tuple[tuple[EvidenceItem, float], ...]  # works with the points that each brought


@dataclass(frozen=True, slots=True)
class StrongWork:
    """One of the strongest works."""

    work: EvidenceItem
    points: float  # over all signals
    decision: Decision


@dataclass(frozen=True, slots=True)
class Dossier:
    """The facts of a person's page."""

    person: PersonRecord
    role: str
    as_of: str
    points: float
    percentile: float  # the share of all stored people with a lower score, in per cent
    counted: int  # works that count for the role
    changes: int  # changes of three years
    lines: tuple[SignalLine, ...]
    identities: tuple[IdentityRecord, ...]
    links: tuple[IdentityLink, ...]  # why the identities are one person
    months: tuple[MonthOfWork, ...]
    hidden: str | None  # why the person must not be contacted, or None
    standing: str  # core, regular or occasional
    areas: tuple[tuple[str, float], ...]
    strongest: tuple[StrongWork, ...]
    decided: StrongWork | None  # the work with the best described decision
    questions: tuple[str, ...]
    caveats: tuple[str, ...]
    cannot_show: tuple[str, ...] = CANNOT_SHOW

    @property
    def above(self) -> str:
        """The percentile in words."""
        return above(self.percentile)

    @property
    def share(self) -> str:
        """The number of works that count, in words."""
        works_ = "work counts" if self.counted == 1 else "works count"
        changes = "change" if self.changes == 1 else "changes"
        return f"{self.counted} {works_} for this role; {self.changes} {changes} in three years"

    @property
    def terms(self) -> tuple[GlossaryEntry, ...]:
        """Explanations of the engineering terms in the titles and quotations."""
        texts = [proof.title for line in self.lines for proof, _ in line.proofs]
        texts += [strong.work.title for strong in self.strongest]
        if self.decided:
            decision = self.decided.decision
            parts = (decision.problem, decision.options, decision.choice, decision.proof)
            texts += [quotation.text for part in parts for quotation in part]
        return glossary.explain(texts)


def find(store: Store, who: str) -> int:
    """The one person meant. Raises ConfigError if there is none, or more than one."""
    found = persons.find(store, who)
    if not found:
        raise ConfigError(
            f"no stored person is called {who!r}; `sourcing shortlist` lists the people"
        )
    if len(found) > 1:
        ids = ", ".join(map(str, sorted(found)))
        raise ConfigError(f"{who!r} may be several people; name one by number: {ids}")
    return found[0]


def exists(store: Store, id_: int) -> bool:
    """True if a person has this id."""
    return persons.find(store, str(id_)) == [id_]


def namesakes(store: Store, id_: int) -> list[int]:
    """Other persons of the same name: other people, or one that no proof joins to this one."""
    return persons.namesakes(store, id_)


def note_opened(store: Store, id_: int, now: str) -> None:
    """Note that a user opened the profile: its details are kept from now on."""
    persons.opened(store, id_, now)


def dossier(store: Store, rules: Rubric, id_: int, role: str, now: str = "") -> Dossier:
    """The dossier of one person under a role."""
    rules.weights(role)
    as_of = (store.meta("scored") or "").partition(" ")[0]
    if not as_of:
        raise ConfigError("nothing is scored yet; run `sourcing crawl` or `sourcing score`")
    person = persons.person(store, id_)
    counted = scoring_queue.credited(store, [id_])[id_]
    result = score(id_, counted, rules, date.fromisoformat(as_of))
    parts = {c.contribution: c.part for c in sorted(counted, key=attrgetter("part"), reverse=True)}
    lines = _lines(store, result, rules, role, parts)
    best = _strongest(store, rules, id_, role, lines)
    decided = max(best, key=_told_parts, default=None)
    decided = decided if decided and decided.decision else None
    peers = shortlist.peers(store, role, id_, SCORE_TOLERANCE, now[:10])
    return Dossier(
        person=person,
        standing=person.standing,
        role=role,
        as_of=as_of,
        points=result.roles[role],
        percentile=percentiles.of_points(store, role, result.roles[role]),
        counted=result.counted[role],
        changes=result.changes,
        lines=lines,
        identities=tuple(persons.identities(store, id_)),
        links=tuple(persons.links(store, id_)),
        months=tuple(persons.months(store, id_)),
        hidden=contact_policy.hidden(store, id_, now),
        areas=_areas(rules, lines),
        strongest=best[:SHOWN],
        decided=decided,
        questions=questions(decided.decision) if decided else (),
        caveats=tuple(_caveats(lines, peers)),
    )


def _areas(rules: Rubric, lines: Sequence[SignalLine]) -> tuple[tuple[str, float], ...]:
    """The six areas, each with its points under this role."""
    points = dict.fromkeys(rules.areas, 0.0)
    for line in lines:
        points[line.area] += line.points
    return tuple(points.items())


def _strongest(
    store: Store, rules: Rubric, person: int, role: str, lines: Sequence[SignalLine]
) -> tuple[StrongWork, ...]:
    """The strongest works, in the order of the shortlist."""
    points: dict[int, float] = defaultdict(float)
    for line in lines:
        for item, brought in line.proofs:
            points[item.id] += brought
    query = ShortlistQuery(role=role)
    best = works.evidence(store, rules.roles[role], [person], query, READ)[person]
    decisions = read(store, [work.id for work in best])
    return tuple(
        StrongWork(EvidenceItem.of(work), points[work.id], decisions[work.id]) for work in best
    )


def _told_parts(strong: StrongWork) -> tuple[int, float]:
    """The sort key of a decision: the number of parts in the own words, then the points."""
    decision = strong.decision
    parts = (decision.problem, decision.options, decision.choice, decision.proof)
    own = strong.work.part == ""
    return sum(map(bool, parts)) * own, strong.points


def _caveats(lines: Sequence[SignalLine], peers: int) -> Iterator[str]:
    """Sentences on the limits of this score."""
    items = {item.id: item for line in lines for item, _ in line.proofs}
    places = {item.place.partition("#")[0] for item in items.values()}
    if 0 < len(items) < THIN:
        only = "one work is" if len(items) == 1 else f"{len(items)} works are"
        yield f"Thin evidence: only {only} known."
    elif len(places) == 1 and len(items) < THIN_THERE:
        yield f"Thin evidence: all of it is from one place, {places.pop()}."
    elif len(places) == 1:
        yield f"All evidence is from one place, {places.pop()}: work elsewhere is not known."
    if peers and items:
        others = "One other person has" if peers == 1 else f"{peers} others have"
        yield f"{others} the same score, to {SCORE_TOLERANCE}: the order among them says nothing."


def every_month(months: Iterable[MonthOfWork], most: int) -> Iterator[tuple[str, int, int]]:
    """The last months up to the newest, also those without work: month, all work, relevant work."""
    worked = {one.month: (one.work, one.relevant) for one in months}
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
) -> tuple[SignalLine, ...]:
    words, weights = {rule.name: rule for rule in rules.signals}, _scaled(result, rules, role)
    stored = works.works(store, [id_ for s in result.signals for id_, _ in s.proofs])

    def line(signal: Signal) -> SignalLine:
        rule, weight = words[signal.name], weights[signal.name]
        proofs = tuple(
            (EvidenceItem.of(stored[id_], parts[id_]), points * weight)
            for id_, points in signal.proofs
        )
        return SignalLine(signal.name, rule.title, rule.area, signal.points * weight, proofs)

    lines = [line(s) for s in result.signals if weights.get(s.name)]
    return tuple(sorted(lines, key=lambda one: (-one.points, one.signal)))


def _scaled(result: Score, rules: Rubric, role: str) -> dict[str, float]:
    """The role's weights, scaled so that the weighted points of all signals add up to the score."""
    weights = rules.roles[role]
    total = sum(weights.get(signal.name, 0.0) * signal.points for signal in result.signals)
    scale = result.roles[role] / total if total else 0.0
    return {name: weight * scale for name, weight in weights.items()}
