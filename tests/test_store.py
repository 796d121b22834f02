"""The file: whose it is, how old it is, and that a page is all there or not at all."""

import sqlite3
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from db import Store
from db import migrations as migrations_package
from db.connection import APPLICATION_ID
from db.ingest import writer
from db.migrations import FORMER_NAMES, names, upgrade
from db.privacy import identifiers
from db.privacy.suppression import SuppressionList
from db.ranking import scoring_queue
from db.schema import schema
from sourcing.core.errors import StoreError
from sourcing.core.model import (
    Contribution,
    Contributor,
    Credit,
    Credited,
    Evidence,
    Identity,
    Join,
    Page,
)
from sourcing.core.text import has_address
from sourcing.identity import resolve

NOW = "2026-03-02T03:00:00Z"
REPO = "forge.example/anvil/press"
ADA = Identity(
    "github:forge.example/1",
    name="Ada Quill",
    login="adaq",
    url="https://forge.example/adaq",
    type="account",
)
BEN = Identity(f"git:{REPO}/b0b", name="Ben Osei", type="commit_author")
FIX = Contribution(
    key=f"pr:{REPO}#7",
    kind="merged_pr",
    title="Free cache blocks on abort",
    at="2026-02-01T10:00:00Z",
    credits=(Credit(ADA.id, "author"), Credit(BEN.id, "co_author")),
    repo=REPO,
    number=7,
    url=f"https://{REPO}/pull/7",
    body="Cancelled requests kept their blocks.",
    commits=("a" * 40,),
    paths=("press/blocks.py", "tests/test_blocks.py"),
    files=2,
)


@pytest.fixture
def store(tmp_path: Path) -> Iterator[Store]:
    with Store(tmp_path / "s.db") as opened:
        yield opened


def save(store: Store, page: Page, source: str = "git:/x") -> tuple[int, int]:
    source_id, _ = store.source(source, NOW)
    return writer.save(store, source_id, store.start_run(source_id, NOW), page, NOW)


def page(*items: Contribution, **more: object) -> Page:
    return replace(Page({"head": "h"}, items or (FIX,), (ADA, BEN)), **more)  # type: ignore[arg-type]


def row(store: Store, key: str = FIX.key) -> sqlite3.Row:
    return store.rows("SELECT * FROM contributions WHERE key = ?", key)[0]


def test_schema_sql_shows_what_the_migrations_make() -> None:
    assert (Path(__file__).parents[1] / "db" / "schema.sql").read_text() == schema()


def test_each_migration_has_its_own_number() -> None:
    numbers = [name[:4] for name in names()]
    assert numbers == sorted(set(numbers))


@pytest.mark.parametrize("former", ["birth", "ground", "0016_text_index"])
def test_a_migration_recorded_under_a_former_name_is_not_applied_again(
    tmp_path: Path, former: str
) -> None:
    path = tmp_path / "s.db"
    with Store(path) as store:
        made = schema_of(store)
        present = FORMER_NAMES[former]
        store.conn.execute(
            "UPDATE _sqlite_migrations SET name = ? WHERE name = ?", [former, present]
        )
    with Store(path) as store:
        names = [row["name"] for row in store.rows("SELECT name FROM _sqlite_migrations")]
        assert former in names
        assert present not in names
        assert schema_of(store) == made


def test_a_database_without_the_later_migrations_gets_them(tmp_path: Path) -> None:
    """As a file looks whose version had the text index before the share of work."""
    path = tmp_path / "s.db"
    conn = sqlite3.connect(path)
    upgrade.apply(conn, stop_before="0017_share_of_work")
    conn.executescript(
        (Path(migrations_package.__file__).parent / "0019_text_index.sql").read_text()
    )
    conn.execute(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
        " VALUES ('sourcing', '0016_text_index', '2026')"
    )
    conn.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    conn.commit()
    conn.close()
    with Store(path) as store, Store(tmp_path / "new.db") as new:
        assert schema_of(store) == schema_of(new)


def schema_of(store: Store) -> set[str]:
    rows = store.rows("SELECT sql FROM sqlite_master WHERE sql IS NOT NULL")
    return {row["sql"] for row in rows}


