"""The one definition of who may appear on a list, as SQL.

Each fragment is a SELECT of `person_id`; `:today` names the day on which exclusions must still
hold, or '' for all of them. The sets are small, so a statement reads each of them once.
`sourcing.privacy.contact_policy` gives the reason for one person in words.
"""

from __future__ import annotations

#: Accounts that work at the pace of a machine over many projects.
MACHINES = "SELECT person_id FROM identities WHERE mass_contributor AND person_id IS NOT NULL"

#: Colleagues, clients, applicants and others on the exclusion list.
EXCLUDED = "SELECT person_id FROM excluded WHERE until IS NULL OR until >= :today"

#: People who must not be contacted. A list shows them only if it asks for their status.
REFUSED = (
    "SELECT id AS person_id FROM persons"
    " WHERE status <> 'new' AND status IN ('do not contact', 'declined')"
)

#: People who are on no list.
NEVER_LISTED = f"{MACHINES} UNION {EXCLUDED}"

#: People who are only on lists that ask for their status.
HIDDEN = f"{NEVER_LISTED} UNION {REFUSED}"


def visible(person: str, *, by_status: bool = False) -> str:
    """A condition on a column that holds a person's id. `by_status`: the query names a status."""
    shown = f"{person} NOT IN ({EXCLUDED}) AND {person} NOT IN ({MACHINES})"
    return shown if by_status else f"{shown} AND {person} NOT IN ({REFUSED})"
