"""The first minutes, the week and the night, as the pages and `sourcing digest` tell them."""

from __future__ import annotations

import csv
import io
import json
import re
import shutil
import signal
import socket
import sqlite3
import subprocess
import sys
import time
import tomllib
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import httpx
import pytest
from bs4 import BeautifulSoup

from sourcing.core.text import has_address
from tests.conftest import Sourcing
from tests.gitrepo import GitRepo
from tests.pages import Pages, copy


@pytest.fixture
def mine(demo_world: Path, tmp_path: Path) -> Iterator[Pages]:
    with copy(demo_world, tmp_path) as served:
        yield served


@pytest.fixture
def empty(tmp_path: Path) -> Iterator[Pages]:
    with Pages(tmp_path) as served:
        yield served


def test_an_empty_desk_leads_by_the_hand(empty: Pages) -> None:
    page = empty.see("/")
    assert page.h1 is not None
    assert page.h1.string == "First minutes"
    assert "sourcing demo --serve" in page.get_text()
    assert empty.see("/shortlist").h1 == page.h1
    empty.post("/first/watchlist", {})
    listed = tomllib.loads((empty.folder / "sources.toml").read_text())["sources"]
    assert len(listed) > 10
    said = empty.post("/sources", {"source": "github:anvil/press", "next": "/first"}).text
    assert "github:anvil/press is read from the next crawl on" in said
    text = (empty.folder / "sources.toml").read_text()
    assert tomllib.loads(text)["sources"] == [*listed, "github:anvil/press"]
    assert "# measuring models" in text


def test_a_first_source_needs_no_watchlist(empty: Pages) -> None:
    empty.post("/sources", {"source": "blog:https://press.example/"})
    config = tomllib.loads((empty.folder / "sources.toml").read_text())
    assert config["sources"] == ["blog:https://press.example/"]
    wrong = empty.post("/sources", {"source": "ftp:there"})
    assert (wrong.status_code, "no connector named" in wrong.text) == (400, True)
    assert wrong.text.count("ftp:there") == 1, "what was typed stays in the form"
    several = empty.post("/sources", {"source": "anvil/press https://other.example/"})
    assert "github:anvil/press, blog:https://other.example/ are read" in several.text
    again = empty.post("/sources", {"source": "blog:https://press.example/"})
    assert (again.status_code, "already there" in again.text) == (400, True)


def test_a_source_is_removed_where_it_was_added(empty: Pages) -> None:
    empty.post("/sources", {"source": "anvil/press https://other.example/", "next": "/first"})
    page = empty.see("/first").get_text(" ", strip=True)
    assert "github:anvil/press merged pull requests and code reviews" in page
    said = empty.post("/sources/remove", {"source": "github:anvil/press", "next": "/first"}).text
    assert "github:anvil/press is removed" in said
    assert empty.json("/first")["sources"] == ["blog:https://other.example/"]
    again = empty.post("/sources/remove", {"source": "github:anvil/press"})
    assert (again.status_code, "is not in sources.toml" in again.text) == (400, True)


def test_a_first_crawl_that_fails_says_what_to_do(empty: Pages) -> None:
    config = empty.folder / "sources.toml"
    config.write_text(f'sources = ["git:{empty.folder}/none"]\n')
    empty.post("/night/crawl", {})
    while empty.json("/night/progress")["running"]:
        time.sleep(0.1)
    page = empty.see("/first")
    alert = page.find(role="alert")
    assert alert is not None
    assert "1 of 1 source could not be read" in alert.get_text(" ", strip=True)
    assert "remove the source above" in alert.get_text(" ", strip=True)
    assert page.find("button", string="Crawl now") is not None
    assert "See the shortlist" not in page.get_text()


def test_crawl_now_fills_the_shortlist_and_tells_how_it_goes(empty: Pages) -> None:
    with GitRepo(empty.folder / "press") as repo:
        repo.commit("Fix crash when the cache is empty (#1)\n\nThe cause was a missing check.")
    source = f"git:{empty.folder / 'press'}"
    config = empty.folder / "sources.toml"
    empty.post("/sources", {"source": source})  # the pages accept no local path
    assert not config.exists() or source not in config.read_text()
    config.write_text(f"sources = {json.dumps([source])}\n")
    assert "A crawl began" in empty.post("/night/crawl", {}).text
    for _ in range(600):
        if not (told := empty.json("/night/progress"))["running"]:
            break
        time.sleep(0.1)
    assert told["words"] == "It ended well."
    assert any("read to the end (1 new" in line for line in told["lines"])
    assert "went well: 1 sources, 1 new" in empty.see("/night").get_text()
    assert len(empty.json("/shortlist")["people"]) == 1


def test_a_failed_source_is_seen_and_understood(mine: Pages) -> None:
    assert mine.see("/night").find(role="alert") is None
    with sqlite3.connect(mine.db) as conn:
        conn.execute(
            "UPDATE runs SET outcome = 'failed', error = 'answered 500 three times' WHERE source_id"
            " = (SELECT id FROM sources WHERE name = 'github:plumbline-ai/plumb')"
        )
    conn.close()
    alert = mine.see("/night").find(role="alert")
    assert alert is not None
    assert "github:plumbline-ai/plumb failed: answered 500 three times" in alert.get_text(
        " ", strip=True
    )
    assert "tried again the next night" in alert.get_text(" ", strip=True)


