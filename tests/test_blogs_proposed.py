"""Websites of people near the top, proposed as sources and never read unasked."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from db import Store
from db.ingest import writer
from sourcing.core.model import Identity, Page
from sourcing.identity import resolve
from sourcing.pipeline.source_suggestions import proposals

NOW = "2026-03-02T03:00:00Z"


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def best(store: Store, *websites: str) -> None:
    """People with these websites, all scored."""
    shown = tuple(
        Identity(
            f"github:forge.example/{n}", f"Ada {n}", f"ada{n}", website=website, type="account"
        )
        for n, website in enumerate(websites)
    )
    source_id, _ = store.source("github:a/b", NOW)
    page = Page({}, identities=shown)
    writer.save(store, source_id, store.start_run(source_id, NOW), page, NOW)
    resolve(store, NOW)
    with store.transaction():
        store.conn.execute(
            "INSERT INTO scores SELECT 'r', id, 10 - id, '2026-03-02', '', 4 FROM persons"
        )


def test_a_website_that_no_source_reads_is_proposed_once(store: Store) -> None:
    best(store, "https://ada.example/", "https://www.ada.example/notes", "https://kiln.example")
    assert proposals(store, ["blog:https://www.kiln.example/feed"], NOW) == [
        "blog:https://ada.example/ (Ada 0)"
    ]


def test_profiles_and_forges_are_no_blogs(store: Store) -> None:
    best(store, "https://github.com/ada", "https://www.linkedin.com/in/ada", "mangled//[")
    assert proposals(store, [], NOW) == []


def test_who_is_left_alone_is_not_proposed(store: Store) -> None:
    best(store, "https://ada.example/")
    with store.transaction():
        store.conn.execute("UPDATE persons SET status = 'do not contact'")
    assert proposals(store, [], NOW) == []
