"""The text of every GraphQL query, with the points it should cost.

`make check-github-schema` checks them against GitHub's published schema. Points as documented:
the requested connections, each multiplied by the nodes above it, divided by 100, at least 1.
https://docs.github.com/en/graphql/overview/rate-limits-and-query-limits-for-the-graphql-api
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

#: Aliases in one query: repositories; people or commits; discussions; incomplete pull requests.
PROBED, LOOKED_UP, DISCUSSED, COMPLETED = 50, 100, 10, 20

_PROFILE = "databaseId name company location websiteUrl bio isHireable"
_ACTOR = f"__typename login url ... on User {{ {_PROFILE} }} ... on Bot {{ databaseId }}"
_SHORT_ACTOR = "__typename login url ... on User { databaseId name } ... on Bot { databaseId }"

_ACCOUNTS = "socialAccounts(first: 5) { nodes { provider url } }"
_WRITTEN_BY = "... on Commit { author { user { __typename login databaseId name url } } }"
_COST = "rateLimit { cost remaining resetAt }"

_PULL = """number url title body createdAt mergedAt updatedAt authorAssociation
        additions deletions changedFiles
        mergeCommit { oid message }
        mergedBy { SHORT }
        author { ACTOR }
        PARTS"""
_PULLS = """query MergedPRs($owner: String!, $name: String!, $n: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner url
    pullRequests(first: $n, after: $after, states: [MERGED],
                 orderBy: {field: UPDATED_AT, direction: DESC}) {
      pageInfo { hasNextPage endCursor }
      nodes {
        PULL
      }
    }
  }
  COST
}"""
_CLOSED = """query ClosedPRs($owner: String!, $name: String!, $n: Int!, $after: String) {
  repository(owner: $owner, name: $name) {
    databaseId nameWithOwner url
    defaultBranchRef { target { ... on Commit { history(first: 100) { nodes { oid message } } } } }
    merged: pullRequests(first: 1, states: [MERGED]) { totalCount }
    closed: pullRequests(first: $n, after: $after, states: [CLOSED],
                         orderBy: {field: UPDATED_AT, direction: DESC}) {
      totalCount
      pageInfo { hasNextPage endCursor }
      nodes {
        closedAt comments(last: 3) { nodes { url body } }
        PULL
      }
    }
  }
  COST
}"""
_LABELS = "labels(first: 20) { totalCount nodes { name } }"
_REVIEWS = """latestReviews(first: 20) {
          totalCount nodes { url state submittedAt body author { SHORT } }
        }"""
_FILES = "files(first: 100) { totalCount nodes { path } }"
_CLOSES = "closingIssuesReferences(first: 5) { nodes { title } }"


def pulls(width: int, *, bare: bool = False) -> tuple[str, int]:
    """Return the query for a page of merged pull requests, and its points.

    The titles of closed issues are included where they cost nothing: up to 37 a page. `bare`
    leaves out all lists.
    """
    parts = [] if bare else [_LABELS, _REVIEWS, _FILES]
    points = _points(1 + len(parts) * width)
    if parts and _points(1 + (len(parts) + 1) * width) == points:
        parts.append(_CLOSES)
    return _filled(_PULLS, parts), points


def closed(width: int) -> tuple[str, int]:
    """Return the query for a page of closed pull requests, with what may prove them landed."""
    return _filled(_CLOSED, [_LABELS, _REVIEWS, _FILES]), _points(3 + 4 * width)


def numbers() -> tuple[str, int]:
    """Return the query for the numbers of a page alone, to name the ones that came as null."""
    parts = _PULLS.replace("PULL", "number updatedAt")
    return parts.replace("MergedPRs", "Numbers").replace("COST", _COST), 1


def pulls_by_number(
    repository: tuple[str, str], wanted: Sequence[int]
) -> tuple[str, dict[str, Any], int]:
    """Pull requests that were incomplete, with all lists: p0, p1, …"""
    declared = "".join(f", $p{i}: Int!" for i in range(len(wanted)))
    fields = "\n".join(f"p{i}: pullRequest(number: $p{i}) {{ PULL }}" for i in range(len(wanted)))
    text = (
        f"query Completed($owner: String!, $name: String!{declared}) {{"
        " repository(owner: $owner, name: $name) {"
        f" databaseId nameWithOwner url\n{fields}\n}} COST }}"
    )
    parts = [_LABELS, _REVIEWS, _FILES, _CLOSES]
    variables = {"owner": repository[0], "name": repository[1]} | _values("p", wanted)
    return _filled(text, parts), variables, _points(len(parts) * len(wanted))


def _filled(text: str, parts: Sequence[str]) -> str:
    text = text.replace("PULL", _PULL).replace("PARTS", "\n        ".join(parts))
    text = text.replace("SHORT", _SHORT_ACTOR).replace("ACTOR", _ACTOR)
    return text.replace("COST", _COST)


def _points(connections: int) -> int:
    return max(1, (connections + 50) // 100)


def probe(repositories: Sequence[tuple[str, str]]) -> tuple[str, dict[str, Any], int]:
    """The time at which a merged pull request of each repository last changed: r0, r1, …"""
    variables, names = _names(repositories)
    fields = "\n".join(
        f"r{i}: repository(owner: $o{i}, name: $n{i}) {{ nameWithOwner"
        " pullRequests(first: 1, states: [MERGED], orderBy: {field: UPDATED_AT, direction: DESC})"
        " { nodes { updatedAt } } }"
        for i in range(len(repositories))
    )
    text = f"query Changed({names}) {{\n{fields}\n{_COST} }}"
    return text, variables, _points(len(repositories))


def authors(repository: tuple[str, str], oids: Sequence[str]) -> tuple[str, dict[str, Any], int]:
    """The account of each commit's author: c0, c1, …"""
    declared = "".join(f", $c{i}: GitObjectID!" for i in range(len(oids)))
    fields = "\n".join(f"c{i}: object(oid: $c{i}) {{ {_WRITTEN_BY} }}" for i in range(len(oids)))
    text = (
        f"query Authors($owner: String!, $name: String!{declared}) {{"
        f" repository(owner: $owner, name: $name) {{\n{fields}\n}} {_COST} }}"
    )
    variables = {"owner": repository[0], "name": repository[1]}
    return text, variables | {f"c{i}": oid for i, oid in enumerate(oids)}, 1


