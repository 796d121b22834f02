"""Stored drafts examined again: the twelve checks as things stand now.

A `Reviewer` builds each message once, however many drafts it is compared with, so that the work for
n drafts grows with n. It changes nothing.
"""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from pathlib import Path

from db import Store
from db.outreach import citations, drafts
from db.outreach.drafts import StoredDraft
from db.ranking import persons
from db.ranking.persons import PersonRecord
from sourcing.core.config import Config, Opening, load_opening, openings
from sourcing.core.draft_states import DraftAction, allows
from sourcing.core.times import day, stamp
from sourcing.outreach import checks, compose
from sourcing.outreach.checks import Check, Circumstances
from sourcing.outreach.citation import Citation, cited
from sourcing.outreach.compose import Sender, Templates, wordings
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.message import Message, text_hash
from sourcing.outreach.salutation import first_name
from sourcing.privacy import contact_policy

#: One person gets one message within this time, for any opening.
SILENCE = timedelta(days=365)


@dataclass(frozen=True, slots=True)
class OutreachContext:
    """The opening that drafts are written for, and the person who writes them."""

    config: Config
    name: str  # the opening's name, or "" for [outreach] alone
    opening: Opening
    by: str
    templates: Templates = field(default_factory=Templates)
    #: True if the opening's file no longer exists: its drafts can be read and go nowhere.
    removed: bool = False

    @property
    def sender(self) -> Sender:
        """The sender and the terms of the opening."""
        return compose.sender(self.config, self.opening)


def context(config: Config, config_path: Path, name: str, by: str) -> OutreachContext:
    """The context of an opening by its name, with the templates beside the config."""
    removed = bool(name) and name not in openings(config_path)
    opening = load_opening(config_path, name) if name and not removed else Opening()
    templates = Templates(config_path.parent / "templates")
    return OutreachContext(config, name, opening, by, templates, removed)


class Reviewer:
    """Examines drafts at one point in time; keeps the messages it has built."""

    def __init__(self, store: Store, now: str) -> None:
        self._store, self._now = store, now
        self._built: dict[tuple[int, str, str], Message] = {}

    def examine(self, context_: OutreachContext, draft: StoredDraft) -> tuple[Check, ...]:
        """The twelve checks of a stored draft."""
        circumstances = Circumstances(
            refused=self.objection(context_, draft),
            routes=len(routes(self._store, draft.person_id)),
            opened=draft.opened_at is not None,
            link=draft.link or "not requested again",
            confirmed=draft.confirmed,
            others=self.others(context_, draft.id, draft.person_id),
        )
        return checks.examine(self.message(context_, draft), circumstances)

    def message(self, context_: OutreachContext, draft: StoredDraft) -> Message:
        """A stored draft with the stored facts that its sentences can rest on."""
        key = (draft.id, context_.name, text_hash(draft.subject, draft.body))
        if key not in self._built:
            self._built[key] = self._build(context_, draft)
        return self._built[key]

    def others(self, context_: OutreachContext, id_: int, person: int) -> tuple[Message, ...]:
        """The messages of the same batch to other people."""
        rows = drafts.beside(self._store, id_, person, context_.name)
        return tuple(self.message(context_, row) for row in rows)

    def objection(self, context_: OutreachContext, draft: StoredDraft) -> str | None:
        """Why this draft must not reach the person (any more), or None."""
        organisation = context_.sender.org
        hidden = contact_policy.hidden(self._store, draft.person_id, self._now, organisation)
        if hidden:
            return f"the person {hidden}"
        if context_.removed:
            return f"there is no opening named {context_.name!r} any more"
        if allows(draft.status, DraftAction.EXPIRE) and draft.expires_at < self._now:
            return f"it expired on {draft.expires_at[:10]}; draft again"
        if draft.approved_hash and draft.approved_hash != text_hash(draft.subject, draft.body):
            return "its text changed after the approval; edit it, then approve it again"
        last = citations.last_sent(self._store, draft.person_id)
        if last and last.draft not in {draft.id, draft.follows}:
            until = datetime.fromisoformat(last.sent_at) + SILENCE
            if self._now < stamp(until):
                return f"the person was written to on {last.sent_at[:10]} (draft {last.draft})"
        return None

    def _build(self, context_: OutreachContext, draft: StoredDraft) -> Message:
        person = persons.person(self._store, draft.person_id)
        problems = context_.sender.problems
        citation = cited(self._store, draft.person_id, draft.contribution_id, problems)
        built = message(context_.sender, citation, person, draft.subject, draft.body)
        before = drafts.get(self._store, draft.follows) if draft.follows else None
        ours = (*built.ours, day(before.sent_at)) if before and before.sent_at else built.ours
        return replace(built, short=draft.short, ours=ours)


def message(
    from_: Sender, citation: Citation, person: PersonRecord, subject: str, body: str
) -> Message:
    """A text to a person, with the facts that it can rest on."""
    aliases = [alias for alias in (person.aliases or "").split(";") if alias]
    return Message(
        subject=subject,
        body=body,
        called=tuple(filter(None, (person.name, person.login, *aliases))),
        first=first_name(person.name, person.login),
        work=citation.work,
        ours=from_.texts,
        problems=from_.problems,
        specific=from_.specific,
        worded={problem: wordings(problem) for problem in from_.problems},
        answers=citation.fits,
        sender=(from_.name, from_.org),
        facts={
            **from_.terms,
            "notice_url": from_.notice_url,
            "postal_address": from_.postal_address,
            "client": from_.client,
        },
    )
