"""What was written in and around contributions, for those few that somebody looks at.

It reads, and writes nothing; what the words tell is judged elsewhere.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence

from db.connection import Store


def texts(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """Title, body, titles of closed issues and remarks, and how many people wrote the text."""
    return store.rows(
        "SELECT c.id, c.kind AS form, c.title, c.body, c.url, c.closes, e.work, d.remarks, ("
        " SELECT count(DISTINCT ifnull(i.person_id, -i.id)) FROM credits k"
        " JOIN identities i ON i.id = k.identity_id"
        " WHERE k.contribution_id = c.id AND NOT i.bot"
        " AND k.part IN ('author', 'co_author')) AS writers"
        " FROM contributions c"
        " LEFT JOIN evidence e ON e.contribution_id = c.id"
        " LEFT JOIN discussions d ON d.contribution_id = c.id"
        " WHERE c.id IN (SELECT value FROM json_each(?))",
        json.dumps(list(ids)),
    )
