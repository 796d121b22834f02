"""The REST routes of pull requests, for peers that read GitHub that way; our crawl does not.

They answer in GitHub's published shape out of the loopback forge, and are there only
`with answered():`. They do not filter by base or head and sort by date only.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from math import ceil
from typing import Any

from demo.github import PullRequest, Repository, Review, rest
from demo.github.answers import Answer, as_json, error

#: By name, or by number: GitHub's own links name a repository so.
_PLACE = r"(?:/repos/([^/]+/[^/]+)|/repositories/(\d+))"

#: REST's word where it is not GraphQL's in small letters.
_STATUS = {"DELETED": "removed"}


@contextmanager
def answered() -> Iterator[None]:
    """Loopback servers answer these routes, too."""
    before = rest._ROUTES
    rest._ROUTES = (
        (_PLACE, _repository),
        (rf"{_PLACE}/pulls", _list),
        (rf"{_PLACE}/pulls/(\d+)", _one),
        (rf"{_PLACE}/pulls/(\d+)/files", _of_one("files", _files)),
        (rf"{_PLACE}/pulls/(\d+)/reviews", _of_one("reviews", _reviews)),
        *before,
    )
    try:
        yield
    finally:
        rest._ROUTES = before


def _found(call: rest.Call, name: str | None, number: str | None) -> Repository | None:
    if name:
        return call.forge.repository(name)
    return next((r for r in call.forge.repositories if str(r.database_id) == number), None)


def _repository(call: rest.Call, name: str | None, number: str | None) -> Answer:
    repository = _found(call, name, number)
    if repository is None:
        return error(404, "Not Found")
    # A peer relies on these; the crawl never looks at them.
    more: dict[str, Any] = {"license": None, "description": None, "topics": [], "language": None}
    return as_json(rest._repository(call, repository) | more)


def _list(call: rest.Call, name: str | None, number: str | None) -> Answer:
    repository = _found(call, name, number)
    if repository is None:
        return error(404, "Not Found")
    state = call.query.get("state", "open")
    key = "updated_at" if call.query.get("sort") == "updated" else "created_at"
    pulls = sorted(
        (p for p in repository.pulls if state == "all" or (p.state != "OPEN") == (state != "open")),
        key=lambda p: str(getattr(p, key)),
        reverse=call.query.get("direction", "desc") == "desc",
    )
    rows = [_pull(call, repository, pull) for pull in pulls]
    return _paged(call, f"/repositories/{repository.database_id}/pulls", rows)


def _one(call: rest.Call, name: str | None, number: str | None, pull_number: str) -> Answer:
    repository = _found(call, name, number)
    pull = repository.pull(int(pull_number)) if repository else None
    if repository is None or pull is None:
        return error(404, "Not Found")
    merger = rest._account(call, pull.merged_by) if pull.merged_by else None
    changes = {
        "additions": sum(f.additions for f in pull.files) if pull.additions is None
        else pull.additions,
        "deletions": sum(f.deletions for f in pull.files) if pull.deletions is None
        else pull.deletions,
        "changed_files": len(pull.files) if pull.changed_files is None else pull.changed_files,
    }  # fmt: skip
    known = {
        "merged": bool(pull.merged_at), "mergeable": None, "rebaseable": None,
        "mergeable_state": "unknown", "merged_by": merger, "comments": len(pull.comments),
        "review_comments": sum(len(t.comments) for t in pull.threads), "commits": 1,
        "maintainer_can_modify": False,
    }  # fmt: skip
    return as_json(_pull(call, repository, pull) | known | changes)


def _of_one(
    part: str, shown: Callable[[rest.Call, Repository, PullRequest], list[dict[str, Any]]]
) -> Callable[..., Answer]:
    """The route of a list that belongs to one pull request."""

    def route(call: rest.Call, name: str | None, number: str | None, pull_number: str) -> Answer:
        repository = _found(call, name, number)
        pull = repository.pull(int(pull_number)) if repository else None
        if repository is None or pull is None:
            return error(404, "Not Found")
        path = f"/repositories/{repository.database_id}/pulls/{pull.number}/{part}"
        return _paged(call, path, shown(call, repository, pull))

    return route


def _paged(call: rest.Call, path: str, rows: list[dict[str, Any]]) -> Answer:
    size = min(100, int(call.query.get("per_page", "30")))
    page, last = int(call.query.get("page", "1")), ceil(len(rows) / size)
    link = rest._links(call, path, page, last)
    return as_json(rows[(page - 1) * size : page * size], headers={"link": link} if link else {})


def _pull(call: rest.Call, repository: Repository, pull: PullRequest) -> dict[str, Any]:
    """A pull request as the list shows it: without sizes and without its merger."""
    api = f"{call.api}/repos/{repository.full_name}"
    url, issue = f"{api}/pulls/{pull.number}", f"{api}/issues/{pull.number}"
    page = f"{call.web}/{repository.full_name}/pull/{pull.number}"
    head = repository.oid(-pull.number)
    links = {
        "self": url, "html": page, "issue": issue, "comments": f"{issue}/comments",
        "review_comments": f"{url}/comments", "review_comment": f"{api}/pulls/comments{{/number}}",
        "commits": f"{url}/commits", "statuses": f"{api}/statuses/{head}",
    }  # fmt: skip
    return {
        "url": url, "id": _id(repository, pull), "node_id": f"PR_{_id(repository, pull)}",
        "html_url": page, "diff_url": f"{page}.diff", "patch_url": f"{page}.patch",
        "issue_url": issue, "number": pull.number, "locked": False, "draft": False,
        "state": "open" if pull.state == "OPEN" else "closed",
        "title": pull.title, "user": rest._account(call, pull.author) if pull.author else None,
        "body": pull.body or None, "created_at": pull.created_at, "updated_at": pull.updated_at,
        "closed_at": pull.merged_at, "merged_at": pull.merged_at,
        "merge_commit_sha": pull.merge_oid, "assignee": None, "assignees": [],
        "requested_reviewers": [], "requested_teams": [], "milestone": None,
        "labels": [_label(api, label) for label in pull.labels],
        "commits_url": links["commits"], "review_comments_url": links["review_comments"],
        "review_comment_url": links["review_comment"], "comments_url": links["comments"],
        "statuses_url": links["statuses"],
        "head": _end(call, repository, f"change-{pull.number}", head),
        "base": _end(call, repository, "main", repository.oid(0)),
        "_links": {name: {"href": link} for name, link in links.items()},
        "author_association": pull.author_association, "auto_merge": None,
        "active_lock_reason": None,
    }  # fmt: skip


def _id(repository: Repository, pull: PullRequest) -> int:
    return repository.database_id * 100_000 + pull.number


def _label(api: str, name: str) -> dict[str, Any]:
    number = int(hashlib.sha256(name.encode()).hexdigest()[:8], 16)
    return {
        "id": number, "node_id": f"LA_{number}", "url": f"{api}/labels/{name}", "name": name,
        "color": "ededed", "default": False, "description": None,
    }  # fmt: skip


def _end(call: rest.Call, repository: Repository, ref: str, oid: str) -> dict[str, Any]:
    shown = rest._repository(call, repository)
    return {
        "label": f"{repository.owner}:{ref}", "ref": ref, "sha": oid,
        "user": shown["owner"], "repo": shown,
    }  # fmt: skip


def _files(call: rest.Call, repository: Repository, pull: PullRequest) -> list[dict[str, Any]]:
    blob = f"{call.web}/{repository.full_name}/blob/{pull.merge_oid}"
    return [
        {
            "sha": repository.oid(index), "filename": file.path,
            "status": _STATUS.get(file.change_type, file.change_type.lower()),
            "additions": file.additions, "deletions": file.deletions,
            "changes": file.additions + file.deletions, "patch": "@@ -1 +1 @@",
            "blob_url": f"{blob}/{file.path}",
        }
        for index, file in enumerate(pull.files)
    ]  # fmt: skip


def _reviews(call: rest.Call, repository: Repository, pull: PullRequest) -> list[dict[str, Any]]:
    page = f"{call.web}/{repository.full_name}/pull/{pull.number}"
    return [
        _review(call, review, f"{page}#pullrequestreview-", _id(repository, pull) * 10 + index)
        for index, review in enumerate(pull.reviews)
    ]


def _review(call: rest.Call, review: Review, page: str, number: int) -> dict[str, Any]:
    return {
        "id": number, "node_id": f"PRR_{number}", "body": review.body, "state": review.state,
        "user": rest._account(call, review.author) if review.author else None,
        "html_url": review.url or f"{page}{number}", "submitted_at": review.submitted_at,
        "commit_id": None, "author_association": "MEMBER",
    }  # fmt: skip
