"""Who said no is gone to the last byte, here and in our copies, and no crawl brings them back."""

from __future__ import annotations

import re
import shutil
import sqlite3
from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from db.outreach import feedback, notes, saved_searches
from db.privacy import traces as stored_traces
from sourcing.core.model import Contribution, Credit, Discussion, Identity, Join, Page, Remark
from tests.conftest import Sourcing
from tests.gitrepo import GitRepo
from tests.people import (
    ADA,
    BEN,
    CEM,
    HOST,
    NOW,
    PEOPLE,
    QUINN,
    REPO,
    SENDER,
    account,
    crawl,
    fix,
    world,
    write_world,
)  # fmt: skip

DB = "sourcing.db"
#: What tells Ada: login, name, number, host, and the titles of what she alone did.
TRACES = (
    "adaq", "Ada Quill", "Quill", "adaquill", f"{HOST}/1\\b", "number [12] in the adaq",
    "@harborlight",
)  # fmt: skip


def naming() -> tuple[Contribution, ...]:
    """Work of others in which Ada is named, and a review of hers and one of her work."""
    title = "Fix deadlock number 1 in the adaq allocator"
    other = "Fix deadlock number 1 in the benosei allocator"
    thanks = "Thanks to Ada Quill's eye.\n\nReviewed-by: Ada Quill"
    merge = "Merge pull request from adaq/fix\n\n" + title
    return (
        fix(81, f'Revert "{title}"', BEN, body=f'Reverts #11, "{title}", by @adaq.'),
        fix(82, "Thank you release", BEN, body=thanks),
        fix(83, "Merge the branch of somebody", BEN, body=merge),
        Contribution(f"review:{REPO}#11/r1", "review", title, NOW, (Credit(BEN.id, "reviewer"),),
                     REPO, 11, body="Could you add a test?"),
        Contribution(f"review:{REPO}#21/r2", "review", other, NOW, (Credit(ADA.id, "reviewer"),),
                     REPO, 21, body="Ship it, says adaq."),
    )  # fmt: skip


def everything() -> Page:
    page = world(naming())
    title = "Fix deadlock number 1 in the adaq allocator"
    seen = {"feed:adaquill": 3, "feed:benosei": 1, title: 2, "https://x.example/ada-quill": ["e"]}
    page = replace(page, cursor={"head": "h", "said": seen, "names": ["Ada Quill", "Ben Osei"]})
    said = Remark("comment", "As @adaq said, a timeout hides it.", None, own=False)
    return replace(page, discussions=(Discussion(f"pr:{REPO}#21", (said,)),))


@pytest.fixture
def found(sourcing: Sourcing) -> Sourcing:
    with Store(sourcing.folder / DB) as store:
        crawl(store, everything())
    sourcing.config(outreach=SENDER)
    return sourcing


def traces(folder: Path, *names: str) -> list[str]:
    """What of Ada is in the bytes of these files, whatever the case."""
    paths = [folder / f"{name}{end}" for name in names for end in ("", "-wal", "-shm")]
    data = b"".join(path.read_bytes() for path in paths if path.exists())
    assert data.startswith(b"SQLite format 3")
    return [trace for trace in TRACES if re.search(trace.encode(), data, re.IGNORECASE)]


def kept(folder: Path) -> set[str]:
    with sqlite3.connect(folder / DB) as conn:
        return {row[0] for row in conn.execute("SELECT title FROM contributions")}


def test_forgotten_to_the_last_byte(found: Sourcing) -> None:
    assert traces(found.folder, DB) == list(TRACES)
    found("draft", "adaq")
    found("exclude", "adaq", "--reason", "in process")
    said = found("forget", "adaq", "--yes")
    assert said.status == 0
    assert "Ada Quill (person 1): erased: 1 account, 3 contributions of theirs alone" in said.out
    assert traces(found.folder, DB) == []
    assert "Free cache blocks when a request is aborted" in kept(found.folder), "Ben's as well"
    assert "no stored person is called" in found("show", "adaq").err
    with Store(found.folder / DB) as store:
        assert store.damage() is None
        assert found("shortlist", "--about", "adaq").out == ""


