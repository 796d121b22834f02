"""Joins the author of a personal site with the account that names the site as its website.

Both must point to one person: a site with several authors, or one that several accounts name, joins
nobody. Links from a site to an account are read by the connectors.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from dataclasses import dataclass
from urllib.parse import urlsplit

from db.connection import Store
from db.records import records
from sourcing.core.text import fold

#: The share of a site's posts by one author from which the site is a personal one.
_SHARE = 0.9
_BYLINES = (
    "SELECT i.id, i.key, i.name, i.login, count(*) AS posts FROM identities i"
    " CROSS JOIN credits k ON k.identity_id = i.id AND k.part = 'author'"
    " WHERE i.type = 'byline' GROUP BY i.id ORDER BY posts"
)
_CLAIMS = (
    "SELECT id, name, login, website FROM identities"
    " WHERE type = 'account' AND website IS NOT NULL AND NOT bot"
)


def join_owners(store: Store, now: str) -> None:
    """Join the author of each personal site with the one account that names it as its website."""
    sites: dict[str, list[sqlite3.Row]] = defaultdict(list)
    for row in store.rows(_BYLINES):
        sites[_host(f"//{row['key'].partition(':')[2]}")].append(row)
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
    """True if names or logins agree, in addition to the link, and none contradicts."""
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


@dataclass(frozen=True, slots=True)
class ProfileWebsite:
    """The website in the profile of a person."""

    person: int
    name: str | None
    login: str | None
    website: str


def of_top_people(store: Store, limit: int) -> list[ProfileWebsite]:
    """Websites in the profiles of the top `limit` people of each role, best first."""
    roles = [row["role"] for row in store.rows("SELECT DISTINCT role FROM scores ORDER BY role")]
    result: dict[int, ProfileWebsite] = {}
    for role in roles:
        rows = store.rows(
            "SELECT p.id AS person, p.name, p.login, i.website FROM ("
            "  SELECT person_id FROM scores WHERE role = ? ORDER BY points DESC LIMIT ?) s"
            " JOIN persons p ON p.id = s.person_id JOIN identities i ON i.person_id = p.id"
            " WHERE i.website IS NOT NULL",
            role,
            limit,
        )
        for site in records(ProfileWebsite, rows):
            result.setdefault(site.person, site)
    return list(result.values())
