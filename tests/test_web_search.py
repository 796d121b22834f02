"""Finding people in the pages: words, filters with counts, pages by key, kept searches."""

from __future__ import annotations

import csv
import io
import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from db import Store
from db.ranking import shortlist
from sourcing.core.shortlist_query import ShortlistQuery
from tests.conftest import Sourcing
from tests.pages import Pages, copy


@pytest.fixture(scope="module")
def pages(demo_world: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Pages]:
    with copy(demo_world, tmp_path_factory.mktemp("search")) as served:
        yield served


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


def names(found: Any) -> list[str]:
    return [one["name"] for one in found["people"]]


def options(found: Any, name: str) -> dict[str, int]:
    [one] = [f for f in found["filters"] if f["name"] == name]
    return {value: people for value, _, people in one["options"]}


def test_words_find_people_by_their_work_and_show_it(pages: Pages) -> None:
    found = pages.json("/shortlist?about=kv+blocks")
    assert found["people"][0]["name"] == "Maren Tuulik"
    shown = found["people"][0]["works"]
    assert any("KV blocks" in piece["title"] for piece in shown)
    assert 0 < found["total"] < pages.json("/shortlist")["total"]
    unknown = pages.see("/shortlist?about=qwvxk+zzjtq").get_text()
    assert "No person matches" in unknown
    assert "No stored work mentions “qwvxk”" in unknown
    assert pages.get("/shortlist?about=%22%29+OR+NEAR%28*").status_code == 200


def test_each_filter_shows_as_many_as_it_promised(pages: Pages) -> None:
    narrowed = pages.json("/shortlist?active=3650")
    tried = 0
    for name in ("work", "area", "repo", "location", "company", "language"):
        for value, people in options(narrowed, name).items():
            found = pages.client.get(
                "/shortlist", params={"active": "3650", name: value, "format": "json"}
            ).json()
            assert found["total"] == people, (name, value)
            tried += 1
    assert tried > 20


def test_those_of_whom_nothing_is_known_are_counted(pages: Pages) -> None:
    narrowed = pages.json("/shortlist?active=3650")
    places = options(narrowed, "location")
    assert sum(places.values()) >= narrowed["total"]
    assert places["?"] == pages.json("/shortlist?active=3650&location=?")["total"] > 0


def test_counts_without_a_filter_are_ready_made_and_right(demo_world: Path) -> None:
    with Store(demo_world / "sourcing.db", write=False) as store:
        query = ShortlistQuery(limit=5)
        everybody = shortlist.page(store, query, query.role, counted=True)
        for facet, values in (everybody.counts or {}).items():
            if facet in {"status", "tag"}:
                continue
            counted = store.rows(
                "SELECT v.value, count(*) AS people FROM traits t JOIN trait_values v"
                " ON v.id = t.value_id WHERE v.facet = ? GROUP BY v.id",
                facet,
            )
            assert dict(values) == {row["value"]: row["people"] for row in counted}
        ranked = store.scalar("SELECT count(*) FROM shortlist WHERE role = 'reliability-tooling'")
        assert everybody.total == ranked


def test_who_is_left_alone_counts_nowhere(mine: Pages) -> None:
    before = mine.json("/shortlist")
    person = before["people"][0]
    mine.post(f"/people/{person['person_id']}/exclude", {"reason": "client"})
    after = mine.json("/shortlist")
    assert (after["total"], after["exact"]) == (before["total"] - 1, False)
    places = [sum(options(shown, "location").values()) for shown in (before, after)]
    assert places[0] - places[1] == 1
    assert "client" in mine.get("/compare?with=9&with=13&with=7").text


@pytest.mark.parametrize("query", ["", "about=fix", "active=3650", "work=reliability"])
def test_pages_by_key_show_everybody_once(pages: Pages, query: str) -> None:
    with Store(pages.db, write=False) as store:
        asked = ShortlistQuery(
            role="mlops",
            limit=0,
            about="fix" if "about" in query else "",
            facets={"work": "reliability"} if "work" in query else {},
            active_since="2016-01-01" if "active" in query else "",
        )
        ids = store.rows("SELECT id FROM contributions WHERE title LIKE '%fix%'")
        fits = {row["id"]: 0.3 + row["id"] % 7 / 10 for row in ids}
        whole = shortlist.page(store, asked, "mlops", found=fits)
        paged: list[int] = []
        key = None
        while people := shortlist.page(
            store, replace(asked, limit=3), "mlops", key, found=fits
        ).people:
            paged += [one.person_id for one in people]
            key = (people[-1].worth, people[-1].person_id)
        assert paged == [one.person_id for one in whole.people]
        assert len(set(paged)) == whole.total > 3