def test_every_table_is_strict(store: Store) -> None:
    tables = store.rows("SELECT name, sql FROM sqlite_master WHERE type = 'table'")
    loose = [
        t["name"]
        for t in tables
        if not (t["sql"] or "").rstrip().endswith(("STRICT", "STRICT, WITHOUT ROWID"))
    ]
    assert [t for t in loose if not t.startswith(("contributions_fts", "_sqlite", "sqlite_"))] == []


def test_a_foreign_file_is_refused_and_left_alone(tmp_path: Path) -> None:
    path = tmp_path / "theirs.db"
    with sqlite3.connect(path) as theirs:
        theirs.execute("CREATE TABLE keep (x)")
    theirs.close()
    before = path.read_bytes()
    with pytest.raises(StoreError, match="another program"):
        Store(path)
    assert path.read_bytes() == before


def test_a_newer_file_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "s.db"
    with Store(path) as store:
        store.conn.execute(
            "INSERT INTO _sqlite_migrations (migration_set, name, applied_at)"
            " VALUES ('sourcing', 'from_the_future', '2030')"
        )
    with pytest.raises(StoreError, match="newer"):
        Store(path)


def test_no_database_and_no_folder_are_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "junk.db").write_text("no database at all, only text " * 50)
    with pytest.raises(StoreError, match="not an SQLite database"):
        Store(tmp_path / "junk.db")
    with pytest.raises(StoreError, match="cannot be opened"):
        Store(tmp_path / "no" / "folder.db")
    with pytest.raises(StoreError, match="sourcing crawl"):
        Store(tmp_path / "absent.db", create=False)


def test_a_page_is_stored_with_its_cursor(store: Store) -> None:
    assert save(store, page()) == (1, 0)
    assert store.source("git:/x", NOW)[1] == {"head": "h"}
    assert row(store)["title"] == FIX.title
    parts = store.rows(
        "SELECT i.key, k.part FROM credits k JOIN identities i ON i.id = k.identity_id"
    )
    assert {tuple(p) for p in parts} == {(ADA.id, "author"), (BEN.id, "co_author")}


def test_a_page_that_fails_leaves_nothing_and_no_cursor(store: Store) -> None:
    broken = replace(FIX, key="pr:x#8", at=None)  # type: ignore[arg-type] # what a faulty connector might send
    with pytest.raises(sqlite3.IntegrityError):
        save(store, page(FIX, broken))
    assert store.scalar("SELECT count(*) FROM contributions") == 0
    assert store.source("git:/x", NOW)[1] == {}


def test_twice_is_once_and_writes_nothing(store: Store) -> None:
    save(store, page())
    before = store.conn.total_changes
    source_id, _ = store.source("git:/x", NOW)
    run_id = store.start_run(source_id, NOW)
    bookkeeping = store.conn.total_changes - before
    assert bookkeeping <= 2
    assert writer.save(store, source_id, run_id, page(), NOW) == (0, 0)
    assert store.conn.total_changes - before - bookkeeping == 2  # the cursor, the run


def test_a_poorer_source_never_nulls_a_richer_ones_columns(store: Store) -> None:
    rich = replace(
        FIX, additions=10, labels=("bug",), body="The whole story.", title="Title on the forge"
    )
    poor = replace(FIX, additions=None, labels=None, body=None, title="Title in git", renames=1)
    for order in ([(rich, 2), (poor, 1)], [(poor, 1), (rich, 2)]):
        store.conn.execute("DELETE FROM contributions")
        for item, source_priority in order:
            save(store, page(item, source_priority=source_priority), f"git:/{source_priority}")
        got = row(store)
        assert (got["additions"], got["labels"], got["body"]) == (10, '["bug"]', "The whole story.")
        assert (got["title"], got["renames"]) == ("Title on the forge", 1)


def test_one_change_seen_under_two_keys_is_one_contribution(store: Store) -> None:
    plain = replace(FIX, key=f"commit:{REPO}/abc", kind="commit", number=None)
    save(store, page(plain))
    save(store, page(FIX, source_priority=2), "github:anvil/press")
    save(store, page(plain))
    rows = store.rows("SELECT key, kind, number FROM contributions")
    assert [tuple(r) for r in rows] == [(FIX.key, "merged_pr", 7)]


