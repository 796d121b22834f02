"""Reads everything stored about one person, with source and time, for a subject access request.

About other people it shows only that they took part.
"""

from __future__ import annotations

import json
import sqlite3
from typing import Any

from db.connection import Store

#: One query per part of the report, by name. `?` is the person id.
PARTS = {
    "person": (
        "SELECT id, name, login, aliases, first_seen_at, opened_at, noticed_at, released_at,"
        " status, last_at FROM persons WHERE id = ?"
    ),
    "accounts": (
        "SELECT i.key, i.name, i.login, i.url, i.company, i.location, i.website, i.bio, i.hireable,"
        " i.routes, s.name AS source, i.fetched_at, i.asked_at, i.purged_at"
        " FROM identities i LEFT JOIN sources s ON s.id = i.source_id WHERE i.person_id = ?"
        " ORDER BY i.source_priority DESC, i.id"
    ),
    "previous_identifiers": (
        "SELECT f.hash FROM previous_identifiers f JOIN identities i ON i.id = f.identity_id"
        " WHERE i.person_id = ?"
    ),
    "address_hashes": (
        "SELECT h.kind, count(DISTINCT h.hash) AS hashes FROM address_hashes h"
        " JOIN identities i ON i.id = h.identity_id WHERE i.person_id = ? GROUP BY h.kind"
    ),
    "erasure_requests": (
        "SELECT asked_at, asked_in, erased_at FROM erasure_tasks t WHERE person_id = ?"
    ),
    "namesake_of_a_suppressed_person": (
        "SELECT found_at FROM suppressed_namesakes t WHERE person_id = ?"
    ),
    "joins": (
        "SELECT x.key AS a, y.key AS b, j.verdict, j.proof, j.urls, j.origin, j.made_at"
        " FROM joins j JOIN identities x ON x.id = j.a JOIN identities y ON y.id = j.b"
        " WHERE ?1 IN (x.person_id, y.person_id) ORDER BY j.id"
    ),
    "objections": (
        "SELECT o.quote, o.place, o.url, o.seen_at FROM objections o"
        " JOIN identities i ON i.id = o.identity_id WHERE i.person_id = ? ORDER BY o.seen_at"
    ),
    "exclusions": ("SELECT DISTINCT field, given, reason, until FROM excluded WHERE person_id = ?"),
    "work": (
        "SELECT c.id, c.kind, k.part, c.title, c.url, c.repo, c.at, c.body, e.work AS read_as,"
        " e.reasons, group_concat(DISTINCT s.name) AS sources, min(g.fetched_at) AS fetched_at,"
        " d.remarks"
        " FROM identities i JOIN credits k ON k.identity_id = i.id"
        " JOIN contributions c ON c.id = k.contribution_id"
        " LEFT JOIN evidence e ON e.contribution_id = c.id"
        " LEFT JOIN source_contributions g ON g.contribution_id = c.id"
        " LEFT JOIN sources s ON s.id = g.source_id"
        " LEFT JOIN discussions d ON d.contribution_id = c.id"
        " WHERE i.person_id = ? GROUP BY c.id, k.part ORDER BY c.at DESC, c.id"
    ),
    "commits": (
        "SELECT s.name AS source, n.commits, n.fetched_at FROM contributors n"
        " JOIN identities i ON i.id = n.identity_id JOIN sources s ON s.id = n.source_id"
        " WHERE i.person_id = ? ORDER BY s.name"
    ),
    "scores": (
        "SELECT role, points, counted, as_of, rubric FROM scores WHERE person_id = ? ORDER BY role"
    ),
    "standings": "SELECT repo, standing FROM standings WHERE person_id = ? ORDER BY repo",
    "signals": "SELECT name, points FROM signals WHERE person_id = ? ORDER BY points DESC, name",
    "proofs": (
        "SELECT f.signal, f.points, c.title, c.url FROM proofs f"
        " JOIN contributions c ON c.id = f.contribution_id WHERE f.person_id = ?"
        " ORDER BY f.signal, f.points DESC"
    ),
    "filters": (
        "SELECT v.facet, v.value FROM traits t JOIN trait_values v ON v.id = t.value_id"
        " WHERE t.person_id = ? ORDER BY v.facet, v.value"
    ),
    "verdicts": "SELECT * FROM verdicts WHERE person_id = ?",
    "notes": "SELECT at, text FROM notes WHERE person_id = ? ORDER BY at, id",
    "tags": "SELECT tag FROM tags WHERE person_id = ? ORDER BY tag",
    "drafts": "SELECT * FROM drafts WHERE person_id = ? ORDER BY id",
    "draft_log": (
        "SELECT l.draft_id, l.at, l.event, l.by FROM draft_log l"
        " JOIN drafts d ON d.id = l.draft_id WHERE d.person_id = ? ORDER BY l.id"
    ),
    "exports": (
        "SELECT DISTINCT e.at, e.by, e.path, e.preset FROM export_rows r"
        " JOIN exports e ON e.id = r.export_id WHERE r.person_id = ? ORDER BY e.id"
    ),
}
#: Columns that hold JSON.
_JSON = {"routes", "urls", "reasons", "remarks"}


def held(store: Store, person: int) -> dict[str, list[dict[str, Any]]]:
    """The stored rows, by part."""
    return {part: [_decoded(row) for row in store.rows(sql, person)] for part, sql in PARTS.items()}


def _decoded(row: sqlite3.Row) -> dict[str, Any]:
    return {c: json.loads(row[c]) if c in _JSON and row[c] else row[c] for c in row.keys()}  # noqa: SIM118 - a row iterates over its values
