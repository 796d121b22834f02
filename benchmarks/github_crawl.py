"""The cost of a GitHub crawl: compared with two peers on one loopback server, alone, and stored.

Everything is invented and stays on this machine; requests and points are counted by the
server, points by GitHub's formula. It does not measure quality.
"""

from __future__ import annotations

import importlib.util
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

from github import Auth, Github
from github.Consts import DEFAULT_SECONDS_BETWEEN_REQUESTS
from sqlite_utils import Database

from benchmarks import rest_pulls, saving
from connectors import Context
from connectors.github import reader as connector
from connectors.github.api.access import GitHubAccess
from db import Store
from demo.github import TOKEN, Forge, PullRequest, Server
from sourcing.core.model import Budget, Cursor, Page

PULLS, AUTHORS, LATENCY = 60, 25, 0.05

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)

#: The fields of a merged pull request and of its author.
PROFILE = ("name", "company", "location", "website", "bio", "hireable")
WANTED = (
    "title", "body", "labels", "paths", "additions", "deletions", "merge commit", "merged by",
    "association", "closed issues", "reviews", *PROFILE,
)  # fmt: skip

#: The fields that a client obtained per pull request.
Rows = list[Mapping[str, Any]]

#: github-to-sqlite names its host in every function.
_SHIM = """
import sys, requests
from github_to_sqlite.cli import cli
place, send = sys.argv.pop(1), requests.Session.request
requests.Session.request = lambda self, method, url, **more: send(
    self, method, url.replace("https://api.github.com", place), **more)
cli()
"""


def main() -> None:
    """Measure and print tables in Markdown."""
    side_by_side()
    print()
    cost()
    print()
    nightly()
    print()
    saving.main()


# -- beside others ---------------------------------------------------------------------------


def side_by_side() -> None:
    """The same repository, the same server, one client after the other."""
    small, big = Forge.invent(PULLS, AUTHORS, seed=1), Forge.invent(1000, 200, seed=1)
    print(
        f"| {PULLS} merged PRs of {AUTHORS} authors, {LATENCY * 1000:.0f} ms an answer"
        " | requests | points | seconds | of ours | not there |"
    )
    print("|---|--:|--:|--:|--:|---|")
    ours = _line("sourcing, stored with full-text index", small, _ours)
    if importlib.util.find_spec("github_to_sqlite"):
        _line("github-to-sqlite pull-requests, stored", small, _github_to_sqlite, ours)
    else:
        print("| github-to-sqlite: not installed (pip install -e '.[bench]') | | | | | |")
    _line("PyGithub, its own loop and pacing, not stored", small, _pygithub, ours)
    unpaced = partial(_pygithub, pace=0.0)
    _line("PyGithub, the same loop without its pacing", small, unpaced, ours)
    _line("sourcing, stored: 1,000 PRs of 200 authors", big, _ours, 0.0)


def _line(who: str, forge: Forge, read: Callable[[Server], Rows], ours: float = 0.0) -> float:
    """Print the cost of one client and, if known, its ratio to our time."""
    with rest_pulls.answered(), Server(forge, latency=LATENCY, clock=NOW.timestamp) as server:
        began = time.perf_counter()
        rows = read(server)
        seconds = time.perf_counter() - began
    expected = len(forge.repositories[0].pulls)
    assert len(rows) == expected, f"{who}: {len(rows)} of {expected} pull requests"
    missing = [w for w in WANTED if not any(row.get(w) not in {None, "", 0, ()} for row in rows)]
    print(
        f"| {who} | {server.requests:,} | {server.points_spent} | {seconds:.1f}"
        f" | {f'{seconds / ours:.1f}' if ours else ''} | {', '.join(missing) or 'nothing'} |",
        flush=True,
    )
    return seconds


def _ours(server: Server) -> Rows:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "sourcing.db") as store:
        saving.stored(store, _reading(server))
        tables = Database(store.conn)
        work, people, told = (
            [dict(row) for row in tables.table(name).rows]
            for name in ("contributions", "identities", "credits")
        )
        merged = {row["contribution_id"] for row in tables.table("commits").rows}
    reviewed = {row["number"] for row in work if row["kind"] == "review"}
    author = {t["contribution_id"]: t["identity_id"] for t in told if t["part"] == "author"}
    mergers = {t["contribution_id"] for t in told if t["part"] == "merger"}
    person = {row["id"]: row for row in people}
    return [
        {
            **pull,
            "merge commit": pull["id"] in merged,
            "merged by": pull["id"] in mergers,
            "closed issues": pull["closes"],
            "reviews": pull["number"] in reviewed,
            **{name: person[author[pull["id"]]][name] for name in PROFILE},
        }
        for pull in work
        if pull["kind"] == "merged_pr"
    ]