def test_no_crawl_brings_them_back(found: Sourcing) -> None:
    found("forget", "adaq", "--yes")
    renamed = replace(ADA, login="ada-the-new", name="A. Quill", website=None, company=None)
    elsewhere = Identity(
        "git:forge.example/other/tool/k1", "Somebody", "adaq", type="commit_author"
    )
    rewritten = Identity(f"git:{REPO}/newkey", "Ada Quill", type="commit_author")
    blog = Identity("blog:adaq.example/Ada", "Ada")
    joined = Identity("git:forge.example/other/tool/k2", "A Quill", type="commit_author")
    agent = Identity(f"{HOST}/999", "agent", "agent", bot=True, type="account")
    news = (
        fix(90, "Something with a machine", ADA, Credit(agent.id, "co_author")),
        fix(91, "Something new by somebody renamed", ADA),
        fix(92, "Something in another place", elsewhere),
        fix(93, "Something after history was rewritten", rewritten),
        fix(94, "Something under another name", joined),
        Contribution("post:adaq.example/x", "post", "A post on her own site", NOW,
                     url="https://adaq.example/x"),
    )  # fmt: skip
    page = everything()
    page = replace(
        page,
        identities=(renamed, *PEOPLE[1:], elsewhere, rewritten, blog, joined, agent),
        contributions=(*page.contributions, *news),
        joins=(Join(joined.id, elsewhere.id, "two commits"),),
    )
    with Store(found.folder / DB) as store:
        crawl(store, page)
        crawl(store, Page({}, (fix(95, "Later, and not shown again", ADA),)))
    assert traces(found.folder, DB) == []
    titles = kept(found.folder)
    assert not any(title.startswith(("Something", "A post", "Later")) for title in titles)
    assert {"Thank you release", "Free cache blocks when a request is aborted"} <= titles


def test_a_crawl_with_nothing_new_writes_nothing_after_it(found: Sourcing) -> None:
    found("forget", "adaq", "--yes")

    def state() -> list[str]:
        with sqlite3.connect(found.folder / DB) as conn:
            return [line for line in conn.iterdump() if "runs" not in line]

    with Store(found.folder / DB) as store:
        crawl(store, everything())
    once = state()
    with Store(found.folder / DB) as store:
        crawl(store, everything())
    assert state() == once


def test_backups_are_erased_and_what_cannot_be_is_told(found: Sourcing) -> None:
    found("backup", "copy.db")
    found("backup", "gone.db")
    (found.folder / "gone.db").unlink()
    decision = (
        "Workers hung because one lock was taken twice.\n\nWe now wait 5 seconds for the lock"
        " instead of without end, so that a job is retried on another worker."
    )
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, (fix(89, "Bound the wait for the lock", ADA, body=decision),)))
    found("score")
    assert found("draft", "adaq").status == 0
    found("drafts", "export", "--to", "out.csv", "--all")
    with Store(found.folder / DB) as store:
        store.source("github:adaq/tool", NOW)
    assert traces(found.folder, "copy.db")
    said = found("forget", "adaq", "--yes")
    assert traces(found.folder, "copy.db") == []
    assert "gone.db: this backup is missing" in said.out
    assert "out.csv, exported on" in said.out
    assert "a source is named after them" in said.out
    assert "still contain a name" not in said.out


def test_suppress_works_before_anybody_is_seen(sourcing: Sourcing) -> None:
    for who in ("@adaq", "https://forge.example/benosei", f"{HOST}/4"):
        said = sourcing("suppress", who, "--yes")
        assert (said.status, "no crawl will store them" in said.out) == (0, True)
    assert sourcing("suppress", "Ada Quill", "--yes").status == 2
    write_world(sourcing.folder / DB)
    with Store(sourcing.folder / DB) as store:
        left = {row["login"] for row in store.rows("SELECT login FROM identities")}
        assert left == {"cemay"}
        thanks = fix(
            82, "Thank you release", CEM, body="Reviewed-by: Ada Quill\n\nSo Ada Quill says."
        )
        crawl(store, Page({}, (thanks,)))
        body = store.scalar("SELECT body FROM contributions WHERE number = 82")
    assert body == "Reviewed-by: [removed]\n\nSo [removed] says."


def test_suppressing_somebody_known_erases_them(found: Sourcing) -> None:
    said = found("suppress", "adaq", "--yes")
    assert "No crawl will store them again." in said.out
    assert traces(found.folder, DB) == []
    assert found("suppress", "@adaq", "--yes").status == 0


