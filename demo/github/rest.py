"""The REST routes a crawl needs, and the two ways a repository can be elsewhere or gone.

It answers who is asking for what; tokens, limits and validators are server.py's.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from math import ceil
from typing import Any
from urllib.parse import urlencode

from demo.github.answers import Answer, as_json, error, repository_blocked
from demo.github.data import Repository, User, alive
from demo.github.forge import Forge
from demo.github.views import PREFIXES, node_id


@dataclass(frozen=True, slots=True)
class Call:
    """One REST request. `api` is the address all links begin with."""

    forge: Forge
    api: str
    path: str
    query: Mapping[str, str]

    @property
    def web(self) -> str:
        """Where pages for people are."""
        return f"https://{self.forge.host}"


def answer(call: Call) -> Answer:
    """The answer to a GET."""
    for pattern, route in _ROUTES:
        if match := re.fullmatch(pattern, call.path):
            return route(call, *match.groups())
    return error(404, "Not Found")


def _viewer(call: Call) -> Answer:
    return as_json(_profile(call, call.forge.viewer))


def _user(call: Call, login: str) -> Answer:
    user = call.forge.user(login.removesuffix("[bot]"))
    return as_json(_profile(call, user)) if user else error(404, "Not Found")


def _social_accounts(call: Call, login: str) -> Answer:
    user = call.forge.user(login)
    if user is None:
        return error(404, "Not Found")
    return as_json([{"provider": p.lower(), "url": url} for p, url in user.social_accounts])


def _named(call: Call, owner: str, name: str, rest: str | None) -> Answer:
    full_name = f"{owner}/{name}"
    repository = call.forge.repository(full_name, follow=False)
    if repository:
        return _show(call, repository, rest)
    status, moved = call.forge.status(full_name), call.forge.repository(full_name)
    if moved:
        query = f"?{urlencode(call.query)}" if call.query else ""
        url = f"{call.api}/repositories/{moved.database_id}{rest or ''}{query}"
        return as_json({"message": "Moved Permanently", "url": url}, 301, {"location": url})
    if status == 451:
        return repository_blocked()
    return error(410, "Repository is gone") if status == 410 else error(404, "Not Found")


def _numbered(call: Call, number: str, rest: str | None) -> Answer:
    found = [r for r in call.forge.repositories if str(r.database_id) == number]
    there = [r for r in found if not call.forge.status(r.full_name)]
    return _show(call, there[0], rest) if there else error(404, "Not Found")


def _show(call: Call, repository: Repository, rest: str | None) -> Answer:
    if rest == "/contributors":
        return _contributors(call, repository)
    return error(404, "Not Found") if rest else as_json(_repository(call, repository))


def _contributors(call: Call, repository: Repository) -> Answer:
    if not repository.history():
        return Answer(status=204)
    rows: list[dict[str, Any]] = []
    for who, count in repository.contributors():
        if isinstance(who, User):
            rows.append({**_account(call, who), "contributions": count})
        elif call.query.get("anon") in {"1", "true"}:
            # GitHub does show these addresses: a reader has to drop them itself.
            anonymous = {"type": "Anonymous", "name": who.name, "email": who.email}
            rows.append({**anonymous, "contributions": count})
    size = min(100, int(call.query.get("per_page", "30")))
    page, last = int(call.query.get("page", "1")), ceil(len(rows) / size)
    link = _links(call, f"/repositories/{repository.database_id}/contributors", page, last)
    return as_json(rows[(page - 1) * size : page * size], headers={"link": link} if link else {})


def _links(call: Call, path: str, page: int, last: int) -> str:
    """GitHub's links contain the number of the repository."""
    ends = {"next": page + 1, "last": last} if page < last else {}
    starts = {"prev": page - 1, "first": 1} if page > 1 else {}
    return ", ".join(
        f'<{call.api}{path}?{urlencode({**call.query, "page": number})}>; rel="{rel}"'
        for rel, number in {**starts, **ends}.items()
    )


def _account(call: Call, user: User) -> dict[str, Any]:
    bot = user.kind == "Bot"
    login = f"{user.login}[bot]" if bot else user.login
    return {
        "login": login, "id": user.database_id, "type": user.kind, "site_admin": False,
        "node_id": node_id(PREFIXES[user.kind], user.database_id),
        "url": f"{call.api}/users/{login}",
        "html_url": f"{call.web}/{'apps/' if bot else ''}{user.login}",
    }  # fmt: skip


def _profile(call: Call, user: User) -> dict[str, Any]:
    return {
        **_account(call, user), "name": user.name, "company": user.company,
        "blog": user.website_url or "", "location": user.location, "email": None,
        "hireable": user.hireable or None, "bio": user.bio,
        "created_at": user.created_at, "updated_at": user.created_at,
    }  # fmt: skip


def _repository(call: Call, repository: Repository) -> dict[str, Any]:
    owner = call.forge.user(repository.owner)
    owner = alive(owner) or User(repository.owner, repository.database_id, "Organization")
    path = f"/repos/{repository.full_name}"
    return {
        "id": repository.database_id, "node_id": node_id("R", repository.database_id),
        "name": repository.name, "full_name": repository.full_name, "private": False,
        "owner": _account(call, owner), "html_url": f"{call.web}/{repository.full_name}",
        "url": f"{call.api}{path}", "contributors_url": f"{call.api}{path}/contributors",
        "fork": repository.fork, "archived": repository.archived, "disabled": False,
        "created_at": repository.created_at, "pushed_at": repository.pushed_at,
        "updated_at": repository.pushed_at, "default_branch": "main", "visibility": "public",
        "clone_url": f"{call.web}/{repository.full_name}.git",
    }  # fmt: skip


_PART = r"([^/]+)"
_ROUTES: tuple[tuple[str, Callable[..., Answer]], ...] = (
    (r"/user", _viewer),
    (rf"/users/{_PART}", _user),
    (rf"/users/{_PART}/social_accounts", _social_accounts),
    (rf"/repos/{_PART}/{_PART}(/.+)?", _named),
    (r"/repositories/(\d+)(/.+)?", _numbered),
)
