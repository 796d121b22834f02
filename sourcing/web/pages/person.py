"""One person's page: evidence with links, limits of the evidence, and actions.

It lays out the dossier of `sourcing.people.profile` and adds no judgment.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from db.outreach.drafts import StoredDraft
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.outreach import contact_routes, workflow
from sourcing.people import activity, marks, profile, review_packet, subject_access, warm_path
from sourcing.people.profile import dossier, every_month, note_opened
from sourcing.pipeline.lock import lock
from sourcing.privacy import contact_policy, erasure
from sourcing.shortlist.opening_ranking import answers
from sourcing.web.request import Answer, File, Go, MissingError, Shown, Visit, back

#: Points below which a line is not shown: they would read 0.0.
NOISE = 0.05
MONTHS = 60


def page(visit: Visit) -> Answer:
    """Everything about one person."""
    id_ = known(visit)
    facts = about(visit, id_)
    written = workflow.drafts_to(visit.store, id_)
    facts |= {
        "drafts": written,
        "going": _last(written, "approved", "exported", "sent"),
        "waiting": _last(written, "proposed", "edited"),
    }
    return Shown("person.html", facts)


def opened(visit: Visit) -> Answer:
    """Record that a user opened this person. The page's script sends it: a GET changes nothing."""
    id_ = known(visit)
    note_opened(visit.store, id_, visit.stamp)
    return Go(f"/people/{id_}")


def copy(visit: Visit) -> Answer:
    """The page as a copy for that person: no notes, no tags, no buttons."""
    return Shown("copy.html", about(visit, known(visit)))


def held(visit: Visit) -> Answer:
    """The subject access copy as a file."""
    id_ = known(visit)
    copied = subject_access.copy(visit.store, visit.rubric, visit.config, id_, visit.stamp)
    return File(f"held-{id_}.html", subject_access.as_html(copied), "text/html; charset=utf-8")


def forget(visit: Visit) -> Answer:
    """Erase a person permanently, after a typed confirmation."""
    id_ = known(visit)
    if visit.form.get("word").strip().lower() != "forget":
        raise ConfigError("type the word forget into the field: this cannot be undone")
    with lock(visit.desk.db_path):
        report = erasure.forget(visit.store, id_, visit.stamp)
    facts = {
        "erased": [*erasure.summary(report.counts), *report.notes],
        "remaining": report.remaining,
        "person": id_,
    }
    return Shown("forgotten.html", facts)


def about(visit: Visit, id_: int) -> dict[str, Any]:
    """The facts of a person's page."""
    store = visit.store
    found = dossier(store, visit.rubric, id_, visit.role, visit.stamp)
    who, opening = found.person, visit.query.get("opening")
    return {
        "person": who,
        "called": who.display_name,
        "role": found.role,
        "as_of": found.as_of,
        "above": found.above,
        "percentile": found.percentile,
        "standing": found.standing,
        "share": found.share,
        "points": round(found.points, 1),
        "hidden": found.hidden,
        "own": list(warm_path.sentences(warm_path.own_works(store, visit.config, id_))),
        "caveats": found.caveats,
        "strongest": found.strongest,
        "decided": found.decided,
        "questions": found.questions,
        "areas": [(area, round(points, 1)) for area, points in found.areas],
        "lines": [line for line in found.lines if line.points >= NOISE],
        "months": list(every_month(found.months, MONTHS)),
        "timeline": activity.timeline(
            [(w.date, w.kind, w.title) for line in found.lines for w, _ in line.proofs], visit.now
        ),
        "identities": found.identities,
        "links": found.links,
        "routes": contact_routes.routes(store, id_),
        "answers": answers(store, visit.opening(opening), id_) if opening else (),
        "hired_for": visit.opening(opening).title or opening,
        "terms": found.terms,
        "cannot_show": found.cannot_show,
        "namesakes": profile.namesakes(store, id_),
        "exclusions": contact_policy.exclusions_of(store, id_, visit.stamp[:10]),
        "tags": marks.tags(store, id_),
        "notes": marks.notes_about(store, id_),
        "statuses": marks.STATUSES,
        "verdicts": review_packet.answers_about(store, id_),
        "openings": visit.openings,
    }


def _last(written: Sequence[StoredDraft], *statuses: str) -> StoredDraft | None:
    return next((row for row in reversed(written) if row.status in statuses), None)


def known(visit: Visit) -> int:
    """The id in the address. Raises MissingError if no person has it."""
    return known_number(visit, int(visit.path["id"]))


def known_number(visit: Visit, id_: int) -> int:
    """This id. Raises MissingError if no person has it."""
    if not profile.exists(visit.store, id_):
        raise MissingError(f"no person here has the number {id_}")
    return id_


def mark(visit: Visit) -> Answer:
    """Set a status, add or remove a tag, add or delete a note."""
    id_, form = known(visit), visit.form
    change = marks.Marks(
        form.get("status"), form.get("note"), tuple(form.all("tag")), tuple(form.all("untag"))
    )
    marks.mark(visit.store, id_, change, visit.stamp)
    for number in form.numbers("drop"):
        marks.delete_note(visit.store, id_, number)
    return Go(back(visit, f"/people/{id_}"), "Saved.")


def exclude(visit: Visit) -> Answer:
    """Exclude a person, optionally until a date."""
    id_, form = known(visit), visit.form
    reason = clean_line(form.get("reason"), 200)
    if not reason:
        raise ConfigError("give a reason; it is shown to anyone who asks later")
    until = contact_policy.last_day(form.get("until"), visit.stamp)
    contact_policy.exclude(visit.store, id_, reason, until, visit.stamp)
    return Go(back(visit, f"/people/{id_}"), "Excluded. You can undo this on this page.")


def include(visit: Visit) -> Answer:
    """End the exclusions of this person."""
    id_ = known(visit)
    contact_policy.include(visit.store, id_)
    return Go(back(visit, f"/people/{id_}"), "No longer excluded.")
