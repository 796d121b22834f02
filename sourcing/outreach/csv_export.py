"""Exports approved drafts as a CSV file for a spreadsheet or an applicant tracking system.

The e-mail column is empty: the recruiter fills it in the file, from a route that the person offers.
A file for review also contains unapproved drafts, marked as such.
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from importlib.resources import files
from pathlib import Path
from typing import Any

from db.outreach import draft_changes, drafts, notes
from db.outreach.draft_changes import REVIEW as REVIEW_LAYOUT
from db.outreach.drafts import StoredDraft
from sourcing.core.csv_files import read_file, write_file
from sourcing.core.draft_states import SETTLED, DraftStatus
from sourcing.core.errors import ConfigError
from sourcing.outreach import checks
from sourcing.outreach.checks import Check
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.message import text_hash
from sourcing.outreach.review import OutreachContext, Reviewer
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
#: The further columns of a file for review, to be filled in and read by `drafts import`.
REVIEW = ("link_opened", "confirm", "verdict", "reason")
WATERMARK = "[FOR REVIEW ONLY - NOT APPROVED - DO NOT SEND]\n"

#: A function from an opening's name to its context.
Contexts = Callable[[str], OutreachContext]


@dataclass(frozen=True, slots=True)
class ExportRequest:
    """The drafts to write, and the program to write them for."""

    preset: str = "canonical"
    everything: bool = False  # unapproved drafts too, for review
    only: frozenset[int] = frozenset()  # these drafts alone; empty for all
    addresses: Path | None = None  # an exported file with a filled e-mail column


@dataclass(slots=True)
class ExportResult:
    """The drafts written, the drafts left out with the reason, and a warning for the reader."""

    numbers: list[int] = field(default_factory=list)
    left_out: list[str] = field(default_factory=list)
    warning: str = ""


def export(desk: Desk, contexts: Contexts, path: Path, request: ExportRequest) -> ExportResult:
    """Write drafts to a new file and record its people in the ledger.

    Each approved draft is examined again: the person may have objected since, the draft may have
    expired, the cited work may be reverted.
    """
    if path.exists() or not path.name:
        raise ConfigError(f"{path} is already there; name a new file")
    preset = None if request.preset == "canonical" else presets()[request.preset]
    if preset and request.everything:
        raise ConfigError("--all writes a file for review; a --preset takes approved drafts only")
    addresses = _addresses(request.addresses) if request.addresses else {}
    result = ExportResult(warning=preset["warning"] if preset else "")
    reviewer = Reviewer(desk.store, desk.stamp)
    rows = []
    for draft in _candidates(desk, request, frozenset(addresses)):
        context = contexts(draft.opening)
        found = reviewer.examine(context, draft)
        if reason := _kept_back(desk, draft, found):
            result.left_out.append(f"draft {draft.id}: {reason}")
            continue
        row = _of_person(desk, draft) | _of_draft(reviewer, context, draft)
        row |= {"rubric_pass": _passes(found), "email": addresses.get(draft.id, "")}
        rows.append(row | dict.fromkeys(REVIEW, ""))
        result.numbers.append(draft.id)
    if not rows:
        return result
    if preset:
        columns, laid_out = list(preset["columns"]), _laid_out(preset, path, rows)
    else:
        columns, laid_out = [*COLUMNS, *(REVIEW if request.everything else ())], rows
    # Addresses that the recruiter typed into an exported file go into the next file and nowhere
    # else.
    write_file(path, columns, laid_out, typed=("email", "Email", "Email Address"))
    layout = REVIEW_LAYOUT if request.everything else request.preset
    draft_changes.record_export(desk.store, result.numbers, str(path), layout, desk.by, desk.stamp)
    return result


@lru_cache(maxsize=1)
def presets() -> Mapping[str, Any]:
    """The programs with a specific layout, by name."""
    return tomllib.loads((files("sourcing.outreach") / "presets.toml").read_text(encoding="utf-8"))


def _candidates(
    desk: Desk, request: ExportRequest, addressed: frozenset[int]
) -> Iterator[StoredDraft]:
    """The drafts that the file is for.

    An exported draft is written again in a layout in which it was not exported, or if it is named.
    """
    every = drafts.listed(desk.store)
    written = drafts.exported_as(desk.store, request.preset, [draft.id for draft in every])
    for draft in every:
        if request.only and draft.id not in request.only:
            continue
        named = draft.id in request.only | addressed
        again = draft.status == DraftStatus.EXPORTED and (named or draft.id not in written)
        review = request.everything and draft.status not in {DraftStatus.REJECTED, DraftStatus.SENT}
        if draft.status == DraftStatus.APPROVED or again or review:
            yield draft


def _kept_back(desk: Desk, draft: StoredDraft, found: Sequence[Check]) -> str | None:
    """The reason why a draft is not in the file, or None."""
    if draft.status in SETTLED:
        return checks.blocking_reason(found)
    if hidden := contact_policy.hidden(desk.store, draft.person_id, desk.stamp):
        return f"the person {hidden}"
    return None


def _of_person(desk: Desk, draft: StoredDraft) -> dict[str, Any]:
    first, last = halves(draft.name, draft.login)
    offered = routes(desk.store, draft.person_id)
    route = offered[0] if offered else None
    return {
        "person_id": draft.person_id,
        "first_name": first,
        "last_name": last,
        "full_name": draft.name or draft.login or "",
        "login": draft.login or "",
        "contact_route": route.kind if route else "no acceptable route known",
        "contact_url": route.url if route else "",
        "contact_basis": route.basis if route else "",
        "links": ", ".join(filter(None, [draft.evidence_url, route.url if route else ""])),
        "tags": ",".join(notes.tags(desk.store, draft.person_id)),
    }


def _of_draft(reviewer: Reviewer, context: OutreachContext, draft: StoredDraft) -> dict[str, Any]:
    from_, message = context.sender, reviewer.message(context, draft)
    approved = draft.status in SETTLED
    return {
        "draft_id": draft.id,
        "subject": draft.subject,
        "body": draft.body if approved else WATERMARK + draft.body,
        "evidence_title": draft.evidence_title,
        "evidence_url": draft.evidence_url,
        "evidence_date": draft.evidence_date[:10],
        "evidence_quote": next((q for q in message.quoted if len(q.split()) >= 5), ""),
        "why_this_role": next((p for p in from_.problems if p in draft.body), from_.why),
        "opening": draft.opening,
        "role": from_.terms["title"],
        "sender_name": from_.name,
        "sender_org": from_.org,
        "source_statement": message.notice,
        "notice_url": from_.notice_url,
        "reviewer": (draft.decided_by or "") if approved else "",
        "approved_at": (draft.decided_at or "") if approved else "",
        "expires_at": draft.expires_at,
        "status": draft.status,
        "note": f"{draft.subject}\n\n{draft.body}\n\nEvidence: {draft.evidence_url}",
        "text_hash": text_hash(draft.subject, draft.body),
    }


def _passes(found: Sequence[Check]) -> str:
    bad = [str(check.number) for check in found if check.verdict != "pass"]
    return "all 12" if not bad else f"all but {', '.join(bad)}"


def _addresses(path: Path) -> dict[int, str]:
    """The filled e-mail column of an exported file, by draft; it is never stored."""
    rows = read_file(path, ("draft_id", "email"))
    found = {row["draft_id"]: row["email"].strip() for row in rows}
    return {int(number): address for number, address in found.items() if number.isdecimal()}


def _laid_out(
    preset: Mapping[str, Any], path: Path, rows: Sequence[dict[str, Any]]
) -> list[dict[str, Any]]:
    """Rows under a program's headers; refuses rows that the program drops silently."""
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
            "Export without a preset, fill the email column yourself from a route the person"
            " offers, then add --addresses FILE"
        )
    return "Leave them out with --only N,N"


def _value(row: Mapping[str, Any], source: str) -> Any:
    if source.startswith("="):
        return source[1:]
    return row[source] if source else ""
