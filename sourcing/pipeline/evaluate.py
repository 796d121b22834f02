"""Classifies, resolves and scores the changes of a crawl, or everything after a new week or rubric.

Only this module passes stored rows to the classifier and the scorer.
"""

from __future__ import annotations

import json
import logging
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from db import Store
from db.identity import mass_contributors, resolution
from db.outreach import feedback
from db.privacy import opt_outs
from db.ranking import facets, percentiles, scoring_queue, standing
from db.ranking.scoring_queue import UnreadWork
from scoring import READING_VERSION, Change, Rubric, Scorer, copies, load, monday, read
from scoring.rubric import former_weights
from sourcing import identity
from sourcing.core.config import Config
from sourcing.core.model import Evidence, Score
from sourcing.core.times import stamp
from sourcing.privacy import contact_policy, opt_out
from sourcing.shortlist import matching

_log = logging.getLogger(__name__)

#: The least points of a signal for its area to become a facet of the person.
SHOWS = 0.5


@dataclass(frozen=True, slots=True)
class Assessed:
    """The number of classified contributions and scored persons, and the date of the scores."""

    read: int
    scored: int
    as_of: str

    def __add__(self, more: Assessed) -> Assessed:
        return Assessed(self.read + more.read, self.scored + more.scored, more.as_of)


def assess(
    store: Store,
    config: Config,
    now: datetime,
    as_of: date | None = None,
    stopping: Callable[[], bool] = lambda: False,
) -> Assessed:
    """Bring evidence, persons and scores up to date with the stored contributions.

    After a request to stop, the current batch is finished; the rest stays in the queue.
    """
    week = monday(as_of or now.date())
    rules = load(config.roles)
    for line in former_weights(config.roles):
        _log.warning("%s", line)
    scoring_queue.invalidate_evidence(store, READING_VERSION)
    classified = 0
    while not stopping() and (batch := scoring_queue.unread(store)):
        ids = [row.id for row in batch]
        scoring_queue.save_evidence(store, list(_read(store, batch)), READING_VERSION)
        resolution.join_authors(store, ids, stamp(now))
        classified += len(batch)
    sender = config.outreach
    contact_policy.exclude_organisation(store, sender.sender_org, sender.notice_url, stamp(now))
    if not stopping():
        opt_out.check_bios(store, stamp(now))
        identity.resolve(store, stamp(now))
        opt_outs.apply_to_status(store)
    scoring_queue.invalidate_scores(store, week.isoformat(), rules.hash)
    scorer, scored = Scorer(rules, week, scoring_queue.PROOFS_KEPT), 0
    while not stopping() and (persons := scoring_queue.needs_scoring(store)):
        _score(store, scorer, rules, persons)
        scored += len(persons)
    if not stopping():
        standing.refresh(store)
        percentiles.refresh(store, rules.roles)
    matching.refresh(store, stopping)
    return Assessed(classified, scored, week.isoformat())


def _read(store: Store, batch: Sequence[UnreadWork]) -> Iterator[tuple[int, Evidence]]:
    """The evidence of each contribution; a contribution that a human marked as misread counts for
    nothing."""
    misread = feedback.misread(store, [row.id for row in batch])
    for row in batch:
        evidence = read(change(row))
        if row.id in misread:
            evidence = replace(evidence, relevant=False, in_shared_code=False, value=0.0)
        yield row.id, _as_copy(evidence, row) if row.duplicate_of else evidence


def _as_copy(evidence: Evidence, row: UnreadWork) -> Evidence:
    """A copy counts with its original; the copy of another person's change is release work."""
    if row.repeats is not None and row.kind in ("merged_pr", "commit") and not row.same_author:
        return copies.release_work(evidence, row.branch)
    return copies.duplicate(evidence)


def _score(store: Store, scorer: Scorer, rules: Rubric, persons: Sequence[int]) -> None:
    """Score these persons and renew everything that is derived from their work."""
    scores, shown, last_at, marked = [], {}, [], []
    repositories: set[str] = set()
    for due in scoring_queue.due(store, persons):
        result = scorer.score(due.person, due.credited)
        scores.append(result)
        shown[due.person] = facets.of_work(_areas(result, rules), due.worked)
        last_at.append((due.last_at, due.person))
        marked += mass_contributors.detect(due.written)
        repositories |= due.repositories
    if marked:
        mass_contributors.mark(store, marked)
    facets.refresh(store, shown)
    # Last: this removes the persons from the queue.
    scoring_queue.save_scores(store, scores, last_at, repositories)


def _areas(result: Score, rules: Rubric) -> set[str]:
    """The areas of the signals that a person meets clearly."""
    areas = {rule.name: rule.area for rule in rules.signals}
    return {areas[signal.name] for signal in result.signals if signal.points >= SHOWS}


def forget_readings(store: Store) -> None:
    """Mark everything for classification and scoring."""
    scoring_queue.invalidate_evidence(store, "")
    store.set_meta("scored", "")


def change(row: UnreadWork) -> Change:
    """The input of the classifier: the work of a stored contribution, without its people."""
    return Change(
        title=row.title,
        body=row.body or "",
        paths=tuple(json.loads(row.paths or "[]")),
        files=row.files,
        additions=row.additions,
        deletions=row.deletions,
        labels=tuple(json.loads(row.labels or "[]")),
        form=row.kind,
    )
