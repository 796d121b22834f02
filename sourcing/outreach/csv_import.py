"""A file for review brought back: its edits and verdicts, draft by draft.

A row speaks of the words it was exported with: if they have changed since, it is refused. A verdict
is one person's answer for one draft, having opened its link; nothing is approved by the column.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from sourcing.core.csv_files import read_file
from sourcing.core.errors import ConfigError
from sourcing.outreach import workflow
from sourcing.outreach.csv_export import WATERMARK, Briefs, text_hash
from sourcing.outreach.workflow import Desk

VERDICTS = ("", "approve", "reject")
_YES = {"yes", "y", "x", "true", "1", "opened"}


@dataclass(frozen=True, slots=True)
class Taken:
    """What was done for one row, or why not."""

    number: int
    done: str
    refused: str | None = None


def bring_back(desk: Desk, briefs: Briefs, path: Path) -> Iterator[Taken]:
    """Take each row's edit, then its verdict."""
    wanted = ("draft_id", "subject", "body", "text_hash", "link_opened", "verdict", "reason")
    for row in read_file(path, wanted):
        if not row["draft_id"].isdecimal():
            raise ConfigError(f"{path}: {row['draft_id']!r} is no draft's number")
        number = int(row["draft_id"][:18])
        try:
            done = list(_take(desk, briefs, number, row))
        except ConfigError as exc:
            yield Taken(number, "", str(exc))
            continue
        if done:
            yield Taken(number, ", ".join(done))


def _take(desk: Desk, briefs: Briefs, number: int, row: dict[str, str]) -> Iterator[str]:
    verdict = row["verdict"].strip().lower()
    if verdict not in VERDICTS:
        raise ConfigError(f"draft {number}: verdict {verdict!r}; write approve, reject or nothing")
    draft = workflow.draft(desk.store, number)
    subject, body = row["subject"].strip(), _unmarked(row["body"])
    changed = text_hash(subject, body) != row["text_hash"]
    if not (changed or verdict):
        return
    if text_hash(draft["subject"], draft["body"]) != row["text_hash"]:
        raise ConfigError(f"draft {number}: its words have changed since; export it again")
    if verdict == "reject":
        workflow.reject(desk, number, row["reason"] or "rejected in the review file")
        yield "rejected"
        return
    if changed:
        workflow.edit(desk, number, body, subject)
        yield "edited"
    if verdict:
        _approve(desk, briefs, number, row)
        yield "approved"


def _approve(desk: Desk, briefs: Briefs, number: int, row: dict[str, str]) -> None:
    if row["link_opened"].strip().lower() not in _YES:
        raise ConfigError(f"draft {number}: write yes under link_opened once you have opened it")
    workflow.opened(desk, number)
    draft = workflow.draft(desk.store, number)
    confirmed = [int(n) for n in re.findall(r"\d{1,2}", row.get("confirm", ""))]
    workflow.approve(desk, briefs(draft["opening"]), number, confirmed)


def _unmarked(body: str) -> str:
    lines = body.replace("\r\n", "\n").replace("\r", "\n")
    return lines.removeprefix(WATERMARK).removeprefix(WATERMARK.strip()).strip()
