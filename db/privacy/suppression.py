"""The suppression list: keyed hashes of identifiers, checked before every insert.

It decides whether an identity is suppressed. It does not filter pages (`ingest_filter`) and does
not delete rows (`erasure`).
"""

from __future__ import annotations

import hmac
import json
from collections.abc import Iterable, Mapping

from db.connection import Store
from db.privacy import identifiers, ledger
from sourcing.core.model import Identity, Page


class SuppressionList:
    """The hashed identifiers of one database, read once, and lookups in them."""

    def __init__(self, store: Store, more: Iterable[str] = (), hashes: Iterable[str] = ()) -> None:
        self._key = bytes.fromhex(store.meta("suppression_key") or "")
        self._hashes = {row["hash"] for row in store.rows("SELECT hash FROM suppressions")}
        self._hashes.update(map(self.hash, more), hashes)

    def __bool__(self) -> bool:
        return bool(self._hashes)

    def __contains__(self, identity: Identity) -> bool:
        return not self._hashes.isdisjoint(identity.address_hashes) or self.matches(
            identifiers.of_identity(identity)
        )

    def matches(self, wanted: Iterable[str]) -> bool:
        """True if any of these identifiers is suppressed."""
        return bool(self._hashes) and any(self.hash(one) in self._hashes for one in wanted)

    def holds(self, hashes: Iterable[str]) -> bool:
        """True if all of these hashes are on the list."""
        return self._hashes.issuperset(hashes)

    def hash(self, identifier: str) -> str:
        """The keyed hash (HMAC-SHA256, hexadecimal) under which an identifier is stored."""
        return hmac.digest(self._key, identifier.encode("utf-8", "replace"), "sha256").hex()


def address_key(store: Store) -> bytes:
    """The key under which parsers hash addresses: it does not tell the key of identifiers."""
    key = bytes.fromhex(store.meta("suppression_key") or "")
    return hmac.digest(key, b"addresses", "sha256")


def address_hashes(store: Store, identities: Iterable[int]) -> list[str]:
    """The stored hashes of addresses of these identities."""
    rows = store.rows(
        "SELECT DISTINCT hash FROM address_hashes WHERE kind = 'address'"
        " AND identity_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(identities)),
    )
    return [row["hash"] for row in rows]


def store_hashes(store: Store, ids: Mapping[str, int], identities: Iterable[Identity]) -> None:
    """Store the hashes that a page shows; inside the caller's transaction."""
    rows = [
        (ids[one.id], kind, hash_)
        for one in identities
        if one.id in ids
        for kind, hashes in (("address", one.address_hashes), ("domain", one.domain_hashes))
        for hash_ in hashes
    ]
    store.conn.executemany("INSERT OR IGNORE INTO address_hashes VALUES (?, ?, ?)", rows)


def add(store: Store, wanted: Iterable[str], now: str, hashes: Iterable[str] = ()) -> None:
    """Suppress identifiers permanently; inside the caller's transaction."""
    hash_of = SuppressionList(store).hash
    stored = {row["hash"] for row in store.rows("SELECT hash FROM suppressions")}
    fresh = sorted({*map(hash_of, wanted), *hashes} - stored)
    ledger.append(store, fresh, now)
    store.conn.executemany(
        "INSERT OR IGNORE INTO suppressions VALUES (?, ?)", [(hash_, now) for hash_ in fresh]
    )


def suppressed_since(store: Store, hash_: str) -> str | None:
    """When this hashed identifier was suppressed, or None."""
    since: str | None = store.scalar("SELECT made_at FROM suppressions WHERE hash = ?", hash_)
    return since


def record_renames(store: Store, page: Page) -> None:
    """Store the hashes of logins and names that a page replaces, for a later suppression."""
    shown = {i.id: i for i in page.identities if i.type == "account"}
    hash_of = SuppressionList(store).hash
    for row in store.rows(
        "SELECT id, key, login, name FROM identities WHERE key IN (SELECT value FROM json_each(?))",
        json.dumps(list(shown)),
    ):
        new = shown[row["key"]]
        previous: list[str | None] = []
        if row["login"] and new.login and row["login"] != new.login:
            previous.append(identifiers.of_login(row["login"]))
        if row["name"] and new.name and row["name"] != new.name:
            previous.append(identifiers.of_name(row["name"]))
        store.conn.executemany(
            "INSERT OR IGNORE INTO previous_identifiers VALUES (?, ?)",
            [(row["id"], hash_of(one)) for one in previous if one],
        )


def record_purged_names(store: Store, names: Mapping[int, str]) -> None:
    """Store the hashes of names (by identity id) that are purged, for a later suppression."""
    hash_of = SuppressionList(store).hash
    store.conn.executemany(
        "INSERT OR IGNORE INTO previous_identifiers VALUES (?, ?)",
        [(id_, hash_of(one)) for id_, name in names.items() if (one := identifiers.of_name(name))],
    )