def profiles(logins: Sequence[str]) -> tuple[str, dict[str, Any], int]:
    """The profile and the social accounts of each person: u0, u1, …"""
    declared = ", ".join(f"$u{i}: String!" for i in range(len(logins)))
    fields = "\n".join(
        f"u{i}: user(login: $u{i}) {{ __typename login url {_PROFILE} {_ACCOUNTS} }}"
        for i in range(len(logins))
    )
    text = f"query Profiles({declared}) {{\n{fields}\n{_COST} }}"
    return text, _values("u", logins), _points(len(logins))


def discussions(
    pulls_: Sequence[tuple[str, str, int]],
) -> tuple[str, dict[str, Any], int]:
    """The discussion of each pull request, where alternatives are rejected: p0, p1, …"""
    variables, names = _names([(owner, name) for owner, name, _ in pulls_])
    numbers = "".join(f", $p{i}: Int!" for i in range(len(pulls_)))
    remark = "nodes { url body createdAt author { __typename login } }"
    fields = "\n".join(
        f"p{i}: repository(owner: $o{i}, name: $n{i}) {{"
        f" nameWithOwner pullRequest(number: $p{i}) {{"
        " number updatedAt author { login }"
        f" comments(first: 20) {{ {remark} }}"
        f" reviewThreads(first: 20) {{ nodes {{ path comments(first: 5) {{ {remark} }} }} }}"
        " closingIssuesReferences(first: 5) { nodes { url title body createdAt"
        " author { __typename login } } } } }"
        for i in range(len(pulls_))
    )
    text = f"query Discussions({names}{numbers}) {{\n{fields}\n{_COST} }}"
    variables |= {f"p{i}": number for i, (_, _, number) in enumerate(pulls_)}
    return text, variables, _points(len(pulls_) * (3 + 20))


def _names(repositories: Sequence[tuple[str, str]]) -> tuple[dict[str, Any], str]:
    owners = _values("o", [owner for owner, _ in repositories])
    declared = ", ".join(f"$o{i}: String!, $n{i}: String!" for i in range(len(repositories)))
    return owners | _values("n", [name for _, name in repositories]), declared


def _values(letter: str, values: Sequence[str | int]) -> dict[str, Any]:
    return {f"{letter}{i}": value for i, value in enumerate(values)}