def test_forgotten_without_suppression_may_come_back(found: Sourcing) -> None:
    found("forget", "adaq", "--no-suppress", "--yes")
    assert traces(found.folder, DB) == []
    with Store(found.folder / DB) as store:
        crawl(store, everything())
    assert found("show", "adaq").status == 0


def test_an_employers_host_bars_nobody_else(found: Sourcing) -> None:
    shared = replace(QUINN, website="https://adaq.example/", routes=("https://social.example/q",))
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, identities=(shared,)))
    found("forget", "adaq", "--yes")
    dana = account(9, "Dana Ruiz", "dana", website="https://adaq.example/team")
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, (fix(96, "Repair by a colleague of hers", dana),), (shared, dana)))
    assert found("show", "dana").status == 0


def test_a_reader_in_the_way_is_told_and_made_good_later(
    found: Sourcing, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("db.connection.LOCK_TIMEOUT", 0.1)
    reader = sqlite3.connect(found.folder / DB, isolation_level=None)
    reader.execute("BEGIN")
    reader.execute("SELECT count(*) FROM persons").fetchone()
    said = found("forget", "adaq", "--yes")
    assert "sourcing forget --scrub" in said.out
    reader.close()
    assert found("forget", "--scrub").status == 0
    assert traces(found.folder, DB) == []


def test_nobody_unclear_is_erased(found: Sourcing) -> None:
    twin = account(7, "Ada Quill", "other-ada")
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, (fix(97, "Repair by a namesake of hers", twin),), (twin,)))
    unclear = found("forget", "Ada Quill", "--yes")
    assert (unclear.status, "several people" in unclear.err) == (2, True)
    said = found("forget", "adaq", "--yes")
    assert "has the same name" in said.out
    assert found("show", "other-ada").status == 0
    assert found("forget", "nobody", "--yes").status == 2
    assert found("forget").status == 2


def test_a_no_covers_what_they_were_called_before(found: Sourcing) -> None:
    byline = Identity("git:forge.example/other/tool/k1", "Ada Quill", "adaq", type="commit_author")
    renamed = replace(ADA, login="nova", name="Nova Quell", url="https://forge.example/nova")
    page = replace(everything(), identities=(renamed, *PEOPLE[1:], byline))
    with Store(found.folder / DB) as store:
        crawl(store, replace(page, contributions=(*page.contributions, fix(98, "Old", byline))))
        dump = "\n".join(row["hash"] for row in store.rows("SELECT hash FROM previous_identifiers"))
    assert len(dump.split()) == 2, "a login and a name, as hashes"
    said = found("forget", "nova", "--yes")
    assert "2 accounts" in said.out
    assert traces(found.folder, DB) == []


def test_a_common_title_of_theirs_stays_the_title_of_others(found: Sourcing) -> None:
    page = Page({}, (fix(96, "Update dependencies", ADA), fix(97, "Update dependencies", BEN)))
    with Store(found.folder / DB) as store:
        crawl(store, page)
    found("forget", "adaq", "--yes")
    assert "Update dependencies" in kept(found.folder)
    with Store(found.folder / DB) as store:
        crawl(store, page)
        assert store.scalar("SELECT count(*) FROM contributions WHERE title = ?",
                            "Update dependencies") == 1  # fmt: skip


def test_what_we_wrote_about_others_names_them_no_more(found: Sourcing) -> None:
    found("mark", "benosei", "--note", "as good as ada  quill (adaq)", "--tag", "knows adaq")
    with Store(found.folder / DB) as store:
        saved_searches.save(store, "like hers", "about=Ada+Quill&kind=tests", NOW)
        saved_searches.save(store, "flaky", "about=flaky+tests", NOW)
        ben = int(store.scalar("SELECT id FROM persons WHERE login = 'benosei'"))
        answer = feedback.Verdict(ben, "yes", reason="knows adaq", note="Better than Ada Quill")
        feedback.save(store, "", "Jo Hale", [answer], NOW)
    said = found("forget", "adaq", "--yes")
    assert "still stands" not in said.out
    assert traces(found.folder, DB) == []
    with Store(found.folder / DB) as store:
        assert list(saved_searches.saved(store)) == ["flaky"]
        assert [row.text for row in notes.notes(store, ben)] == ["as good as [removed] ([removed])"]
        assert notes.tags(store, ben) == []
        assert feedback.of_person(store, ben)[0].verdict == "yes"