def test_a_number_that_the_forge_gives_to_another_change_is_taken_away(store: Store) -> None:
    """A history's `(#7)` named an issue; the forge knows #7, merged by another commit."""
    mistaken = replace(FIX, title="Close an old issue", commits=("e" * 40,))
    forge = replace(FIX, title="Free cache blocks")
    for order in ([(mistaken, 1), (forge, 2)], [(forge, 2), (mistaken, 1)]):
        store.conn.execute("DELETE FROM contributions")
        for item, source_priority in order:
            save(store, page(item, source_priority=source_priority), f"git:/{source_priority}")
        rows = store.rows("SELECT kind, number, title, url FROM contributions ORDER BY title")
        assert [tuple(r) for r in rows] == [
            ("commit", None, "Close an old issue", None),
            ("merged_pr", 7, "Free cache blocks", FIX.url),
        ]


def test_a_renamed_repository_keeps_its_history(store: Store) -> None:
    save(store, page())
    moved = "forge.example/anvil/new-press"
    there = replace(FIX, key=f"pr:{moved}#7", repo=moved)
    assert save(store, page(there, renamed=(REPO, moved)))[0] == 0
    assert [r["key"] for r in store.rows("SELECT key FROM contributions")] == [f"pr:{moved}#7"]


def test_a_clone_under_the_old_name_shows_the_same_work(store: Store) -> None:
    moved = "forge.example/anvil/new-press"
    there = replace(FIX, key=f"pr:{moved}#7", repo=moved)
    save(store, page(there, renamed=(REPO, moved), source_priority=2), "github:anvil/press")
    assert save(store, page()) == (0, 1)
    assert [r["key"] for r in store.rows("SELECT key FROM contributions")] == [f"pr:{moved}#7"]


def test_contributors_are_counted_and_not_rewritten(store: Store) -> None:
    counted = page(contributors=(Contributor(ADA.id, 12),))
    save(store, counted)
    save(store, counted)
    assert [r["commits"] for r in store.rows("SELECT commits FROM contributors")] == [12]


def test_a_revert_is_tied_to_what_it_undoes_in_either_order(store: Store) -> None:
    revert = replace(
        FIX,
        key=f"pr:{REPO}#9",
        number=9,
        commits=("b" * 40,),
        reverts="#7",
        at="2026-02-05T00:00:00Z",
    )
    again = replace(
        FIX,
        key=f"pr:{REPO}#11",
        number=11,
        commits=("c" * 40,),
        reverts="b" * 10,
        at="2026-02-09T00:00:00Z",
    )
    for order in ([FIX, revert], [revert, FIX]):
        store.conn.execute("DELETE FROM contributions")
        for item in order:
            save(store, page(item))
        assert row(store)["reverted_by"] == row(store, revert.key)["id"]
    read_all(store)
    resolve(store, NOW)
    assert [c.reverted for c in everything(store) if c.contribution == row(store)["id"]] == [
        True,
        True,
    ]
    save(store, page(again))
    read_all(store)
    assert [c.reverted for c in everything(store) if c.contribution == row(store)["id"]] == [
        False,
        False,
    ]


def read_all(store: Store) -> None:
    evidence = Evidence("reliability", True, 1.0, 2.0, ("cause",))
    scoring_queue.save_evidence(
        store, [(r.id, evidence) for r in scoring_queue.unread(store)], "v1"
    )


def everything(store: Store) -> list[Credited]:
    ids = [r["id"] for r in store.rows("SELECT id FROM persons")]
    return [c for mine in scoring_queue.credited(store, ids).values() for c in mine]


def test_what_a_new_scan_no_longer_shows_is_withdrawn(store: Store) -> None:
    other = replace(FIX, key=f"pr:{REPO}#8", number=8, commits=("d" * 40,))
    save(store, page(FIX, other))
    save(store, page(FIX, scan=2, finished=True))
    assert row(store)["withdrawn_at"] is None
    assert row(store, other.key)["withdrawn_at"] == NOW
    save(store, page(other, scan=3))
    assert row(store, other.key)["withdrawn_at"] is None


