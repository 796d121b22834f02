"""Rows of a statement as frozen dataclasses: the column names are the field names.

It does not convert values: a dataclass that needs JSON parsed has its own constructor.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable
from typing import TypeVar

Record = TypeVar("Record")


def records(record: type[Record], rows: Iterable[sqlite3.Row]) -> list[Record]:
    """Each row as one `record`. Raises TypeError if columns and fields differ."""
    return [record(**dict(zip(row.keys(), row, strict=True))) for row in rows]
