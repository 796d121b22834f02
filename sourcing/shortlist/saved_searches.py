"""Saved searches: a name for the filters of a shortlist page."""

from __future__ import annotations

from db import Store
from db.outreach import saved_searches
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line

#: Longest name and longest query string, in characters.
_NAME, _QUERY = 80, 2000


def save(store: Store, name: str, query: str, now: str) -> tuple[str, str]:
    """Save a query string; it replaces a search of the same name. Returns both as stored."""
    name, query = clean_line(name, _NAME), clean_line(query.lstrip("?"), _QUERY)
    if not name:
        raise ConfigError("give the search a name")
    saved_searches.save(store, name, query, now)
    return name, query


def delete(store: Store, name: str) -> None:
    """Delete the search of this name."""
    saved_searches.delete(store, name)


def saved(store: Store) -> dict[str, str]:
    """The query strings of all saved searches, by name."""
    return saved_searches.saved(store)