def test_who_said_do_not_store_is_dropped_before_insert(store: Store) -> None:
    for mark in identifiers.of_identity(ADA):
        store.conn.execute(
            "INSERT INTO suppressions VALUES (?, ?)", [SuppressionList(store).hash(mark), NOW]
        )
    alone = replace(
        FIX, key=f"pr:{REPO}#8", number=8, commits=("d" * 40,), credits=(Credit(ADA.id, "author"),)
    )
    save(store, page(FIX, alone))
    dump = "\n".join(store.conn.iterdump())
    assert "adaq" not in dump
    assert "Ada" not in dump
    assert [r["key"] for r in store.rows("SELECT key FROM contributions")] == [FIX.key]


def test_who_is_joined_to_them_is_dropped_too(store: Store) -> None:
    for mark in identifiers.of_identity(ADA):
        store.conn.execute(
            "INSERT INTO suppressions VALUES (?, ?)", [SuppressionList(store).hash(mark), NOW]
        )
    save(store, page(joins=(Join(ADA.id, BEN.id, "two commits"),)))
    assert store.rows("SELECT 1 FROM identities UNION SELECT 1 FROM contributions") == []


def test_a_source_that_says_otherwise_takes_its_credit_back(store: Store) -> None:
    save(store, page())
    read_all(store)
    corrected = replace(FIX, credits=(Credit(BEN.id, "author"),))
    assert save(store, page(corrected)) == (0, 1)
    parts = store.rows(
        "SELECT i.key, k.part FROM credits k JOIN identities i ON i.id = k.identity_id"
    )
    assert [tuple(p) for p in parts] == [(BEN.id, "author")]
    assert len(scoring_queue.unread(store)) == 1


def test_pending_work_survives_a_kill_and_ends(store: Store) -> None:
    save(store, page())
    assert [r.title for r in scoring_queue.unread(store)] == [FIX.title]
    read_all(store)
    assert scoring_queue.unread(store) == []
    resolve(store, NOW)
    assert len(scoring_queue.needs_scoring(store)) == 2
    save(store, page(replace(FIX, title="Free cache blocks when a request is aborted")))
    assert len(scoring_queue.unread(store)) == 1


def test_words_are_found_again_after_a_change(store: Store) -> None:
    save(store, page())
    save(store, page(replace(FIX, body="Now about eviction.")))
    count = "SELECT count(*) FROM contributions_fts WHERE contributions_fts MATCH ?"
    assert store.scalar(count, "eviction") == 1
    assert store.scalar(count, "cancelled") == 0


def test_runs_say_what_happened_and_a_killed_one_is_noticed(store: Store) -> None:
    source_id, _ = store.source("git:/x", NOW)
    store.start_run(source_id, NOW)
    run = store.start_run(source_id, NOW)
    store.end_run(run, "failed", NOW, requests=3, error="it broke")
    assert [r["outcome"] for r in store.rows("SELECT outcome FROM runs ORDER BY id")] == [
        "killed",
        "failed",
    ]
    latest = store.rows("SELECT * FROM runs_latest")[0]
    assert (latest["source"], latest["requests"], latest["error"]) == ("git:/x", 3, "it broke")


def test_the_log_of_drafts_is_append_only(store: Store) -> None:
    store.conn.execute(
        "INSERT INTO draft_log (draft_id, at, event, by) VALUES (1, ?, 'proposed', 'x')", [NOW]
    )
    for statement in ("DELETE FROM draft_log", "UPDATE draft_log SET by = 'y'"):
        with pytest.raises(sqlite3.IntegrityError, match="append-only"):
            store.conn.execute(statement)


def addresses(store: Store) -> list[str]:
    """Every text in the database that holds an e-mail address."""
    found = []
    for table in store.rows(
        "SELECT name FROM sqlite_master WHERE type = 'table' AND sql NOT LIKE '%VIRTUAL%'"
    ):
        for record in store.rows(f"SELECT * FROM {table['name']}"):
            found += [
                f"{table['name']}: {v}" for v in record if isinstance(v, str) and has_address(v)
            ]
    return found


def test_the_address_checker_finds_what_is_there(store: Store) -> None:
    save(store, page(replace(FIX, body="write to jane@mail.example")))
    assert len(addresses(store)) >= 1
