"""New drafts: one message to one person, citing one work of theirs, for a human to approve. It
stores no draft that fails a check, and it sends nothing. `sourcing.outreach.workflow` contains a
human's decisions on a draft."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from db import Store
from db.outreach import draft_changes, drafts
from db.outreach.draft_changes import NewDraft
from db.outreach.drafts import StoredDraft
from db.ranking import persons
from db.ranking.persons import PersonRecord
from sourcing.core.draft_states import DraftStatus
from sourcing.core.errors import DraftError
from sourcing.core.times import day, stamp
from sourcing.outreach import checks
from sourcing.outreach.answers import ProblemList
from sourcing.outreach.checks import Circumstances
from sourcing.outreach.citation import Citation, cite, cite_url, cited
from sourcing.outreach.review import OutreachContext, Reviewer, message
from sourcing.outreach.salutation import first_name
from sourcing.privacy import contact_policy


@dataclass(frozen=True, slots=True)
class Proposer:
    """Writes drafts for one opening at one point in time."""

    store: Store
    context: OutreachContext
    now: datetime
    reviewer: Reviewer

    @classmethod
    def at(cls, store: Store, context: OutreachContext, now: datetime) -> Proposer:
        """A proposer with a reviewer at the same time."""
        return cls(store, context, now, Reviewer(store, stamp(now)))

    def propose(self, person: int, *, short: bool = False, url: str = "") -> int:
        """Write a draft to this person and store it as proposed; returns its number.

        `url` is the work that a human chose to cite. Otherwise the draft cites the best work that
        tells a decision and answers a problem of the opening; without one there is no draft.
        """
        called = _called(persons.person(self.store, person))
        draft_changes.expire(self.store, stamp(self.now), self.context.by)
        self._refuse_hidden(person, called)
        if other := drafts.blocking(self.store, person, self.context.name):
            raise DraftError(f"{called}: draft {other.id} to this person is already {other.status}")
        from_ = self.context.sender
        problems = from_.problems
        if url:
            found = cite_url(self.store, person, called, url, problems)
        else:
            beside = drafts.beside(self.store, 0, person, self.context.name)
            taken = {draft.contribution_id for draft in beside}
            asked = ProblemList(problems, from_.specific)
            found = cite(self.store, person, called, asked, self.now, taken)
        return self._offer(_Plan(person, found, "short" if short else "message"))

    def follow_up(self, person: int) -> int:
        """Propose the one second message, after no answer."""
        called = _called(persons.person(self.store, person))
        first = self._unanswered(person, called)
        self._refuse_hidden(person, called)
        found = cited(self.store, person, first.contribution_id, self.context.sender.problems)
        return self._offer(_Plan(person, found, "followup", first))

    def _refuse_hidden(self, person: int, called: str) -> None:
        organisation = self.context.sender.org
        if reason := contact_policy.hidden(self.store, person, stamp(self.now), organisation):
            raise DraftError(f"{called}: {reason}")

    def _unanswered(self, person: int, called: str) -> StoredDraft:
        mine = drafts.of_person(self.store, person)
        sent = [draft for draft in mine if draft.status == DraftStatus.SENT]
        if not sent:
            raise DraftError(f"{called}: no message was sent that a second one could follow up")
        last = sent[-1]
        if len(sent) > 1 or last.follows:
            raise DraftError(f"{called}: there is one second message at most, and it was sent")
        if last.outcome not in {None, "no answer"}:
            raise DraftError(f"{called}: {last.outcome}; there is nothing to follow up")
        waiting = [one for one in mine if one.follows and one.status != DraftStatus.EXPIRED]
        if waiting:
            raise DraftError(f"{called}: draft {waiting[-1].id} is the second message already")
        days = timedelta(days=self.context.config.outreach.follow_up_days)
        due = datetime.fromisoformat(last.sent_at or "") + days
        if self.now < due:
            raise DraftError(
                f"{called}: written to on {last.sent_at or '':.10}; wait until {due:%Y-%m-%d}"
            )
        return last

    def _offer(self, plan: _Plan) -> int:
        who = persons.person(self.store, plan.person)
        before = day(plan.follows.sent_at or "") if plan.follows else ""
        person = {
            "name": who.name or who.login or "",
            "first_name": first_name(who.name, who.login),
            "before": before,
        }
        from_, short = self.context.sender, plan.form == "short"
        text = self.context.templates.compose(plan.form, plan.cited, from_, person)
        built = message(from_, plan.cited, who, text.subject, text.body)
        built = replace(built, short=short, ours=(*built.ours, before))
        others = self.reviewer.others(self.context, 0, plan.person)
        found = checks.examine(built, Circumstances(routes=1, others=others))
        if problem := checks.blocking_reason(found):
            raise DraftError(f"{_called(who)}: {problem}")
        days = timedelta(days=self.context.config.outreach.draft_days)
        draft = NewDraft(
            person=plan.person,
            opening=self.context.name,
            contribution=plan.cited.id,
            subject=text.subject,
            body=text.body,
            expires_at=stamp(self.now + days),
            weak=plan.cited.weak,
            short=short,
            follows=plan.follows.id if plan.follows else None,
        )
        return draft_changes.propose(self.store, draft, self.context.by, stamp(self.now))


@dataclass(frozen=True, slots=True)
class _Plan:
    """The recipient, the citation, the form, and the draft that it follows up."""

    person: int
    cited: Citation
    form: str
    follows: StoredDraft | None = None


def _called(who: PersonRecord) -> str:
    return who.display_name
