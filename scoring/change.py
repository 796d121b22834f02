"""A change as the classifier reads it, and its prose: the body without the lines of its form.

It does not judge: what the words mean is in `classify`.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from scoring.languages import length
from sourcing.core.model import Kind

#: Characters of a body that are read. The proof of a post is further down than that of a change.
BODY_READ, POST_READ = 1_200, 6_000

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Lines that are no prose: boxes to tick, headings, fences, rules, trailers, bare links, and the
#: form's own questions, which are in italics.
_FORM = re.compile(
    r"\n[ \t]*(?:[-*] \[[ xX]\].*|#+ .*|```.*|-{3,}|([*_])(?![*_]).*[.?]\1|[A-Z][\w-]+-by: .*|https?://\S+)(?=\n|\Z)"
)
#: A commit in the list that a squash merge leaves: what it says was done, not why.
_ENTRY = re.compile(r"\n\*+ .*|\n-{5,}")


@dataclass(frozen=True, slots=True)
class Change:
    """A Contribution as the classifier reads it. None means not known: histories have no sizes."""

    title: str
    body: str = ""
    paths: tuple[str, ...] = ()
    files: int | None = None
    additions: int | None = None
    deletions: int | None = None
    labels: tuple[str, ...] = ()
    form: Kind = "merged_pr"


def prose_of(change: Change) -> str:
    """The body without the lines of its form; a bot's copy of release notes is none."""
    if change.body.startswith("Bumps "):
        return ""
    body = change.body[: POST_READ if change.form in ("post", "talk") else BODY_READ]
    if "<!--" in body:
        body = _COMMENT.sub("", body)
    return _FORM.sub("", "\n" + body).strip() if body else ""


def squashed(change: Change) -> bool:
    """Whether the body lists the commits of a branch, as a squash merge leaves it."""
    return change.form in ("merged_pr", "commit") and change.body.startswith("* ")


def length_told(change: Change, prose: str) -> int:
    """The length of the prose in English characters, without the commits of a squash merge."""
    return length(_ENTRY.sub("", "\n" + prose) if squashed(change) else prose)
