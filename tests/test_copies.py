"""One work counts once: backports, re-landed and imported changes, cross-posts."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from connectors import Context
from connectors._repeated_change import repeated_change
from db import Store
from db.ranking import scoring_queue
from scoring import DEFAULT_ROLE, load
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.people.profile import dossier, find
from tests.conftest import Sourcing
from tests.gitrepo import ADA as ADA_BY
from tests.gitrepo import BO, GitRepo
from tests.gitrepo import WEB as WEB_FLOW
from tests.people import ADA, BEN, QUINN, crawl, fix
from tests.sites import found, page, post, read, sitemap
from tests.test_git_history import read as history
from tests.web import Web

PICKED = "0123456789abcdef0123456789abcdef01234567"


@pytest.mark.parametrize(
    ("title", "body", "named", "branch"),
    [
        ("[release/1.2] Bound the retries (#1)", "", "#1", "release/1.2"),
        ("(1.2.x) Bound the retries (#1)", "", "#1", "1.2.x"),
        ("Bound the retries (backport #12)", "", "#12", None),
        ("Automated cherry pick of #123: Bound the retries", "", "#123", None),
        ("Backport PR #44 on branch 1.2.x (Bound the retries)", "", "#44", "1.2.x"),
        ("Bound the retries", "Backport of #1 to release/1.2.", "#1", "release/1.2"),
        ("Bound the retries", "This is an automated cherry-pick of #77", "#77", None),
        ("Bound the retries", f"Why.\n\n(cherry picked from commit {PICKED})", PICKED, None),
    ],
)
def test_a_copy_names_what_it_repeats(
    title: str, body: str, named: str, branch: str | None
) -> None:
    repeated = repeated_change(title, body)
    assert repeated is not None
    assert (repeated.named, repeated.branch) == (named, branch)


@pytest.mark.parametrize(
    ("title", "body"),
    [
        ("[core] Bound the retries (#3)", ""),
        ("Bound the retries (#3)", "Closes #4, see #5."),
        ("Support the backport of settings", "Fixes #12."),
        ("Release 1.2.3", "Cherry-pick #1\nCherry-pick #2"),
        ("Backport anvil/bellows#12", ""),
    ],
)
def test_other_changes_repeat_nothing(title: str, body: str) -> None:
    assert repeated_change(title, body) is None


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def backport(number: int, of: int, minor: int, by: Identity = ADA) -> Contribution:
    item = fix(number, f"[release/1.{minor}] Fix deadlock number {of} in the pool (#{of})", by)
    repeated = repeated_change(item.title, item.body or "")
    assert repeated is not None
    return replace(item, repeats=repeated.named, branch=repeated.branch)


ORIGINAL = fix(1, "Fix deadlock number 1 in the pool", ADA)
OTHER = fix(2, "Bound the retries of the router", ADA)
BACKPORTS = tuple(backport(10 + minor, 1, minor) for minor in range(2, 7))


def points(store: Store, who: Identity) -> float:
    return dossier(store, load(), find(store, who.login or ""), DEFAULT_ROLE).points


def seen(*items: Contribution, people: tuple[Identity, ...] = (ADA, BEN, QUINN)) -> Page:
    return Page({"head": "h"}, items, people, source_priority=2)


def duplicates(store: Store) -> set[str]:
    rows = store.rows(
        "SELECT c.key FROM evidence e JOIN contributions c ON c.id = e.contribution_id"
        " WHERE e.duplicate"
    )
    return {row["key"] for row in rows}


def test_a_fix_and_five_backports_count_as_one_fix(store: Store, tmp_path: Path) -> None:
    crawl(store, seen(ORIGINAL, OTHER, *BACKPORTS))
    assert duplicates(store) == {item.key for item in BACKPORTS}
    with Store(tmp_path / "alone.db") as alone:
        crawl(alone, seen(ORIGINAL, OTHER))
        assert points(store, ADA) == points(alone, ADA)


@pytest.mark.parametrize("last", [ORIGINAL, BACKPORTS[0]], ids=["original", "backport"])
def test_the_order_of_arrival_changes_nothing(
    store: Store, tmp_path: Path, last: Contribution
) -> None:
    pages = [item for item in (ORIGINAL, OTHER, *BACKPORTS) if item is not last]
    crawl(store, seen(*pages))
    crawl(store, seen(last))
    with Store(tmp_path / "once.db") as once:
        crawl(once, seen(ORIGINAL, OTHER, *BACKPORTS))
        assert duplicates(store) == duplicates(once)
        assert points(store, ADA) == points(once, ADA)


def test_backports_of_an_unknown_change_count_as_one(store: Store) -> None:
    crawl(store, seen(OTHER, *BACKPORTS))
    assert duplicates(store) == {item.key for item in BACKPORTS[1:]}


def test_places_are_shown_with_the_work(store: Store) -> None:
    crawl(store, seen(ORIGINAL, *BACKPORTS[:2]))
    best = dossier(store, load(), find(store, "adaq"), DEFAULT_ROLE).strongest[0].work
    assert best.title == ORIGINAL.title
    assert best.places == "also on release/1.2, release/1.3"


def test_a_backport_for_somebody_else_is_release_work(store: Store) -> None:
    copy = backport(12, 1, 2, QUINN)
    crawl(store, seen(ORIGINAL, copy))
    assert duplicates(store) == set()
    (row,) = store.rows(
        "SELECT kind, second, substance, reasons FROM contributions_read WHERE key = ?", copy.key
    )
    assert (row["kind"], row["second"]) == ("delivery", "reliability")
    assert row["substance"] <= 1
    assert json.loads(row["reasons"]) == ["carries the change of somebody else to release/1.2"]
    (mine,) = scoring_queue.credited(store, [find(store, "quinn-sato")]).values()
    assert [one.evidence.work for one in mine] == ["delivery"]


def test_a_re_landed_change_counts_once(store: Store) -> None:
    undo = replace(fix(3, 'Revert "Fix deadlock number 1 in the pool"', BEN), reverts="#1")
    again = replace(fix(4, 'Reapply "Fix deadlock number 1 in the pool"', ADA), reverts="#3")
    crawl(store, seen(ORIGINAL, undo, again))
    assert duplicates(store) == {again.key}


def test_an_imported_history_is_the_same_work(store: Store) -> None:
    """A fork, or a project that took the history of another one: the commits are the same."""
    fork = "forge.example/bellows/press"
    copy = replace(
        ORIGINAL, key=f"commit:{fork}/abc", kind="commit", repo=fork, number=None, url=None,
        credits=(Credit(QUINN.id, "author"),), at="2026-10-05T10:00:00Z",
    )  # fmt: skip
    crawl(store, seen(ORIGINAL, OTHER))
    crawl(store, seen(copy), source="git:/fork")
    assert duplicates(store) == {copy.key}


def test_when_the_original_disappears_its_copy_counts(store: Store) -> None:
    crawl(store, seen(ORIGINAL, OTHER, BACKPORTS[0]))
    crawl(store, replace(seen(), withdrawn=(ORIGINAL.key,)))
    assert duplicates(store) == set()


def test_a_cross_post_names_the_post_it_repeats(web: Web, context: Context) -> None:
    web.pages["/"] = page("", title="Kiln")
    head = '<link rel="canonical" href="https://ada.example/notes/queues/">'
    web.pages["/posts/queues/"] = post("Ada Quill", head=head)
    sitemap(web, "/", "/posts/queues/")
    (item,) = found(read(web, context)).values()
    assert item.repeats == "post:ada.example/notes/queues"


def test_numbers_of_an_imported_history_are_no_pull_requests_here(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        foreign = repo.commit("Parse empty headers (#5)", parents=[], committer=WEB_FLOW)
        start = repo.commit("Start", parents=[])
        own = repo.commit("Bound the retries (#5)", parents=[start])
        repo.commit("Import the history of the parser", parents=[own, foreign])
    kinds = {c.title: (c.kind, c.number) for c in history(repo.path)}
    assert kinds["Bound the retries"] == ("merged_pr", 5)
    assert kinds["Parse empty headers (#5)"] == ("commit", None)


def test_reviewers_in_trailers_are_credited(tmp_path: Path) -> None:
    trailers = (
        "Reviewed-by: Bo Larsen <bo@larsen.example>\n"
        "Tested-by: Never Seen <never@seen.example>\n"
        "Reviewed-by: Ada Quill <ada@quill.example>"
    )
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Start", author=BO)
        repo.commit(f"Free the lock\n\nIt was taken twice.\n\n{trailers}")
    newest = history(repo.path)[0]
    assert [credit.part for credit in newest.credits] == ["author", "reviewer"]
    assert newest.body == "It was taken twice."
    assert str(ADA_BY[1]) not in repr(newest)


def test_the_second_kind_is_shown_where_the_first_is_not_sure(sourcing: Sourcing) -> None:
    forge = "https://forge.example/anvil/press"
    with GitRepo(sourcing.folder / "press", clock=1_762_000_000) as repo:
        repo.commit("Validate the options of the loader", files={"press/loader.py": "x"})
        repo.commit("Fix deadlock in the pool (#2)", files={"press/pool.py": "x"})
    path = str(sourcing.folder / "press")
    sourcing.config(f"git:{path}", git__forge={path: forge})
    assert sourcing("crawl").status == 0
    with Store(sourcing.folder / "sourcing.db") as stored:
        rows = stored.rows("SELECT title, kind, second, certainty FROM contributions_read")
    assert all(0 < row["certainty"] <= 1 for row in rows)
    said = sourcing("show", "Ada Quill").out
    for row in rows:
        unsure = row["certainty"] < 0.65 and row["second"]
        assert (f"{row['kind']}, perhaps {row['second']}: {row['title']}" in said) == bool(unsure)