def test_a_page_of_theirs_names_whoever_is_stored_and_all_of_their_site(found: Sourcing) -> None:
    said = found("suppress", "https://adaq.example/", "--yes")
    assert "Ada Quill (person 1): erased" in said.out
    assert traces(found.folder, DB) == []
    found("suppress", "https://jane.example/", "--yes")
    found("suppress", "https://github.com/", "--yes")
    blog = Identity("blog:jane.example/Jane Roe", "Jane Roe", url="https://jane.example/about")
    post = Contribution("post:jane.example/x", "post", "A post on the queue", NOW,
                        (Credit(blog.id, "author"),), url="https://jane.example/x")  # fmt: skip
    jane = account(9, "Jane Roe", "jroe", website="https://jane.example/me")
    dana = account(10, "Dana Ruiz", "dana", website="https://github.com/dana")
    with Store(found.folder / DB) as store:
        repairs = (fix(90, "Repair of hers", jane), fix(99, "Repair of another", dana))
        crawl(store, Page({}, (post, *repairs), (blog, jane, dana)))
        kept_ = {row["name"] for row in store.rows("SELECT name FROM identities")}
        assert "Jane Roe" not in kept_
        assert "Dana Ruiz" in kept_
    assert "A post on the queue" not in kept(found.folder)


def test_a_page_that_several_name_erases_nobody(found: Sourcing) -> None:
    shared = replace(QUINN, website="https://adaq.example/")
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, identities=(shared,)))
    said = found("suppress", "https://adaq.example/", "--yes")
    assert (said.status, "several people" in said.err) == (2, True)
    assert found("show", "adaq").status == 0


def test_the_forge_itself_is_nobodys_site(found: Sourcing) -> None:
    found("forget", "adaq", "--yes")
    with Store(found.folder / DB) as store:
        crawl(store, everything())
        left = {row["login"] for row in store.rows("SELECT login FROM identities")}
        assert left == {"benosei", "cemay", "quinn-sato"}
        assert stored_traces.suppressed_persons(store) == []
    found("suppress", "cemay", "--yes")
    with Store(found.folder / DB) as store:
        own = replace(BEN, website="https://forge.example/benosei/")
        crawl(store, Page({}, (fix(90, "Repair of his", own),), (own,)))
        assert "Repair of his" in kept(found.folder)


def test_by_lines_under_their_login_go_with_them(found: Sourcing) -> None:
    assert found("people", "release", "adaq").status == 0
    byline = Identity(
        "git:forge.example/other/tool/k1", "Ada Quill", "adaq", ADA.url, type="commit_author"
    )
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, (fix(98, "Repair seen by a history", byline),), (byline,)))
        there = store.scalar(
            "SELECT count(DISTINCT person_id) FROM identities WHERE login = 'adaq'"
        )
    assert there == 2, "a name that was let go proves nothing any more"
    found("forget", "1", "--yes")
    assert traces(found.folder, DB) == []


def test_a_restored_backup_brings_nobody_back(found: Sourcing) -> None:
    database = found.folder / DB
    before = database.read_bytes()
    found("suppress", "adaq", "--yes")
    for end in ("-wal", "-shm"):
        database.with_name(f"{DB}{end}").unlink(missing_ok=True)
    database.write_bytes(before)
    with Store(database):
        pass
    assert traces(found.folder, DB) == []


def test_a_copy_under_another_name_brings_nobody_back(found: Sourcing) -> None:
    copy = found.folder / "older.db"
    with Store(found.folder / DB) as store:
        store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)")
    copy.write_bytes((found.folder / DB).read_bytes())
    found("suppress", "adaq", "--yes")
    with Store(copy):
        pass
    assert traces(found.folder, "older.db") == []


@pytest.mark.parametrize(
    "spelling",
    ["ada quill", "adaquill", "ADA QUILL", "Quill, Ada", "ada-quill", "ada_quill", "Adá Quíll",
     "Dr. Ada M. Quill", "A. Quill"],
)  # fmt: skip
def test_every_spelling_of_a_name_is_redacted(found: Sourcing, spelling: str) -> None:
    found("suppress", "adaq", "--yes")
    body = f"Thanks to {spelling} for the trace of the quill allocator."
    with Store(found.folder / DB) as store:
        crawl(store, Page({}, (fix(88, "Thank you release", CEM, body=body),)))
        stored = store.scalar("SELECT body FROM contributions WHERE number = 88")
    assert "[removed]" in stored
    assert stored.endswith("for the trace of the quill allocator.")


