"""Approved drafts as a CSV file that a spreadsheet or an applicant tracking system can take.

The e-mail column is there and empty: the recruiter fills it from a route the person offers, in the
file and nowhere else. It writes what was approved, or all of it marked as for review only.
"""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from sqlite3 import Row
from typing import Any

from db.outreach import drafts, notes
from sourcing.core.csv_files import read_file, write_file
from sourcing.core.errors import ConfigError
from sourcing.outreach import checks, propose
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.propose import Brief
from sourcing.outreach.salutation import halves
from sourcing.outreach.workflow import Desk
from sourcing.privacy import contact_policy

COLUMNS = (
    "draft_id", "person_id", "first_name", "last_name", "login", "email", "contact_route",
    "contact_url", "contact_basis", "subject", "body", "evidence_title", "evidence_url",
    "evidence_date", "evidence_quote", "why_this_role", "opening", "role", "sender_name",
    "sender_org", "source_statement", "notice_url", "rubric_pass", "reviewer", "approved_at",
    "expires_at", "status", "tags", "text_hash",
)  # fmt: skip
#: What a file for review has besides: to be filled in and brought back by `drafts import`.
REVIEW = ("link_opened", "confirm", "verdict", "reason")
WATERMARK = "[FOR REVIEW ONLY - NOT APPROVED - DO NOT SEND]\n"

Briefs = Callable[[str], Brief]


@dataclass(frozen=True, slots=True)
class Wanted:
    """Which drafts, laid out for which program; `addresses` is a file filled in by hand."""

    preset: str = "canonical"
    everything: bool = False
    only: frozenset[int] = frozenset()
    addresses: Path | None = None


@dataclass(slots=True)
class Exported:
    """What came of an export."""

    numbers: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    warning: str = ""


def export(desk: Desk, briefs: Briefs, path: Path, wanted: Wanted) -> Exported:
    """Write drafts to a new file and note in the ledger whom it holds.

    What was approved is looked at once more: somebody may have said no since, the draft may have
    expired, the cited work been reverted.
    """
    if path.exists() or not path.name:
        raise ConfigError(f"{path} is already there; name a new file")
    preset = None if wanted.preset == "canonical" else presets()[wanted.preset]
    if preset and wanted.everything:
        raise ConfigError("--all writes a file for review; a --preset takes approved drafts only")
    addresses = _addresses(wanted.addresses) if wanted.addresses else {}
    result = Exported(warning=preset["warning"] if preset else "")
    rows = []
    for draft in _chosen(desk, briefs, wanted, frozenset(addresses), result.left_out):
        found = _row(desk, briefs(draft["opening"]), draft)
        rows.append(found | {"email": addresses.get(draft["id"], "")})
        result.numbers.append(draft["id"])
    if not rows:
        return result
    if preset:
        columns, laid_out = list(preset["columns"]), _laid_out(preset, path, rows)
    else:
        columns, laid_out = [*COLUMNS, *(REVIEW if wanted.everything else ())], rows
    write_file(path, columns, laid_out)
    layout = drafts.REVIEW if wanted.everything else wanted.preset
    drafts.exported(desk.store, result.numbers, str(path), layout, desk.by, desk.stamp)
    return result


def text_hash(subject: str, body: str) -> str:
    """By which a file that comes back is known to speak of these words and no others."""
    plain = "\n".join(line.rstrip() for line in f"{subject}\n{body}".strip().splitlines())
    return hashlib.sha256(plain.encode("utf-8", "replace")).hexdigest()[:16]


@lru_cache(maxsize=1)
def presets() -> Mapping[str, Any]:
    """The programs there are files for."""
    return tomllib.loads((files("sourcing.outreach") / "presets.toml").read_text(encoding="utf-8"))


def _chosen(
    desk: Desk, briefs: Briefs, wanted: Wanted, addressed: frozenset[int], left_out: list[str]
) -> Iterator[Row]:
    """The drafts that may go into the file; what is left out is said."""
    for draft in drafts.listed(desk.store):
        if wanted.only and draft["id"] not in wanted.only:
            continue
        again = draft["status"] == "exported" and draft["id"] in addressed
        review = wanted.everything and draft["status"] not in {"rejected", "sent"}
        if not (draft["status"] == "approved" or again or review):
            continue
        reason = None
        if draft["status"] == "approved" or again:
            found = propose.examine(desk.store, briefs(draft["opening"]), draft, desk.stamp)
            reason = checks.fault(found)
        elif hidden := contact_policy.hidden(desk.store, draft["person_id"], desk.stamp):
            reason = f"the person {hidden}"
        if reason:
            left_out.append(f"draft {draft['id']}: {reason}")
        else:
            yield draft


