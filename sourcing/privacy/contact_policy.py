"""Decides whether a person may be shown, drafted or exported, and gives the reason if not.

The reasons are an opt-out in the person's own words, a status, and an exclusion. Suppressed people
do not occur here: they are dropped before they are stored.
"""

from __future__ import annotations

import re
from datetime import date

import connectors
from db import Store
from db.outreach import drafts, notes
from db.privacy import exclusion_matching, exclusions
from db.privacy.exclusions import Exclusion, Field, PersonExclusion
from db.ranking import persons
from sourcing.core import keyed_hashes
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, has_address, organisation, organisations, page

#: Statuses that rule out a message, with the reason that is shown.
REFUSED = {"do not contact": "is not to be contacted", "declined": "has declined"}
#: Outcomes of a message that rule out another message.
REFUSALS = ("declined", "complained")
#: The reason for excluding members of the sender's organisation.
COLLEAGUE = "colleague"


def hidden(store: Store, person: int, now: str, organisation_: str = "") -> str | None:
    """Why this person must not be contacted, or None. `organisation_`: the sender's."""
    if words := persons.objection(store, person):
        return f'says "{words.quote}" ({words.place})'
    if reason := REFUSED.get(persons.person(store, person).status):
        return reason
    for row in exclusions.of_person(store, person, now[:10]):
        until = f" until {row.until}" if row.until else ""
        return f"is excluded{until}: {row.reason}"
    if organisation_ and is_colleague(store, person, organisation_):
        return f"is excluded: {COLLEAGUE}"
    return None


def set_status(store: Store, person: int, status: str) -> None:
    """Set a person's status; a refusal of an earlier message cannot be undone."""
    refusals = [row for row in drafts.of_person(store, person) if row.outcome in REFUSALS]
    if refusals and status not in REFUSED:
        raise ConfigError(
            f"person {person} {refusals[-1].outcome} after draft {refusals[-1].id}; that is final"
        )
    notes.set_status(store, person, status)


def is_colleague(store: Store, person: int, sender_org: str) -> bool:
    """True if the person names the sender's organisation as theirs."""
    sender = organisation(sender_org)
    rows = persons.identities(store, person)
    return bool(sender) and any(sender in organisations(row.company or "") for row in rows)


def exclude_organisation(store: Store, sender_org: str, notice_url: str, now: str) -> None:
    """Exclude the members of the sender's organisation as colleagues, by company and domain."""
    value = organisation(sender_org)
    wanted: list[Exclusion] = []
    if value and not exclusions.ids_of_value(store, "company", value):
        given = clean_line(sender_org.partition("(")[0] or sender_org, 120)
        wanted.append(Exclusion("company", value, given, COLLEAGUE))
    domain = own_domain(sender_org, notice_url)
    if domain and not exclusions.ids_of_value(store, "domain", domain):
        wanted.append(Exclusion("domain", domain, domain, COLLEAGUE))
    if wanted:
        exclusions.add(store, wanted, now)


def own_domain(sender_org: str, notice_url: str) -> str:
    """The domain of the sender's organisation, from the link to its notice; "" if it differs.

    A notice at https://careers.northwind.example/notice gives northwind.example for Northwind; a
    page on a shared host gives nothing.
    """
    labels = page(notice_url).partition("/")[0].split(".")
    name = organisation(sender_org)
    for at, label in enumerate(labels[:-1]):
        if name and organisation(label) == name and at >= len(labels) - 3:
            return ".".join(labels[at:])
    return ""


def last_day(text: str, now: str) -> str | None:
    """The last day of an exclusion, from user input (YYYY-MM-DD); None if the text is empty."""
    if not text:
        return None
    try:
        last = date.fromisoformat(text).isoformat()
    except ValueError:
        raise ConfigError(f"{text[:20]!r} is not a date; write it as 2027-01-31") from None
    if last < now[:10]:
        raise ConfigError(f"{last} is in the past; give a later day")
    return last


def exclusions_for(
    store: Store, who: str, reason: str, until: str | None
) -> tuple[list[Exclusion], list[int]]:
    """The exclusions for this person, and the stored persons that they match.

    A person who is not stored may be named by @login or by a page of theirs.
    """
    found, given = persons.find(store, who), clean_line(who, 120)
    if len(found) > 1:
        raise ConfigError(
            f"{who!r} may be several people; give one number: {', '.join(map(str, found))}"
        )
    if found:
        rows = persons.identities(store, found[0])
        wanted = [Exclusion("identity", row.key, given, reason, until) for row in rows]
        return wanted, found
    field, value = _unseen(who)
    return [Exclusion(field, value, given, reason, until)], exclusion_matching.people_matching(
        store, field, value
    )


def exclusions_of(store: Store, person: int, today: str = "") -> list[PersonExclusion]:
    """The exclusions of a person; with `today`, without ended ones."""
    return exclusions.of_person(store, person, today)


def exclude(store: Store, person: int, reason: str, until: str | None, now: str) -> None:
    """Exclude a stored person, until the end of a day or until the exclusion is removed."""
    wanted, _ = exclusions_for(store, str(person), reason, until)
    exclusions.add(store, wanted, now)


def include(store: Store, person: int) -> None:
    """Remove the exclusions of a person; an exclusion of their company stays."""
    rows = exclusions.of_person(store, person)
    exclusions.remove(store, [row.exclusion_id for row in rows if row.field != "company"])


def group_exclusion(field: str, name: str, reason: str, until: str | None) -> Exclusion:
    """The exclusion of a company, of a domain of commit addresses, or of a forge's organisation."""
    given = clean_line(name, 120)
    if field == "company":
        if has_address(name) or not (value := organisation(name)):
            raise ConfigError(f"{given!r} is not a company name")
        return Exclusion("company", value, given, reason, until)
    if field == "domain":
        return Exclusion("domain", _domain(name), given, reason, until)
    value = name.strip().rstrip("/").partition("://")[2] or name.strip()
    value = value.removeprefix("@").strip("/").casefold()
    if not re.fullmatch(r"(?:[\w.-]+\.[\w.-]+/)?[\w.-]+(?:/[\w.-]+)*", value):
        raise ConfigError(f"{given!r} is not an organisation of a forge; write it as northwind")
    return Exclusion("organisation", value, given, reason, until)


def _domain(text: str) -> str:
    """The domain in a user's words: `northwind.com`, `@northwind.com`, `https://northwind.com/`."""
    found = keyed_hashes.domain_of(page(text.strip().lstrip("@*.")).partition("/")[0])
    if "@" in text.strip().lstrip("@") or not found:
        raise ConfigError(f"{clean_line(text, 80)!r} is not a domain; write it as northwind.com")
    if found in keyed_hashes.PUBLIC_PROVIDERS:
        raise ConfigError(f"{found} is a public mail provider: its users are no organisation")
    return found


def _unseen(who: str) -> tuple[Field, str]:
    if has_address(who):
        raise ConfigError("e-mail addresses are not stored; name them by @login or by a page")
    if who.startswith("@") and len(who) > 1:
        return "login", who[1:].casefold()
    if "/" in who and not connectors.identity_key(who) and (value := page(who)):
        return "website", value
    raise ConfigError(
        f"no stored person is called {who!r}; name other people by @login or by a page of theirs"
    )
