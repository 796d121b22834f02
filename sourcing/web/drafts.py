"""Drafts: the queue, one draft beside the work it cites, and each step a human takes with it.

Which step is allowed is decided by `drafting`; nothing is sent from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Row

from db.outreach import citations, drafts
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line
from sourcing.outreach import checks, propose, workflow
from sourcing.outreach.checks import Check
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.csv_export import Wanted, presets
from sourcing.outreach.csv_export import export as write
from sourcing.outreach.link_check import invented
from sourcing.outreach.propose import Brief
from sourcing.outreach.workflow import OUTCOMES, Desk
from sourcing.web.links import link
from sourcing.web.person import known
from sourcing.web.request import Answer, File, Go, MissingError, Shown, Visit

#: What the recruiter looks through, and which statuses that is.
QUEUES = {
    "waiting": ("proposed", "edited"),
    "approved": ("approved",),
    "sent": ("sent", "exported"),
    "rejected": ("rejected",),
    "all": (),
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


def _in(row: Row, queue: str) -> bool:
    return not QUEUES[queue] or row["status"] in QUEUES[queue]


def one(visit: Visit) -> Answer:
    """A draft, side by side with what it cites."""
    draft = found(visit)
    source = citations.works(visit.store, draft["person_id"], [draft["contribution_id"]])
    waiting = [row["id"] for row in drafts.listed(visit.store) if _in(row, "waiting")]
    facts = {
        "draft": draft,
        "called": draft["name"] or draft["login"] or f"#{draft['person_id']}",
        "source": source.get(draft["contribution_id"]),
        "quoted": quoted(draft["body"]),
        **checked(visit, draft),
        "history": drafts.history(visit.store, draft["id"]),
        "opened": draft["opened_at"],
        "next": next((id_ for id_ in waiting if id_ > draft["id"]), None),
        "previous": next((id_ for id_ in reversed(waiting) if id_ < draft["id"]), None),
        "routes": routes(visit.store, draft["person_id"]),
        "invented": bool(link(draft["evidence_url"]) and invented(draft["evidence_url"])),
        "outcomes": OUTCOMES,
    }
    return Shown("draft.html", facts)


def checked(visit: Visit, draft: propose.Stored) -> dict[str, object]:
    """The twelve checks, what keeps the draft back, and what a human has to answer for."""
    found_: tuple[Check, ...] = propose.examine(
        visit.store, brief(visit, draft["opening"]), draft, visit.stamp
    )
    return {
        "checks": found_,
        "objection": checks.fault(found_),
        "questions": checks.open_questions(found_),
    }


def brief(visit: Visit, opening: str) -> Brief:
    """What a draft is written for."""
    desk = visit.desk
    return propose.brief(visit.config, desk.config_path, opening, desk.user)


def desk(visit: Visit) -> Desk:
    """Who decides here, and when."""
    return Desk(visit.store, visit.desk.user, visit.now)


def found(visit: Visit) -> Row:
    """The draft in the address."""
    id_ = int(visit.path["id"])
    if (draft := drafts.get(visit.store, id_)) is None:
        raise MissingError(f"there is no draft {id_}")
    return draft


def quoted(body: str) -> list[str]:
    """What the message quotes, to be marked in the source."""
    return [a or b for a, b in _QUOTED.findall(body)]


def make(visit: Visit) -> Answer:
    """Propose a draft to a person."""
    id_, name = known(visit), visit.form.get("opening")
    visit.opening(name)
    number = propose.propose(visit.store, brief(visit, name), id_, visit.now)
    return Go(f"/drafts/{number}", "Read it beside its source, then approve it or change it.")


def source(visit: Visit) -> Answer:
    """Open the work a draft cites, and remember that a human did.

    Only a click on our own page counts: a picture or frame elsewhere that names this address
    must not attest anything.
    """
    draft, headers = found(visit), visit.headers
    if not link(draft["evidence_url"]):
        raise MissingError("no link shows the work it cites")
    if (
        headers.get("sec-fetch-site") == "same-origin"
        and headers.get("sec-fetch-dest") == "document"
    ):
        drafts.opened(visit.store, draft["id"], visit.desk.user, visit.stamp)
    return Go(draft["evidence_url"])


def edit(visit: Visit) -> Answer:
    """Change the words."""
    draft = found(visit)
    subject, body = written(visit)
    workflow.edit(desk(visit), draft["id"], body, subject)
    return Go(f"/drafts/{draft['id']}", "Changed, and checked again.")


def check(visit: Visit) -> Answer:
    """What the checks say of words that are not kept yet."""
    draft = dict(found(visit))
    draft["subject"], draft["body"] = written(visit)
    return Shown("checks.html", checked(visit, draft))


def written(visit: Visit) -> tuple[str, str]:
    """Subject and body as they were typed."""
    subject = clean_line(visit.form.get("subject"), SUBJECT_LIMIT)
    return subject, clean(visit.form.get("body"), BODY_LIMIT)


def approve(visit: Visit) -> Answer:
    """Approve one draft, having opened its link and answered for what only a human can judge."""
    draft = found(visit)
    if draft["status"] in {"proposed", "edited"} and not draft["opened_at"]:
        raise ConfigError("open the work it cites first, with the link on the draft's page")
    answered = set(visit.form.numbers("confirm"))
    workflow.approve(desk(visit), brief(visit, draft["opening"]), draft["id"], answered)
    return Go(f"/drafts/{draft['id']}", "Approved. Send it yourself, by a route the person offers.")


def reject(visit: Visit) -> Answer:
    """Reject one draft, saying why."""
    draft, reason = found(visit), clean_line(visit.form.get("reason"), 300)
    if not reason:
        raise ConfigError("say why it is rejected; it stays with the draft")
    workflow.reject(desk(visit), draft["id"], reason)
    return Go("/drafts", f"Draft {draft['id']} rejected.")


def sent(visit: Visit) -> Answer:
    """Note that it was sent, and how."""
    draft, via = found(visit), clean_line(visit.form.get("via"), 200)
    if not via:
        raise ConfigError("say by which route it was sent")
    reason = clean_line(visit.form.get("reason"), 300) or None
    workflow.sent(desk(visit), brief(visit, draft["opening"]), draft["id"], via, reason)
    return Go(f"/drafts/{draft['id']}", "Marked as sent.")


def outcome(visit: Visit) -> Answer:
    """Note what came of it."""
    draft, what = found(visit), visit.form.get("outcome")
    if what not in OUTCOMES:
        raise ConfigError(f"no such outcome: {what!r}; there are: {', '.join(OUTCOMES)}")
    workflow.outcome(desk(visit), draft["id"], what)
    return Go(f"/drafts/{draft['id']}", f"Noted: {what}.")


def follow(visit: Visit) -> Answer:
    """Propose the one follow-up to a message that was not answered."""
    draft = found(visit)
    number = propose.follow_up(
        visit.store, brief(visit, draft["opening"]), draft["person_id"], visit.now
    )
    return Go(f"/drafts/{number}", "One follow-up, and no more. Read it, then approve it or not.")


def export(visit: Visit) -> Answer:
    """Write what is approved to a CSV file in `exports/`, beside the config."""
    preset = visit.form.get("preset", "canonical")
    if preset not in {"canonical", *presets()}:
        raise ConfigError(f"no layout named {preset!r}; there are: {', '.join(presets())}")
    name = f"drafts-{visit.now:%Y-%m-%d-%H%M%S}.csv"
    folder = exports(visit)
    folder.mkdir(exist_ok=True)
    wanted = Wanted(preset, everything=visit.form.get("everything") == "on")
    told = write(desk(visit), lambda opening: brief(visit, opening), folder / name, wanted)
    facts = {
        "count": len(told.numbers),
        "left_out": told.left_out,
        "warning": told.warning,
        "name": name,
        "path": str(folder / name),
    }
    return Shown("export.html", facts)


def file(visit: Visit) -> Answer:
    """A file that was exported."""
    name = str(visit.path["name"])
    there: Sequence[Path] = [path for path in exports(visit).glob("*.csv") if path.name == name]
    if not there:
        raise MissingError(f"there is no export named {name}")
    return File(name, there[0].read_text(encoding="utf-8"), "text/csv; charset=utf-8")


def exports(visit: Visit) -> Path:
    """Where exported files are put."""
    return visit.desk.config_path.absolute().parent / "exports"
