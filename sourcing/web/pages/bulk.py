"""Actions on several people of the shortlist: a status, a tag, drafts; and their undo.

Each person gets a separate change. Nothing here approves a draft or ends a contact: "do not
contact" is decided on a person's page.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import unquote

from sourcing.core.errors import ConfigError, SourcingError
from sourcing.core.text import clean_line
from sourcing.outreach.propose import Proposer
from sourcing.people import marks
from sourcing.people.marks import Marks
from sourcing.web.pages.drafts import context
from sourcing.web.pages.person import known_number
from sourcing.web.request import UNDO_COOKIE, Answer, Go, Visit, back

#: Statuses that are set for several people at once.
OFFERED = ("reviewing", "shortlisted", "not now", "new")
#: People changed at once: one page of the shortlist.
MOST = 25
#: Reasons for missing drafts in the message.
_REASONS = 3


def mark(visit: Visit) -> Answer:
    """Set a status or add a tag, for all ticked people."""
    ids, form = _ticked(visit), visit.form
    status, tag = form.get("to_status"), clean_line(form.get("add_tag"), marks.TAG_LIMIT)
    if status and status not in OFFERED:
        raise ConfigError(f"{status!r} is set on a person's page, not for several people")
    if not status and not tag:
        raise ConfigError("choose a status or type a tag for the ticked people")
    before = {str(id_): marks.status(visit.store, id_) for id_ in ids}
    tagged = [id_ for id_ in ids if tag and tag not in marks.tags(visit.store, id_)]
    for id_ in ids:
        marks.mark(visit.store, id_, Marks(status=status, tags=(tag,) if tag else ()), visit.stamp)
    undo = {"statuses": before if status else {}, "tag": tag, "tagged": tagged}
    what = " and ".join(filter(None, (status and f"“{status}”", tag and f"tagged “{tag}”")))
    people = "1 person is" if len(ids) == 1 else f"{len(ids)} people are"
    return Go(back(visit, "/shortlist"), f"{people} now {what}.", undo=json.dumps(undo))


def undo(visit: Visit) -> Answer:
    """Take back the last change to several people, while the browser keeps it."""
    change = _change(visit.cookies.get(UNDO_COOKIE, ""))
    for number, status in change["statuses"].items():
        marks.mark(visit.store, known_number(visit, int(number)), Marks(status=status), visit.stamp)
    for number in change["tagged"]:
        untag = Marks(untags=(change["tag"],))
        marks.mark(visit.store, known_number(visit, int(number)), untag, visit.stamp)
    return Go(back(visit, "/shortlist"), "Undone.")


def _change(text: str) -> Mapping[str, Any]:
    try:
        change: Mapping[str, Any] = json.loads(unquote(text))
        statuses, tagged = change["statuses"], change["tagged"]
        valid = all(n.isdecimal() and s in marks.STATUSES for n, s in statuses.items())
        valid = valid and all(isinstance(n, int) for n in tagged) and len(statuses) <= MOST
    except (ValueError, KeyError, TypeError, AttributeError):
        valid = False
    if not valid:
        raise ConfigError("there is nothing to undo any more; change the people one by one")
    return change


def draft(visit: Visit) -> Answer:
    """Propose a draft to each ticked person, for the opening of the list."""
    ids, name = _ticked(visit), visit.form.get("opening")
    visit.opening(name)
    proposer = Proposer.at(visit.store, context(visit, name), visit.now)
    made, reasons = 0, []
    for id_ in ids:
        try:
            proposer.propose(id_)
            made += 1
        except SourcingError as exc:
            reasons.append(str(exc))
    said = f"{made} {'draft waits' if made == 1 else 'drafts wait'} for you."
    if reasons:
        more = f"; and {len(reasons) - _REASONS} more" if len(reasons) > _REASONS else ""
        said += f" No draft: {'; '.join(reasons[:_REASONS])}{more}."
    return Go("/drafts" if made else back(visit, "/shortlist"), said)


def _ticked(visit: Visit) -> list[int]:
    ids = [known_number(visit, one) for one in visit.form.numbers("with")]
    if not 1 <= len(ids) <= MOST:
        raise ConfigError(f"tick one to {MOST} people on the shortlist first")
    return ids
