"""Matches exclusions with identities, and stores the result.

A company, a domain or an address that matched once still matches after the profile details and
hashes that proved it are deleted. It does not decide who is contacted.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence

from db.connection import Store
from db.privacy import suppression
from sourcing.core import keyed_hashes
from sourcing.core.model import Identity
from sourcing.core.text import organisations, page

#: The ids of exclusions by field and value.
Wanted = Mapping[tuple[str, str], Sequence[int]]

#: Whoever merged so many changes in an organisation's repositories regularly merges there.
REGULAR_MERGES = 3

#: Identities of people who regularly merge in an organisation's repositories, or whose own changes
#: there show them as members.
_OF_ORGANISATION = """
WITH shown AS (
    SELECT k.identity_id, ifnull(i.person_id, -i.id) AS human,
           k.part = 'merger' AS merged,
           k.part = 'author' AND c.association IN ('MEMBER', 'OWNER') AS member
    FROM contributions c JOIN credits k ON k.contribution_id = c.id
    JOIN identities i ON i.id = k.identity_id AND NOT i.bot
    WHERE instr('/' || lower(c.repo), '/' || ?1 || '/') AND k.part IN ('merger', 'author')
)
SELECT DISTINCT identity_id FROM shown WHERE human IN (
    SELECT human FROM shown GROUP BY human HAVING sum(merged) >= ?2 OR max(member))
"""


def match(store: Store, *, only_changed: bool) -> None:
    """Match all exclusions; `only_changed`: with new and changed identities. In a transaction."""
    wanted = _stored(store)
    hashed = _by_hash(store, wanted)
    for row in _identities(store, only_changed=only_changed):
        # A purged profile shows no company and no website: those matches are kept as they are.
        removable = (
            "exclusion_id IN (SELECT id FROM exclusions WHERE field = 'login')"
            if row["purged_at"]
            else "exclusion_id IN (SELECT id FROM exclusions WHERE field <> 'organisation')"
        )
        matching = _matching(row, wanted) | hashed[row["id"]]
        store.conn.execute(
            f"DELETE FROM excluded_identities WHERE identity_id = ? AND {removable}"  # nosec B608
            " AND exclusion_id NOT IN (SELECT value FROM json_each(?))",
            [row["id"], json.dumps(sorted(matching))],
        )
        _insert(store, ((row["id"], id_) for id_ in matching))
    for (field, value), ids in wanted.items():
        if field == "organisation":
            members = store.rows(_OF_ORGANISATION, value, REGULAR_MERGES)
            _insert(store, ((row["identity_id"], id_) for row in members for id_ in ids))
    store.conn.execute(_SAME_ADDRESS)


#: An exclusion holds for all identities with one address, also in repositories apart.
_SAME_ADDRESS = """
INSERT OR IGNORE INTO excluded_identities
SELECT o.identity_id, e.exclusion_id FROM excluded_identities e
JOIN address_hashes h ON h.identity_id = e.identity_id AND h.kind = 'address'
JOIN address_hashes o ON o.hash = h.hash AND o.kind = 'address' AND o.identity_id <> h.identity_id
"""


def match_page(store: Store, ids: Mapping[str, int], identities: Iterable[Identity]) -> None:
    """Match domains and addresses with a page, also where the hashes are not stored."""
    wanted = _hashes_of(store, _stored(store))
    if wanted:
        _insert(
            store,
            (
                (ids[one.id], id_)
                for one in identities
                if one.id in ids
                for hash_ in (*one.address_hashes, *one.domain_hashes)
                for id_ in wanted.get(hash_, ())
            ),
        )


def people_matching(store: Store, field: str, value: str) -> list[int]:
    """The persons that an exclusion with this field and value would match."""
    wanted: Wanted = {(field, value): [0]}
    hashed = _by_hash(store, wanted)
    found = {
        row["person_id"]
        for row in _identities(store, only_changed=False)
        if _matching(row, wanted) or hashed[row["id"]]
    }
    if field == "organisation":
        members = [
            row["identity_id"] for row in store.rows(_OF_ORGANISATION, value, REGULAR_MERGES)
        ]
        rows = store.rows(
            "SELECT person_id FROM identities WHERE id IN (SELECT value FROM json_each(?))",
            json.dumps(members),
        )
        found |= {row["person_id"] for row in rows}
    return sorted(found - {None})


def _stored(store: Store) -> Wanted:
    wanted: dict[tuple[str, str], list[int]] = defaultdict(list)
    for row in store.conn.execute("SELECT id, field, value FROM exclusions"):
        wanted[row["field"], row["value"]].append(row["id"])
    return wanted


def _hashes_of(store: Store, wanted: Wanted) -> dict[str, list[int]]:
    """The ids of exclusions by domain or address, by the hash that they match."""
    result: dict[str, list[int]] = defaultdict(list)
    key = suppression.address_key(store)
    for (field, value), ids in wanted.items():
        if field == "domain":
            result[keyed_hashes.of_domain(key, value)] += ids
        elif field == "address":
            result[value] += ids
    return result


def _by_hash(store: Store, wanted: Wanted) -> dict[int, set[int]]:
    """The exclusions by domain or address that match stored hashes, by identity."""
    matching: dict[int, set[int]] = defaultdict(set)
    hashes = _hashes_of(store, wanted)
    rows = store.rows(
        "SELECT identity_id, hash FROM address_hashes"
        " WHERE hash IN (SELECT value FROM json_each(?))",
        json.dumps(list(hashes)),
    )
    for row in rows:
        matching[row["identity_id"]].update(hashes[row["hash"]])
    return matching


def _insert(store: Store, pairs: Iterable[tuple[int, int]]) -> None:
    store.conn.executemany("INSERT OR IGNORE INTO excluded_identities VALUES (?, ?)", pairs)


def _identities(store: Store, *, only_changed: bool) -> Iterator[sqlite3.Row]:
    which = "i.needs_resolution" if only_changed else "1"
    return store.each(
        "SELECT i.id, i.key, i.person_id, i.login, i.website, i.url, i.routes, i.company,"
        f" i.purged_at FROM identities i WHERE NOT i.bot AND {which}"  # nosec B608
    )


def _matching(row: sqlite3.Row, wanted: Wanted) -> set[int]:
    values: set[tuple[str, str]] = {("identity", row["key"])}
    if row["login"]:
        values.add(("login", row["login"].casefold()))
    pages = [row["website"], row["url"], *json.loads(row["routes"] or "[]")]
    values |= {("website", page(url)) for url in pages if url}
    if row["company"]:
        values |= {("company", name) for name in organisations(row["company"])}
    return {id_ for value in values for id_ in wanted.get(value, ())}
