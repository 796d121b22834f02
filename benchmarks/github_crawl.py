"""What GitHub costs: beside two peers on one loopback server, by itself, and to keep.

Everything is invented and stays on this machine; requests and points are counted by the
server, points by GitHub's formula. It does not measure how good what was found is.
"""

from __future__ import annotations

import importlib.util
import os
import random
import sqlite3
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from github import Auth, Github

from benchmarks import rest_pulls
from benchmarks.git_crawl import _WORDS
from connectors import Context, GitHubAccess
from connectors import github as connector
from db import Store, pages
from sourcing.demo.github import TOKEN, Forge, PullRequest, Server
from sourcing.model import Budget, Contribution, Credit, Cursor, Identity, Page

PULLS, AUTHORS, LATENCY = 60, 25, 0.05
KEPT, WIDTH, ROUNDS = 10_000, 25, 3

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
STAMP = "2026-11-16T03:00:00Z"

#: What a recruiter's page shows of a merged pull request.
WANTED = (
    "title", "body", "labels", "paths", "additions", "deletions", "merge commit", "merged by",
    "association", "closed issues", "name", "company", "location", "website", "bio", "hireable",
    "reviews",
)  # fmt: skip

#: What a client knows of each pull request, under the names above.
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
    saving()


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
    _line("sourcing, 1,000 PRs of 200 authors", big, _ours, ours)


def _line(
    who: str, forge: Forge, read: Callable[[Server], Rows], ours: float | None = None
) -> float:
    """Print what one client needed; its seconds."""
    with rest_pulls.answered(), Server(forge, latency=LATENCY) as server:
        began = time.perf_counter()
        rows = read(server)
        seconds = time.perf_counter() - began
    expected = len(forge.repositories[0].pulls)
    assert len(rows) == expected, f"{who}: {len(rows)} of {expected} pull requests"
    missing = [w for w in WANTED if not any(row.get(w) not in {None, "", 0, ()} for row in rows)]
    print(
        f"| {who} | {server.requests:,} | {server.points_spent or ''} | {seconds:.1f}"
        f" | {seconds / (ours or seconds):.1f} | {', '.join(missing) or 'nothing'} |"
    )
    return seconds


def _ours(server: Server) -> Rows:
    with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "db") as store:
        read = list(_reading(server))
        _stored(store, read)
    people = {i.id: i for page in read for i in page.identities}
    items = [c for page in read for c in page.contributions]
    reviewed = {c.number for c in items if c.kind == "review"}
    rows: Rows = []
    for item in (c for c in items if c.kind == "merged_pr"):
        parts = {credit.part: people[credit.identity] for credit in item.credits}
        author = parts["author"]
        rows.append({
            "title": item.title, "body": item.body, "labels": item.labels, "paths": item.paths,
            "additions": item.additions, "deletions": item.deletions,
            "merge commit": item.commits, "merged by": parts.get("merger") and "yes",
            "association": item.association, "closed issues": item.closes,
            "reviews": item.number in reviewed, "name": author.name, "company": author.company,
            "location": author.location, "website": author.website, "bio": author.bio,
            "hireable": author.hireable,
        })  # fmt: skip
    return rows


def _pygithub(server: Server) -> Rows:
    """As its documentation has it: the library asks for what is not there yet."""
    rows: Rows = []
    with Github(base_url=server.url, auth=Auth.Token(TOKEN)) as github:
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
        file = Path(folder) / "github.db"
        env = os.environ | {"GITHUB_TOKEN": TOKEN, "NO_PROXY": "127.0.0.1"}
        command = ["pull-requests", str(file), "lumen/engine", "--state", "closed"]
        subprocess.run(
            [sys.executable, "-c", _SHIM, server.url, *command],
            check=True, cwd=folder, env=env, capture_output=True,
        )  # fmt: skip
        conn = sqlite3.connect(file)
        conn.row_factory = sqlite3.Row
        labelled = {
            row[0] for row in conn.execute("SELECT pull_requests_id FROM labels_pull_requests")
        }
        people = {row["id"]: dict(row) for row in conn.execute("SELECT * FROM users")}
        found = [dict(row) for row in conn.execute("SELECT * FROM pull_requests")]
        conn.close()
    rows: Rows = []
    for row in found:
        author = people[row["user"]]
        renamed = {
            "merge commit": row["merge_commit_sha"], "merged by": row["merged_by"],
            "association": row["author_association"], "labels": row["id"] in labelled,
            "website": author.get("blog"),
            # It fills the name with the login where it knows none.
            "name": author["name"] if author["name"] != author["login"] else None,
        }  # fmt: skip
        rows.append(row | {k: author.get(k) for k in ("company", "location", "bio")} | renamed)
    return rows


