"""Drafts in the pages: read beside the source, attested by opening it, approved one by one."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.pages import Pages, copy

#: How a browser marks a click on a link of our own page.
CLICK = {
    "sec-fetch-site": "same-origin",
    "sec-fetch-mode": "navigate",
    "sec-fetch-dest": "document",
}


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        served.client.follow_redirects = False
        yield served


def waiting(pages: Pages) -> int:
    """The first draft that waits."""
    return int(pages.json("/drafts")["drafts"][0]["id"])


def click_through(pages: Pages, number: int) -> str:
    """Open the work a draft cites; where that led."""
    return str(pages.get(f"/drafts/{number}/source", **CLICK).headers["location"])


def test_a_draft_stands_beside_the_words_it_quotes(mine: Pages) -> None:
    page = mine.see(f"/drafts/{waiting(mine)}")
    text = page.select_one("textarea#body")
    assert text is not None
    marked = [mark.get_text() for mark in page.select(".source mark")]
    assert marked
    assert all(sentence in text.get_text() for sentence in marked)


def test_approval_wants_the_link_opened_on_our_own_page(mine: Pages) -> None:
    number = waiting(mine)
    assert mine.see(f"/drafts/{number}").select('button[data-key="a"][disabled]')
    refused = mine.post(f"/drafts/{number}/approve", {})
    assert (refused.status_code, "open the work it cites first" in refused.text) == (400, True)
    for elsewhere in (
        CLICK | {"sec-fetch-site": "cross-site"},
        CLICK | {"sec-fetch-dest": "image"},
        {},
    ):
        mine.get(f"/drafts/{number}/source", **elsewhere)
        assert mine.json(f"/drafts/{number}")["opened"] is None
    assert click_through(mine, number).startswith("https://forge.example/")
    assert mine.post(f"/drafts/{number}/approve", {"confirm": "5"}).status_code == 303
    draft = mine.json(f"/drafts/{number}")
    assert (draft["draft"]["status"], draft["draft"]["decided_by"]) == ("approved", "mira")
    events = [h["event"] for h in draft["history"]]
    assert (events[:2], events[-1]) == (["proposed", "link opened"], "approved")


def test_an_edit_is_checked_while_it_is_typed_and_when_it_is_kept(mine: Pages) -> None:
    number = waiting(mine)
    before = mine.json(f"/drafts/{number}")["draft"]
    words = {"subject": before["subject"], "body": "so many words " * 99 + before["body"]}
    said = mine.post(f"/drafts/{number}/check", words).text
    assert "warn" in said
    assert mine.json(f"/drafts/{number}")["draft"]["body"] == before["body"]
    kept = {"subject": "Your readiness probe", "body": before["body"]}
    mine.post(f"/drafts/{number}/edit", kept)
    after = mine.json(f"/drafts/{number}")["draft"]
    assert (after["subject"], after["status"]) == ("Your readiness probe", "edited")
    mine.post(f"/drafts/{number}/edit", words)
    click_through(mine, number)
    assert mine.post(f"/drafts/{number}/approve", {}).status_code == 400


def test_another_work_is_cited_by_its_link(mine: Pages) -> None:
    number = waiting(mine)
    before = mine.json(f"/drafts/{number}")["draft"]
    person, opening = before["person_id"], before["opening"]
    form = {"opening": opening, "cite": "https://forge.example/a/b/pull/1"}
    refused = mine.post(f"/people/{person}/draft", form)
    assert (refused.status_code, "no stored work has the link" in refused.text) == (400, True)
    form["cite"] = before["evidence_url"]
    made = mine.post(f"/people/{person}/draft", form)
    assert made.status_code == 303
    after = mine.json(made.headers["location"])["draft"]
    assert after["evidence_url"] == before["evidence_url"]
    assert mine.json(f"/drafts/{number}")["draft"]["status"] == "expired"


def test_a_text_that_changed_meanwhile_is_not_approved(mine: Pages) -> None:
    number = waiting(mine)
    page = mine.see(f"/drafts/{number}")
    [seen] = {str(field["value"]) for field in page.select("input[name=seen]")}
    before = mine.json(f"/drafts/{number}")["draft"]
    words = {"subject": before["subject"], "body": before["body"].replace("Hello", "Dear")}
    assert mine.post(f"/drafts/{number}/edit", words | {"seen": seen}).status_code == 303
    click_through(mine, number)
    refused = mine.post(f"/drafts/{number}/approve", {"confirm": "5", "seen": seen})
    assert (refused.status_code, "has changed since" in refused.text) == (400, True)


def test_a_rejection_says_why(mine: Pages) -> None:
    number = waiting(mine)
    assert mine.post(f"/drafts/{number}/reject", {"reason": " "}).status_code == 400
    mine.post(f"/drafts/{number}/reject", {"reason": "too thin"})
    assert mine.json(f"/drafts/{number}")["draft"]["reason"] == "too thin"
    assert mine.post(f"/drafts/{number}/approve", {}).status_code == 400


def test_sent_by_the_human_and_what_came_of_it(mine: Pages) -> None:
    number = waiting(mine)
    click_through(mine, number)
    mine.post(f"/drafts/{number}/approve", {"confirm": "5"})
    page = mine.see(f"/drafts/{number}")
    assert page.select("#letter")
    assert mine.post(f"/drafts/{number}/sent", {"via": ""}).status_code == 400
    assert mine.post(f"/drafts/{number}/sent", {"via": "her form"}).status_code == 400
    via = {"via": "her form", "reason": "her site offers it"}
    assert mine.post(f"/drafts/{number}/sent", via).status_code == 303
    mine.post(f"/drafts/{number}/outcome", {"outcome": "declined"})
    person = mine.json(f"/drafts/{number}")["draft"]["person_id"]
    assert mine.json(f"/people/{person}")["person"]["status"] == "do not contact"
    assert person not in {e["person_id"] for e in mine.json("/shortlist")["people"]}


def test_the_export_is_a_file_without_addresses_that_is_remembered(mine: Pages) -> None:
    number = waiting(mine)
    click_through(mine, number)
    mine.post(f"/drafts/{number}/approve", {"confirm": "5"})
    told = mine.post("/drafts/export", {}, accept="application/json").json()
    assert (told["count"], told["left_out"]) == (1, [])
    answer = mine.get(f"/exports/{told['name']}")
    [row] = csv.DictReader(io.StringIO(answer.text.removeprefix("\ufeff")))
    assert (row["draft_id"], row["email"], row["status"]) == (str(number), "", "approved")
    assert "attachment" in answer.headers["content-disposition"]
    assert mine.get("/exports/..%2Fsources.toml").status_code == 404


def test_do_not_contact_ends_it_all(mine: Pages) -> None:
    number = waiting(mine)
    click_through(mine, number)
    person = mine.json(f"/drafts/{number}")["draft"]["person_id"]
    mine.post(f"/people/{person}/mark", {"status": "do not contact"})
    refused = mine.post(f"/drafts/{number}/approve", {})
    assert (refused.status_code, "not to be contacted" in refused.text) == (400, True)
    again = mine.post(f"/people/{person}/draft", {})
    assert (again.status_code, "not to be contacted" in again.text) == (400, True)


def test_the_way_a_person_offers_stands_where_the_message_is_sent(mine: Pages) -> None:
    by_person = {d["login"]: d["id"] for d in mine.json("/drafts?status=all")["drafts"]}
    path, wanted = f"/drafts/{by_person['mtuulik']}", "section[aria-labelledby=send]"
    assert mine.see(path).select(f'{wanted} a[href="https://tuulik.example/contact"]')
    with sqlite3.connect(mine.db) as conn:
        conn.execute("UPDATE identities SET website = NULL, routes = '[]'")
    conn.close()
    [send] = mine.see(path).select(wanted)
    assert "offers no route" in send.get_text()


def test_who_was_written_to_is_led_to_that_message(mine: Pages) -> None:
    by_person = {d["person_id"]: d for d in mine.json("/drafts?status=all")["drafts"]}
    for person, draft in by_person.items():
        page = mine.see(f"/people/{person}")
        assert page.select(f'.heading a[href="/drafts/{draft["id"]}"]')
        again = bool(page.select('button:-soup-contains("Draft a message")'))
        assert again == (draft["status"] == "proposed")
