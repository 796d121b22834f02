"""The input of the classifier: a change, and its prose (the body without the lines of a form).

It does not judge the words; `classify` does.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from scoring import languages
from scoring.languages import SEEN, in_english, language, length
from sourcing.core.model import Kind

#: Characters of a body that are read. The proof is further down in a post than in a change.
BODY_READ, POST_READ = 1_200, 6_000
#: A change with at least this number of lines is not small.
LARGE = 60

_COMMENT = re.compile(r"<!--.*?(?:-->|\Z)", re.DOTALL)
#: Lines that are not prose: tick boxes, headings, fences, rules, trailers, bare links, and the
#: questions of a form, which are in italics.
_FORM = re.compile(
    r"\n[ \t]*(?:[-*] \[[ xX]\].*|#+ .*|```.*|-{3,}|([*_])(?![*_]).*[.?]\1|[A-Z][\w-]+-by: .*|https?://\S+)(?=\n|\Z)"
)
#: A commit in the list that a squash merge leaves: it lists steps and no reasons.
_ENTRY = re.compile(r"\n\*+ .*|\n-{5,}")


@dataclass(frozen=True, slots=True)
class Change:
    """The input of the classifier. None means unknown; blobless histories have no sizes."""

    title: str
    body: str = ""
    paths: tuple[str, ...] = ()
    files: int | None = None
    additions: int | None = None
    deletions: int | None = None
    labels: tuple[str, ...] = ()
    form: Kind = "merged_pr"


def prose_of(change: Change) -> str:
    """The body without the lines of its form; empty for a bot's copy of release notes."""
    if change.body.startswith("Bumps "):
        return ""
    body = change.body[: POST_READ if change.form in ("post", "talk") else BODY_READ]
    if "<!--" in body:
        body = _COMMENT.sub("", body)
    return _FORM.sub("", "\n" + body).strip() if body else ""


def squashed(change: Change) -> bool:
    """Whether the body lists the commits of a branch, as a squash merge leaves it."""
    return change.form in ("merged_pr", "commit") and change.body.startswith("* ")


def explained_length(change: Change, prose: str) -> int:
    """The length of the prose in English characters, without the commits of a squash merge."""
    return length(_ENTRY.sub("", "\n" + prose) if squashed(change) else prose)


def english_of(change: Change) -> Change:
    """The change with the terms of its language in English; unchanged if it is English."""
    code = language(f"{change.title} {change.body[:SEEN]}")
    if code == "en":
        return change
    body = in_english(change.body[:POST_READ], code)
    return replace(change, title=in_english(change.title, code), body=body)


def is_unread(change: Change) -> bool:
    """Whether the title is in a script that the classifier does not read."""
    title = change.title
    return not title.isascii() and languages.is_unread(title, language(title))


def shape_of(change: Change) -> str:
    """The shape of the change by added and removed lines, as named in the lexicon."""
    came, went = change.additions, change.deletions
    if came is None or went is None:
        return "unknown"
    if came + went < LARGE:
        return "small" if came or not went else "shrunk"
    if came >= 5 * went:
        return "grown"
    return "shrunk" if went >= 3 * came else "large"
