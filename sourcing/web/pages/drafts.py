"""Pages of drafts: the queue, one draft beside the work it cites, and each action on it.

`sourcing.outreach.workflow` decides which action is allowed. These pages send nothing.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from db.outreach import citations, draft_changes, drafts
from db.outreach.drafts import StoredDraft
from sourcing.core.draft_states import SETTLED, WAITING, DraftStatus
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line
from sourcing.outreach import checks, review, workflow
from sourcing.outreach.checks import Check
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.csv_export import ExportRequest, presets
from sourcing.outreach.csv_export import export as write
from sourcing.outreach.link_check import invented
from sourcing.outreach.message import text_hash
from sourcing.outreach.propose import Proposer
from sourcing.outreach.review import OutreachContext, Reviewer
from sourcing.outreach.workflow import OUTCOMES, Desk
from sourcing.web.links import link
from sourcing.web.pages.person import known
from sourcing.web.request import Answer, File, Go, MissingError, Shown, Visit

#: The queues of the page, and the states of the drafts in each; an empty set is every state.
QUEUES = {
    "waiting": WAITING,
    "approved": frozenset({DraftStatus.APPROVED}),
    "sent": SETTLED - {DraftStatus.APPROVED},
    "rejected": frozenset({DraftStatus.REJECTED}),
    "all": frozenset(),
}
SUBJECT_LIMIT, BODY_LIMIT = 200, 8000

_QUOTED = re.compile(r'"([^"\n]{20,})"|“([^”\n]{20,})”')


def page(visit: Visit) -> Answer:
    """The queue."""
    chosen = visit.query.get("status", "waiting")
    if chosen not in QUEUES:
        raise ConfigError(f"no such queue: {chosen!r}; there are: {', '.join(QUEUES)}")
    every = drafts.listed(visit.store)
    shown = {name: [row for row in every if _in(row, name)] for name in QUEUES}
    facts = {
        "drafts": shown[chosen],
        "chosen": chosen,
        "counts": {name: len(rows) for name, rows in shown.items()},
        "presets": {name: entry["about"] for name, entry in presets().items()},
        "warnings": {name: entry["warning"] for name, entry in presets().items()},
    }
    return Shown("drafts.html", facts)


def _in(draft: StoredDraft, queue: str) -> bool:
    return not QUEUES[queue] or draft.status in QUEUES[queue]


def one(visit: Visit) -> Answer:
    """A draft, side by side with the cited work."""
    draft = found(visit)
    source = citations.works(visit.store, draft.person_id, [draft.contribution_id])
    waiting = [row.id for row in drafts.listed(visit.store) if _in(row, "waiting")]
    facts = {
        "draft": draft,
        "called": draft.called,
        "seen": text_hash(draft.subject, draft.body),
        "source": source.get(draft.contribution_id),
        "quoted": quoted(draft.body),
        **checked(visit, draft),
        "history": drafts.history(visit.store, draft.id),
        "opened": draft.opened_at,
        "next": next((id_ for id_ in waiting if id_ > draft.id), None),
        "previous": next((id_ for id_ in reversed(waiting) if id_ < draft.id), None),
        "routes": routes(visit.store, draft.person_id),
        "invented": bool(link(draft.evidence_url) and invented(draft.evidence_url or "")),
        "outcomes": OUTCOMES,
    }
    return Shown("draft.html", facts)


def checked(visit: Visit, draft: StoredDraft) -> dict[str, object]:
    """The twelve checks, the reason that blocks the draft, and the questions to a human."""
    reviewer = Reviewer(visit.store, visit.stamp)
    found_: tuple[Check, ...] = reviewer.examine(context(visit, draft.opening), draft)
    return {
        "checks": found_,
        "objection": checks.blocking_reason(found_),
        "questions": checks.open_questions(found_),
    }


def context(visit: Visit, opening: str) -> OutreachContext:
    """The opening that a draft is written for, and the person who writes."""
    return review.context(visit.config, visit.desk.config_path, opening, visit.desk.user)


def desk(visit: Visit) -> Desk:
    """The desk of the person at the pages."""
    return Desk(visit.store, visit.desk.user, visit.now)


def found(visit: Visit) -> StoredDraft:
    """The draft in the address."""
    id_ = int(visit.path["id"])
    if (draft := drafts.get(visit.store, id_)) is None:
        raise MissingError(f"there is no draft {id_}")
    return draft


def quoted(body: str) -> list[str]:
    """The quotations of a message, to be marked in the text of the work."""
    return [a or b for a, b in _QUOTED.findall(body)]


def make(visit: Visit) -> Answer:
    """Propose a draft to a person; `cite` is the link of a work that the user chose."""
    id_, name = known(visit), visit.form.get("opening")
    visit.opening(name)
    url = clean_line(visit.form.get("cite"), 500)
    proposer = Proposer.at(visit.store, context(visit, name), visit.now)
    number = proposer.propose(id_, url=url)
    return Go(f"/drafts/{number}", "Read it beside its source, then approve it or change it.")


def source(visit: Visit) -> Answer:
    """Open the work a draft cites, and record that a human did.

    Only a click on our own page counts: an image or frame on another site that requests this
    address proves nothing.
    """
    draft, headers = found(visit), visit.headers
    if not link(draft.evidence_url):
        raise MissingError("no link shows the work it cites")
    if (
        headers.get("sec-fetch-site") == "same-origin"
        and headers.get("sec-fetch-dest") == "document"
    ):
        draft_changes.record_opened(visit.store, draft.id, visit.desk.user, visit.stamp)
    return Go(str(draft.evidence_url))


def edit(visit: Visit) -> Answer:
    """Change the text."""
    draft = found(visit)
    subject, body = written(visit)
    workflow.edit(desk(visit), draft.id, body, subject, visit.form.get("seen") or None)
    return Go(f"/drafts/{draft.id}", "Changed, and checked again.")


def check(visit: Visit) -> Answer:
    """The checks of a text that is not saved."""
    subject, body = written(visit)
    typed = replace(found(visit), subject=subject, body=body)
    return Shown("checks.html", checked(visit, typed))


def written(visit: Visit) -> tuple[str, str]:
    """The submitted subject and body."""
    subject = clean_line(visit.form.get("subject"), SUBJECT_LIMIT)
    return subject, clean(visit.form.get("body"), BODY_LIMIT)


def approve(visit: Visit) -> Answer:
    """Approve one draft after opening its link and answering the open questions."""
    draft = found(visit)
    if draft.status in WAITING and not draft.opened_at:
        raise ConfigError("open the work it cites first, with the link on the draft's page")
    answered = set(visit.form.numbers("confirm"))
    seen = visit.form.get("seen") or None
    workflow.approve(desk(visit), context(visit, draft.opening), draft.id, answered, seen)
    return Go(f"/drafts/{draft.id}", "Approved. Send it yourself, by a route the person offers.")


def reject(visit: Visit) -> Answer:
    """Reject one draft, saying why."""
    draft, reason = found(visit), clean_line(visit.form.get("reason"), 300)
    if not reason:
        raise ConfigError("say why it is rejected; it stays with the draft")
    workflow.reject(desk(visit), draft.id, reason)
    return Go("/drafts", f"Draft {draft.id} rejected.")


def sent(visit: Visit) -> Answer:
    """Record that it was sent, and by which route."""
    draft, via = found(visit), clean_line(visit.form.get("via"), 200)
    if not via:
        raise ConfigError("say by which route it was sent")
    reason = clean_line(visit.form.get("reason"), 300) or None
    workflow.record_sent(desk(visit), context(visit, draft.opening), draft.id, via, reason)
    return Go(f"/drafts/{draft.id}", "Marked as sent.")


def outcome(visit: Visit) -> Answer:
    """Record the outcome."""
    draft, what = found(visit), visit.form.get("outcome")
    if what not in OUTCOMES:
        raise ConfigError(f"no such outcome: {what!r}; there are: {', '.join(OUTCOMES)}")
    workflow.record_outcome(desk(visit), draft.id, what)
    return Go(f"/drafts/{draft.id}", f"Recorded: {what}.")


def follow(visit: Visit) -> Answer:
    """Propose the one follow-up to a message that was not answered."""
    draft = found(visit)
    proposer = Proposer.at(visit.store, context(visit, draft.opening), visit.now)
    number = proposer.follow_up(draft.person_id)
    return Go(f"/drafts/{number}", "One follow-up, and no more. Read it, then approve it or not.")


def export(visit: Visit) -> Answer:
    """Write the approved drafts to a CSV file in `exports/`, beside the config."""
    preset = visit.form.get("preset", "canonical")
    if preset not in {"canonical", *presets()}:
        raise ConfigError(f"no layout named {preset!r}; there are: {', '.join(presets())}")
    name = f"drafts-{visit.now:%Y-%m-%d-%H%M%S}.csv"
    folder = exports(visit)
    folder.mkdir(exist_ok=True)
    request = ExportRequest(preset, everything=visit.form.get("everything") == "on")
    result = write(desk(visit), lambda opening: context(visit, opening), folder / name, request)
    facts = {
        "count": len(result.numbers),
        "left_out": result.left_out,
        "warning": result.warning,
        "name": name,
        "path": str(folder / name),
    }
    return Shown("export.html", facts)


def file(visit: Visit) -> Answer:
    """An exported file."""
    name = str(visit.path["name"])
    there: Sequence[Path] = [path for path in exports(visit).glob("*.csv") if path.name == name]
    if not there:
        raise MissingError(f"there is no export named {name}")
    return File(name, there[0].read_text(encoding="utf-8"), "text/csv; charset=utf-8")


def exports(visit: Visit) -> Path:
    """The folder of exported files."""
    return visit.desk.config_path.absolute().parent / "exports"
