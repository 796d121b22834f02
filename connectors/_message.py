"""What a commit message says: which pull request it merged, with whom, what it undoes.

It reads one message at a time. Whether a number is believed is decided where the whole
history is known (`_census`).
"""

import re
from dataclasses import dataclass

#: Subjects of merges by GitHub, Gitea, Bitbucket Server; Bitbucket; Azure; bors and homu.
_MERGES = (
    re.compile(r"Merge pull request #(?P<number>\d+)(?: from (?P<login>[\w.-]+)/\S+)?"),
    re.compile(r"Merge pull request '(?P<title>.*)' \(#(?P<number>\d+)\) from \S+"),
    re.compile(r"Merged in \S+ \(pull request #(?P<number>\d+)\)"),
    re.compile(r"Merged PR (?P<number>\d+): (?P<title>.+)"),
    re.compile(r"Merge #(?P<number>\d+)\s*$"),
    re.compile(r"(?:Auto|Rollup) merge of #(?P<number>\d+)\b"),
)
_GITLAB = re.compile(r"^See merge request \S*!(\d+)\s*$", re.MULTILINE)
#: The last group at the end of a title.
_HASH = re.compile(r"\s*\(#(\d+)\)$")
_BANG = re.compile(r"\s*\(!(\d+)\)$")
#: bors repeats the number before the title it took.
_BORS_TITLE = re.compile(r"^\d+:\s*")

_CO_AUTHOR = re.compile(
    r"^[ \t>*-]*co-authored-by:[ \t]*([^<\n]{0,200}?)[ \t]*<([^<>\n]{0,200})>", re.I | re.M
)
_TRAILER = re.compile(r"^[ \t]*(?:co-authored-by|signed-off-by)[ \t]*:.*\n?", re.I | re.M)
_RULE = re.compile(r"\n-{5,}\s*\Z")

_REVERT_TITLE = re.compile(r"(?:revert|reapply|reland|back ?out)\b", re.I)
_REVERTED_OID = re.compile(r"^\s*This reverts (?:merge )?commit ([0-9a-f]{7,64})\b", re.M)
_REVERTED_PR = re.compile(r"^\s*(?:This )?reverts (?:[\w.-]+/[\w.-]+)?#(\d+)\b", re.I | re.M)
_QUOTED_NUMBER = re.compile(r"\(#(\d+)\)[\"'”]*")


@dataclass(frozen=True, slots=True)
class Said:
    """A message, read. `merged`: its subject is a merge's own, not a title ending in a number."""

    title: str
    body: str
    number: int | None = None
    merged: bool = False
    login: str | None = None


def read(message: str, *, bang: bool = False) -> Said:
    """The message's parts. `bang`: this forge writes `!N`, and `#N` is an issue."""
    subject, _, body = message.lstrip().partition("\n")
    subject = subject.strip()
    if subject.startswith(("Merge", "Auto merge", "Rollup merge")):
        said = _merge(subject, body)
        if said:
            return said
    found = (_BANG if bang else _HASH).search(subject)
    if found and len(found[1]) < 10:
        return Said(subject[: found.start()] or subject, body, int(found[1]))
    return Said(subject, body)


def _merge(subject: str, body: str) -> Said | None:
    for pattern in _MERGES:
        found = pattern.match(subject)
        if found and len(found["number"]) < 10:
            parts = found.groupdict()
            title, rest = parts.get("title"), body
            if title is None:
                title, rest = _first_line(body)
            title = _BORS_TITLE.sub("", title)
            return Said(title or subject, rest, int(found["number"]), True, parts.get("login"))
    found = _GITLAB.search(body)
    if found and len(found[1]) < 10:
        title, rest = _first_line(body)
        if title.startswith("See merge request"):
            title = subject
        return Said(title, _GITLAB.sub("", rest), int(found[1]), True)
    return None


def _first_line(body: str) -> tuple[str, str]:
    first, _, rest = body.lstrip().partition("\n")
    return first.strip(), rest


def co_authors(message: str) -> list[tuple[str, str]]:
    """The (name, address) of each `Co-authored-by`, wherever a squash left it, once."""
    if "uthored" not in message and "UTHORED" not in message:
        return []
    found = {address.strip().lower(): name.strip(" \"'") for name, address in
             reversed(_CO_AUTHOR.findall(message))}  # fmt: skip
    return [(name, address) for address, name in reversed(found.items()) if name or address]


def without_trailers(body: str) -> str:
    """The body as a person wrote it, without the lines that name people."""
    if "uthored-" in body or "igned-" in body or "UTHORED-" in body:
        body = _TRAILER.sub("", body)
    return _RULE.sub("", body.strip())


def reverts(title: str, body: str, *, whole: bool) -> str | None:
    """What the change undoes: an oid, or `#N`. `whole`: a plain commit, all of it is its own.

    A pull request's body may quote reverts inside its branch, so there the title or the
    first words must say it.
    """
    said = _REVERT_TITLE.match(title) is not None
    first = body.lstrip()
    if not (said or whole or first.startswith(("This reverts", "Reverts", "reverts"))):
        return None
    if found := _REVERTED_OID.search(body):
        return found[1]
    if not said and not first.lower().startswith(("this reverts", "reverts")):
        return None
    numbers = _REVERTED_PR.findall(body)[:1] or (_QUOTED_NUMBER.findall(title) if said else [])
    return f"#{numbers[-1]}" if numbers else None
