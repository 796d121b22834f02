"""Drafts: one message to one person, citing one thing they did, for a human to approve.

It proposes them and looks at them again; what a human then does with one is in `drafting`.
It never sends anything, and offers no draft that fails a check.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path
from sqlite3 import Row
from typing import Any

from db import Store
from db.outreach import citations, drafts
from db.outreach.drafts import Draft
from db.ranking import persons
from sourcing.core.config import Config, Opening, load_opening, openings
from sourcing.core.errors import DraftError
from sourcing.core.times import day, stamp
from sourcing.outreach import checks, compose
from sourcing.outreach.checks import Check, Standing
from sourcing.outreach.citation import Cited, cite, cited, ground
from sourcing.outreach.compose import Sender, Templates
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.message import Ground, Letter
from sourcing.outreach.salutation import first_name
from sourcing.privacy import contact_policy

#: A draft as it is stored, or with words that are not kept yet.
Stored = Row | Mapping[str, Any]
#: Nobody is written to again within this time, for whatever opening.
SILENCE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class Brief:
    """What drafts are written for, and by whom: an opening's name is '' for none."""

    config: Config
    name: str
    opening: Opening
    by: str
    templates: Templates = field(default_factory=Templates)
    gone: bool = False

    @property
    def sender(self) -> Sender:
        """Who writes, and for what."""
        return compose.sender(self.config, self.opening)


def brief(config: Config, config_path: Path, name: str, by: str) -> Brief:
    """The brief for an opening by its name, with the templates beside the config.

    Drafts outlive openings: those for one that is gone can be read, and go nowhere.
    """
    gone = bool(name) and name not in openings(config_path)
    opening = load_opening(config_path, name) if name and not gone else Opening()
    return Brief(config, name, opening, by, Templates(config_path.parent / "templates"), gone)


def propose(
    store: Store,
    brief_: Brief,
    person: int,
    now: datetime,
    *,
    short: bool = False,
    asked_for: bool = True,
) -> int:
    """Write a draft to this person and store it as proposed; its number.

    Who was not asked for by name gets none that says nothing of them for this opening.
    """
    called = _called(persons.person(store, person))
    drafts.expire(store, stamp(now), brief_.by)
    if reason := contact_policy.hidden(store, person, stamp(now), brief_.sender.org):
        raise DraftError(f"{called}: {reason}")
    if other := drafts.settled_for(store, person, brief_.name):
        raise DraftError(
            f"{called}: draft {other['id']} to this person is already {other['status']}"
        )
    beside = drafts.beside(store, 0, brief_.name)
    taken = {row["contribution_id"] for row in beside if row["person_id"] != person}
    found = cite(store, person, called, brief_.sender.problems, now, taken)
    if found.empty and not asked_for:
        raise DraftError(f"{called}: {found.weak}; name the person to draft it all the same")
    return _offer(store, brief_, _Plan(person, found, "short" if short else "message"), now)


def follow_up(store: Store, brief_: Brief, person: int, now: datetime) -> int:
    """Propose the one second message, after no answer."""
    called = _called(persons.person(store, person))
    first = _unanswered(store, brief_, person, called, now)
    if reason := contact_policy.hidden(store, person, stamp(now), brief_.sender.org):
        raise DraftError(f"{called}: {reason}")
    found = cited(store, person, first["contribution_id"], brief_.sender.problems)
    return _offer(store, brief_, _Plan(person, found, "followup", first), now)


@dataclass(frozen=True, slots=True)
class _Plan:
    """To whom, about what, in which form, and what went before."""

    person: int
    cited: Cited
    form: str
    follows: Row | None = None


def _unanswered(store: Store, brief_: Brief, person: int, called: str, now: datetime) -> Row:
    mine = drafts.of_person(store, person)
    sent = [row for row in mine if row["status"] == "sent"]
    if not sent:
        raise DraftError(f"{called}: nothing was sent yet that could be followed up")
    last = sent[-1]
    if len(sent) > 1 or last["follows"]:
        raise DraftError(f"{called}: there is one second message at most, and it was sent")
    if last["outcome"] not in {None, "no answer"}:
        raise DraftError(f"{called}: {last['outcome']}; there is nothing to follow up")
    if waiting := [row for row in mine if row["follows"] and row["status"] != "expired"]:
        raise DraftError(f"{called}: draft {waiting[-1]['id']} is the second message already")
    due = datetime.fromisoformat(last["sent_at"]) + timedelta(
        days=brief_.config.outreach.follow_up_days
    )
    if now < due:
        raise DraftError(
            f"{called}: written to on {last['sent_at'][:10]}; wait until {due:%Y-%m-%d}"
        )
    return last


