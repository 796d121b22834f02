"""Saved searches: a name for the query string of a shortlist page."""

from __future__ import annotations

from db.connection import Store


def save(store: Store, name: str, query: str, now: str) -> None:
    """Save a search; it replaces one with the same name."""
    with store.transaction():
        store.conn.execute(
            "INSERT INTO searches VALUES (?, ?, ?) ON CONFLICT (name) DO UPDATE"
            " SET query = excluded.query, made_at = excluded.made_at",
            [name, query, now],
        )


def delete(store: Store, name: str) -> None:
    """Delete the search with this name."""
    with store.transaction():
        store.conn.execute("DELETE FROM searches WHERE name = ?", [name])


def saved(store: Store) -> dict[str, str]:
    """The query strings of all saved searches, by name."""
    return {r["name"]: r["query"] for r in store.rows("SELECT * FROM searches ORDER BY name")}
