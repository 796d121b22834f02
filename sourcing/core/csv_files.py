"""CSV files that other programs take: RFC 4180, UTF-8, and no cell that a spreadsheet would run.

It knows nothing of drafts or people.
"""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from sourcing.core import files
from sourcing.core.errors import ConfigError
from sourcing.core.text import mask_addresses

#: What makes a spreadsheet run a cell (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^[\s\u200b]*[=+\-@\t\r|%＝＋－＠]")
#: The longest file that is read back.
_LIMIT = 20_000_000


def cell(value: Any, *, typed: bool = False) -> Any:
    """A value that no spreadsheet takes for a formula, and that UTF-8 can write.

    `typed`: a user typed it into a file of ours, so an address in it stays.
    """
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode().replace("\x00", "")
        value = value if typed else mask_addresses(value)
        return "'" + value if _FORMULA.match(value) else value
    return value


def uncelled(value: str) -> str:
    """The text of a cell, without the sign that kept a spreadsheet from running it."""
    return value[1:] if value.startswith("'") and _FORMULA.match(value[1:]) else value


def write_csv(
    file: TextIO,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    typed: Collection[str] = (),
) -> None:
    """RFC 4180, every text quoted, formulas neutralised; `typed` columns keep addresses."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[c], typed=c in typed) for c in columns])


def write_file(
    path: Path,
    columns: Sequence[str],
    rows: Iterable[Mapping[str, Any]],
    typed: Collection[str] = (),
) -> None:
    """A file, complete or not there at all; `typed` columns keep the addresses in them."""
    text = io.StringIO(newline="")
    write_csv(text, columns, rows, typed)
    files.write(path, text.getvalue())


def read_file(path: Path, wanted: Sequence[str]) -> list[dict[str, str]]:
    """The rows of a file that came out of here and may have been through a spreadsheet."""
    text = files.read(path)
    if len(text) > _LIMIT:
        raise ConfigError(f"{path}: {len(text):,} characters; that is no file of ours")
    try:
        lines = csv.DictReader(io.StringIO(text, newline=""), restkey="", restval="", strict=True)
        rows = list(lines)
    except csv.Error as exc:
        raise ConfigError(f"{path}: no CSV: {exc}") from exc
    there = rows[0].keys() if rows else text.partition("\n")[0]
    if missing := [name for name in wanted if name not in there]:
        raise ConfigError(
            f"{path}: no column {', '.join(missing)}; it must come from `drafts export`,"
            " comma separated"
        )
    return [{k: uncelled(v) for k, v in row.items() if isinstance(v, str)} for row in rows]
