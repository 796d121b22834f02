"""What nobody looked at is let go in time, and no crawl brings it back or sets a clock back."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from connectors.github.api.access import GitHubSection
from db import Store
from db.outreach import notes
from db.privacy import retention
from db.ranking import persons as people
from scoring import DEFAULT_ROLE, load
from sourcing import identity as who_is_who
from sourcing.core.config import Config
from sourcing.core.model import Identity, Page
from sourcing.privacy.retention import near_the_top, nightly, notices
from tests.conftest import Sourcing
from tests.people import ADA, BEN, NOW, PEOPLE, REPO, SENDER, account, crawl, fix, world

RUBRIC = load({})
START = datetime.fromisoformat(NOW).astimezone(UTC)
FAR = account(5, "Far Below", "far-below", bio="I test.", location="Oslo", company="Else")
DETAILS = ("Far Below", "I test.", "Oslo", "Else")


def day(number: int) -> str:
    return (START + timedelta(days=number)).strftime("%Y-%m-%dT%H:%M:%SZ")


def night(store: Store, number: int, *, keep: bool = True, config: Config | None = None) -> str:
    """The night of this day: the same crawl once more, then what every night ends with."""
    chores = fix(55, "chore: bump", FAR, body="none")
    page = world((replace(chores, paths=("a.lock",)),), (*PEOPLE, FAR))
    crawl(store, page, now=day(number))
    roles = [DEFAULT_ROLE] if keep else []
    told = nightly(store, RUBRIC, config or Config(), roles, START + timedelta(days=number))
    return "\n".join(told)


def held(store: Store, login: str = "far-below") -> list[str | None]:
    row = store.rows("SELECT name, bio, location, company FROM identities WHERE login = ?", login)
    return list(row[0])


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def test_details_of_people_nobody_looked_at_go_in_time_and_stay_gone(store: Store) -> None:
    night(store, 0)
    night(store, 29)
    assert held(store) == list(DETAILS)
    assert "profile details of 2 people" in night(store, 31), "the colleague's as well"
    assert held(store) == [None] * 4
    night(store, 32)
    night(store, 60)
    assert held(store) == [None] * 4
    assert store.scalar("SELECT first_seen_at FROM persons WHERE login = 'far-below'") == NOW
    assert store.scalar("SELECT name FROM persons WHERE login = 'far-below'") is None
    assert store.scalar("SELECT count(*) FROM contributions WHERE title = 'chore: bump'") == 1
    assert held(store, "adaq")[0] == "Ada Quill", "she stands near the top"
    dump = "\n".join(store.conn.iterdump())
    assert not any(detail in dump for detail in DETAILS[:3])


def test_who_is_opened_is_fetched_again(store: Store) -> None:
    night(store, 0)
    night(store, 31)
    (person,) = people.find(store, "far-below")
    people.opened(store, person, day(32))
    night(store, 32)
    assert held(store) == list(DETAILS)
    night(store, 90)
    assert held(store) == list(DETAILS)
    retention.release(store, person, day(91))
    night(store, 92)
    assert held(store) == [None] * 4


def test_who_was_let_go_by_hand_stays_so_near_the_top(store: Store) -> None:
    night(store, 0)
    (person,) = people.find(store, "adaq")
    assert person in near_the_top(store, RUBRIC, [DEFAULT_ROLE])
    retention.release(store, person, day(1))
    night(store, 1)
    assert held(store, "adaq") == [None] * 4
    people.opened(store, person, day(2))
    night(store, 2)
    assert held(store, "adaq")[0] == "Ada Quill"


def test_letting_go_parts_nobody(store: Store) -> None:
    url = ADA.url
    byline = Identity(f"git:{REPO}/k1", "Ada Quill", None, url, type="commit_author")
    page = replace(world(), identities=(*PEOPLE, byline), contributions=(
        *world().contributions, fix(56, "Repair under a by-line", byline)))  # fmt: skip
    crawl(store, page)

    def persons() -> set[int]:
        rows = store.rows("SELECT person_id FROM identities WHERE url = ?", url)
        return {row["person_id"] for row in rows}

    assert len(persons()) == 1
    night(store, 31, keep=False)
    crawl(store, page, now=day(32))
    who_is_who.resolve(store, day(32))
    assert len(persons()) == 1
    assert held(store, "adaq") == [None] * 4


def test_an_exclusion_by_company_outlives_the_profile_that_showed_it(sourcing: Sourcing) -> None:
    sourcing.config()
    with Store(sourcing.folder / "sourcing.db") as store:
        night(store, 0)
    sourcing("exclude", "--company", "Else", "--reason", "client")
    with Store(sourcing.folder / "sourcing.db") as store:
        night(store, 31)
        night(store, 32)
        assert held(store) == [None] * 4
    said = sourcing("show", "far-below").out
    assert "Hidden: is excluded: client" in said
    assert "were purged on" in said


def test_work_stays_for_the_lookback_and_is_not_read_in_again(store: Store) -> None:
    config = Config(sections={"github": GitHubSection(lookback_days=100)})
    night(store, 0, config=config)
    before = store.scalar("SELECT count(*) FROM contributions")
    night(store, 99, config=config)
    assert store.scalar("SELECT count(*) FROM contributions") == before
    night(store, 140, config=config)
    night(store, 141, config=config)
    assert store.scalar("SELECT count(*) FROM contributions") == 0
    assert store.scalar("SELECT count(*) FROM persons WHERE opened_at IS NOT NULL") == 0


def test_a_source_known_for_a_day_keeps_its_old_work(store: Store) -> None:
    crawl(store, world(), now=day(900))
    list(nightly(store, RUBRIC, Config(), [DEFAULT_ROLE], START + timedelta(days=901)))
    assert store.scalar("SELECT count(*) FROM contributions") == 9


def test_who_must_be_told_and_what_ends_it(sourcing: Sourcing) -> None:
    sourcing.config()
    with Store(sourcing.folder / "sourcing.db") as store:
        night(store, 0)
        assert notices(store) == [], "nobody opened them: retention decides"
        assert "must be notified" not in night(store, 25)
        (ada, ben) = (people.find(store, login)[0] for login in ("adaq", "benosei"))
        people.opened(store, ada, day(26))
        notes.note(store, ben, "Worth a call.", day(27))
        assert {(n.called, n.due) for n in notices(store)} == {
            ("Ada Quill", day(56)[:10]),
            ("Ben Osei", day(57)[:10]),
        }
        assert "1 people must be notified by" in night(store, 49)
    said = sourcing("people", "notices", "--within", "36500")
    assert said.out.count("in use since") == 2
    assert sourcing("people", "notified", "adaq", "--how", "by her contact page").status == 0
    assert sourcing("people", "release", "benosei").status == 0
    assert sourcing("people", "notices", "--within", "36500").out == ""


def test_a_namesake_of_a_suppressed_person_is_reported_once(sourcing: Sourcing) -> None:
    sourcing.config()
    with Store(sourcing.folder / "sourcing.db") as store:
        night(store, 0)
    assert sourcing("suppress", "adaq", "--yes").status == 0
    namesake = account(77, "Ada Quill", "another-ada")
    work = replace(fix(91, "Fix a race", namesake), repo="forge.example/loom/weaver",
                   key="pr:forge.example/loom/weaver#91")  # fmt: skip
    with Store(sourcing.folder / "sourcing.db") as store:
        crawl(store, Page({}, (work,), (namesake,)), "github:loom/weaver", now=day(1))
        (person,) = people.find(store, "another-ada")
        told = night(store, 2)
        assert f"person {person} has the name of a suppressed person" in told
        assert "suppressed person" not in night(store, 3)


def test_an_answer_that_asks_for_deletion_opens_a_task(sourcing: Sourcing) -> None:
    sourcing.config(outreach=SENDER)
    with Store(sourcing.folder / "sourcing.db") as store:
        night(store, 0)
        (ada,) = people.find(store, "adaq")
        store.conn.execute(
            "INSERT INTO drafts (id, person_id, opening, contribution_id, subject, body, status,"
            " made_at, expires_at, sent_at) SELECT 5, ?, '', min(id), 'Hello', 'A word', 'sent', ?,"
            " ?, ? FROM contributions",
            [ada, day(0), day(30), day(1)],
        )
        store.conn.execute("INSERT INTO exports VALUES (1, ?, 'jo', 'g.csv', 'greenhouse')", [NOW])
        store.conn.execute("INSERT INTO export_rows VALUES (1, 5, ?)", [ada])
    said = sourcing("drafts", "outcome", "5", "delete")
    assert (said.status, f"sourcing forget {ada}" in said.err) == (0, True)
    listed = sourcing("people", "erasures").out
    assert "answer to draft 5; not erased" in listed
    assert "g.csv, exported on" in listed
    assert "greenhouse: if the file was imported there" in listed
    assert "adaq" not in sourcing("shortlist", "--format", "csv").out
    assert sourcing("people", "erasures", "--done", "1").status == 2
    with Store(sourcing.folder / "sourcing.db") as store:
        assert "1 requests for erasure are open" in night(store, 2)
    assert sourcing("forget", "adaq", "--yes").status == 0
    listed = sourcing("people", "erasures").out
    assert "erased on" in listed
    assert "g.csv, exported on" in listed
    assert "Ada" not in listed
    assert sourcing("people", "erasures", "--done", "1").status == 0
    assert sourcing("people", "erasures").out == ""


def test_a_split_keeps_the_clock_and_the_no(store: Store) -> None:
    byline = Identity(f"git:{REPO}/k1", "Ada Quill", None, ADA.url, type="commit_author")
    crawl(store, replace(world(), identities=(*PEOPLE, byline)))
    store.conn.execute("UPDATE persons SET status = 'do not contact' WHERE login = 'adaq'")
    moved = replace(byline, url=BEN.url)
    crawl(store, replace(world(), identities=(*PEOPLE, moved)), now=day(40))
    rows = store.rows(
        "SELECT p.first_seen_at, p.status FROM identities i JOIN persons p ON p.id = i.person_id"
        " WHERE i.key IN (?, ?)", ADA.id, byline.id,
    )  # fmt: skip
    assert len(rows) == 2
    assert {tuple(row) for row in rows} == {(NOW, "do not contact")}


def test_hashes_of_addresses_go_with_the_profile_and_are_not_stored_again(store: Store) -> None:
    hashed = replace(FAR, address_hashes=("a" * 64,), domain_hashes=("d" * 64,))
    for number, expected in ((0, 2), (29, 2), (31, 0), (32, 0)):
        page = world((fix(55, "chore: bump", hashed, body="none"),), (*PEOPLE, hashed))
        crawl(store, page, now=day(number))
        list(nightly(store, RUBRIC, Config(), [], START + timedelta(days=number)))
        assert store.scalar("SELECT count(*) FROM address_hashes") == expected
