"""A crawl started from the pages: share, rate and time left; people appear while it runs."""

from __future__ import annotations

import json
from collections.abc import Callable
from contextlib import closing
from datetime import UTC, datetime
from pathlib import Path

import pytest

from db import Store
from scoring import load
from sourcing.cli.crawl.report import Lines
from sourcing.core.config import Config
from sourcing.pipeline import nightly
from sourcing.pipeline.crawl import Run
from sourcing.pipeline.history import last_nights
from sourcing.pipeline.nightly import Night
from sourcing.web.crawl_job import Crawling
from tests.gitrepo import GitRepo


@pytest.fixture
def crawling(tmp_path: Path) -> Crawling:
    return Crawling(tmp_path / "sources.toml", tmp_path / "sourcing.db", lambda: ("crawl",))


@pytest.fixture
def log(crawling: Crawling, monkeypatch: pytest.MonkeyPatch) -> Callable[..., None]:
    """Feed one event of the JSON log, at a second of the crawl."""

    def feed(second: float, event: str, **facts: object) -> None:
        monkeypatch.setattr("sourcing.web.crawl_job.time.monotonic", lambda: second)
        crawling._read(json.dumps({"event": event, "line": event, **facts}))

    return feed


def test_a_source_shows_share_rate_and_time_left(
    crawling: Crawling, log: Callable[..., None]
) -> None:
    log(0, "started", source="github:anvil/press")
    [begun] = crawling.progress().sources
    assert (begun.percent, begun.words) == (None, "being read")
    log(10, "advanced", done=100, expected=400)
    [reading] = crawling.progress().sources
    assert (reading.percent, reading.words) == (
        25,
        "100 of 400, 600 a minute, about 30 s left",
    )
    log(11, "advanced", done=110, expected=None)
    assert crawling.progress().sources[0].words == "110 read, 600 a minute"
    log(40, "ended", source="github:anvil/press", outcome="done", added=7, error=None)
    [read] = crawling.progress().sources
    assert (read.percent, read.words) == (100, "read to the end, 7 new")


def test_a_failed_source_keeps_its_reason_and_the_next_one_follows(
    crawling: Crawling, log: Callable[..., None]
) -> None:
    log(0, "started", source="blog:https://a.example/")
    log(1, "ended", source="blog:https://a.example/", outcome="failed", added=0, error="404")
    log(2, "started", source="blog:https://b.example/")
    failed, reading = crawling.progress().sources
    assert (failed.words, reading.words) == ("failed: 404", "being read")


def test_text_that_is_no_event_is_kept_in_the_log(crawling: Crawling) -> None:
    crawling._read("Error: sources.toml, line 3: unknown key")
    crawling._read("[1, 2]")
    assert crawling.progress().lines == ("Error: sources.toml, line 3: unknown key", "[1, 2]")
    assert crawling.progress().sources == ()


class Watcher(Lines):
    """Counts the people on the shortlist at the end of each source."""

    def __init__(self, store: Store) -> None:
        super().__init__("text", verbose=False)
        self._store, self.people = store, list[int]()

    def ended(self, run: Run) -> None:
        """The crawl of a source is over."""
        [row] = self._store.rows("SELECT count(DISTINCT person_id) AS people FROM scores")
        self.people.append(row["people"])


@pytest.mark.parametrize(("every", "early"), [(0.0, True), (60.0, False)])
def test_a_first_crawl_shows_people_while_it_runs(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, every: float, early: bool
) -> None:
    monkeypatch.setattr(nightly, "EVALUATE_EVERY", every)
    names = [f"git:{tmp_path / name}" for name in ("press", "mill")]
    for name in ("press", "mill"):
        with GitRepo(tmp_path / name) as repo:
            repo.commit(f"Fix crash of the {name} (#1)\n\nThe cause was a missing check.")
    config, rubric = Config(sources=names), load({})
    with closing(Store(tmp_path / "sourcing.db", create=True)) as store:
        watcher = Watcher(store)
        night = Night(store, config, {}, datetime(2026, 11, 16, 3, tzinfo=UTC), watcher)
        runs = night.run(names, rubric, all_of_them=True)
        [total] = last_nights(store, 1)
    assert [run.error for run in runs] == [None, None]
    assert (watcher.people[0] > 0) is early
    assert total.totals.read == 2
