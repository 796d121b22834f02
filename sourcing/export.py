"""Approved drafts as a CSV file that a spreadsheet or an applicant tracking system can take.

The e-mail column is there and empty: the recruiter fills it from a route the person offers.
It writes what was approved, or all of it marked as for review only.
"""

from __future__ import annotations

import csv
import os
import re
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from sqlite3 import Row
from typing import Any, TextIO

from db import Store, drafts
from sourcing import privacy
from sourcing.config import Config
from sourcing.errors import ConfigError
from sourcing.outreach import first_name, objection

COLUMNS = (
    "draft_id", "person_id", "first_name", "last_name", "login", "email", "subject", "body",
    "evidence_title", "evidence_url", "evidence_date", "opening", "sender_name", "sender_org",
    "notice_url", "reviewer", "approved_at", "expires_at", "status",
)  # fmt: skip
WATERMARK = "[FOR REVIEW ONLY - NOT APPROVED - DO NOT SEND]\n"

#: What makes a spreadsheet run a cell (https://owasp.org/www-community/attacks/CSV_Injection).
_FORMULA = re.compile(r"^[\s\u200b]*[=+\-@\t\r|%]")


def cell(value: Any) -> Any:
    """A value that no spreadsheet takes for a formula."""
    if isinstance(value, str) and _FORMULA.match(value):
        return "'" + value
    return value


def write_csv(file: TextIO, columns: Sequence[str], rows: Iterable[Mapping[str, Any]]) -> None:
    """RFC 4180, every text quoted, formulas neutralised."""
    writer = csv.writer(file, quoting=csv.QUOTE_NONNUMERIC, lineterminator="\r\n")
    writer.writerow(columns)
    for row in rows:
        writer.writerow([cell(row[c]) for c in columns])


def export(
    store: Store, config: Config, path: Path, *, everything: bool, by: str, now: str
) -> tuple[int, list[str]]:
    """Write the approved drafts, or all, to a new file; how many, and why some were left out.

    The ledger notes whom the file holds. What was approved is looked at once more: somebody
    may have said no since, the draft may have expired, the cited work been reverted.
    """
    if path.exists() or not path.name:
        raise ConfigError(f"{path} is already there; name a new file")
    chosen, left_out = [], []
    for row in drafts.listed(store):
        if row["status"] == "approved" and (reason := objection(store, row, now)):
            left_out.append(f"draft {row['id']}: {reason}")
        elif reason := privacy.hidden(store, row["person_id"], now):
            left_out.append(f"draft {row['id']}: the person {reason}")
        elif row["status"] == "approved" or (everything and row["status"] != "rejected"):
            chosen.append(row)
    if chosen:
        _write(path, chosen, config)
        drafts.exported(store, [row["id"] for row in chosen], str(path), "canonical", by, now)
    return len(chosen), left_out


def _write(path: Path, chosen: Sequence[Row], config: Config) -> None:
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        with temporary.open("x", encoding="utf-8", newline="") as file:
            write_csv(file, COLUMNS, (_row(row, config) for row in chosen))
        temporary.replace(path)
    except OSError as exc:
        temporary.unlink(missing_ok=True)
        raise ConfigError(f"{path}: {exc.strerror}; nothing was exported") from exc


def _row(draft: Row, config: Config) -> dict[str, Any]:
    name = draft["name"] or ""
    first = first_name(name, None)
    approved = draft["status"] in {"approved", "exported", "sent"}
    return {
        "draft_id": draft["id"],
        "person_id": draft["person_id"],
        "first_name": first,
        "last_name": name.removeprefix(first).strip(),
        "login": draft["login"] or "",
        "email": "",
        "subject": draft["subject"],
        "body": draft["body"] if approved else WATERMARK + draft["body"],
        "evidence_title": draft["evidence_title"],
        "evidence_url": draft["evidence_url"],
        "evidence_date": draft["evidence_date"][:10],
        "opening": draft["opening"],
        "sender_name": config.outreach.sender_name,
        "sender_org": config.outreach.sender_org,
        "notice_url": config.outreach.notice_url,
        "reviewer": draft["decided_by"] or "",
        "approved_at": (draft["decided_at"] or "") if approved else "",
        "expires_at": draft["expires_at"],
        "status": draft["status"],
    }
