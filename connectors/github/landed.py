"""Finds closed pull requests that a merge bot landed: GitHub does not call them merged.

The proof is a label, a comment that names the commit, or a commit on the main branch that names
the number. Without a proof a closed pull request is skipped and counted.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from connectors.github.parse import link, nodes

#: Labels with which merge bots mark landed pull requests.
_LABEL = re.compile(
    r"(?:status[:/ -]*)?(?:auto-?)?(?:merged|landed)(?:[- ](?:by|to|in|into)\b.*)?", re.I
)
#: "Landed in 1a2b3c4", "Merged as …", "Pushed to main: …"; a reverted one is none.
_COMMENT = re.compile(
    r"\b(?:landed|merged|pushed|committed|submitted|integrated)\b[^\n]{0,80}?"
    r"\b(?=[0-9a-f]*\d)[0-9a-f]{7,40}\b",
    re.I,
)
#: How a commit names the pull request it closes.
_NUMBER = re.compile(
    r"(?:\(#|pull request(?: resolved)?:?\s*#|(?:closes|resolves|pr-url|pull-request)[: ]+#)"
    r"(\d{1,9})\b|/pull/(\d{1,9})\b",
    re.I,
)


def numbers_on_main(repository: Mapping[str, Any]) -> dict[int, str]:
    """Return the pull requests that recent commits of the main branch name, with the oid."""
    target = (repository.get("defaultBranchRef") or {}).get("target") or {}
    result: dict[int, str] = {}
    for commit in nodes(target.get("history")):
        for match in _NUMBER.finditer(str(commit.get("message") or "")[:20_000]):
            result[int(match[1] or match[2])] = str(commit.get("oid") or "")
    return result


def proof_of(pull: Mapping[str, Any], on_main: Mapping[int, str]) -> str | None:
    """Return how it is known that a closed pull request was landed, or None."""
    for label in nodes(pull.get("labels")):
        if _LABEL.fullmatch(str(label.get("name") or "").strip()):
            return f"label {label['name']}"
    for comment in nodes(pull.get("comments")):
        if _COMMENT.search(str(comment.get("body") or "")[:2_000]):
            return link(comment.get("url")) or "comment"
    oid = on_main.get(pull.get("number") or 0)
    return f"commit {oid}" if oid else None
