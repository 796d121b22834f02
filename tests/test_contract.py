"""What every connector promises, tested for each that there is."""

from __future__ import annotations

import importlib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import partial
from pathlib import Path

import pytest

import connectors
from connectors import Context
from connectors.github.api.access import GitHubAccess
from db import Store
from db.ingest import writer
from demo.github import TOKEN, Forge, PullRequest, Repository, Server, User
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Cursor, Page
from sourcing.core.text import has_address
from tests import web
from tests.gitrepo import BO, GitRepo

NOW = datetime(2026, 11, 16, 3, tzinfo=UTC)
STAMP = "2026-11-16T03:00:00Z"


@dataclass
class Case:
    """A Source with known content, and the ways it can change and fail."""

    target: str
    context: Context
    keys: set[str]
    grow: Callable[[], str]
    fail: Callable[[], None]
    asked: Callable[[], int] | None = None


@pytest.fixture(params=connectors.names())
def case(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Case]:
    module, _, function = connectors.load(request.param).fixture.partition(":")
    yield from getattr(importlib.import_module(module), function)(tmp_path)


def git_case(tmp_path: Path) -> Iterator[Case]:
    path = tmp_path / "anvil"
    with GitRepo(path) as repo:
        first = repo.commit("Fix hang in the pool (#1)\n\nMail me: jane@mail.example")
        repo.commit("Fix leak (#2)", author=BO, parents=[first])
    context = Context(
        NOW, tmp_path / "cache", settings={str(path): "https://forge.example/a/anvil"}
    )

    def grow() -> str:
        with GitRepo(tmp_path / "again") as repo:
            one = repo.commit("Fix hang in the pool (#1)\n\nMail me: jane@mail.example")
            two = repo.commit("Fix leak (#2)", author=BO, parents=[one])
            repo.commit("Fix race (#3)", parents=[two])
        for name in ("objects", "refs", "packed-refs"):
            there = path / name
            if there.exists():
                there.rename(path / f"old-{name}")
            if (tmp_path / "again" / name).exists():
                (tmp_path / "again" / name).rename(there)
        return "pr:forge.example/a/anvil#3"

    def fail() -> None:
        path.rename(tmp_path / "moved")

    keys = {f"pr:forge.example/a/anvil#{n}" for n in (1, 2)}
    yield Case(str(path), context, keys, grow, fail)


def blog_case(tmp_path: Path) -> Iterator[Case]:
    def feed(*names: str) -> web.Reply:
        items = "".join(
            f"<item><title>On {n}</title><link>{site.url}/{n}</link>"
            "<pubDate>Mon, 02 Nov 2026 09:00:00 +0100</pubDate>"
            f"<author>jane@mail.example (Jane Doe)</author><description>{n}</description></item>"
            for n in names
        )
        text = f'<rss version="2.0"><channel><title>B</title>{items}</channel></rss>'
        return web.Reply(text, headers={"Content-Type": "application/rss+xml"})

    with web.loopback() as site:
        site.pages["/feed"] = feed("a", "b")

        def grow() -> str:
            site.pages["/feed"] = feed("c", "a", "b")
            return f"post:{site.origin}/c"

        def fail() -> None:
            site.pages["/feed"] = web.Reply("no", 403)

        keys = {f"post:{site.origin}/{n}" for n in "ab"}
        context = site.context(tmp_path)
        yield Case(f"{site.url}/feed", context, keys, grow, fail, lambda: len(site.asked))


def github_case(tmp_path: Path) -> Iterator[Case]:
    ada = User("ada-q", 1, name="Ada Quill")
    made = [
        PullRequest(n, f"Fix {n}", ada, "Mail me: jane@mail.example", merge_oid=f"{n:040x}",
                    merged_at=f"2026-03-0{n}T10:00:00Z", updated_at=f"2026-03-0{n}T10:00:00Z")
        for n in (1, 2)
    ]  # fmt: skip
    repository = Repository("a", "anvil", 10, pulls=made)
    forge = Forge(users=[ada], repositories=[repository])
    with Server(forge, clock=NOW.timestamp) as server:

        def grow() -> str:
            forge.merge(repository, PullRequest(3, "Fix 3", ada), "2026-03-03T10:00:00Z")
            return "pr:github.com/a/anvil#3"

        context = Context(NOW, tmp_path / "cache", settings=GitHubAccess(server.url, TOKEN))
        keys = {f"pr:github.com/a/anvil#{n}" for n in (1, 2)}
        fail = partial(forge.remove, "a/anvil")
        yield Case("a/anvil", context, keys, grow, fail, lambda: server.requests)


def read(case: Case, name: str, cursor: Cursor, budget: Budget | None = None) -> list[Page]:
    connector = connectors.load(name)
    return list(connector.fetch(case.target, cursor, budget or Budget(), case.context))


@pytest.fixture
def name(request: pytest.FixtureRequest) -> str:
    return str(request.node.callspec.params["case"])


def keys(found: list[Page]) -> set[str]:
    return {c.key for page in found for c in page.contributions}


def test_it_yields_what_its_fixture_says_and_ends(case: Case, name: str) -> None:
    found = read(case, name, {})
    assert keys(found) == case.keys
    assert found[-1].finished


def test_every_credit_was_introduced_and_no_text_holds_an_address(case: Case, name: str) -> None:
    shown: set[str] = set()
    for page in read(case, name, {}):
        shown |= {i.id for i in page.identities}
        for item in page.contributions:
            assert item.credits
            assert {credit.identity for credit in item.credits} <= shown
    assert not has_address(repr(read(case, name, {})))


def test_twice_is_once(case: Case, name: str) -> None:
    first = read(case, name, {})
    again = read(case, name, first[-1].cursor)
    assert keys(again) == set()


def test_what_is_new_is_found_and_nothing_else(case: Case, name: str, tmp_path: Path) -> None:
    cursor = read(case, name, {})[-1].cursor
    new = case.grow()
    found = read(case, name, cursor)
    assert new in keys(found)
    with Store(tmp_path / "s.db") as store:
        source_id, _ = store.source("x:y", STAMP)
        run = store.start_run(source_id, STAMP)
        for page in [*read(case, name, {}), *found]:
            writer.save(store, source_id, run, page, STAMP)
        assert store.scalar("SELECT count(*) FROM contributions") == len(case.keys) + 1


def test_budget_nothing_asks_nothing(case: Case, name: str) -> None:
    before = case.asked() if case.asked else 0
    budget = Budget(requests=0)
    assert read(case, name, {}, budget) == []
    assert budget.spent_requests == 0
    assert (case.asked() if case.asked else 0) == before


def test_requests_made_are_budget_spent(case: Case, name: str) -> None:
    budget = Budget()
    read(case, name, {}, budget)
    assert budget.spent_requests == (case.asked() if case.asked else 1)


def test_a_failing_source_is_one_line(case: Case, name: str) -> None:
    case.fail()
    with pytest.raises(SourceError) as failure:
        read(case, name, {})
    assert "\n" not in str(failure.value)
