"""Drafts: the queue, one draft beside the work it cites, and each step a human takes with it.

Which step is allowed is decided by `sourcing.outreach` and below; nothing is sent from here.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from sqlite3 import Row

from db import drafts, grounds, people
from sourcing.errors import ConfigError
from sourcing.export import export as write
from sourcing.outreach import Brief, objection, propose
from sourcing.text import clean, clean_line
from sourcing.web.links import link
from sourcing.web.person import known, routes
from sourcing.web.visit import Answer, File, Go, MissingError, Shown, Visit

#: What the recruiter looks through, and which statuses that is.
QUEUES = {
    "waiting": ("proposed", "edited"),
    "approved": ("approved",),
    "sent": ("sent", "exported"),
    "rejected": ("rejected",),
    "all": (),
}
OUTCOMES = ("replied", "declined", "complained", "no answer")
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
        "openings": visit.openings,
    }
    return Shown("drafts.html", facts)


def _in(row: Row, queue: str) -> bool:
    return not QUEUES[queue] or row["status"] in QUEUES[queue]


def one(visit: Visit) -> Answer:
    """A draft, side by side with what it cites."""
    draft = found(visit)
    source = grounds.works(visit.store, draft["person_id"], [draft["contribution_id"]])
    waiting = [row["id"] for row in drafts.listed(visit.store) if _in(row, "waiting")]
    facts = {
        "draft": draft,
        "called": draft["name"] or draft["login"] or f"#{draft['person_id']}",
        "source": source.get(draft["contribution_id"]),
        "quoted": quoted(draft["body"]),
        "objection": objection(visit.store, draft, visit.stamp),
        "history": drafts.history(visit.store, draft["id"]),
        "opened": draft["opened_at"],
        "next": next((id_ for id_ in waiting if id_ > draft["id"]), None),
        "previous": next((id_ for id_ in reversed(waiting) if id_ < draft["id"]), None),
        "routes": routes(tuple(people.identities(visit.store, draft["person_id"]))),
        "outcomes": OUTCOMES,
    }
    return Shown("draft.html", facts)


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
    brief = Brief(visit.config, name, visit.opening(name), visit.desk.user)
    number = propose(visit.store, brief, id_, visit.now)
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
    _must_be(draft, ("proposed", "edited", "approved"), "be changed")
    subject, body = written(visit)
    drafts.edit(visit.store, draft["id"], subject, body, visit.desk.user, visit.stamp)
    return Go(f"/drafts/{draft['id']}", "Changed, and checked again.")


def check(visit: Visit) -> Answer:
    """What the checks say of words that are not kept yet."""
    draft = dict(found(visit))
    draft["subject"], draft["body"] = written(visit)
    reason = objection(visit.store, draft, visit.stamp)  # type: ignore[arg-type] # read by name
    return Shown("checks.html", {"objection": reason})


def written(visit: Visit) -> tuple[str, str]:
    """Subject and body as they were typed."""
    subject = clean_line(visit.form.get("subject"), SUBJECT_LIMIT)
    return subject, clean(visit.form.get("body"), BODY_LIMIT)


def approve(visit: Visit) -> Answer:
    """Approve one draft, having opened its link."""
    draft = found(visit)
    _must_be(draft, ("proposed", "edited"), "be approved")
    if reason := objection(visit.store, draft, visit.stamp):
        raise ConfigError(f"draft {draft['id']}: {reason}")
    if other := drafts.settled_for(visit.store, draft["person_id"], draft["opening"]):
        raise ConfigError(f"draft {other['id']} to this person is already {other['status']}")
    if not draft["opened_at"]:
        raise ConfigError("open the work it cites first, with the link on the draft's page")
    drafts.decide(visit.store, draft["id"], "approved", visit.desk.user, visit.stamp)
    return Go(f"/drafts/{draft['id']}", "Approved. Send it yourself, by a route the person offers.")


def reject(visit: Visit) -> Answer:
    """Reject one draft, saying why."""
    draft = found(visit)
    _must_be(draft, ("proposed", "edited", "approved"), "be rejected")
    reason = clean_line(visit.form.get("reason"), 300)
    if not reason:
        raise ConfigError("say why it is rejected; it stays with the draft")
    drafts.decide(visit.store, draft["id"], "rejected", visit.desk.user, visit.stamp, reason)
    return Go("/drafts", f"Draft {draft['id']} rejected.")


def sent(visit: Visit) -> Answer:
    """Note that it was sent, and how."""
    draft = found(visit)
    _must_be(draft, ("approved", "exported"), "be marked as sent")
    if reason := objection(visit.store, draft, visit.stamp):
        raise ConfigError(f"draft {draft['id']}: {reason}")
    via = clean_line(visit.form.get("via"), 200)
    if not via:
        raise ConfigError("say by which route it was sent")
    drafts.sent(visit.store, draft["id"], via, None, visit.desk.user, visit.stamp)
    return Go(f"/drafts/{draft['id']}", "Marked as sent.")


def outcome(visit: Visit) -> Answer:
    """Note what came of it."""
    draft, what = found(visit), visit.form.get("outcome")
    _must_be(draft, ("sent", "exported"), "have an outcome")
    if what not in OUTCOMES:
        raise ConfigError(f"no such outcome: {what!r}; there are: {', '.join(OUTCOMES)}")
    drafts.outcome(visit.store, draft["id"], what, visit.desk.user, visit.stamp)
    return Go(f"/drafts/{draft['id']}", f"Noted: {what}.")


def export(visit: Visit) -> Answer:
    """Write what is approved to a CSV file in `exports/`, beside the config."""
    name = f"drafts-{visit.now:%Y-%m-%d-%H%M%S}.csv"
    folder = exports(visit)
    folder.mkdir(exist_ok=True)
    count, left_out = write(
        visit.store,
        visit.config,
        folder / name,
        everything=visit.form.get("everything") == "on",
        by=visit.desk.user,
        now=visit.stamp,
    )
    facts = {"count": count, "left_out": left_out, "name": name, "path": str(folder / name)}
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


def _must_be(draft: Row, statuses: Sequence[str], what: str) -> None:
    if draft["status"] not in statuses:
        raise ConfigError(f"draft {draft['id']} is {draft['status']}; it cannot {what}")
