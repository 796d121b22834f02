"""Parses one commit message or pull request text: the number it merges, its people, its reverts.

It reads each message on its own. Whether a number is accepted is decided by
`connectors.git.history_scan`, which knows the whole history.
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
#: The number in parentheses at the end of a title.
_HASH = re.compile(r"\s*\(#(\d+)\)$")
_BANG = re.compile(r"\s*\(!(\d+)\)$")
#: bors repeats the number in front of the title.
_BORS_TITLE = re.compile(r"^\d+:\s*")

_CO_AUTHOR = re.compile(
    r"[ \t]*co-authored-by:[ \t]*([^<\n]{0,200}?)[ \t]*<([^<>\n]{0,200})>", re.I
)
_REVIEWER = re.compile(
    r"[ \t]*(?:reviewed|tested)-by:[ \t]*([^<\n]{0,200}?)[ \t]*<([^<>\n]{0,200})>", re.I
)
_REVIEW_WORD = re.compile(r"^[ \t]*(?:reviewed|tested)-by:", re.I | re.M)
#: A line of a trailer block (git-interpret-trailers(1)); a title such as "fix: typo" is not one.
_TRAILER_LINE = re.compile(
    r"[ \t]*(?:[a-z]+(?:-[a-z]+)+|cc|bug|closes|fixes|link|refs)[ \t]*:|\(cherry picked from ", re.I
)
_TRAILER = re.compile(
    r"^[ \t]*(?:co-authored|signed-off|reviewed|tested|reported|acked|suggested)-by[ \t]*:.*\n?",
    re.I | re.M,
)
_RULE = re.compile(r"\n-{5,}\s*\Z")

#: Prefixes of a title: "chore:", "fix(ui)!:", "[bugfix]".
_PREFIX = r"(?:(?:\[[^\]\n]{1,40}\]:?|\w{1,20}(?:\([^)\n]{1,60}\))?!?:)\s*){0,3}"
_REVERT_TITLE = re.compile(
    f"(?P<prefix>{_PREFIX})" + r"(?:revert(?:s|ing)?\b(?![-.])|reapply\b|reland\b|back ?out\b)",
    re.I,
)
_QUOTED_TITLE = re.compile(_PREFIX + r"revert(?:s|ing)?:?\s+[\"“](.+)[\"”]", re.I)
_REVERTED_OID = re.compile(r"^\s*This reverts (?:merge )?commit ([0-9a-f]{7,64})\b", re.M)
_REVERTED_PR = re.compile(r"^\s*(?:This )?reverts (?:[\w.-]+/[\w.-]+)?#(\d+)\b", re.I | re.M)
_OID_IN_TITLE = re.compile(r"\breverts? (?:commit )?([0-9a-f]{12,64})\b", re.I)
_PR_IN_TITLE = re.compile(r"\breverts? #(\d+)\b", re.I)
#: The first line of a body begins within so many characters.
_BEGINNING = 80
_QUOTED_NUMBER = re.compile(r"\(#(\d+)\)[\"'”]*")


@dataclass(frozen=True, slots=True)
class ParsedMessage:
    """The parts of a message."""

    title: str
    body: str
    #: The pull request that the message names, and whether the subject is that of a merge
    #: (a title that only ends in a number is not).
    number: int | None = None
    is_merge: bool = False
    #: The owner of the merged branch, where the subject names one.
    login: str | None = None


def parse(message: str, *, bang: bool = False) -> ParsedMessage:
    """Parse a message. `bang`: this forge writes `!N` for merge requests; `#N` is an issue."""
    subject, _, body = message.lstrip().partition("\n")
    subject = subject.strip()
    if subject.startswith(("Merge", "Auto merge", "Rollup merge")):
        merge = _parse_merge(subject, body)
        if merge:
            return merge
    match = (_BANG if bang else _HASH).search(subject)
    if match and len(match[1]) < 10:
        return ParsedMessage(subject[: match.start()] or subject, body, int(match[1]))
    return ParsedMessage(subject, body)


def _parse_merge(subject: str, body: str) -> ParsedMessage | None:
    for pattern in _MERGES:
        match = pattern.match(subject)
        if match and len(match["number"]) < 10:
            parts = match.groupdict()
            title, rest = parts.get("title"), body
            if title is None:
                title, rest = _first_line(body)
            title = _BORS_TITLE.sub("", title) or subject
            return ParsedMessage(title, rest, int(match["number"]), True, parts.get("login"))
    match = _GITLAB.search(body)
    if match and len(match[1]) < 10:
        title, rest = _first_line(body)
        if title.startswith("See merge request"):
            title = subject
        return ParsedMessage(title, _GITLAB.sub("", rest), int(match[1]), True)
    return None


def _first_line(body: str) -> tuple[str, str]:
    first, _, rest = body.lstrip().partition("\n")
    return first.strip(), rest


def co_authors(message: str) -> list[tuple[str, str]]:
    """Return (name, address) of each `Co-authored-by` in the final trailer block, each once.

    A squash repeats the co-authors there. Trailers inside the messages that a squash lists belong
    to older commits of unknown origin and are not read.
    """
    if "uthored" not in message and "UTHORED" not in message:
        return []
    people: dict[str, str] = {}
    for line in _trailers(message):
        if match := _CO_AUTHOR.match(line):
            people.setdefault(match[2].strip().lower(), match[1].strip(" \"'"))
    return [(name, address) for address, name in people.items() if name or address]


def reviewers(message: str) -> list[tuple[str, str]]:
    """Return (name, address) of each `Reviewed-by` and `Tested-by` in the final trailer block."""
    if "-by:" not in message or not _REVIEW_WORD.search(message):
        return []
    found = map(_REVIEWER.match, _trailers(message))
    return list(dict.fromkeys((m[1].strip(" \"'"), m[2].strip()) for m in found if m))


def _trailers(message: str) -> list[str]:
    """The lines of the final trailer block. A rule, as GitHub writes one, ends the search."""
    block: list[str] = []
    for line in reversed(message.rstrip().splitlines()):
        if line and not line.isspace():
            if not _TRAILER_LINE.match(line):
                break
            block.append(line)
    return block[::-1]


def without_trailers(body: str) -> str:
    """Return the body without the lines that name people."""
    if "-by" in body or "-BY" in body or "-By" in body:
        body = _TRAILER.sub("", body)
    return _RULE.sub("", body.strip())


def reverted_change(title: str, body: str, *, whole: bool) -> str | None:
    """Return the change that this one reverts: an oid, or `#N`.

    `whole`: the text describes a single commit. The body of a pull request may quote reverts
    inside its branch, so there the title or the first line has to state the revert. A body that
    lists commits describes the branch and not the change as a whole.
    """
    first = _first_line(body)[0]
    titled = _REVERT_TITLE.match(title)
    stated = first.startswith(("This reverts", "Reverts", "reverts")) or bool(
        _QUOTED_TITLE.match(first)
    )
    own = not first.startswith(("* ", "- ")) or (titled and not titled["prefix"])
    if own and (titled or stated or whole):
        if match := _REVERTED_OID.search(body):
            return match[1]
        if (titled or stated) and (match := _REVERTED_PR.search(body)):
            return f"#{match[1]}"
    if match := _PR_IN_TITLE.search(title):
        return f"#{match[1]}"
    if titled and (match := _OID_IN_TITLE.search(title)):
        return match[1]
    numbers = _QUOTED_NUMBER.findall(title if titled else first if stated else "")
    return f"#{numbers[-1]}" if numbers else None


def quoted_title(title: str, body: str) -> str | None:
    """Return the title that a revert quotes in its own title or first line."""
    if "evert" not in title and "evert" not in body[:_BEGINNING]:
        return None
    match = _QUOTED_TITLE.match(title) or _QUOTED_TITLE.match(_first_line(body)[0])
    return match[1].strip() if match else None
