"""Who is one human: joined by proof, never by two accounts, undone and made by hand."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from db import Store
from db.identity import resolution
from db.identity.resolution import ClaimedIdentity, Claims
from db.ingest import writer
from db.outreach import feedback
from db.ranking import persons as people
from db.ranking import scoring_queue
from sourcing.core.config import Config
from sourcing.core.model import Contribution, Credit, Identity, Join, Page
from sourcing.identity import components, resolve
from sourcing.pipeline.evaluate import assess

NOW = "2026-03-02T03:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def show(store: Store, *shown: Identity, joins: tuple[Join, ...] = (), at: str = NOW) -> None:
    """A source shows these identities, and they are settled."""
    source_id, _ = store.source("git:/x", at)
    page = Page({}, identities=shown, joins=joins)
    writer.save(store, source_id, store.start_run(source_id, at), page, at)
    resolve(store, at)


def persons(store: Store) -> set[frozenset[str]]:
    rows = store.rows("SELECT person_id, key FROM identities WHERE person_id IS NOT NULL")
    ids = {row["person_id"] for row in rows}
    return {frozenset(r["key"] for r in rows if r["person_id"] == id_) for id_ in ids}


def git(
    key: str, name: str = "Ada Quill", login: str | None = None, url: str | None = None
) -> Identity:
    return Identity(f"git:forge.example/a/b/{key}", name, login, url, type="commit_author")


def account(number: int, login: str) -> Identity:
    return Identity(
        f"github:forge.example/{number}",
        login.title(),
        login,
        f"https://forge.example/{login}",
        type="account",
    )


def same(a: Identity, b: Identity) -> Join:
    return Join(a.id, b.id, "Same full name: two commits")


def test_a_name_alone_joins_nobody(store: Store) -> None:
    show(store, git("1"), git("2"))
    assert len(persons(store)) == 2


def test_proof_joins_and_its_end_parts_again(store: Store) -> None:
    one, two = git("1"), git("2")
    show(store, one, two, joins=(same(one, two),))
    assert persons(store) == {frozenset({one.id, two.id})}
    show(store, one, two)
    assert len(persons(store)) == 2


def test_a_login_that_somebody_else_had_before_joins_nobody(store: Store) -> None:
    show(store, git("1", "Another Human", login="ada", url="https://forge.example/ada"))
    show(store, account(7, "ada"))
    assert len(persons(store)) == 2


def test_the_same_profile_joins_across_repositories(store: Store) -> None:
    old_style = git("1", "Ada", login="ada", url="https://forge.example/ada")
    show(store, old_style)
    show(store, account(7, "Ada"))
    assert persons(store) == {frozenset({old_style.id, "github:forge.example/7"})}


def test_two_accounts_are_never_joined_by_a_third(store: Store) -> None:
    one, two, between = account(1, "ada"), account(2, "ben"), git("3")
    show(store, one, two, between, joins=(same(one, between), same(two, between)))
    assert len(persons(store)) == 3


def test_by_hand_wins_both_ways(store: Store) -> None:
    one, two, three = account(1, "ada"), account(2, "ben"), git("3")
    show(store, one, two, three, joins=(same(one, three),))
    ids = {r["key"]: r["id"] for r in store.rows("SELECT key, id FROM identities")}

    def by_hand(a: str, b: str, verdict: str) -> None:
        low, high = sorted((ids[a], ids[b]))
        store.conn.execute(
            "INSERT INTO joins (a, b, verdict, proof, origin, made_at)"
            " VALUES (?, ?, ?, 'said so', 'hand', ?)",
            [low, high, verdict, NOW],
        )
        store.conn.execute(
            "UPDATE identities SET needs_resolution = 1 WHERE id IN (?, ?)", [low, high]
        )
        resolve(store, NOW)

    by_hand(one.id, three.id, "different")
    assert len(persons(store)) == 3
    by_hand(one.id, two.id, "same")
    assert frozenset({one.id, two.id}) in persons(store)


def test_the_older_person_stays_with_notes_and_clock(store: Store) -> None:
    one, two = git("1"), git("2")
    show(store, one, at="2026-01-05T03:00:00Z")
    show(store, two, at="2026-02-02T03:00:00Z")
    first, second = (r["id"] for r in store.rows("SELECT id FROM persons ORDER BY id"))
    store.conn.execute("INSERT INTO notes (person_id, at, text) VALUES (?, ?, 'x')", [second, NOW])
    store.conn.execute("UPDATE persons SET status = 'do not contact' WHERE id = ?", [second])
    feedback.save(store, "", "Jo Hale", [feedback.Verdict(second, "yes")], NOW)
    store.conn.execute("INSERT INTO exports VALUES (1, ?, 'jo', 'drafts.csv', 'canonical')", [NOW])
    store.conn.execute("INSERT INTO export_rows VALUES (1, 1, ?)", [second])
    show(store, one, two, joins=(same(one, two),))
    left = store.rows("SELECT id, first_seen_at, status FROM persons")
    assert [tuple(r) for r in left] == [(first, "2026-01-05T03:00:00Z", "do not contact")]
    assert store.scalar("SELECT person_id FROM notes") == first
    assert [row.verdict for row in feedback.of_person(store, first)] == ["yes"]
    assert [row.path for row in people.exports(store, first)] == ["drafts.csv"]


def authored(store: Store, by: Identity, number: int, source: str) -> None:
    """A source credits somebody with a pull request."""
    source_id, _ = store.source(source, NOW)
    item = Contribution(
        f"pr:forge.example/a/b#{number}", "merged_pr", f"Change {number}", NOW,
        (Credit(by.id, "author"),), "forge.example/a/b", number, f"https://forge.example/{number}",
    )  # fmt: skip
    page = Page({}, (item,), (by,), source_priority=2 if source.startswith("github") else 1)
    writer.save(store, source_id, store.start_run(source_id, NOW), page, NOW)


def together(store: Store) -> set[frozenset[str]]:
    resolution.join_authors(
        store, [r["id"] for r in store.rows("SELECT id FROM contributions")], NOW
    )
    resolve(store, NOW)
    return persons(store)


def test_who_a_history_and_the_forge_name_for_the_same_changes_is_one(store: Store) -> None:
    login, address = account(7, "adaq"), git("1", "Adaq")
    for number in (1, 2):
        authored(store, address, number, "git:/x")
        authored(store, login, number, "github:a/b")
    assert together(store) == {frozenset({login.id, address.id})}
    proofs = store.rows("SELECT proof FROM joins")
    assert [p["proof"] for p in proofs] == [
        "The history and the forge name them as the author of #1, #2"
    ]


def test_who_brings_somebody_elses_commits_is_not_them(store: Store) -> None:
    lee, kim = account(7, "lee"), git("1", "Kim Roe")
    for number in (1, 2, 3):
        authored(store, kim, number, "git:/x")
        authored(store, lee, number, "github:a/b")
    assert len(together(store)) == 2


def test_what_the_forge_said_of_a_commit_stands(store: Store) -> None:
    login, address = account(7, "adaq"), git("1", "Another Spelling")
    show(store, login, address)
    resolution.record_answer(
        store, address.id, Join(address.id, login.id, "The forge names @adaq"), NOW
    )
    authored(store, address, 1, "git:/x")
    authored(store, login, 1, "github:a/b")
    assert together(store) == {frozenset({login.id, address.id})}


def test_an_address_that_two_accounts_write_from_joins_neither(store: Store) -> None:
    one, two, shared = account(7, "adaq"), account(8, "ben"), git("1", "Build Room")
    for number, login in enumerate((one, one, one, two), 1):
        authored(store, shared, number, "git:/x")
        authored(store, login, number, "github:a/b")
    assert len(together(store)) == 3


def test_a_flood_over_many_projects_is_marked_and_a_busy_day_at_home_is_not(store: Store) -> None:
    flood, busy = account(7, "fast"), account(8, "busy")
    source_id, _ = store.source("github:x/y", NOW)
    run = store.start_run(source_id, NOW)
    for who, repos in (
        (flood, [f"forge.example/o{n}/r" for n in range(5)]),
        (busy, ["forge.example/o/r"]),
    ):
        items = tuple(
            Contribution(f"pr:{repo}#{n}{who.login}", "merged_pr", "Fix", NOW,
                         (Credit(who.id, "author"),), repo)
            for n in range(25 // len(repos))
            for repo in repos
        )  # fmt: skip
        writer.save(store, source_id, run, Page({}, items, (who,)), NOW)
    assess(store, Config(), datetime(2026, 3, 2, tzinfo=UTC))
    marked = store.rows("SELECT login FROM identities WHERE mass_contributor")
    assert [r["login"] for r in marked] == ["fast"]


def test_machines_are_nobody(store: Store) -> None:
    show(
        store,
        Identity("github:forge.example/9", "deps[bot]", "deps[bot]", bot=True, type="account"),
    )
    assert persons(store) == set()
    assert store.scalar("SELECT count(*) FROM persons") == 0


def test_how_a_person_is_called(store: Store) -> None:
    login = Identity(
        "github:forge.example/1", "aq", "ada-q", "https://forge.example/ada-q", type="account"
    )
    named = git("1", "Ada Quill")
    show(store, login, named, joins=(same(login, named),))
    row = store.rows("SELECT name, login, aliases FROM persons")[0]
    assert tuple(row) == ("Ada Quill", "ada-q", "aq")


@given(st.permutations(range(8)), st.sets(st.tuples(st.integers(0, 7), st.integers(0, 7))))
def test_the_order_of_claims_does_not_matter(order: list[int], pairs: set[tuple[int, int]]) -> None:
    keys = {
        i: f"github:forge.example/{i}" if i < 3 else f"git:forge.example/a/b/{i}" for i in range(8)
    }
    same_pairs = {(min(p), max(p)) for p in pairs if p[0] != p[1]}
    rows = {
        i: ClaimedIdentity(
            id=i,
            key=keys[i],
            type="account" if i < 3 else "commit_author",
            person_id=None,
            bot=False,
            name=None,
            login=None,
            url=None,
            source_priority=1,
            purged_at=None,
            credits=0,
        )
        for i in order
    }
    claims = Claims(rows, same_pairs)
    found = components(claims)
    assert sorted(i for group in found for i in group) == list(range(8))
    assert all(sum(i < 3 for i in group) <= 1 for group in found)
    straight = Claims(dict(sorted(rows.items())), same_pairs)
    assert sorted(found) == sorted(components(straight))


def test_a_long_chain_is_one_person(store: Store) -> None:
    chain = [git(str(i)) for i in range(30)]
    show(store, *chain, joins=tuple(same(a, b) for a, b in pairwise(chain)))
    assert len(persons(store)) == 1


@pytest.mark.parametrize(("merger", "by_other"), [("git:x/2", None), ("git:x/3", True)])
def test_who_merges_from_another_address_is_nobody_else(
    store: Store, merger: str, by_other: bool | None
) -> None:
    ada, home, bo = (Identity(f"git:x/{n}", "Ada Quill", type="commit_author") for n in (1, 2, 3))
    show(store, ada, home, bo, joins=(Join(ada.id, home.id, "Same full name"),))
    credit = (Credit(ada.id, "author"), Credit(merger, "merger"))
    pull = Contribution("pr:x#1", "merged_pr", "Fix deadlock in the pool", NOW, credit, "x")
    source_id, _ = store.source("git:/x", NOW)
    writer.save(store, source_id, store.start_run(source_id, NOW), Page({}, (pull,)), NOW)
    assess(store, Config(), datetime.fromisoformat(NOW))
    (person,) = {row["person_id"] for row in store.rows(
        "SELECT person_id FROM identities WHERE key = 'git:x/1'")}  # fmt: skip
    (counted,) = scoring_queue.credited(store, [person])[person]
    assert counted.accepted is by_other
