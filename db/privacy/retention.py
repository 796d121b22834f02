"""Deletes data after its retention period: profile details, and old contributions.

A period starts when a person is first stored; a later crawl does not restart it. The next crawl
does not store purged details again, unless a user opened the person in between. Periods are
decided by `sourcing.privacy.retention`.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace

from db.connection import Store
from db.privacy.suppression import record_purged_names
from sourcing.core.model import Identity, Page

_DETAILS = ("company", "location", "website", "bio", "hireable", "routes")

#: Persons in use: a user opened them, wrote about them or changed their status.
_IN_USE_IDS = (
    "SELECT id FROM persons WHERE opened_at IS NOT NULL"
    " UNION SELECT id FROM persons WHERE status <> 'new'"
    " UNION SELECT person_id FROM drafts UNION SELECT person_id FROM notes"
    " UNION SELECT person_id FROM tags"
)
_IN_USE = f"p.id IN ({_IN_USE_IDS})"


def purge_profiles(store: Store, keep: Iterable[int], before: str, now: str) -> int:
    """Purge the profile details of people first seen before `before`; return their number.

    The persons in `keep` and persons in use are not purged. A name is kept if it is the only
    signature of a person's work.
    """
    top = json.dumps(sorted(keep))
    people = (
        f"SELECT p.id FROM persons p WHERE p.first_seen_at < ? AND NOT {_IN_USE}"  # nosec B608
        " AND (p.released_at IS NOT NULL OR p.id NOT IN (SELECT value FROM json_each(?)))"
    )
    with store.transaction():
        return _purge(store, people, [before, top], now)


def release(store: Store, person: int, now: str) -> None:
    """Purge one person's profile details now; they stay purged until a user opens the person."""
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET opened_at = NULL, released_at = ? WHERE id = ?", [now, person]
        )
        _purge(store, "SELECT ?", [person], now)


#: True if the name is the only signature: no identity has a login, or it is a post's byline.
_NAME_IS_SIGNATURE = (
    "(type = 'byline' OR NOT EXISTS (SELECT 1 FROM identities o"
    " WHERE o.person_id = identities.person_id AND o.login IS NOT NULL))"
)


def _purge(store: Store, people: str, values: list[str | int], now: str) -> int:
    some = " OR ".join(f"{column} IS NOT NULL" for column in _DETAILS)
    some += " OR EXISTS (SELECT 1 FROM address_hashes WHERE identity_id = identities.id)"
    purged = store.rows(
        "SELECT id, name FROM identities WHERE purged_at IS NULL AND name IS NOT NULL"  # nosec B608
        f" AND NOT {_NAME_IS_SIGNATURE} AND person_id IN ({people})",
        *values,
    )
    record_purged_names(store, {row["id"]: row["name"] for row in purged})
    rows = store.conn.execute(
        f"UPDATE identities SET {', '.join(f'{c} = NULL' for c in _DETAILS)}, needs_resolution = 1,"
        f" name = iif({_NAME_IS_SIGNATURE}, name, NULL), purged_at = ?"  # nosec B608
        f" WHERE purged_at IS NULL AND ({some} OR name IS NOT NULL AND NOT {_NAME_IS_SIGNATURE})"
        f" AND person_id IN ({people}) RETURNING id, person_id",
        [now, *values],
    ).fetchall()
    ids = json.dumps([row["id"] for row in rows])
    store.conn.execute(
        "DELETE FROM address_hashes WHERE identity_id IN (SELECT value FROM json_each(?))", [ids]
    )
    return len({row["person_id"] for row in rows})


def allow_profiles(store: Store, persons: Iterable[int]) -> None:
    """Allow the next crawl to store these persons' details again, unless a user released them."""
    with store.transaction():
        store.conn.execute(
            "UPDATE identities SET purged_at = NULL WHERE purged_at IS NOT NULL AND person_id IN"
            " (SELECT value FROM json_each(?)) AND person_id NOT IN"
            " (SELECT id FROM persons WHERE released_at IS NOT NULL)",
            [json.dumps(sorted(persons))],
        )


