"""Contributions that a search found, as they are shown: with their evidence, commits and people.

Withdrawn and reverted work, and work without an author who may be shown, is left out. How well a
contribution fits is decided in `sourcing.shortlist.matching`.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Sequence

from db.connection import Store
from db.ranking.visibility import visible

#: Work of visible people alone (`visibility`), without bots.
_SHOWN = f"i.person_id IS NOT NULL AND NOT i.bot AND {visible('i.person_id')}"


def evidence(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """The evidence that orders contributions; withdrawn and reverted work is left out."""
    return store.rows(
        "SELECT c.id, c.kind AS form, c.repo, c.title, e.work, e.substance FROM json_each(?) w"
        " CROSS JOIN contributions c ON c.id = w.value"
        " LEFT JOIN evidence e ON e.contribution_id = c.id"
        " WHERE c.withdrawn_at IS NULL AND c.reverted_by IS NULL AND NOT ifnull(e.duplicate, 0)",
        json.dumps(list(ids)),
    )


def texts(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """The texts of contributions as the text index reads them, and their evidence."""
    return store.rows(
        "SELECT c.id, iif(c.kind = 'review', '', c.title) AS title, c.body,"
        " iif(c.kind = 'review', NULL, c.paths) AS paths, c.repo, e.work, e.substance"
        " FROM json_each(?) w CROSS JOIN contributions c ON c.id = w.value"
        " LEFT JOIN evidence e ON e.contribution_id = c.id",
        json.dumps(list(ids)),
    )


def shown(store: Store, ids: Sequence[int]) -> list[sqlite3.Row]:
    """The columns that a result shows, in no order."""
    return store.rows(
        "SELECT c.id, c.kind AS form, c.title, c.url, c.repo, c.number, c.at, e.work, e.reasons,"
        " (SELECT json_group_array(oid) FROM commits k WHERE k.contribution_id = c.id) AS oids"
        " FROM json_each(?) w CROSS JOIN contributions c ON c.id = w.value"
        " LEFT JOIN evidence e ON e.contribution_id = c.id",
        json.dumps(list(ids)),
    )


def people(store: Store, ids: Sequence[int], today: str) -> dict[int, list[sqlite3.Row]]:
    """By contribution, the people who may be shown for it, authors first.

    A review is its reviewer's; merging is nobody's work. A contribution is left out if none of its
    authors may be shown. `today`: `YYYY-MM-DD`; exclusions that ended before do not count.
    """
    rows = store.rows_named(
        "SELECT DISTINCT k.contribution_id, k.part, i.person_id, p.name, p.login"  # nosec B608
        " FROM json_each(:ids) w CROSS JOIN credits k ON k.contribution_id = w.value"
        " AND k.part <> 'merger' CROSS JOIN identities i ON i.id = k.identity_id"
        " CROSS JOIN persons p ON p.id = i.person_id CROSS JOIN contributions c"
        f" ON c.id = k.contribution_id WHERE {_SHOWN}"
        " AND (k.part <> 'reviewer' OR c.kind = 'review')"
        " ORDER BY k.contribution_id, k.part, i.person_id",
        {"ids": json.dumps(list(ids)), "today": today},
    )
    result: dict[int, list[sqlite3.Row]] = defaultdict(list)
    for row in rows:
        mine = result[row["contribution_id"]]
        if row["person_id"] not in {other["person_id"] for other in mine}:
            mine.append(row)
    return dict(result)


def state(store: Store) -> str:
    """A text that changes whenever a search may find something else: index, scores, visibility."""
    return str(
        store.scalar(
            "SELECT (SELECT group_concat(value, ' ') FROM meta"
            "  WHERE name IN ('text_index', 'text_updates', 'scored', 'scorings'))"
            " || ' ' || (SELECT count(*) || ' ' || ifnull(max(id), 0) FROM exclusions)"
            " || ' ' || (SELECT group_concat(id || status) FROM persons WHERE status <> 'new')"
        )
    )


def within(store: Store, repo: str | None, kind: str | None) -> set[int] | None:
    """Contributions of a repository (`owner/name` or with its host) and a kind; None for all."""
    if repo is None and kind is None:
        return None
    rows = store.rows_named(
        "SELECT c.id FROM contributions c JOIN evidence e ON e.contribution_id = c.id"
        " WHERE (:repo IS NULL OR c.repo IN (SELECT repo FROM (SELECT DISTINCT repo FROM"
        " contributions WHERE repo IS NOT NULL) WHERE lower(repo) = lower(:repo)"
        " OR lower(substr(repo, instr(repo, '/') + 1)) = lower(:repo)))"
        " AND (:kind IS NULL OR e.work = :kind)",
        {"repo": repo, "kind": kind},
    )
    return {row["id"] for row in rows}


def at_address(store: Store, url: str) -> list[sqlite3.Row]:
    """Contributions at a web address, compared without scheme and closing slash."""
    plain = url.strip().rstrip("/").partition("://")
    rest = plain[2] or plain[0]
    return store.rows(
        "SELECT id, title, body, repo, paths FROM contributions WHERE url IN (?, ?, ?, ?)",
        f"https://{rest}", f"https://{rest}/", f"http://{rest}", f"http://{rest}/",
    )  # fmt: skip


def strongest(store: Store, person: int, most: int) -> list[sqlite3.Row]:
    """A person's own contributions with the most substance."""
    return store.rows(
        "SELECT DISTINCT c.id, c.title, c.body, c.repo, c.paths FROM identities i"
        " JOIN credits k ON k.identity_id = i.id AND (k.part IN ('author', 'co_author')"
        " OR k.part = 'reviewer' AND EXISTS (SELECT 1 FROM contributions r"
        "  WHERE r.id = k.contribution_id AND r.kind = 'review'))"
        " JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL"
        " JOIN evidence e ON e.contribution_id = c.id WHERE i.person_id = ?"
        " ORDER BY e.relevance * e.substance DESC, c.at DESC, c.id LIMIT ?",
        person,
        most,
    )
