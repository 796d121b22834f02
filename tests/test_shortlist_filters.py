"""Each filter of a shortlist, alone and together with another one."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime

import pytest

from db import Store
from db.ingest import writer
from db.ranking import shortlist
from scoring import DEFAULT_ROLE
from sourcing.core.config import Config
from sourcing.core.model import Contribution, Credit, Identity, Page
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.pipeline.evaluate import assess

NOW = datetime(2026, 3, 2, tzinfo=UTC)
STAMP = "2026-03-02T00:00:00Z"
#: Name, place, company, repository, newest work, first seen.
PEOPLE = {
    "Ada Quill": ("Oslo", "Anvil", "press", "2026-02-20", "2026-02-01"),
    "Bo Larsen": ("Oslo", "Forge", "press", "2025-02-20", "2026-01-01"),
    "Cy Marsh": ("Bern", "Anvil", "mill", "2026-02-10", "2026-02-01"),
    "Di Novak": ("Bern", "Forge", "mill", "2025-06-10", "2026-01-01"),
}


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Store]:
    with Store(tmp_path_factory.mktemp("filters") / "s.db") as opened:
        source, _ = opened.source("git:/x", STAMP)
        for number, (name, (place, company, repo, newest, seen)) in enumerate(PEOPLE.items(), 1):
            who = Identity(
                f"github:forge.example/{number}", name, name[:2].lower(), type="account",
                url=f"https://forge.example/{number}", location=place, company=company,
            )  # fmt: skip
            place_ = f"forge.example/anvil/{repo}"
            titles = (
                "Fix a deadlock",
                "Close leaked sockets",
                "Retry stale uploads",
                "Stop a crash",
            )
            items = tuple(
                Contribution(
                    f"pr:{place_}#{number}{at}", "merged_pr", title, f"{newest}T0{at}:00:00Z",
                    (Credit(who.id, "author"),), repo=place_, number=number * 10 + at,
                    paths=("press/a.py", "tests/test_a.py"), files=2,
                )
                for at, title in enumerate(titles)
            )  # fmt: skip
            when = f"{seen}T00:00:00Z"
            shown = Page({}, items, (who,))
            writer.save(opened, source, opened.start_run(source, when), shown, when)
            assess(opened, Config(), NOW)
            opened.conn.execute("UPDATE persons SET first_seen_at = ? WHERE name = ?", [when, name])
        yield opened


def listed(store: Store, **filters: object) -> set[str]:
    query = replace(ShortlistQuery(role=DEFAULT_ROLE, today="2026-03-02"), **filters)  # type: ignore[arg-type]
    page = shortlist.page(store, query, DEFAULT_ROLE)
    assert page.total == len(page.people)
    return {(one.name or "")[:2] for one in page.people}


REPOSITORY = {"repository": "anvil/press"}


@pytest.mark.parametrize(
    ("filters", "names"),
    [
        ({}, {"Ad", "Bo", "Cy", "Di"}),
        ({"active_since": "2026-01-01"}, {"Ad", "Cy"}),
        ({"active_since": "2026-02-10"}, {"Ad", "Cy"}),
        ({"active_since": "2026-02-11"}, {"Ad"}),
        ({"new_since": "2026-02-01"}, {"Ad", "Cy"}),
        ({"location": "oslo"}, {"Ad", "Bo"}),
        ({"company": "forge"}, {"Bo", "Di"}),
        ({"place": "anvil"}, {"Ad", "Cy"}),
        ({"place": "bern"}, {"Cy", "Di"}),
        ({"facets": REPOSITORY}, {"Ad", "Bo"}),
        ({"facets": REPOSITORY, "active_since": "2026-01-01"}, {"Ad"}),
        ({"facets": REPOSITORY, "new_since": "2026-02-01"}, {"Ad"}),
        ({"facets": REPOSITORY, "company": "forge"}, {"Bo"}),
        ({"facets": REPOSITORY, "location": "bern"}, set()),
        ({"location": "bern", "active_since": "2026-01-01"}, {"Cy"}),
        ({"facets": {"work": "reliability"}}, {"Ad", "Bo", "Cy", "Di"}),
        ({"facets": REPOSITORY | {"work": "reliability"}}, {"Ad", "Bo"}),
        ({"facets": REPOSITORY | {"work": "docs"}}, set()),
        ({"standing": ("regular",)}, set()),
        ({"standing": ("core", "occasional")}, {"Ad", "Bo", "Cy", "Di"}),
    ],
)
def test_a_filter_leaves_out_who_does_not_meet_it(
    store: Store, filters: dict[str, object], names: set[str]
) -> None:
    assert listed(store, **filters) == names


def test_people_tags_and_statuses(store: Store) -> None:
    ids = {row["name"][:2]: row["id"] for row in store.rows("SELECT id, name FROM persons")}
    assert listed(store, people=(ids["Ad"], ids["Di"])) == {"Ad", "Di"}
    assert listed(store, people=(ids["Ad"], ids["Di"]), active_since="2026-01-01") == {"Ad"}
    assert listed(store, facets=REPOSITORY, people=(ids["Ad"], ids["Di"])) == {"Ad"}
    store.conn.execute("INSERT INTO tags (person_id, tag) VALUES (?, 'gpu')", [ids["Bo"]])
    assert listed(store, tag="gpu") == {"Bo"}
    assert listed(store, tag="gpu", facets=REPOSITORY) == {"Bo"}
    assert listed(store, tag="gpu", active_since="2026-01-01") == set()
    store.conn.execute("UPDATE persons SET status = 'do not contact' WHERE id = ?", [ids["Di"]])
    try:
        assert listed(store) == {"Ad", "Bo", "Cy"}
        assert listed(store, location="bern") == {"Cy"}
        assert listed(store, status="do not contact") == {"Di"}
        assert listed(store, status="do not contact", facets=REPOSITORY) == set()
    finally:
        store.conn.execute("UPDATE persons SET status = 'new' WHERE id = ?", [ids["Di"]])


def test_pages_follow_without_gap_and_without_repetition(store: Store) -> None:
    for since in ("", "2020-01-01"):
        seen: list[int] = []
        after = None
        while True:
            query = ShortlistQuery(
                role=DEFAULT_ROLE, today="2026-03-02", limit=1, active_since=since
            )
            people = shortlist.page(store, query, DEFAULT_ROLE, after).people
            if not people:
                break
            seen.append(people[0].person_id)
            after = (people[0].worth, people[0].person_id)
        assert len(seen) == len(set(seen)) == len(PEOPLE)