def _row(desk: Desk, brief: Brief, draft: Row) -> dict[str, Any]:
    return _of_person(desk, draft) | _of_draft(desk, brief, draft) | dict.fromkeys(REVIEW, "")


def _of_person(desk: Desk, draft: Row) -> dict[str, Any]:
    first, last = halves(draft["name"], draft["login"])
    offered = routes(desk.store, draft["person_id"])
    route = offered[0] if offered else None
    return {
        "person_id": draft["person_id"],
        "first_name": first,
        "last_name": last,
        "full_name": draft["name"] or draft["login"] or "",
        "login": draft["login"] or "",
        "contact_route": route.kind if route else "no acceptable route known",
        "contact_url": route.url if route else "",
        "contact_basis": route.basis if route else "",
        "links": ", ".join(filter(None, [draft["evidence_url"], route.url if route else ""])),
        "tags": ",".join(notes.tags(desk.store, draft["person_id"])),
    }


def _of_draft(desk: Desk, brief: Brief, draft: Row) -> dict[str, Any]:
    from_, letter = brief.sender, propose.letter_of(desk.store, brief, draft)
    approved = draft["status"] in {"approved", "exported", "sent"}
    return {
        "draft_id": draft["id"],
        "subject": draft["subject"],
        "body": draft["body"] if approved else WATERMARK + draft["body"],
        "evidence_title": draft["evidence_title"],
        "evidence_url": draft["evidence_url"],
        "evidence_date": draft["evidence_date"][:10],
        "evidence_quote": next((q for q in letter.quoted if len(q.split()) >= 5), ""),
        "why_this_role": next((p for p in from_.problems if p in draft["body"]), from_.why),
        "opening": draft["opening"],
        "role": from_.terms["title"],
        "sender_name": from_.name,
        "sender_org": from_.org,
        "source_statement": letter.notice,
        "notice_url": from_.notice_url,
        "rubric_pass": _passes(desk, brief, draft),
        "reviewer": (draft["decided_by"] or "") if approved else "",
        "approved_at": (draft["decided_at"] or "") if approved else "",
        "expires_at": draft["expires_at"],
        "status": draft["status"],
        "note": f"{draft['subject']}\n\n{draft['body']}\n\nEvidence: {draft['evidence_url']}",
        "text_hash": text_hash(draft["subject"], draft["body"]),
    }


def _passes(desk: Desk, brief: Brief, draft: Row) -> str:
    found = propose.examine(desk.store, brief, draft, desk.stamp)
    bad = [str(check.number) for check in found if check.verdict != "pass"]
    return "all 12" if not bad else f"all but {', '.join(bad)}"


def _addresses(path: Path) -> dict[int, str]:
    """What somebody typed into the e-mail column of one of our files; it is never stored."""
    rows = read_file(path, ("draft_id", "email"))
    found = {row["draft_id"]: row["email"].strip() for row in rows}
    return {int(number): address for number, address in found.items() if number.isdecimal()}


def _laid_out(
    preset: Mapping[str, Any], path: Path, rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows under a program's headers; refuses what it would drop without a word."""
    if len(rows) > preset["rows"]:
        raise ConfigError(f"{len(rows)} drafts; it takes {preset['rows']}: choose with --only")
    if "file" in preset and not re.fullmatch(preset["file"], path.name):
        raise ConfigError(f"{path.name}: it takes file names such as drafts_1.csv only")
    laid_out = [{h: _value(row, c) for h, c in preset["columns"].items()} for row in rows]
    for header in preset["required"]:
        empty = [
            str(row["draft_id"])
            for row, laid in zip(rows, laid_out, strict=True)
            if not laid[header]
        ]
        if empty:
            raise ConfigError(
                f"it drops rows without {header}: drafts {', '.join(empty)}. {_remedy(header)}"
            )
    return laid_out


def _remedy(header: str) -> str:
    if header == "Email":
        return (
            "Export without a preset, fill the email column by hand from a route the person"
            " offers, then add --addresses FILE"
        )
    return "Leave them out with --only N,N"


def _value(row: Mapping[str, Any], source: str) -> Any:
    if source.startswith("="):
        return source[1:]
    return row[source] if source else ""
