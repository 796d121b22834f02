"""Who is left alone, and why: asked before anybody is shown, drafted to or exported.

One answer for all: a "no" in the person's own words, a status, an exclusion. What is said
for good never gets this far: it is dropped before it is stored.
"""

from __future__ import annotations

from datetime import date

from db import Store
from db.outreach import drafts, notes
from db.privacy import exclusions
from db.privacy.exclusions import Exclusion, Field
from db.ranking import persons
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, has_address, organisation, organisations, page

#: Statuses after which nobody is written to.
REFUSED = {"do not contact": "is not to be contacted", "declined": "has declined"}
#: Outcomes of a message after which there is no other.
NOES = ("declined", "complained")
#: Why one's own organisation is left out.
COLLEAGUE = "colleague"


def hidden(store: Store, person: int, now: str, organisation_: str = "") -> str | None:
    """Why this person is left alone, or None. `organisation_`: who would write to them."""
    if words := persons.objection(store, person):
        return f'says "{words["quote"]}" ({words["place"]})'
    if reason := REFUSED.get(persons.person(store, person)["status"]):
        return reason
    for row in exclusions.of_person(store, person, now[:10]):
        until = f" until {row['until']}" if row["until"] else ""
        return f"is excluded{until}: {row['reason']}"
    if organisation_ and is_colleague(store, person, organisation_):
        return f"is excluded: {COLLEAGUE}"
    return None


def set_status(store: Store, person: int, status: str) -> None:
    """Where this person stands from now on; a "no" to a message of ours stays one."""
    said = [row for row in drafts.of_person(store, person) if row.outcome in NOES]
    if said and status not in REFUSED:
        raise ConfigError(
            f"person {person} {said[-1].outcome} after draft {said[-1].id}; that stands"
        )
    notes.set_status(store, person, status)


def is_colleague(store: Store, person: int, sender_org: str) -> bool:
    """True if the person names the sender's own organisation as theirs."""
    ours = organisation(sender_org)
    rows = persons.identities(store, person)
    return bool(ours) and any(ours in organisations(row["company"] or "") for row in rows)


def exclude_organisation(store: Store, sender_org: str, now: str) -> None:
    """Members of one's own organisation are colleagues, whatever else is said."""
    value = organisation(sender_org)
    if value and not exclusions.of_value(store, "company", value):
        given = clean_line(sender_org.partition("(")[0] or sender_org, 120)
        exclusions.add(store, [Exclusion("company", value, given, COLLEAGUE)], now)


def last_day(text: str, now: str) -> str | None:
    """The last day on which an exclusion holds, as it was typed; None if it was not."""
    if not text:
        return None
    try:
        last = date.fromisoformat(text).isoformat()
    except ValueError:
        raise ConfigError(f"{text[:20]!r} is no day; write it such as 2027-01-31") from None
    if last < now[:10]:
        raise ConfigError(f"{last} is over: nobody would be left out by that")
    return last


def exclusions_for(
    store: Store, who: str, reason: str, until: str | None
) -> tuple[list[Exclusion], list[int]]:
    """What to say so that this person is excluded, and whom it meets today.

    Somebody nobody has seen yet may be named by @login or by a page of theirs.
    """
    found, given = persons.find(store, who), clean_line(who, 120)
    if len(found) > 1:
        raise ConfigError(
            f"{who!r} may be several people; name one by number: {', '.join(map(str, found))}"
        )
    if found:
        rows = persons.identities(store, found[0])
        wanted = [Exclusion("identity", row["key"], given, reason, until) for row in rows]
        return wanted, found
    field, value = _unseen(who)
    return [Exclusion(field, value, given, reason, until)], exclusions.meeting(store, field, value)


def _unseen(who: str) -> tuple[Field, str]:
    if has_address(who):
        raise ConfigError("no e-mail address is kept here; name them by @login or by a page")
    if who.startswith("@") and len(who) > 1:
        return "login", who[1:].casefold()
    if "/" in who and not who.startswith(("github:", "git:", "blog:")) and (value := page(who)):
        return "website", value
    raise ConfigError(
        f"nobody here is called {who!r}; name somebody not seen yet by @login or by a page"
    )
