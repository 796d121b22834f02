"""Who is who, put right by hand: it holds against every crawl, and shows where people look."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from sourcing.core.model import Identity, Join
from tests.conftest import Sourcing
from tests.people import ADA, BEN, REPO, crawl, fix, world

DB = "sourcing.db"
BYLINE = Identity(f"git:{REPO}/k1", "A. Quill", type="commit_author")
OTHER = Identity(f"git:{REPO}/k2", "Ada Q", type="commit_author")


@pytest.fixture
def seen(sourcing: Sourcing) -> Sourcing:
    sourcing.config()
    again(sourcing.folder)
    return sourcing


def again(folder: Path, *joins: Join) -> None:
    """The same crawl once more."""
    page = world((fix(81, "Repair by a by-line", BYLINE), fix(82, "Repair by another", OTHER)))
    page = replace(page, identities=(*page.identities, BYLINE, OTHER), joins=joins)
    with Store(folder / DB) as store:
        crawl(store, page)


def persons(folder: Path) -> dict[str, int]:
    with Store(folder / DB) as store:
        rows = store.rows("SELECT key, person_id FROM identities")
    return {row["key"]: row["person_id"] for row in rows}


def test_joined_by_hand_and_split_again(seen: Sourcing) -> None:
    said = seen("people", "join", "adaq", BYLINE.id, "--proof", "she told us, adaq.example/about")
    assert said.status == 0
    again(seen.folder)
    who = persons(seen.folder)
    assert who[ADA.id] == who[BYLINE.id]
    shown = seen("show", "adaq").out
    assert "she told us, adaq.example/about (joined by a user)" in shown
    assert "Repair by a by-line" in shown
    assert "one person" in seen("people", "list").out
    assert seen("people", "split", "adaq", BYLINE.id).status == 0
    again(seen.folder)
    who = persons(seen.folder)
    assert who[ADA.id] != who[BYLINE.id]
    assert "Repair by a by-line" not in seen("show", "adaq").out


def test_a_split_holds_against_what_sources_say(seen: Sourcing) -> None:
    two, three = Join(ADA.id, BYLINE.id, "two commits"), Join(BYLINE.id, OTHER.id, "two commits")
    again(seen.folder, two, three, Join(ADA.id, OTHER.id, "two commits"))
    assert len({persons(seen.folder)[i.id] for i in (ADA, BYLINE, OTHER)}) == 1
    seen("people", "split", "adaq", OTHER.id, "--proof", "another Ada")
    again(seen.folder, two, three, Join(ADA.id, OTHER.id, "two commits"))
    who = persons(seen.folder)
    assert who[ADA.id] == who[BYLINE.id] != who[OTHER.id]
    assert "another Ada" in seen("people", "list").out
    assert seen("people", "join", "adaq", OTHER.id, "--proof", "no, the same").status == 0
    again(seen.folder, two, three)
    assert len({persons(seen.folder)[i.id] for i in (ADA, BYLINE, OTHER)}) == 1


def test_two_accounts_joined_by_hand_keep_what_was_proved_of_each(seen: Sourcing) -> None:
    again(seen.folder, Join(ADA.id, BYLINE.id, "two commits"))
    seen("people", "join", "adaq", "benosei", "--proof", "her second account")
    again(seen.folder, Join(ADA.id, BYLINE.id, "two commits"))
    who = persons(seen.folder)
    assert who[ADA.id] == who[BEN.id] == who[BYLINE.id]


def test_one_identity_between_two_told_apart_parts_only_itself(seen: Sourcing) -> None:
    third = replace(OTHER, id=f"git:{REPO}/k3")
    ties = [Join(ADA.id, BYLINE.id, "two commits"), Join(ADA.id, OTHER.id, "two commits")]
    again(seen.folder, *ties)
    seen("people", "split", "adaq", OTHER.id)
    with Store(seen.folder / DB) as store:
        page = replace(world(), identities=(third, BYLINE, OTHER, ADA), joins=(
            ties[0], Join(third.id, BYLINE.id, "two commits"), Join(third.id, OTHER.id, "two"),
        ))  # fmt: skip
        crawl(store, page)
    who = persons(seen.folder)
    assert who[ADA.id] == who[BYLINE.id]
    assert len({who[ADA.id], who[OTHER.id], who[third.id]}) == 3


def test_what_cannot_be_done_is_told_in_one_line(seen: Sourcing) -> None:
    for args, told in (
        (("split", "adaq", ADA.id), "nothing to split"),
        (("split", "adaq", BEN.id), "has no identity"),
        (("join", "adaq", ADA.id, "--proof", "x"), "one person already"),
        (("join", "adaq", "nobody", "--proof", "x"), "no stored person is called"),
        (("join", "adaq", "benosei", "--proof", " "), "--proof is empty"),
    ):
        said = seen("people", *args)
        assert (said.status, told in said.err) == (2, True), said


def test_namesakes_without_proof_are_listed_for_a_human(seen: Sourcing) -> None:
    with Store(seen.folder / DB) as store:
        crawl(store, replace(world(), identities=(replace(BYLINE, name="Ada Quill"),)))
    assert "Ada Quill: person " in seen("people", "list", "--alike").out