def _offer(store: Store, brief_: Brief, plan: _Plan, now: datetime) -> int:
    who = persons.person(store, plan.person)
    before = day(plan.follows["sent_at"]) if plan.follows else ""
    person = {
        "name": who["name"] or who["login"] or "",
        "first_name": first_name(who["name"], who["login"]),
        "before": before,
    }
    text = brief_.templates.compose(plan.form, plan.cited, brief_.sender, person)
    short = plan.form == "short"
    letter = _letter(brief_.sender, plan.cited.ground, who, text.subject, text.body)
    letter = replace(letter, short=short, ours=(*letter.ours, before))
    standing = Standing(routes=1, others=_others(store, brief_, 0, plan.person))
    if problem := checks.fault(checks.examine(letter, standing)):
        raise DraftError(f"{_called(who)}: {problem}")
    days = timedelta(days=brief_.config.outreach.draft_days)
    draft = Draft(
        person=plan.person,
        opening=brief_.name,
        contribution=plan.cited.id,
        subject=text.subject,
        body=text.body,
        expires_at=stamp(now + days),
        weak=plan.cited.weak,
        short=short,
        follows=plan.follows["id"] if plan.follows else None,
    )
    return drafts.propose(store, draft, brief_.by, stamp(now))


def _called(who: Row) -> str:
    return str(who["name"] or who["login"] or f"#{who['id']}")


# -- looking at one again ---------------------------------------------------------------------


def examine(store: Store, brief_: Brief, draft: Stored, now: str) -> tuple[Check, ...]:
    """The twelve checks of a stored draft, as things stand now."""
    letter = letter_of(store, brief_, draft)
    standing = Standing(
        refused=objection(store, brief_, draft, now),
        routes=len(routes(store, draft["person_id"])),
        opened=draft["opened_at"] is not None,
        link=draft["link"] or "not asked again",
        confirmed=frozenset(json.loads(draft["confirmed"] or "[]")),
        others=_others(store, brief_, draft["id"], draft["person_id"]),
    )
    return checks.examine(letter, standing)


def letter_of(store: Store, brief_: Brief, draft: Stored) -> Letter:
    """A stored draft with what its sentences may rest on today."""
    who = persons.person(store, draft["person_id"])
    found = ground(store, draft["person_id"], draft["contribution_id"])
    letter = _letter(brief_.sender, found, who, draft["subject"], draft["body"])
    before = drafts.get(store, draft["follows"]) if draft["follows"] else None
    ours = (*letter.ours, day(before["sent_at"])) if before else letter.ours
    return replace(letter, short=bool(draft["short"]), ours=ours)


def objection(store: Store, brief_: Brief, draft: Stored, now: str) -> str | None:
    """Why nothing may go to this person from this draft (any more), or None."""
    if reason := contact_policy.hidden(store, draft["person_id"], now, brief_.sender.org):
        return f"the person {reason}"
    if brief_.gone:
        return f"there is no opening named {brief_.name!r} any more"
    if draft["status"] in {"proposed", "edited", "approved"} and draft["expires_at"] < now:
        return f"it expired on {draft['expires_at'][:10]}; draft again"
    last = citations.last_written(store, draft["person_id"])
    if last and last["id"] not in {draft["id"], draft["follows"]}:
        until = datetime.fromisoformat(last["sent_at"]) + SILENCE
        if now < stamp(until):
            return f"the person was written to on {last['sent_at'][:10]} (draft {last['id']})"
    return None


def _letter(from_: Sender, found: Ground, who: Row, subject: str, body: str) -> Letter:
    aliases = [alias for alias in (who["aliases"] or "").split(";") if alias]
    return Letter(
        subject=subject,
        body=body,
        called=tuple(filter(None, (who["name"], who["login"], *aliases))),
        first=first_name(who["name"], who["login"]),
        ground=found,
        ours=from_.texts,
        problems=from_.problems,
        sender=(from_.name, from_.org),
        facts={
            **from_.terms,
            "notice_url": from_.notice_url,
            "postal_address": from_.postal_address,
            "client": from_.client,
        },
    )


def _others(store: Store, brief_: Brief, id_: int, person: int) -> tuple[Letter, ...]:
    """The other messages of the batch, with which this one must not be interchangeable."""
    rows = drafts.beside(store, id_, brief_.name)
    return tuple(letter_of(store, brief_, row) for row in rows if row["person_id"] != person)