def test_the_order_is_that_of_the_command(demo_world: Path, sourcing: Sourcing) -> None:
    db = ("--db", str(demo_world / "sourcing.db"))
    said = sourcing(*db, "shortlist", "--role", "mlops", "--format", "csv", "--limit", "0")
    expected = [int(row["person_id"]) for row in csv.DictReader(io.StringIO(said.out))]
    with Store(demo_world / "sourcing.db", write=False) as store:
        people = shortlist.page(store, ShortlistQuery(role="mlops", limit=0), "mlops").people
    assert [one.person_id for one in people] == expected


def test_the_next_page_goes_on_where_this_one_ends(pages: Pages, monkeypatch: Any) -> None:
    monkeypatch.setattr("sourcing.web.pages.shortlist.PER_PAGE", 4)
    first = pages.json("/shortlist")
    second = pages.client.get(
        "/shortlist", params={"after": first["after"], "format": "json"}
    ).json()
    assert [one["rank"] for one in second["people"]] == [5, 6, 7, 8]
    assert not set(names(first)) & set(names(second))
    assert pages.get("/shortlist?after=nonsense").status_code == 400


def test_status_and_tags_filter_and_stay_on_the_page(mine: Pages) -> None:
    answer = mine.post(
        "/people/9/mark",
        {"status": "shortlisted", "tag": "serving", "next": "/shortlist?work=data"},
    )
    assert answer.url.query == b"work=data"
    assert names(mine.json("/shortlist?tag=serving")) == ["Maren Tuulik"]
    assert names(mine.json("/shortlist?status=shortlisted")) == ["Maren Tuulik"]
    assert options(mine.json("/shortlist"), "tag") == {"serving": 1}
    mine.post("/people/9/mark", {"status": "do not contact"})
    assert "Maren Tuulik" not in names(mine.json("/shortlist"))
    assert names(mine.json("/shortlist?status=do+not+contact")) == ["Maren Tuulik"]


def test_new_since_the_last_visit(mine: Pages) -> None:
    mine.client.cookies.set("visits", "|2026-11-12T08:00:00+00:00")
    assert mine.json("/shortlist?new=visit")["total"] > 0
    mine.client.cookies.set("visits", "|2026-11-16T04:00:00+00:00")
    assert mine.json("/shortlist?new=visit")["total"] == 0
    mine.client.cookies.set("visits", "what|ever")
    assert mine.see("/shortlist").select("li.row")


def test_a_profile_that_was_let_go_is_no_filter_any_more(mine: Pages) -> None:
    with sqlite3.connect(mine.db) as conn:
        conn.execute("PRAGMA foreign_keys = ON")
        where = "SELECT count(*) FROM trait_values WHERE facet = 'location' AND value <> ''"
        assert conn.execute(where).fetchone()[0] > 0
        conn.execute("UPDATE identities SET location = NULL, company = NULL")
        assert conn.execute(where).fetchone()[0] == 0
        conn.execute("DELETE FROM drafts")
        conn.execute("DELETE FROM persons")
        assert conn.execute("SELECT count(*) FROM trait_values").fetchone()[0] == 0
    conn.close()


def test_a_search_is_kept_under_a_name(mine: Pages) -> None:
    kept = mine.post("/searches", {"name": "Cache people", "query": "?about=kv+cache&work=data"})
    assert "Saved as “Cache people”" in kept.text
    link = mine.see("/shortlist").find("a", string="Cache people")
    assert link is not None
    assert link["href"] == "/shortlist?about=kv+cache&work=data"
    mine.post("/searches/drop", {"name": "Cache people"})
    assert mine.json("/shortlist")["searches"] == {}
    assert mine.post("/searches", {"name": " ", "query": "x"}).status_code == 400


def test_two_to_five_people_side_by_side(pages: Pages) -> None:
    page = pages.see("/compare?with=9&with=13&with=1")
    assert len(page.select(".card > .why")) == 3, "each person has a reason"
    assert len(page.select(".beside > section")) == 3
    assert pages.get("/compare?with=9").status_code == 400
    assert pages.get("/compare?with=9&with=4711").status_code == 404
    assert pages.get("/compare?" + "&".join(f"with={n}" for n in range(1, 8))).status_code == 400


def test_what_is_shown_is_saved_as_csv(pages: Pages) -> None:
    answer = pages.get("/shortlist?work=evaluation&format=csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    found = pages.json("/shortlist?work=evaluation")
    assert [row["name"] for row in rows][:3] == names(found)[:3]
    assert list(rows[0])[:6] == ["rank", "person_id", "login", "name", "aliases", "score"]
