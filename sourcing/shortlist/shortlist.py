"""The one shortlist: people, best first, with the works that are the reasons.

Terminal, page, CSV, JSON, digest, compare, packet and drafts take their rows from here, so the same
question gives the same people, order and numbers everywhere. It does not lay anything out.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from db import Store
from db.ranking import persons, shortlist, works
from db.ranking.shortlist import Key, RankedPage, RankedPerson
from scoring import Rubric
from sourcing.core.config import Opening
from sourcing.core.errors import ConfigError
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.shortlist import matching, opening_ranking
from sourcing.shortlist.matching import Scope
from sourcing.shortlist.matching.results import notes
from sourcing.shortlist.rows import EvidenceItem, ShortlistRow

#: The number of works shown with a person, and of signals named.
WORKS, SIGNALS = 3, 2
#: Two people have the same score if their worth differs by less than this.
SCORE_TOLERANCE = 0.1
#: The number of works compared with `about`; the least fit of an answer; the number of partial
#: answers shown if no work reaches it.
ANSWERS, LEAST_FIT, NEAREST = 1_500, 0.3, 20
#: The batch size for reading works.
_BATCH = 500


@dataclass(frozen=True, slots=True)
class Shortlist:
    """A part of the shortlist.

    `total`: how many people match. `more`: there are more than `total`. `counts`: people by facet
    and value; `exact`: of the matching people alone, otherwise of everybody. `after`: the key of
    the next page, '' on the last.
    """

    rows: tuple[ShortlistRow, ...]
    notes: tuple[str, ...]  # notes for readers about the selection of the people
    unmet: tuple[str, ...]  # the words of `about` that no work has
    total: int
    more: bool
    exact: bool
    counts: Mapping[str, list[tuple[str, int]]]
    after: str


def build(
    store: Store,
    rubric: Rubric,
    query: ShortlistQuery,
    now: datetime,
    opening: tuple[str, Opening] | None = None,
    *,
    counted: bool = False,
) -> Shortlist:
    """The people of a query, best first, in the order of the opening if there is one.

    `counted`: with the number of people for each value of each facet. Raises ConfigError for an
    unknown role and for a page key that is not one.
    """
    weights = _weights(rubric, query.role, opening)
    context = opening_ranking.context(store, opening, query.role, now)
    key, rank = _key(query.after)
    answering, unmet = _answering(store, query)
    found = shortlist.page(
        store, _one_more(query), context.order, key, found=answering, counted=counted
    )
    people = found.people[: query.limit or None]
    rows = list(_rows(store, rubric, weights, query, people, rank))
    rows = opening_ranking.matched(store, context, rows)
    tied = set() if query.about else _tied(found.people, key)
    all_notes = (
        *unmet,
        *context.notes,
        *opening_ranking.level_note(context, rows),
        *opening_ranking.to_ask(context),
        *_unplaced(store, query),
    )
    asked = len(opening[1].problems) if opening else 0
    return Shortlist(
        rows=tuple(replace(row, tied=row.person_id in tied, asked=asked) for row in rows),
        notes=all_notes,
        unmet=unmet,
        total=found.total,
        more=found.more,
        exact=found.exact,
        counts=found.counts or {},
        after=_following(found, people, rank),
    )


def _answering(
    store: Store, query: ShortlistQuery
) -> tuple[Mapping[int, float] | None, tuple[str, ...]]:
    """The contributions that answer `about`, with their fit, and notes for readers.

    If no work answers it, the nearest partial answers.
    """
    if not query.about:
        return None, ()
    scope = Scope(query.repo or None, query.kind or None, query.today)
    results = matching.search(store, query.about, ANSWERS, scope, words=False)
    answering = {one.contribution_id: one.fit for one in results.matches if one.fit >= LEAST_FIT}
    if answering or not results.matches:
        return answering, notes(results)
    nearest = {one.contribution_id: one.fit for one in results.matches[:NEAREST]}
    return nearest, (
        *notes(results),
        "no work answers all of this; the nearest partial answers follow",
    )


def _weights(rubric: Rubric, role: str, opening: tuple[str, Opening] | None) -> Mapping[str, float]:
    try:
        return rubric.weights(role)
    except ConfigError as exc:
        if opening and opening[1].role == role:
            raise ConfigError(f"opening {opening[0]}: role: {exc}") from exc
        raise


# -- pages -------------------------------------------------------------------------------------

_KEY = re.compile(r"(-?\d{1,18}(?:\.\d{1,30})?(?:e[-+]?\d{1,3})?):(\d{1,18}):(\d{1,18})")


def _key(after: str) -> tuple[Key | None, int]:
    """`worth:number:rank` of the last person of the page before."""
    if not after:
        return None, 0
    match = _KEY.fullmatch(after)
    if not match:
        raise ConfigError("the address of this page is incomplete; start at the first page")
    return (float(match[1]), int(match[2])), int(match[3])


def _one_more(query: ShortlistQuery) -> ShortlistQuery:
    """The query with one person more, to detect a next page and a tie across its edge."""
    return replace(query, limit=query.limit + 1) if query.limit else query


def _following(found: RankedPage, people: Sequence[RankedPerson], rank: int) -> str:
    if len(found.people) == len(people) or not people:
        return ""
    return f"{people[-1].worth!r}:{people[-1].person_id}:{rank + len(people)}"


def _tied(people: Sequence[RankedPerson], before: Key | None) -> set[int]:
    """The people with the same worth as the one before or after them."""
    ids = [one.person_id for one in people]
    steps = [round(one.worth / SCORE_TOLERANCE) for one in people]
    tied = {
        id_
        for at in range(1, len(steps))
        if steps[at] == steps[at - 1]
        for id_ in ids[at - 1 : at + 1]
    }
    if before and steps and steps[0] == round(before[0] / SCORE_TOLERANCE):
        tied.add(ids[0])
    return tied


# -- rows --------------------------------------------------------------------------------------


def _rows(
    store: Store,
    rubric: Rubric,
    weights: Mapping[str, float],
    query: ShortlistQuery,
    people: Sequence[RankedPerson],
    rank: int,
) -> Iterator[ShortlistRow]:
    for start in range(0, len(people), _BATCH):
        batch = people[start : start + _BATCH]
        ids = [one.person_id for one in batch]
        shown = works.evidence(store, weights, ids, query, WORKS)
        signals = persons.signals(store, ids)
        for at, one in enumerate(batch, rank + start + 1):
            yield ShortlistRow(
                rank=at,
                person_id=one.person_id,
                login=one.login,
                name=one.name,
                aliases=one.aliases,
                score=round(one.score, 3),
                percentile=one.percentile or 0.0,
                standing=one.standing,
                counted=one.counted,
                changes=one.changes,
                last_active=(one.last_at or "")[:10],
                status=one.status,
                works=tuple(map(EvidenceItem.of, shown[one.person_id])),
                why=_why(rubric, weights, signals[one.person_id]),
                tags=tuple(filter(None, one.tags.split(";"))),
            )


def _why(rubric: Rubric, weights: Mapping[str, float], signals: Sequence[str]) -> str:
    """The strongest signals of a person that the role weighs, in words."""
    words = {rule.name: rule.why for rule in rubric.signals}
    return "; ".join([words[name] for name in signals if weights.get(name)][:SIGNALS])


def _unplaced(store: Store, query: ShortlistQuery) -> Iterator[str]:
    """The number of people without a published place or company, whom such a filter leaves out."""
    for facet in ("location", "company"):
        if getattr(query, facet):
            cleared = {facet: "", "facets": {**query.facets, facet: ""}, "limit": 1}
            wider = replace(query, **cleared)  # type: ignore[arg-type] # fields of the query
            count = shortlist.page(store, wider, query.role).total
            yield f"{facet}: {count} more publish none and are not shown"
