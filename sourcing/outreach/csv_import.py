"""Imports a reviewed file: its edits and verdicts, draft by draft.

A row belongs to the text it was exported with: if that text has changed since, the row is refused.
A verdict is one person's answer for one draft after opening its link; no column approves in bulk.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sourcing.core.csv_files import read_file
from sourcing.core.errors import ConfigError
from sourcing.outreach import workflow
from sourcing.outreach.csv_export import WATERMARK, Contexts
from sourcing.outreach.message import text_hash
from sourcing.outreach.workflow import Desk

VERDICTS = ("", "approve", "reject")
_YES = {"yes", "y", "x", "true", "1", "opened"}


@dataclass(frozen=True, slots=True)
class ImportedRow:
    """The result of one row: the actions taken, or the reason of a refusal."""

    number: int
    done: str
    refused: str | None = None


def import_file(desk: Desk, contexts: Contexts, path: Path) -> Iterator[ImportedRow]:
    """Apply each row's edit, then its verdict."""
    wanted = ("draft_id", "subject", "body", "text_hash", "link_opened", "verdict", "reason")
    rows = read_file(path, wanted)
    for row in rows:  # before any row is applied
        if not row["draft_id"].isdecimal():
            raise ConfigError(f"{path}: {row['draft_id']!r} is no draft's number")
    for row in rows:
        number = int(row["draft_id"][:18])
        try:
            done = list(_apply(desk, contexts, number, row))
        except ConfigError as exc:
            yield ImportedRow(number, "", str(exc))
            continue
        if done:
            yield ImportedRow(number, ", ".join(done))


def _apply(desk: Desk, contexts: Contexts, number: int, row: dict[str, str]) -> Iterator[str]:
    verdict = row["verdict"].strip().lower()
    if verdict not in VERDICTS:
        raise ConfigError(f"draft {number}: verdict {verdict!r}; write approve, reject or nothing")
    draft = workflow.draft(desk.store, number)
    subject, body = row["subject"].strip(), _unmarked(row["body"])
    changed = text_hash(subject, body) != row["text_hash"] and not (
        _code_page(draft.subject) == subject and _code_page(draft.body.strip()) == body
    )
    if not (changed or verdict):
        return
    if text_hash(draft.subject, draft.body) != row["text_hash"]:
        raise ConfigError(f"draft {number}: its text has changed since; export it again")
    if verdict == "reject":
        workflow.reject(desk, number, row["reason"] or "rejected in the review file")
        yield "rejected"
        return
    if changed:
        workflow.edit(desk, number, body, subject)
        yield "edited"
    if verdict:
        _approve(desk, contexts, number, row)
        yield "approved"


def _approve(desk: Desk, contexts: Contexts, number: int, row: dict[str, str]) -> None:
    if row["link_opened"].strip().lower() not in _YES:
        raise ConfigError(f"draft {number}: write yes under link_opened once you have opened it")
    workflow.record_opened(desk, number)
    draft = workflow.draft(desk.store, number)
    confirmed = [int(n) for n in re.findall(r"\d{1,2}", row.get("confirm", ""))]
    workflow.approve(desk, contexts(draft.opening), number, confirmed)


def _code_page(text: str) -> str:
    """The text after a spreadsheet that saves Windows-1252: other signs become question marks."""
    return text.encode("cp1252", "replace").decode("cp1252")


def _unmarked(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    return lines.removeprefix(WATERMARK).removeprefix(WATERMARK.strip()).strip()
