"""Masks addresses in texts that an older version stored, once after an upgrade.

It also counts stored texts that a given detector reports, for `doctor`. How an address is
recognised is decided by `sourcing.core.addresses`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from typing import Any

from db.connection import Store
from db.ranking import text_index
from sourcing.core import addresses

#: Increases when the masker recognises more; a database with another number is cleaned.
VERSION = "3"
#: Columns that identify rows, and tables with none of the texts from sources.
_KEPT_COLUMNS = frozenset({"key", "hash", "oid", "rubric"})
_KEPT_TABLES = ("sqlite%", "_sqlite%", "contributions_fts%", "meta", "backups", "text_%",
                "draft_log", "suppressions", "sources", "exports", "renames")  # fmt: skip


def clean_after_upgrade(store: Store) -> int:
    """Mask every stored text if an older masker wrote it; return the number of changed rows."""
    if store.meta("masker") == VERSION:
        return 0
    changed = 0
    with store.transaction():
        for table, columns in _text_columns(store):
            changed += sum(_clean_column(store, table, column) for column in columns)
        if changed:
            text_index.remove_changed(store.conn)
        store.set_meta("masker", VERSION)
    if changed:
        store.conn.execute("INSERT INTO contributions_fts (contributions_fts) VALUES ('optimize')")
        store.conn.execute("VACUUM")
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    return changed


def count(store: Store, is_address: Callable[[str], bool]) -> dict[str, int]:
    """The columns with texts that the detector reports, and the number of these texts."""
    result: dict[str, int] = {}
    for table, columns in _text_columns(store):
        for column in columns:
            texts = store.each(f'SELECT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL')  # nosec B608
            if hits := sum(is_address(str(row[0])) for row in texts):
                result[f"{table}.{column}"] = hits
    return result


def _text_columns(store: Store) -> Iterator[tuple[str, list[str]]]:
    kept = " AND ".join(f"name NOT LIKE '{pattern}'" for pattern in _KEPT_TABLES)
    for (table,) in map(
        tuple,
        store.rows(f"SELECT name FROM sqlite_master WHERE type = 'table' AND {kept}"),  # nosec B608
    ):
        info = store.rows("SELECT name, type FROM pragma_table_info(?)", table)
        columns = [c["name"] for c in info if c["type"] == "TEXT"]
        yield table, [c for c in columns if c not in _KEPT_COLUMNS]


def _clean_column(store: Store, table: str, column: str) -> int:
    texts = store.rows(
        f'SELECT DISTINCT "{column}" FROM "{table}" WHERE "{column}" IS NOT NULL'  # nosec B608
        f' AND length("{column}") > 5'
    )
    changed = 0
    for (text,) in map(tuple, texts):
        if (cleaned := _cleaned(text)) != text:
            changed += store.conn.execute(
                f'UPDATE OR IGNORE "{table}" SET "{column}" = ? WHERE "{column}" = ?',  # nosec B608
                [cleaned, text],
            ).rowcount
    return changed


def _cleaned(text: str) -> str:
    """The masked text; in JSON only the strings are masked."""
    if text.startswith(("[", "{")):
        try:
            value = json.loads(text)
        except (ValueError, RecursionError):
            return addresses.mask(text)
        masked = _masked(value)
        return text if masked == value else json.dumps(masked, ensure_ascii=False)
    return addresses.mask(text)


def _masked(value: Any) -> Any:
    if isinstance(value, str):
        return addresses.mask(value)
    if isinstance(value, list):
        return [_masked(one) for one in value]
    if isinstance(value, dict):
        return {addresses.mask(key): _masked(one) for key, one in value.items()}
    return value
