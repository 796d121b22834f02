"""Recognises a copy of another change: a backport, a cherry-pick, a change for a release branch.

It reads one title and text. Whether the original is known is decided by `db.ingest.duplicates`.
"""

import re
from typing import NamedTuple

#: Words that announce a copy, before a number or a title.
_COPY = r"(?:automated\s+)?(?:back-?ports?|cherry-?\s?picks?)(?:ed|ing)?"
_OF = r"(?:\s+(?:of|from|pr|pull request|for))*"
#: The number of a change of the same repository; one behind a name may be elsewhere.
_NUMBER = r"#(\d{1,9})\b"
_NAMED = re.compile(rf"\b{_COPY}{_OF}:?\s+{_NUMBER}", re.I)
_THIS_IS = re.compile(rf"\bthis is an? {_COPY}{_OF}\s+{_NUMBER}", re.I)
_PICKED = re.compile(r"^\(cherry picked from commit ([0-9a-f]{40}|[0-9a-f]{64})\)", re.M)
#: "[release/1.2] Title (#1)", "(backport 1.x) Title", "1.2: Title" is none.
_BRANCH = (
    r"(?:(?:release|releases|rel|stable|branch|maint(?:enance)?|hotfix|support)[-/_. ]?)?"
    r"v?\d+(?:\.(?:\d+|x))+(?:[-.]?(?:x|stable|branch|lts|maint))?"
)
_TAGGED = re.compile(rf"[\[(](?:{_COPY}[\s:-]*)?(?:to\s+)?({_BRANCH})[\])]:?\s*(\S.*)", re.I)
_COPY_TAG = re.compile(rf"[\[(]{_COPY}(?:[\s:-]+([\w./-]+))?[\])]:?\s*(\S.*)", re.I)
_LAST_NUMBER = re.compile(r"\(#(\d{1,9})\)\s*$")
#: "to release/1.2", "onto the branch stable-2", "on branch 1.2.x".
_TO = re.compile(
    rf"\b(?:to|on|onto|into|for)\s+(?:the\s+)?(?:branch\s+)?[`'\"]?({_BRANCH})\b", re.I
)
#: Characters of a body in which a branch or a number is looked for.
_BEGINNING = 1_000


class Repeated(NamedTuple):
    """What a change repeats, `#N` or an oid; and its branch, where one is named."""

    named: str
    branch: str | None


def repeated_change(title: str, body: str) -> Repeated | None:
    """Return the change of the same repository that this one repeats, or None.

    A text that lists several copies describes a collection, which is a separate work.
    """
    tagged = _TAGGED.match(title) or _COPY_TAG.match(title)
    branch = tagged[1] if tagged else None
    if branch is None and (to := _TO.search(title) or _TO.search(body[:_BEGINNING])):
        branch = to[1]
    number = _NAMED.search(title) or (_LAST_NUMBER.search(title) if tagged else None)
    if number:
        return Repeated(f"#{number[1]}", branch)
    text = body[:_BEGINNING]
    named = {*_PICKED.findall(body)} or {
        f"#{number}" for number in (*_NAMED.findall(text), *_THIS_IS.findall(text))
    }
    return Repeated(named.pop(), branch) if len(named) == 1 else None
