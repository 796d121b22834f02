"""The stored facts that a message can rest on: the cited work and the pages a person publishes.

Read only. It does not decide whether a work is suitable to cite or a page suitable for contact.
"""

from __future__ import annotations

import json
import re
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store
from sourcing.core.model import Kind

_WORKS = """
SELECT c.id, c.kind, c.repo, c.number, c.title, c.body, c.url, c.at, c.closes, c.paths, c.reverts,
       c.assisted,
       c.withdrawn_at IS NOT NULL OR c.reverted_by IS NOT NULL AS withdrawn_or_reverted, t.remarks,
       (SELECT count(DISTINCT ifnull(i.person_id, -i.id)) FROM credits k
        JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND NOT i.bot
          AND k.part IN ('author', 'co_author')) AS writers,
       (SELECT json_group_array(i.name) FROM credits k
        JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND i.bot
          AND k.part IN ('author', 'co_author')) AS bot_writers,
       (SELECT json_group_array(DISTINCT k.part) FROM credits k
        JOIN identities i ON i.id = k.identity_id
        WHERE k.contribution_id = c.id AND i.person_id = :person) AS parts
FROM contributions c LEFT JOIN discussions t ON t.contribution_id = c.id
WHERE c.id IN (SELECT value FROM json_each(:ids))
"""


#: Names under which coding agents are credited; a database from before `assisted` was stored has
#: only these.
_AGENT = re.compile(
    r"\b(?:claude|copilot|codex|cursor|devin|gemini|aider|openhands|sweep|jules|windsurf|chatgpt)\b",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class CitableWork:
    """A contribution with the texts in and around it, and one person's parts in it."""

    id: int
    kind: Kind
    repo: str | None
    number: int | None
    title: str
    body: str | None
    url: str | None
    at: str
    #: Titles of the issues it closed, and the discussion around it: JSON as stored.
    closes: str | None
    remarks: str | None
    paths: tuple[str, ...]
    reverts: str | None
    withdrawn_or_reverted: bool
    #: How many humans are its authors or co-authors.
    writers: int
    #: True if a coding agent made or signed it, or is credited with it.
    assisted: bool
    #: The person's credits in it, such as "author".
    parts: frozenset[str]


@dataclass(frozen=True, slots=True)
class PublishedPages:
    """The pages that one identity of a person publishes, and where they were seen."""

    website: str | None
    routes: tuple[str, ...]
    url: str | None
    bio: str | None
    hireable: bool
    fetched_at: str | None
    source: str | None


@dataclass(frozen=True, slots=True)
class SentMessage:
    """The last message that went out to a person."""

    draft: int
    sent_at: str
    outcome: str | None


def works(store: Store, person: int, ids: Sequence[int]) -> dict[int, CitableWork]:
    """These contributions by id, in the view of one person."""
    values = {"person": person, "ids": json.dumps(list(ids))}
    return {row["id"]: _work(row) for row in store.rows_named(_WORKS, values)}


def _work(row: sqlite3.Row) -> CitableWork:
    return CitableWork(
        id=row["id"],
        kind=row["kind"],
        repo=row["repo"],
        number=row["number"],
        title=row["title"],
        body=row["body"],
        url=row["url"],
        at=row["at"],
        closes=row["closes"],
        remarks=row["remarks"],
        paths=tuple(json.loads(row["paths"] or "[]")),
        reverts=row["reverts"],
        withdrawn_or_reverted=bool(row["withdrawn_or_reverted"]),
        writers=row["writers"],
        assisted=bool(row["assisted"]) or _AGENT.search(row["bot_writers"]) is not None,
        parts=frozenset(json.loads(row["parts"])),
    )


def find_work(store: Store, url: str) -> int | None:
    """The contribution with this link, or None."""
    found = store.scalar(
        "SELECT id FROM contributions WHERE rtrim(url, '/') = rtrim(?, '/') ORDER BY id LIMIT 1",
        url,
    )
    return None if found is None else int(found)


def pages(store: Store, person: int) -> list[PublishedPages]:
    """The pages of each identity of a person, the most reliable source first."""
    rows = store.rows(
        "SELECT i.website, i.routes, i.url, i.bio, i.hireable, i.fetched_at, s.name AS source"
        " FROM identities i LEFT JOIN sources s ON s.id = i.source_id"
        " WHERE i.person_id = ? ORDER BY i.source_priority DESC, i.id",
        person,
    )
    return [
        PublishedPages(
            website=row["website"],
            routes=tuple(json.loads(row["routes"] or "[]")),
            url=row["url"],
            bio=row["bio"],
            hireable=bool(row["hireable"]),
            fetched_at=row["fetched_at"],
            source=row["source"],
        )
        for row in rows
    ]


def last_sent(store: Store, person: int) -> SentMessage | None:
    """The last message that went out to this person."""
    rows = store.rows(
        "SELECT id, sent_at, outcome FROM drafts WHERE person_id = ? AND status = 'sent'"
        " ORDER BY sent_at DESC, id DESC LIMIT 1",
        person,
    )
    return SentMessage(rows[0]["id"], rows[0]["sent_at"], rows[0]["outcome"]) if rows else None