def test_a_long_list_of_sources_is_shown_in_two_steps(empty: Pages) -> None:
    names = [f"github:anvil/press-{n}" for n in range(130)]
    (empty.folder / "sources.toml").write_text(f"sources = {json.dumps(names)}\n")
    short = empty.see("/night")
    assert len(short.select("tbody tr")) == 100
    assert len(empty.see("/night?all=1").select("tbody tr")) == 130
    assert short.find("a", string="30 more") is not None
    assert len(empty.json("/night")["sources"]) == 130


def test_a_source_shows_what_it_is_worth(mine: Pages) -> None:
    sources = {s["source"]: s for s in mine.json("/night")["sources"]}
    plumb = sources["github:plumbline-ai/plumb"]
    assert (plumb["outcome"], plumb["people"] > 3, plumb["points"] > 0) == ("done", True, True)


def test_the_week_shows_who_is_new_and_what_waits(mine: Pages) -> None:
    page = mine.see("/week")
    names = [h.get_text(strip=True) for h in page.select(".person h3")]
    listed = mine.json("/shortlist?opening=serving")["people"]
    assert names == [entry["name"] for entry in listed[:5]]
    waiting = mine.json("/drafts")["counts"]["waiting"]
    said = f"{waiting} {'draft' if waiting == 1 else 'drafts'} waiting for you"
    assert said in page.select(".figures")[0].get_text(" ", strip=True)


def test_the_week_counts_what_is_new_in_saved_searches(mine: Pages) -> None:
    mine.post("/searches", {"name": "Crashes", "query": "work=reliability"})
    mine.post("/searches", {"name": "Gone", "query": "opening=closed"})
    with sqlite3.connect(mine.db) as conn:
        conn.execute("UPDATE persons SET first_seen_at = '2026-09-01T03:00:00Z'")
    conn.close()
    [search] = mine.json("/week")["searches"]
    assert (search["name"], search["new"]) == ("Crashes", 0)
    [first, *_] = mine.json("/shortlist?work=reliability")["people"]
    with sqlite3.connect(mine.db) as conn:
        conn.execute(
            "UPDATE persons SET first_seen_at = '2026-11-15T03:00:00Z' WHERE id = ?",
            [first["person_id"]],
        )
    conn.close()
    link = mine.see("/week").select_one('nav[aria-label="New in saved searches"] a')
    assert link is not None
    assert link.get_text(" ", strip=True) == "Crashes 1 new"
    listed = mine.json(str(link["href"]))["people"]
    assert [one["person_id"] for one in listed] == [first["person_id"]]


def test_whose_notice_falls_due_is_said(mine: Pages) -> None:
    assert mine.json("/week")["week"]["notices"] == []
    with sqlite3.connect(mine.db) as conn:
        conn.execute("UPDATE persons SET opened_at = '2026-10-20T03:00:00Z' WHERE id = 13")
    conn.close()
    [due] = mine.json("/week")["week"]["notices"]
    assert (due["person"], due["due"]) == (13, "2026-11-19")
    assert mine.see("/week").select('a[href="/people/13"]')


def test_the_digest_as_text_markdown_and_html(demo_world: Path, sourcing: Sourcing) -> None:
    shutil.copy(demo_world / "sourcing.db", sourcing.folder)
    today = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
    with sqlite3.connect(sourcing.folder / "sourcing.db") as conn:
        conn.execute("UPDATE persons SET opened_at = NULL, first_seen_at = ?", [today])
    best = sourcing("shortlist", "--limit", "1", "--format", "csv").out
    first = next(csv.DictReader(io.StringIO(best)))["name"]
    lines = ("text", f"1. {first}"), ("md", f"1. **{first}"), ("html", f"<li><strong>{first}")
    for form, line in lines:
        said = sourcing("digest", "--format", form)
        assert (said.status, has_address(said.out)) == (0, False)
        assert line in said.out
    assert BeautifulSoup(said.out, "lxml").find(string="This week")
    opened = conn.execute("SELECT count(*) FROM persons WHERE opened_at IS NOT NULL").fetchone()
    conn.close()
    assert opened[0] == 0


def test_the_demo_shows_its_world_with_work_left_and_reads_it_again(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "sourcing", "demo", "--serve", "--port", "0"]
    with subprocess.Popen(command, cwd=tmp_path, stdout=subprocess.PIPE, text=True) as demo:
        assert demo.stdout is not None
        lines = (re.search(r"Open ((http://\S+:\d+)/\S*) in your browser", s) for s in demo.stdout)
        address, origin = next(line.groups() for line in lines if line)
        accept = {"accept": "application/json"}
        with httpx.Client(base_url=origin, headers=accept) as client:
            client.get(address)  # signs in
            by_status = [d["status"] for d in client.get("/drafts?status=all").json()["drafts"]]
            client.post("/night/crawl", headers={"origin": origin})
            while (now := client.get("/night/progress").json())["running"]:
                time.sleep(0.1)
        demo.send_signal(signal.SIGINT)
    assert sorted(set(by_status)) == ["approved", "proposed"]
    assert (now["words"], "0 failed" in now["lines"][-1]) == ("It ended well.", True)


def test_a_port_that_is_taken_is_said_before_anything_is_built(sourcing: Sourcing) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = str(taken.getsockname()[1])
        done = sourcing("demo", "--serve", "--port", port)
    assert (done.status, f"port {port} of 127.0.0.1 cannot be used" in done.err) == (2, True)
    assert not (sourcing.folder / "demo-out").exists()