def without_purged(store: Store, source_id: int, page: Page) -> Page:
    """The page without purged profile details and without contributions that are too old."""
    keys = json.dumps([identity.id for identity in page.identities])
    purged = {
        row["key"]: row["name"]
        for row in store.rows(
            "SELECT key, name FROM identities WHERE purged_at IS NOT NULL"
            " AND key IN (SELECT value FROM json_each(?))",
            keys,
        )
    }
    if purged:
        shown = tuple(
            _bare(i, keep_name=purged[i.id] is not None) if i.id in purged else i
            for i in page.identities
        )
        page = replace(page, identities=shown)
    if floor := _floor(store, source_id):
        recent = tuple(c for c in page.contributions if c.at >= floor)
        page = replace(page, contributions=recent)
    return page


def _bare(identity: Identity, *, keep_name: bool) -> Identity:
    return replace(
        identity, name=identity.name if keep_name else None, company=None, location=None,
        website=None, bio=None, hireable=None, routes=None, address_hashes=(), domain_hashes=(),
    )  # fmt: skip


def _floor(store: Store, source_id: int) -> str | None:
    """The date before which work of this source is deleted; None if the source is newer."""
    floor = store.meta("work_floor")
    if floor is None:
        return None
    added: str = store.scalar("SELECT added_at FROM sources WHERE id = ?", source_id)
    return floor if added < floor else None


def purge_contributions(store: Store, floor: str) -> int:
    """Delete contributions older than `floor` of sources added before it; return their number.

    Contributions that a draft cites are kept. Persons without contributions that are not in use
    are deleted as well.
    """
    old = (
        "SELECT c.id FROM contributions c WHERE c.at < ?1"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE contribution_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM source_contributions g JOIN sources s ON s.id = g.source_id"
        "  WHERE g.contribution_id = c.id AND s.added_at >= ?1)"
    )
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM credits k"  # nosec B608
            f" JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id IN ({old}))",
            [floor],
        )
        gone = store.conn.execute(f"DELETE FROM contributions WHERE id IN ({old})", [floor])  # nosec B608
        if gone.rowcount:
            store.set_meta("work_floor", floor)
            store.conn.execute(
                "DELETE FROM identities WHERE person_id IN (SELECT p.id FROM persons p WHERE"
                f" p.first_seen_at < ?1 AND NOT {_IN_USE} AND NOT EXISTS (SELECT 1"  # nosec B608
                " FROM identities i JOIN credits k ON k.identity_id = i.id"
                " WHERE i.person_id = p.id))",
                [floor],
            )
            store.conn.execute(
                "DELETE FROM persons WHERE NOT EXISTS"
                " (SELECT 1 FROM identities WHERE person_id = persons.id)"
                " AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = persons.id)"
            )
        return gone.rowcount


@dataclass(frozen=True, slots=True)
class PendingNotice:
    """A person with stored profile details who has not been notified."""

    person_id: int
    name: str | None
    login: str | None
    used_at: str  # when a user first opened, drafted or wrote about them


def pending_notices(store: Store) -> list[PendingNotice]:
    """Persons in use who have not been notified; the one in use for longest first.

    For a person in use without a date of use, the clock starts when they were first seen.
    """
    rows = store.rows(
        f"SELECT p.id, p.name, p.login, ifnull({_USED_AT}, p.first_seen_at) AS used_at"
        " FROM persons p WHERE p.noticed_at IS NULL AND p.released_at IS NULL"  # nosec B608
        f" AND p.id IN ({_IN_USE_IDS})"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = p.id AND sent_at IS NOT NULL)"
        " AND EXISTS (SELECT 1 FROM identities WHERE person_id = p.id AND purged_at IS NULL)"
        " ORDER BY used_at, p.id"
    )
    return [PendingNotice(*row) for row in rows]


_USED_AT = (
    "(SELECT min(at) FROM (SELECT p.opened_at AS at"
    " UNION SELECT made_at FROM drafts WHERE person_id = p.id"
    " UNION SELECT at FROM notes WHERE person_id = p.id))"
)


def record_notice(store: Store, person: int, how: str, now: str) -> None:
    """Record that a person has been notified, and how."""
    with store.transaction():
        store.conn.execute("UPDATE persons SET noticed_at = ? WHERE id = ?", [now, person])
        store.conn.execute(
            "INSERT INTO notes (person_id, at, text) VALUES (?, ?, ?)",
            [person, now, f"Notified: {how}"],
        )
