"""Searches kept under a name: the end of an address, which holds all of a shortlist's state."""

from __future__ import annotations

from db.connection import Store


def keep(store: Store, name: str, query: str, now: str) -> None:
    """Keep a search; one of the same name gives way."""
    with store.transaction():
        store.conn.execute(
            "INSERT INTO searches VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET query = excluded.query, made_at = excluded.made_at",
            [name, query, now],
        )


def drop(store: Store, name: str) -> None:
    """Keep it no more."""
    with store.transaction():
        store.conn.execute("DELETE FROM searches WHERE name = ?", [name])


def kept(store: Store) -> dict[str, str]:
    """What is kept, by name."""
    return {r["name"]: r["query"] for r in store.rows("SELECT * FROM searches ORDER BY name")}