def _context(server: Server, width: int = 0) -> Context:
    access = GitHubAccess(server.url, TOKEN, lookback_days=9000, page_width=width)
    return Context(NOW, Path("unused"), github=access)


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
    for width, name in ((WIDTH, f"pages of {WIDTH}"), (49, "pages of 49"), (0, "adaptive")):
        with Server(forge) as server:
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
    with Server(forge, points=100_000) as server:
        for repository in forge.repositories:
            _night(server, repository.full_name, cursors)
        for merges in (0, 1, 25, 100):
            for number in range(merges):
                pull = PullRequest(1000 * merges + number, "Bound the queue", forge.users[0])
                at = f"2026-10-{merges % 28 + 1:02}T{number // 60 + 10}:{number % 60:02}:00Z"
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


# -- to keep it ------------------------------------------------------------------------------


def saving() -> None:
    """Pages into a fresh file, and the same pages again; the best of some rounds."""
    read, first, again = list(_made()), [], []
    for _ in range(ROUNDS):
        with tempfile.TemporaryDirectory() as folder, Store(Path(folder) / "db") as store:
            first.append(_stored(store, read))
            again.append(_stored(store, read))
            store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            size = store.path.stat().st_size
    texts = [c.body or "" for p in read for c in p.contributions if c.kind == "merged_pr"]
    print(
        f"| {KEPT:,} PRs, two reviews each, pages of {WIDTH} | seconds | PRs a second | of first |"
    )
    print("|---|--:|--:|--:|")
    for name, seconds in (("a fresh file", min(first)), ("the same again", min(again))):
        ratio = seconds / min(first)
        print(f"| {name} | {seconds:.2f} | {KEPT / seconds:,.0f} | {ratio:.2f} |")
    print(
        f"\nA PR of {sum(map(len, texts)) / KEPT:,.0f} characters and its reviews take"
        f" {size / KEPT / 1024:.1f} KiB of the file, indexes and full-text index included."
    )


def _stored(store: Store, read: list[Page]) -> float:
    """Save pages as a crawl does; the seconds it took."""
    source, _ = store.source("github:lumen/engine", STAMP)
    run = store.start_run(source, STAMP)
    began = time.perf_counter()
    for page in read:
        pages.save(store, source, run, page, STAMP)
    return time.perf_counter() - began


def _made() -> Iterator[Page]:
    """What the connector would bring: texts, labels, paths and reviews of usual length."""
    chance = random.Random(1)
    people = [
        Identity(f"github:github.com/{n}", f"Person {n} Lee", f"person-{n}", location="Porto")
        for n in range(400)
    ]
    for start in range(1, KEPT + 1, WIDTH):
        items, seen = [], dict[str, Identity]()
        for number in range(start, start + WIDTH):
            who = chance.sample(people, 3)
            items += _change(number, [person.id for person in who], chance)
            seen |= {person.id: person for person in who}
        yield Page({"at": start}, tuple(items), tuple(seen.values()), authority=3)


def _change(number: int, people: list[str], chance: random.Random) -> Iterator[Contribution]:
    repo, at = "github.com/lumen/engine", f"2026-{number % 12 + 1:02}-01T10:00:00Z"
    paths = tuple(f"src/part_{chance.randrange(9)}/f{chance.randrange(400)}.py" for _ in range(5))
    labels, title = tuple(chance.sample(_WORDS, 2)), " ".join(chance.choices(_WORDS, k=7))
    said = [" ".join(chance.choices(_WORDS, k=chance.randint(5, 155))), "Why not a lock?", None]
    parts = ("author", "reviewer", "reviewer")
    for part, person, body in zip(parts, people, said, strict=True):
        pull = part == "author"
        yield Contribution(
            f"pr:{repo}#{number}" if pull else f"review:{repo}#{number}/{person}",
            "merged_pr" if pull else "review", title, at, (Credit(person, part),), repo, number,
            f"https://{repo}/pull/{number}", body, (f"{number:040x}",) if pull else (), paths, 5,
            labels=labels, additions=120 if pull else None, deletions=40 if pull else None,
        )  # fmt: skip


if __name__ == "__main__":
    main()
