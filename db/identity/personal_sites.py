"""Accounts whose profile names a blog as their website, and the one person who writes it.

The other way round from a blog that shows an account. Both must point at one human: a site
that several people write, or that several accounts name, joins nobody.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from urllib.parse import urlsplit

from db.connection import Store
from sourcing.core.text import fold

#: Of one site's posts, how many must be by one person for the site to be theirs.
_SHARE = 0.9
#: The text ranges of keys that begin with "blog:" and "github:", as the index sorts them.
_BY_LINES = (
    "SELECT i.id, i.key, i.name, i.login, count(*) AS posts FROM identities i"
    " CROSS JOIN credits k ON k.identity_id = i.id AND k.part = 'author'"
    " WHERE i.key >= 'blog:' AND i.key < 'blog;' GROUP BY i.id ORDER BY posts"
)
_CLAIMS = (
    "SELECT id, name, login, website FROM identities"
    " WHERE key >= 'github:' AND key < 'github;' AND website IS NOT NULL AND NOT bot"
)


def join_owners(store: Store, now: str) -> None:
    """Join each one-person site's author with the one account whose website it is."""
    sites: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in store.rows(_BY_LINES):
        sites[_host(f"//{row['key'].removeprefix('blog:')}")].append(row)
    if not sites:
        return
    claims: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in store.rows(_CLAIMS):
        claims[_host(row["website"])].append(row)
    with store.transaction():
        for host, authors in sites.items():
            owner = authors[-1]
            alone = owner["posts"] >= _SHARE * sum(row["posts"] for row in authors)
            for account in claims[host]:
                agreed = alone and len(claims[host]) == 1 and _alike(owner, account, host)
                _write(store.conn, owner, account, now, agreed=agreed)


def _alike(owner: sqlite3.Row, account: sqlite3.Row, host: str) -> bool:
    """True if nothing tells them apart, and more than the link says that they are one."""
    if owner["login"] and fold(owner["login"]) != fold(account["login"] or ""):
        return False
    named = fold(owner["name"] or "-") in {
        fold(account["name"] or ""),
        fold(account["login"] or ""),
    }
    return named or host == f"{(account['login'] or '').lower()}.github.io"


def _write(
    conn: sqlite3.Connection, owner: sqlite3.Row, account: sqlite3.Row, now: str, *, agreed: bool
) -> None:
    pair = sorted((owner["id"], account["id"]))
    if agreed:
        proof = "Their profile names the site as theirs, and they alone write it"
        written = conn.execute(
            "INSERT INTO joins (a, b, proof, urls, origin, made_at)"
            " VALUES (?, ?, ?, ?, 'authorship', ?) ON CONFLICT DO NOTHING",
            [*pair, proof, json.dumps([account["website"]]), now],
        )
    else:
        written = conn.execute(
            "DELETE FROM joins WHERE a = ? AND b = ? AND origin = 'authorship'", pair
        )
    if written.rowcount:
        conn.execute("UPDATE identities SET needs_resolution = 1 WHERE id IN (?, ?)", pair)


def _host(url: str) -> str:
    try:
        return (urlsplit(url).netloc or "").lower().removeprefix("www.")
    except ValueError:
        return ""


def of_the_best(store: Store, limit: int) -> list[sqlite3.Row]:
    """Websites in the profiles of the best `limit` people of each role, best first."""
    roles = [row["role"] for row in store.rows("SELECT DISTINCT role FROM scores ORDER BY role")]
    found: dict[int, sqlite3.Row] = {}
    for role in roles:
        rows = store.rows(
            "SELECT p.id, p.name, p.login, i.website FROM ("
            "  SELECT person_id FROM scores WHERE role = ? ORDER BY points DESC LIMIT ?) s"
            " JOIN persons p ON p.id = s.person_id JOIN identities i ON i.person_id = p.id"
            " WHERE i.website IS NOT NULL",
            role,
            limit,
        )
        found |= {row["id"]: row for row in rows if row["id"] not in found}
    return list(found.values())
