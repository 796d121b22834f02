"""What is left of a page with suppressed people: the works of others, without names."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from db.ingest import writer
from db.privacy import identifiers, suppression
from db.privacy.ingest_filter import without_suppressed
from db.privacy.redaction import REMOVED
from sourcing.core.model import (
    Contribution,
    Contributor,
    Credit,
    Discussion,
    Identity,
    Join,
    Kind,
    Page,
    Part,
    Remark,
)

NOW = "2026-03-02T03:00:00Z"
REPO = "forge.example/anvil/press"


def account(number: int, login: str, name: str, *, bot: bool = False) -> Identity:
    return Identity(
        f"github:forge.example/{number}", name=name, login=login, type="account", bot=bot,
        url=f"https://forge.example/{login}",
    )  # fmt: skip


GONE = account(1, "jroe", "Jane Roe")
STAYS = account(2, "benosei", "Ben Osei")
BOT = account(3, "press-bot", "press-bot", bot=True)


def work(number: int, *parts: tuple[Identity, Part], kind: Kind = "merged_pr") -> Contribution:
    return Contribution(
        f"pr:{REPO}#{number}" if kind == "merged_pr" else f"{kind}:{REPO}#{number}/1",
        kind,
        f"Free the blocks of worker number {number}",
        NOW,
        tuple(Credit(who.id, part) for who, part in parts),
        repo=REPO,
        number=number,
        body="Jane Roe found it; thanks @jroe.",
    )


def page(*items: Contribution, **more: object) -> Page:
    return replace(Page({"head": "h"}, items, (GONE, STAYS, BOT)), **more)  # type: ignore[arg-type]


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        names = identifiers.of_names_in_text("Jane Roe")
        suppression.add(opened, [GONE.id, identifiers.of_login("jroe"), *names], NOW)
        yield opened


def left(store: Store, *items: Contribution) -> set[int]:
    return {item.number or 0 for item in without_suppressed(store, page(*items), NOW).contributions}


def test_only_works_of_suppressed_people_alone_are_dropped(store: Store) -> None:
    assert left(
        store,
        work(1, (GONE, "author")),
        work(2, (GONE, "author"), (BOT, "co_author")),
        work(3, (GONE, "author"), (STAYS, "reviewer")),
        work(4, (GONE, "author"), (STAYS, "co_author")),
        work(5, (STAYS, "author"), (GONE, "reviewer")),
        work(6, (BOT, "author")),
        work(7, (STAYS, "author"), (BOT, "co_author")),
        work(8),
    ) == {4, 5, 6, 7, 8}


def test_a_review_belongs_to_its_reviewer(store: Store) -> None:
    assert left(
        store,
        work(1, (GONE, "reviewer"), (STAYS, "author"), kind="review"),
        work(2, (STAYS, "reviewer"), (GONE, "author"), kind="review"),
    ) == {2}


def test_names_credits_and_counts_of_the_suppressed_are_gone(store: Store) -> None:
    shared = work(4, (GONE, "author"), (STAYS, "co_author"))
    own = work(1, (GONE, "author"))
    remark = Remark("comment", "As Jane Roe says", None, own=False)
    kept = without_suppressed(
        store,
        page(
            shared,
            own,
            contributors=(Contributor(GONE.id, 3), Contributor(STAYS.id, 2)),
            joins=(Join(STAYS.id, BOT.id, "both"),),
            discussions=(Discussion(shared.key, (remark,)), Discussion(own.key, (remark,))),
        ),
        NOW,
    )
    assert {one.id for one in kept.identities} == {STAYS.id, BOT.id}
    [item] = kept.contributions
    assert [credit.identity for credit in item.credits] == [STAYS.id]
    assert item.body
    assert "Roe" not in item.body
    assert "jroe" not in item.body
    assert [one.identity for one in kept.contributors] == [STAYS.id]
    assert [join.proof for join in kept.joins] == ["both"]
    [discussion] = kept.discussions
    assert discussion.contribution == shared.key
    assert "Roe" not in discussion.remarks[0].text


def test_a_page_without_suppressed_people_is_unchanged(store: Store, tmp_path: Path) -> None:
    plain = replace(work(7, (STAYS, "author")), body="Nothing about anybody.")
    whole = page(plain, identities=(STAYS, BOT))
    assert without_suppressed(store, whole, NOW) == whole
    with Store(tmp_path / "empty.db") as empty:
        named = page(work(1, (GONE, "author")))
        assert without_suppressed(empty, named, NOW) == named


def test_who_a_page_joins_to_a_suppressed_identity_is_suppressed_too(store: Store) -> None:
    author = Identity(f"git:{REPO}/b0b", name="J. R. Roe", type="commit_author")
    third = Identity("blog:site.example/Jane", name="Jane", type="byline")
    joins = (Join(author.id, GONE.id, "one account"), Join(third.id, author.id, "same page"))
    items = (work(1, (author, "author")), work(2, (STAYS, "author"), (author, "reviewer")))
    found = without_suppressed(
        store, page(*items, identities=(GONE, STAYS, author, third), joins=joins), NOW
    )
    assert {one.id for one in found.identities} == {STAYS.id}
    assert [item.number for item in found.contributions] == [2]
    assert not found.joins
    # From now on the joined identities are recognised without the join.
    later = without_suppressed(store, page(work(3, (author, "author")), identities=(author,)), NOW)
    assert not later.contributions
    assert not later.identities


def test_a_new_namesake_in_the_same_repository_is_refused_and_elsewhere_is_not(
    store: Store,
) -> None:
    suppression.add(store, [identifiers.of_name_in(REPO, "Jane Roe")], NOW)
    here = Identity(f"git:{REPO}/c0c", name="Roe, Jane", type="commit_author")
    other_repo = "forge.example/anvil/other"
    there = Identity(f"git:{other_repo}/d0d", name="Jane Roe", type="commit_author")
    elsewhere = replace(work(2, (there, "author")), repo=other_repo, key=f"pr:{other_repo}#2")
    found = without_suppressed(
        store, page(work(1, (here, "author")), elsewhere, identities=(here, there)), NOW
    )
    assert {one.id for one in found.identities} == {there.id}
    assert [item.number for item in found.contributions] == [2]


def test_a_stored_namesake_stays_and_a_new_one_is_refused(store: Store) -> None:
    suppression.add(store, [identifiers.of_name_in(REPO, "Jane Mey")], NOW)
    known, fresh = account(7, "jmey", "Jane Mey"), account(8, "jane-m", "Jane Mey")
    source, _ = store.source("git:/x", NOW)
    writer.save(store, source, store.start_run(source, NOW), Page({}, (), (known,)), NOW)
    shown = page(work(1, (known, "author")), work(2, (fresh, "author")), identities=(known, fresh))
    assert [i.id for i in without_suppressed(store, shown, NOW).identities] == [known.id]


def test_the_author_of_a_suppressed_work_is_recognised_by_the_work(store: Store) -> None:
    theirs = replace(work(9, (STAYS, "merger")), commits=("a" * 40,))
    unknown = Identity(f"git:{REPO}/e0e", name="Other Spelling", type="commit_author")
    shown = replace(theirs, credits=(*theirs.credits, Credit(unknown.id, "author")))
    suppression.add(store, [identifiers.of_work("a" * 40)], NOW)
    found = without_suppressed(store, page(shown, identities=(STAYS, unknown)), NOW)
    assert [i.id for i in found.identities] == [STAYS.id]
    assert not found.contributions


def test_posts_on_the_site_of_a_suppressed_person_are_dropped(store: Store) -> None:
    suppression.add(store, ["site:roe.example"], NOW)
    post = Contribution(
        "post:roe.example/a", "post", "A leak", NOW, url="https://www.roe.example/a"
    )
    other = replace(post, key="post:ben.example/a", url="https://ben.example/a")
    link = replace(post, key=f"pr:{REPO}#3", kind="merged_pr")
    found = without_suppressed(store, page(post, other, link), NOW)
    assert [item.key for item in found.contributions] == [other.key, link.key]


def test_a_review_of_a_dropped_work_loses_its_title(store: Store) -> None:
    own = work(1, (GONE, "author"))
    review = replace(work(1, (STAYS, "reviewer"), kind="review"), title=own.title)
    found = without_suppressed(store, page(own, review), NOW)
    assert [(item.key, item.title) for item in found.contributions] == [(review.key, REMOVED)]
