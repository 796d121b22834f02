"""What a person is handed: all that is held, where from and why, safe to open and to print."""

from __future__ import annotations

import json
import stat
from dataclasses import replace

import pytest
from bs4 import BeautifulSoup

from db import Store
from db.privacy.subject_access import PARTS
from sourcing.core.model import Contributor
from tests.conftest import Sourcing
from tests.people import ADA, BEN, PEOPLE, QUINN, SENDER, crawl, fix, world

HOSTILE = '<script>alert(1)</script>"\u202e=1+1{{ 7*7 }}'


@pytest.fixture
def held(sourcing: Sourcing) -> Sourcing:
    """Everything there can be about Ada, some of it hostile."""
    ada = replace(ADA, bio=HOSTILE, website="javascript:alert(1)", hireable=True,
                  routes=("https://social.example/@adaq",))  # fmt: skip
    decision = (
        "Workers hung because one lock was taken twice.\n\nWe now wait 5 seconds for the lock"
        " instead of without end, so that a job is retried on another worker."
    )
    works = (
        fix(81, f"Fix deadlock {HOSTILE}", ada, body=HOSTILE),
        fix(89, "Bound the wait for the lock", ada, body=decision),
    )
    page = world(works, (ada, *PEOPLE[1:]))
    with Store(sourcing.folder / "sourcing.db") as store:
        crawl(store, replace(page, contributors=(Contributor(ada.id, 31),)))
        store.conn.execute("INSERT INTO notes (person_id, at, text) VALUES (1, '2026-11-16', 'N!')")
        store.conn.execute("INSERT INTO tags VALUES (1, 'kernel')")
    sourcing.config(outreach=SENDER)
    assert sourcing("draft", "adaq").status == 0
    sourcing("drafts", "export", "--all", "--to", "out.csv")
    sourcing("exclude", "adaq", "--reason", "in process")
    return sourcing


def test_the_copy_holds_everything(held: Sourcing) -> None:
    assert held("access", "adaq", "--to", "ada.json").status == 0
    copied = json.loads((held.folder / "ada.json").read_text())
    assert copied["person"][0]["first_seen_at"] == "2026-11-16T03:00:00Z"
    assert copied["accounts"][0]["source"] == "github:anvil/press"
    assert {row["part"] for row in copied["work"]} == {"author"}
    assert len(copied["work"]) == 5
    assert all(row["fetched_at"] and row["sources"] for row in copied["work"])
    assert copied["commits"][0]["commits"] == 31
    assert copied["exports"][0]["path"] == "out.csv"
    for part in ("scores", "signals", "proofs", "notes", "tags", "exclusions", "drafts"):
        assert copied[part], part
    text = json.dumps(copied)
    assert str(BEN.login) not in text
    assert str(QUINN.login) not in text
    assert stat.S_IMODE((held.folder / "ada.json").stat().st_mode) == 0o600


def test_the_page_is_inert_and_says_the_same(held: Sourcing) -> None:
    said = held("access", "adaq", "--to", "ada.html")
    assert (said.status, "read it before you send it" in said.out) == (0, True)
    page = BeautifulSoup((held.folder / "ada.html").read_text(), "lxml")
    assert page.find("script") is None
    assert not [a for a in page.find_all("a") if not str(a["href"]).startswith("https://")]
    assert not page.find_all(src=True)
    text = " ".join(page.get_text().split())
    for words in ("Ada Quill", "alert(1)", "{{ 7*7 }}", "https://social.example/@adaq",
                  "31 commits", "in process", "N!", "kernel", "out.csv",
                  "Northwind", "github:anvil/press", "Open to work",
                  "What this cannot show"):  # fmt: skip
        assert words in text, words
    link = page.find("a", string="Free cache blocks when a request is aborted")
    assert "forge.example" in str(link)


def test_every_table_that_speaks_of_people_is_in_the_copy(held: Sourcing) -> None:
    """Whoever adds a table about people finds out here that the copy must show it."""
    with Store(held.folder / "sourcing.db") as store:
        tables = {
            row["name"]
            for row in store.rows(
                "SELECT DISTINCT t.name FROM sqlite_master t JOIN pragma_table_info(t.name) c"
                " WHERE t.type = 'table' AND c.name IN ('person_id', 'identity_id')"
            )
        }
    shown = " ".join(PARTS.values())
    by_view = {"excluded_identities"}
    assert {t for t in tables - by_view if f" {t} " not in f"{shown} "} == set()


def test_what_cannot_be_handed_over_is_told(held: Sourcing) -> None:
    assert "name the file .html" in held("access", "adaq", "--to", "x.pdf").err
    (held.folder / "there.html").write_text("mine")
    assert "already there" in held("access", "adaq", "--to", "there.html").err
    assert (held.folder / "there.html").read_text() == "mine"
    assert "No such file" in held("access", "adaq", "--to", "no/such/folder.html").err
    assert "no stored person is called" in held("access", "nobody", "--to", "y.html").err
    held("forget", "adaq", "--yes")
    gone = held("access", "@adaq", "--to", "z.html")
    assert (gone.status, "suppressed since" in gone.err) == (2, True)
