"""What a message may rest on: what is stored of a contribution, and the pages people publish.

Read only. Nothing here decides whether something is fit to be cited, or a page to write to.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from db.connection import Store

_GROUNDS = """
SELECT c.id, c.kind AS form, c.repo, c.number, c.title, c.body, c.url, c.at, c.closes, c.paths,
       c.reverts, c.withdrawn_at IS NOT NULL OR c.reverted_by IS NOT NULL AS fell, t.remarks,
       (SELECT count(DISTINCT ifnull(i.person_id, -i.id)) FROM credits k
        JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND NOT i.bot
          AND k.part IN ('author', 'co_author')) AS writers,
       (SELECT json_group_array(DISTINCT k.part) FROM credits k
        JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND i.person_id = :person) AS parts
FROM contributions c LEFT JOIN discussions t ON t.contribution_id = c.id
WHERE c.id IN (SELECT value FROM json_each(:ids))
"""


def works(store: Store, person: int, ids: Sequence[int]) -> dict[int, sqlite3.Row]:
    """Contributions with everything said in and around them, and a person's parts in them."""
    values = {"person": person, "ids": json.dumps(list(ids))}
    return {row["id"]: row for row in store.rows_named(_GROUNDS, values)}


def pages(store: Store, person: int) -> list[sqlite3.Row]:
    """What a person publishes to be found under, and where that was seen."""
    return store.rows(
        "SELECT i.website, i.routes, i.url, i.bio, i.hireable, i.fetched_at, s.name AS source"
        " FROM identities i LEFT JOIN sources s ON s.id = i.source_id"
        " WHERE i.person_id = ? ORDER BY i.authority DESC, i.id",
        person,
    )


def last_written(store: Store, person: int) -> sqlite3.Row | None:
    """The last message that went out to this person."""
    rows = store.rows(
        "SELECT id, sent_at, outcome FROM drafts WHERE person_id = ? AND status = 'sent'"
        " ORDER BY sent_at DESC, id DESC LIMIT 1",
        person,
    )
    return rows[0] if rows else None
