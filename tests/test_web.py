"""The pages: who may ask, what they say, and that nothing crawled can act on them."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from pathlib import Path

import pytest

from sourcing.core.text import has_address
from tests.pages import Pages, copy

#: What somebody might write into a title to act on the page that shows it.
HOSTILE = "<script>alert(1)</script>\"'><img src=x onerror=alert(1)>{{ 7 * 7 }}"


@pytest.fixture(scope="module")
def pages(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    """For reading; a test that changes something has a copy of its own."""
    with copy(demo_world, tmp_path_factory.mktemp("pages")) as served:
        yield served


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


@pytest.mark.parametrize(
    "host", ["attacker.example", "attacker.example:{port}", "127.0.0.1", "127.0.0.1:1", "{port}"]
)
def test_a_name_that_was_rebound_to_this_machine_reads_nothing(pages: Pages, host: str) -> None:
    answer = pages.get("/shortlist", host=host.format(port=pages.port))
    assert (answer.status_code, "Maren" in answer.text) == (403, False)


@pytest.mark.parametrize("origin", ["https://attacker.example", "null", "http://localhost:1", ""])
def test_a_form_of_another_site_changes_nothing(pages: Pages, origin: str) -> None:
    answer = pages.client.post("/shortlist", data={}, headers={"origin": origin})
    assert (answer.status_code, "Origin" in answer.text) == (403, True)
    assert pages.client.post("/shortlist", data={}).status_code == 403


def test_another_site_may_link_here_and_embed_nothing(pages: Pages) -> None:
    site = {"sec-fetch-site": "cross-site"}
    assert pages.get("/shortlist", **site).status_code == 403
    assert pages.get("/shortlist", **site, **{"sec-fetch-mode": "navigate"}).status_code == 200
    assert pages.get("/static/page.css", **site).status_code == 403


def test_every_answer_forbids_what_is_inline_or_from_elsewhere(pages: Pages) -> None:
    for path in ("/shortlist", "/people/1", "/nowhere", "/static/page.css"):
        policy = pages.get(path).headers["content-security-policy"]
        assert "default-src 'none'" in policy
        assert "unsafe" not in policy
    page = pages.see("/shortlist")
    assert not page.find_all(style=True) + page.find_all("style")
    assert all(str(s.get("src")).startswith("/static/") and not s.string for s in page("script"))


def test_what_was_crawled_is_text_and_nothing_else(mine: Pages) -> None:
    with sqlite3.connect(mine.db) as conn:
        conn.execute("UPDATE persons SET name = ?, aliases = ?", [HOSTILE, HOSTILE])
        conn.execute(
            "UPDATE contributions SET title = ?, body = ?, url = 'javascript:alert(1)'",
            [HOSTILE, HOSTILE],
        )
        conn.execute("UPDATE identities SET name = ?, url = 'data:text/html,x'", [HOSTILE])
    conn.close()
    for path in ("/shortlist", "/people/9"):
        page = mine.see(path)
        assert HOSTILE in page.get_text()
        assert not page.find_all("img")
        assert all(s.get("src") for s in page("script"))
        links = [str(a["href"]) for a in page.find_all("a")]
        assert not [link for link in links if link.startswith(("javascript:", "data:"))]


def test_the_shortlist_says_why_without_a_click(pages: Pages) -> None:
    first = pages.see("/shortlist").select("li.row")[0]
    assert first.h2 is not None
    best = pages.json("/shortlist")["people"][0]
    assert first.h2.get_text(" ", strip=True) == best["name"]
    links = [a["href"] for a in first.select(".evidence a")]
    assert len(links) == 3
    assert all(str(link).startswith("https://forge.example/") for link in links)


def test_a_person_opens_into_areas_months_evidence_and_limits(pages: Pages) -> None:
    with sqlite3.connect(pages.db) as conn:
        conn.execute("UPDATE persons SET opened_at = NULL WHERE id = 9")
    conn.close()
    page = pages.see("/people/9")
    said = page.get_text(" ", strip=True)
    for words in ("Maren Tuulik", "operational thinking", "What this cannot show", "Who this is"):
        assert words in said
    assert page.select("svg.months rect")
    with sqlite3.connect(pages.db) as conn:
        opened = "SELECT opened_at FROM persons WHERE id = 9"
        assert conn.execute(opened).fetchone()[0] is None, "a GET changes nothing"
        record = page.select_one("[data-opened]")
        assert record
        pages.post(str(record["data-opened"]), {})
        assert conn.execute(opened).fetchone()[0]
    conn.close()


def test_the_decision_is_quoted_and_leads_to_questions(pages: Pages) -> None:
    card = pages.see("/people/9").select_one(".decision")
    assert card is not None
    quotes = [quote.get_text() for quote in card.select("blockquote mark")]
    told = pages.json("/people/9")["decided"]["decision"]
    assert set(quotes) == {q["text"] for part in told.values() for q in part}
    assert len(pages.json("/people/9")["questions"]) == 2


def test_status_tags_and_notes_are_kept_and_dropped(mine: Pages) -> None:
    mine.post("/people/9/mark", {"tag": "  kv  cache ", "note": "Read her post on <b>drains</b>"})
    mine.post("/people/9/mark", {"status": "reviewing", "tag": "Tartu"})
    kept = mine.json("/people/9")
    assert (kept["tags"], kept["person"]["status"]) == (["Tartu", "kv cache"], "reviewing")
    assert kept["notes"][0]["text"] == "Read her post on <b>drains</b>"
    assert mine.see("/people/9").select("article b.drains") == []
    mine.post("/people/9/mark", {"untag": "Tartu"})
    mine.post("/people/9/mark", {"drop": kept["notes"][0]["id"]})
    after = mine.json("/people/9")
    assert (after["tags"], after["notes"]) == (["kv cache"], [])
    wrong = mine.post("/people/9/mark", {"status": "hired"})
    assert (wrong.status_code, "no status" in wrong.text) == (400, True)


def test_no_address_is_kept_in_a_note(mine: Pages) -> None:
    mine.post(
        "/people/9/mark", {"note": "write to maren@tuulik.example", "tag": "m@tuulik.example"}
    )
    assert not has_address(mine.get("/people/9").text)


def test_who_is_excluded_leaves_the_list_until_it_is_taken_back(mine: Pages) -> None:
    def names() -> list[str]:
        return [e["name"] for e in mine.json("/shortlist")["people"]]

    mine.post("/people/9/exclude", {"reason": "past applicant", "until": "2027-01-31"})
    assert "Maren Tuulik" not in names()
    page = mine.see("/people/9").get_text(" ", strip=True)
    assert "Hidden: is excluded until 2027-01-31: past applicant" in page
    assert "Draft a message" not in page
    mine.post("/people/9/include", {})
    assert "Maren Tuulik" in names()
    assert mine.post("/people/9/exclude", {"reason": ""}).status_code == 400


def test_a_copy_for_the_person_shows_what_we_see_and_nothing_we_wrote(mine: Pages) -> None:
    mine.post("/people/9/mark", {"tag": "secret-tag", "note": "secret note"})
    copy = mine.get("/people/9/copy").text
    assert "What is shown of Maren Tuulik" in copy
    assert "secret" not in copy
    assert "northwind.example/notice" in copy
    assert "<form" not in copy


def test_forgetting_is_for_good_and_wants_the_word(mine: Pages) -> None:
    refused = mine.post("/people/9/forget", {"word": "yes"})
    assert (refused.status_code, "type the word forget" in refused.text) == (400, True)
    page = mine.post("/people/9/forget", {"word": " Forget "}).text
    assert "Erased:" in page
    assert mine.get("/people/9").status_code == 404
    assert b"mtuulik" not in mine.db.read_bytes()


def test_everything_held_is_a_file_to_hand_over(mine: Pages) -> None:
    answer = mine.get("/people/9/held")
    assert "attachment" in answer.headers["content-disposition"]
    assert "Maren Tuulik" in answer.text
    assert not has_address(answer.text)


def test_after_a_change_nobody_is_led_to_another_site(mine: Pages) -> None:
    for there in ("https://attacker.example/", "//attacker.example/"):
        mine.client.follow_redirects = False
        answer = mine.post("/people/9/mark", {"tag": "a", "next": there})
        assert answer.headers["location"] == "/people/9"


def test_the_same_addresses_answer_scripts(pages: Pages) -> None:
    for path in ("/first", "/week", "/drafts", "/drafts/1", "/openings", "/packet", "/night"):
        assert isinstance(pages.json(path), dict), path
    people = pages.json("/shortlist")["people"]
    assert {"Sunniva Brekkaune", "Maren Tuulik"} <= {one["name"] for one in people}
    assert pages.get("/people/9?format=json").json()["person"]["login"] == "mtuulik"


def test_what_is_wrong_is_said_in_one_line(pages: Pages) -> None:
    for path, status, words in (
        ("/people/4711", 404, "no person here has the number 4711"),
        ("/shortlist?role=wizard", 400, "no role named"),
        ("/shortlist?opening=none", 400, "no opening named"),
    ):
        answer = pages.get(path)
        assert (answer.status_code, words in answer.text) == (status, True), path
        assert words in pages.get(path, accept="application/json").json()["error"]
    big = pages.client.post("/shortlist", content="x" * 2_000_000, headers={"origin": pages.origin})
    assert big.status_code in {405, 413}