def test_a_new_identity_with_the_name_in_the_same_repository_stays_out(found: Sourcing) -> None:
    found("suppress", "adaq", "--yes")
    news = [account(70, "Ada M. Quill", "aq-work"), account(71, "Quill, Ada", "quill-a")]
    with Store(found.folder / DB) as store:
        for number, who in enumerate(news, 90):
            crawl(store, Page({}, (fix(number, "Fix a race in the pool", who),), (who,)))
        left = {row["login"] for row in store.rows("SELECT login FROM identities")}
    assert not left & {"aq-work", "quill-a"}


def test_an_address_is_recognised_in_another_repository(sourcing: Sourcing) -> None:
    """The keyed hash of an address recognises a suppressed person under any name."""
    jane, tagged = ("Jane Doe", "jane@corp.example"), ("J. M. D.", "Jane+git@CORP.example")
    with GitRepo(sourcing.folder / "one") as repo:
        repo.commit("Fix a deadlock in the pool (#1)", author=jane)
        repo.commit("Fix a hang in the client (#2)", author=("Bob Roe", "bob@corp.example"))
    sourcing.config(f"git:{sourcing.folder / 'one'}")
    sourcing("crawl")
    assert sourcing("suppress", "Jane Doe", "--yes").status == 0
    with GitRepo(sourcing.folder / "two") as repo:
        repo.commit("Bound the queue of the router (#1)", author=tagged)
        repo.commit("Measure the queue of the router (#2)", author=("Cy Vale", "cy@corp.example"))
    sourcing.config(f"git:{sourcing.folder / 'one'}", f"git:{sourcing.folder / 'two'}")
    sourcing("crawl")
    with Store(sourcing.folder / DB) as store:
        names = {row["name"] for row in store.rows("SELECT name FROM identities")}
        titles = {row["title"] for row in store.rows("SELECT title FROM contributions")}
    assert names == {"Bob Roe", "Cy Vale"}
    assert titles == {"Fix a hang in the client", "Measure the queue of the router"}


def test_suppression_reaches_stored_identities_with_the_same_address(sourcing: Sourcing) -> None:
    for name in ("one", "two"):
        with GitRepo(sourcing.folder / name) as repo:
            author = ("Jane Doe" if name == "one" else "jd", "jane@corp.example")
            repo.commit(f"Fix a deadlock in the pool of {name}", author=author)
    sourcing.config(*(f"git:{sourcing.folder / name}" for name in ("one", "two")))
    sourcing("crawl")
    assert sourcing("suppress", "Jane Doe", "--yes").status == 0
    with Store(sourcing.folder / DB) as store:
        assert store.scalar("SELECT count(*) FROM identities") == 0
        assert store.scalar("SELECT count(*) FROM address_hashes") == 0


def test_an_address_of_a_team_or_a_machine_suppresses_nobody_else(sourcing: Sourcing) -> None:
    with GitRepo(sourcing.folder / "one") as repo:
        for number, name in enumerate(("Jane Doe", "Cy Vale")):
            repo.commit(f"Fix number {number} in the pool", author=(name, "root@localhost"))
    sourcing.config(f"git:{sourcing.folder / 'one'}")
    sourcing("crawl")
    assert sourcing("suppress", "Jane Doe", "--yes").status == 0
    with Store(sourcing.folder / DB) as store:
        assert [row["name"] for row in store.rows("SELECT name FROM identities")] == ["Cy Vale"]


def test_a_copy_that_a_restored_database_does_not_record_is_erased_too(found: Sourcing) -> None:
    """A backup that was made after the restored one lies beside it."""
    shutil.copy(found.folder / DB, found.folder / "before")
    assert found("backup", "copy.db").status == 0
    shutil.move(found.folder / "before", found.folder / DB)
    assert found("forget", "adaq", "--yes").status == 0
    for name in (DB, "copy.db"):
        assert b"Ada Quill" not in (found.folder / name).read_bytes(), name