def _pygithub(server: Server, pace: float = DEFAULT_SECONDS_BETWEEN_REQUESTS) -> Rows:
    """As in its documentation: the library requests missing fields lazily."""
    rows: Rows = []
    auth = Auth.Token(TOKEN)
    with Github(base_url=server.url, auth=auth, seconds_between_requests=pace) as github:
        for pull in github.get_repo("lumen/engine").get_pulls(state="closed"):
            if pull.merged_at is None:
                continue
            user = pull.user
            rows.append({
                "title": pull.title, "body": pull.body,
                "labels": tuple(label.name for label in pull.labels),
                "paths": tuple(file.filename for file in pull.get_files()),
                "additions": pull.additions, "deletions": pull.deletions,
                "merge commit": pull.merge_commit_sha, "merged by": pull.merged_by.login,
                "association": pull.raw_data["author_association"], "name": user.name,
                "company": user.company, "location": user.location, "website": user.blog,
                "bio": user.bio, "hireable": user.hireable,
                "reviews": tuple(review.html_url for review in pull.get_reviews()),
            })  # fmt: skip
    return rows


def _github_to_sqlite(server: Server) -> Rows:
    with tempfile.TemporaryDirectory() as folder:
        command = ["pull-requests", "github.db", "lumen/engine", "--state", "closed"]
        subprocess.run(
            [sys.executable, "-c", _SHIM, server.url, *command],
            check=True, cwd=folder, env=os.environ | {"GITHUB_TOKEN": TOKEN, "NO_PROXY": "*"},
        )  # fmt: skip
        tables = Database(Path(folder) / "github.db")
        labelled = {row["pull_requests_id"] for row in tables.table("labels_pull_requests").rows}
        people = {
            row["id"]: row | {"website": row.get("blog")} for row in tables.table("users").rows
        }
        found = list(tables.table("pull_requests").rows)
        tables.close()
    for person in people.values():
        if person["name"] == person["login"]:  # its placeholder for an unknown name
            del person["name"]
    return [
        {
            **pull,
            "labels": pull["id"] in labelled,
            "merge commit": pull["merge_commit_sha"],
            "merged by": pull["merged_by"],
            "association": pull["author_association"],
            **{name: people[pull["user"]].get(name) for name in PROFILE},
        }
        for pull in found
    ]


def _context(server: Server, width: int = 0) -> Context:
    access = GitHubAccess(server.url, TOKEN, lookback_days=9000, page_width=width)
    return Context(NOW, Path("unused"), settings=access)


def _reading(
    server: Server, width: int = 0, target: str = "lumen/engine", cursor: Cursor | None = None
) -> Iterator[Page]:
    yield from connector.fetch(target, cursor or {}, Budget(), _context(server, width))


# -- requests and points ---------------------------------------------------------------------


def cost() -> None:
    """A first night, everything embedded; the census of contributors is counted apart."""
    forge = Forge.invent(1000, 200, seed=1)
    print("| 1,000 merged PRs of 200 authors | requests | points | contributors: requests |")
    print("|---|--:|--:|--:|")
    for width, name in ((25, "pages of 25"), (49, "pages of 49"), (0, "adaptive")):
        with Server(forge, clock=NOW.timestamp) as server:
            found = {c.key for p in _reading(server, width) for c in p.contributions}
            assert sum(key.startswith("pr:") for key in found) == 1000
            graphql = sum(asked.path == "/graphql" for asked in server.log)
            rest = server.requests - graphql
        print(f"| {name} | {graphql} | {server.points_spent} | {rest} |")


def nightly() -> None:
    """A hundred repositories read before; then nothing new, and merges in one of them."""
    forge = Forge.invent(2, 2, seed=3, repositories=100)
    cursors: dict[str, Cursor] = {}
    print("| the next night, 100 repositories | requests | points |")
    print("|---|--:|--:|")
    with Server(forge, points=100_000, clock=NOW.timestamp) as server:
        for repository in forge.repositories:
            _night(server, repository.full_name, cursors)
        for day, merges in enumerate((0, 1, 25, 100), start=1):
            for number in range(merges):
                pull = PullRequest(1000 * merges + number, "Bound the queue", forge.users[0])
                at = f"2026-10-{day:02}T{number // 60 + 10}:{number % 60:02}:00Z"
                forge.merge(forge.repositories[7], pull, at)
            server.log.clear()
            due = connector.changed(cursors, Budget(), _context(server))
            assert len(due) == min(merges, 1)
            for target in due:
                assert _night(server, target, cursors) == merges
            name = f"{merges} merged in one of them" if merges else "nothing new"
            print(f"| {name} | {server.requests} | {server.points_spent} |")


def _night(server: Server, target: str, cursors: dict[str, Cursor]) -> int:
    """Read on; how many pull requests came."""
    came = 0
    for page in _reading(server, target=target, cursor=cursors.get(target)):
        cursors[target] = page.cursor or {}
        came += sum(c.kind == "merged_pr" for c in page.contributions)
    return came


if __name__ == "__main__":
    main()
