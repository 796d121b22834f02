"""An account whose website is a blog, and the person who writes it: one human or not."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import Store
from db.ingest import writer
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.identity import resolve

NOW = "2026-03-02T03:00:00Z"
SITE = "https://www.kiln.example/notes"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def by_line(name: str = "Ada Quill", login: str | None = None) -> Identity:
    return Identity(f"blog:kiln.example/{name}", name, login)


def account(number: int, name: str | None = "Ada Quill", website: str = SITE) -> Identity:
    return Identity(
        f"github:forge.example/{number}", name, f"ada{number}", website=website, type="account"
    )


def show(store: Store, *shown: Identity, posts: tuple[Identity, ...] = ()) -> None:
    """A source shows these identities and posts by some of them; all are settled."""
    source_id, _ = store.source("blog:https://kiln.example/", NOW)
    written = tuple(
        Contribution(f"post:kiln.example/{n}", "post", "On queues", NOW,
                     (Credit(author.id, "author"),))
        for n, author in enumerate(posts)
    )  # fmt: skip
    page = Page({}, identities=shown, contributions=written)
    writer.save(store, source_id, store.start_run(source_id, NOW), page, NOW)
    resolve(store, NOW)


def persons(store: Store) -> int:
    return len({r[0] for r in store.rows("SELECT person_id FROM identities")})


def test_their_own_site_joins_them_with_its_proof(store: Store) -> None:
    show(store, by_line(), account(1), posts=(by_line(),) * 3)
    assert persons(store) == 1
    [join] = store.rows("SELECT proof, urls FROM joins")
    assert "names the site as theirs" in join["proof"]
    assert SITE in join["urls"]


@pytest.mark.parametrize(
    ("shown", "posts"),
    [
        ((by_line(), account(1), account(2)), (by_line(),)),
        ((by_line(), by_line("Bo Ek"), account(1)), (by_line(), by_line("Bo Ek"))),
        ((by_line(), account(1, "Bo Ek")), (by_line(),)),
        ((by_line(login="else"), account(1)), (by_line(),)),
        ((by_line(), account(1, website="https://other.example/")), (by_line(),)),
    ],
    ids=["two accounts", "two authors", "another name", "another account shown", "another site"],
)
def test_whatever_disagrees_joins_nobody(
    store: Store, shown: tuple[Identity, ...], posts: tuple[Identity, ...]
) -> None:
    show(store, *shown, posts=posts)
    assert persons(store) == len(shown)


def test_a_second_claim_parts_them_again(store: Store) -> None:
    show(store, by_line(), account(1), posts=(by_line(),))
    assert persons(store) == 1
    show(store, account(2))
    assert persons(store) == 3
