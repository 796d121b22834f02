"""Erasing a person: their rows go, and their names in texts of other people."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from db.ingest import writer
from db.privacy import traces
from db.privacy.erasure import ErasureCounts, erase, remaining_mentions
from db.privacy.suppression import SuppressionList
from sourcing.core.model import (
    Contribution,
    Credit,
    Discussion,
    Identity,
    Page,
    Part,
    Remark,
)
from sourcing.identity import resolve

NOW = "2026-03-02T03:00:00Z"
REPO = "forge.example/anvil/press"
GONE = Identity("github:forge.example/1", "Jane Roe", "jroe", "https://forge.example/jroe",
                type="account")  # fmt: skip
STAYS = Identity("github:forge.example/2", "Ben Osei", "benosei", "https://forge.example/benosei",
                 type="account")  # fmt: skip


def work(number: int, title: str, body: str, *parts: tuple[Identity, Part]) -> Contribution:
    return Contribution(
        f"pr:{REPO}#{number}", "merged_pr", title, NOW,
        tuple(Credit(who.id, part) for who, part in parts), repo=REPO, number=number, body=body,
        commits=(f"{number:040d}",),
    )  # fmt: skip


THEIRS = work(1, "Free the cache blocks on abort", "Mine.", (GONE, "author"))
SHARED = work(2, "Stop the pool", "With Jane Roe.", (GONE, "co_author"), (STAYS, "author"))
OTHERS = work(3, "Follow roe, jane", "Thanks @jroe! See “Free the cache blocks on abort”.",
              (STAYS, "author"))  # fmt: skip
PLAIN = work(4, "Fix the queue", "Nothing about anybody.", (STAYS, "author"))
REVIEW = replace(
    work(1, THEIRS.title, "Fine, JANE ROE.", (STAYS, "reviewer")),
    key=f"review:{REPO}#1/5", kind="review", commits=(),
)  # fmt: skip


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        source, _ = opened.source("git:/x", NOW)
        discussion = Discussion(PLAIN.key, (Remark("comment", "Jane Roe disagrees", None, False),))
        shown = Page(
            {"head": "h", "authors": ["Jane Roe", "Ben Osei"]},
            (THEIRS, SHARED, OTHERS, PLAIN, REVIEW),
            (GONE, STAYS),
            discussions=(discussion,),
        )
        writer.save(opened, source, opened.start_run(source, NOW), shown, NOW)
        resolve(opened, NOW)
        yield opened


def person(store: Store, who: Identity) -> int:
    return int(store.scalar("SELECT person_id FROM identities WHERE key = ?", who.id))


def erased(store: Store, *, keep: bool = True) -> ErasureCounts:
    gone = person(store, GONE)
    return erase(store, [gone], traces.of_persons(store, [gone]), NOW, keep=keep)


def texts(store: Store) -> str:
    rows = store.rows("SELECT title, body FROM contributions")
    remarks = store.rows("SELECT remarks FROM discussions")
    return " ".join(str(value) for row in (*rows, *remarks) for value in row).casefold()


def test_their_rows_go_and_those_of_others_stay(store: Store) -> None:
    counts = erased(store)
    keys = {row["key"] for row in store.rows("SELECT key FROM contributions")}
    assert keys == {SHARED.key, OTHERS.key, PLAIN.key, REVIEW.key}
    assert [row["key"] for row in store.rows("SELECT key FROM identities")] == [STAYS.id]
    assert person(store, STAYS)
    assert (counts.accounts, counts.works, counts.drafts, counts.notes) == (1, 1, 0, 0)


def test_their_names_in_texts_of_others_are_redacted(store: Store) -> None:
    who = traces.of_persons(store, [person(store, GONE)])
    counts = erased(store)
    assert counts.mentions == 4  # the shared work, another one, the review, the discussion
    for name in ("jane", "roe", "jroe", "cache blocks on abort"):
        assert name not in texts(store)
    assert "nothing about anybody." in texts(store)
    assert remaining_mentions(store, who) == []
    cursor = str(store.scalar("SELECT cursor FROM sources"))
    assert ("Roe" in cursor, "Ben Osei" in cursor) == (False, True)


def test_without_keep_nothing_is_suppressed_and_everything_is_redacted(store: Store) -> None:
    erased(store, keep=False)
    assert not SuppressionList(store)
    assert "roe" not in texts(store)


def test_with_keep_every_identifier_is_suppressed(store: Store) -> None:
    who = traces.of_persons(store, [person(store, GONE)])
    erased(store)
    suppressed = SuppressionList(store)
    assert GONE in suppressed
    assert STAYS not in suppressed
    assert suppressed.holds(map(suppressed.hash, who.identifiers))
    for identifier in ("login:jroe", "name:janeroe", f"work:{THEIRS.key}", f"work:{1:040d}"):
        assert suppressed.matches([identifier]), identifier
    assert not suppressed.matches([f"work:{SHARED.key}", f"work:{REVIEW.key}"])


def test_previous_names_are_redacted_as_well(store: Store) -> None:
    source, _ = store.source("git:/x", NOW)
    renamed = Page({}, (), (replace(GONE, name="Jane Mey", login="jmey"),))
    writer.save(store, source, store.start_run(source, NOW), renamed, NOW)
    resolve(store, NOW)
    erased(store)
    # The old name is known by its hash only: other spellings of it are not recognised.
    for name in ("jane roe", "jroe", "mey"):
        assert name not in texts(store)
