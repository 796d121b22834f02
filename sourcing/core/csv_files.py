"""CSV files for other programs: RFC 4180, UTF-8, and no cell that a spreadsheet would execute.

It knows nothing of drafts or people.
"""

from __future__ import annotations

import contextlib
import csv
import io
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any, TextIO

from sourcing.core import files
from sourcing.core.errors import ConfigError
from sourcing.core.text import mask_addresses

#: The first characters of a cell that a spreadsheet executes
#: (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^[\s\u200b]*[=+\-@\t\r|%＝＋－＠]")
#: The longest file that is read back.
_LIMIT = 20_000_000


def cell(value: Any, *, typed: bool = False) -> Any:
    """A value that no spreadsheet executes and that UTF-8 can encode.

    `typed`: a user typed the value into an exported file, so an address in it stays.
    """
    if isinstance(value, str):
        value = value.encode("utf-8", "replace").decode().replace("\x00", "")
        value = value if typed else mask_addresses(value)
        return "'" + value if _FORMULA.match(value) else value
    return value


def uncelled(value: str) -> str:
    """The text of a cell without the sign that `cell` puts before a formula."""
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
    """Write the file atomically; `typed` columns keep their addresses.

    A byte order mark tells Excel that the text is UTF-8.
    """
    text = io.StringIO(newline="")
    write_csv(text, columns, rows, typed)
    files.write(path, f"\ufeff{text.getvalue()}")


def read_file(path: Path, wanted: Sequence[str]) -> list[dict[str, str]]:
    """The rows of an exported file that a spreadsheet may have saved again.

    Excel in much of Europe writes semicolons and Windows-1252, some programs a line `sep=;`. Rows
    without any text are left out.
    """
    text = _decoded(path)
    if len(text) > _LIMIT:
        raise ConfigError(f"{path}: {len(text):,} characters; the limit is {_LIMIT:,}")
    text, separator = separated(text)
    try:
        lines = csv.DictReader(
            io.StringIO(text, newline=""), restkey="", restval="", strict=True, delimiter=separator
        )
        rows = list(lines)
    except csv.Error as exc:
        raise ConfigError(f"{path}: not a CSV file: {exc}") from exc
    there = rows[0].keys() if rows else text.partition("\n")[0]
    if missing := [name for name in wanted if name not in there]:
        raise ConfigError(
            f"{path}: no column {', '.join(missing)}; it must come from `drafts export`"
        )
    texts = [{k: uncelled(v) for k, v in row.items() if isinstance(v, str)} for row in rows]
    return [row for row in texts if any(value.strip() for value in row.values())]


def separated(text: str) -> tuple[str, str]:
    """The text without a first line such as `sep=;`, and the sign between its cells."""
    first, _, rest = text.partition("\n")
    if first.strip().lower().startswith("sep=") and len(first.strip()) == len("sep=;"):
        return rest, first.strip()[-1]
    return text, max(",;\t", key=first.count)


def _decoded(path: Path) -> str:
    """The text of the file: UTF-8, UTF-16 with a mark, or Windows-1252."""
    try:
        data = path.read_bytes()
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror or exc}") from exc
    if data.startswith(b"PK"):
        raise ConfigError(f"{path}: a workbook; save it as CSV")
    encodings = ("utf-16",) if data[:2] in {b"\xff\xfe", b"\xfe\xff"} else ("utf-8-sig", "cp1252")
    for encoding in encodings:
        with contextlib.suppress(UnicodeDecodeError):
            return data.decode(encoding)
    raise ConfigError(f"{path}: not UTF-8 and not Windows-1252; save it as CSV in UTF-8")
