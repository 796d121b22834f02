"""How long what is kept: profile details of people nobody looked at, and work long past.

Clocks start at first sight and are never set back: what was let go is not stored again by the
next crawl, unless somebody looked in the meantime.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable
from dataclasses import replace

from db.connection import Store
from db.privacy.suppression import note_names
from sourcing.core.model import Identity, Page

_DETAILS = ("company", "location", "website", "bio", "hireable", "routes")

#: Somebody is at work on this person, or looked at them.
_LOOKED_AT_IDS = (
    "SELECT id FROM persons WHERE opened_at IS NOT NULL"
    " UNION SELECT id FROM persons WHERE status <> 'new'"
    " UNION SELECT person_id FROM drafts UNION SELECT person_id FROM notes"
    " UNION SELECT person_id FROM tags"
)
_LOOKED_AT = f"p.id IN ({_LOOKED_AT_IDS})"


def let_go(store: Store, wanted: Iterable[int], before: str, now: str) -> int:
    """Purge profile details of people first seen before then, whom nobody wants; how many.

    A name stays where it is all that somebody's work is signed with.
    """
    top = json.dumps(sorted(wanted))
    people = (
        f"SELECT p.id FROM persons p WHERE p.first_seen_at < ? AND NOT {_LOOKED_AT}"
        " AND (p.released_at IS NOT NULL OR p.id NOT IN (SELECT value FROM json_each(?)))"
    )
    with store.transaction():
        return _purge(store, people, [before, top], now)


def release(store: Store, person: int, now: str) -> None:
    """Let one person's details go at once, and for as long as nobody looks again."""
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET opened_at = NULL, released_at = ? WHERE id = ?", [now, person]
        )
        _purge(store, "SELECT ?", [person], now)


#: The name is all that this work is signed with: there is no login, or it is a post's by-line.
_SIGNED = (
    "(key LIKE 'blog:%' OR NOT EXISTS (SELECT 1 FROM identities o"
    " WHERE o.person_id = identities.person_id AND o.login IS NOT NULL))"
)


def _purge(store: Store, people: str, values: list[str | int], now: str) -> int:
    some = " OR ".join(f"{column} IS NOT NULL" for column in _DETAILS)
    note_names(
        store,
        store.rows(
            "SELECT id, name FROM identities WHERE purged_at IS NULL AND name IS NOT NULL"
            f" AND NOT {_SIGNED} AND person_id IN ({people})",
            *values,
        ),
    )
    rows = store.conn.execute(
        f"UPDATE identities SET {', '.join(f'{c} = NULL' for c in _DETAILS)}, needs_resolution = 1,"
        f" name = iif({_SIGNED}, name, NULL), purged_at = ?"
        f" WHERE purged_at IS NULL AND ({some} OR name IS NOT NULL AND NOT {_SIGNED})"
        f" AND person_id IN ({people}) RETURNING person_id",
        [now, *values],
    ).fetchall()
    return len({row["person_id"] for row in rows})


def want(store: Store, wanted: Iterable[int]) -> None:
    """Let the details of these be stored again, but of those let go by hand."""
    with store.transaction():
        store.conn.execute(
            "UPDATE identities SET purged_at = NULL WHERE purged_at IS NOT NULL AND person_id IN"
            " (SELECT value FROM json_each(?)) AND person_id NOT IN"
            " (SELECT id FROM persons WHERE released_at IS NOT NULL)",
            [json.dumps(sorted(wanted))],
        )


def without_purged(store: Store, source_id: int, page: Page) -> Page:
    """The page without details that were let go, and without work that is past its time."""
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
        shown = tuple(_bare(i) if i.id in purged else i for i in page.identities)
        page = replace(page, identities=shown)
    if floor := _floor(store, source_id):
        recent = tuple(c for c in page.contributions if c.at >= floor)
        page = replace(page, contributions=recent)
    return page


def _bare(identity: Identity) -> Identity:
    return replace(
        identity, name=None, company=None, location=None, website=None, bio=None, hireable=None,
        routes=None,
    )  # fmt: skip


def _floor(store: Store, source_id: int) -> str | None:
    """Before when this Source's work is past its time, if the Source is known that long."""
    floor = store.meta("work_floor")
    if floor is None:
        return None
    added: str = store.scalar("SELECT added_at FROM sources WHERE id = ?", source_id)
    return floor if added < floor else None


def let_work_go(store: Store, floor: str) -> int:
    """Delete work from before then of Sources known since before then; how much.

    What a draft cites stays. Whoever has nothing left, and whom nobody looked at, goes too.
    """
    old = (
        "SELECT c.id FROM contributions c WHERE c.at < ?1"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE contribution_id = c.id)"
        " AND NOT EXISTS (SELECT 1 FROM source_contributions g JOIN sources s ON s.id = g.source_id"
        "  WHERE g.contribution_id = c.id AND s.added_at >= ?1)"
    )
    with store.transaction():
        store.conn.execute(
            "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM credits k"
            f" JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id IN ({old}))",
            [floor],
        )
        gone = store.conn.execute(f"DELETE FROM contributions WHERE id IN ({old})", [floor])
        if gone.rowcount:
            store.set_meta("work_floor", floor)
            store.conn.execute(
                "DELETE FROM identities WHERE person_id IN (SELECT p.id FROM persons p WHERE"
                f" p.first_seen_at < ?1 AND NOT {_LOOKED_AT} AND NOT EXISTS (SELECT 1"
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


# -- who must be told ------------------------------------------------------------------------


def untold(store: Store, wanted: Iterable[int]) -> list[sqlite3.Row]:
    """People of whom details are kept and who were never told, those first seen first."""
    return store.rows(
        "SELECT p.id, p.name, p.login, p.first_seen_at, p.opened_at, p.status,"
        f" {_LOOKED_AT} AS looked_at FROM persons p"
        " WHERE p.noticed_at IS NULL AND p.released_at IS NULL"
        f" AND p.id IN ({_LOOKED_AT_IDS} UNION SELECT value FROM json_each(?))"
        " AND NOT EXISTS (SELECT 1 FROM drafts WHERE person_id = p.id AND sent_at IS NOT NULL)"
        " AND EXISTS (SELECT 1 FROM identities WHERE person_id = p.id AND purged_at IS NULL)"
        " ORDER BY p.first_seen_at, p.id",
        json.dumps(sorted(wanted)),
    )


def told(store: Store, person: int, how: str, now: str) -> None:
    """Note that somebody was told, and how."""
    with store.transaction():
        store.conn.execute("UPDATE persons SET noticed_at = ? WHERE id = ?", [now, person])
        store.conn.execute(
            "INSERT INTO notes (person_id, at, text) VALUES (?, ?, ?)",
            [person, now, f"Told what is held: {how}"],
        )
