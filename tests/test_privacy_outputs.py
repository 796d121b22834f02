"""No output smuggles markup, no deletion happens by accident, and no copy is forgotten."""

from __future__ import annotations

import sqlite3
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import git as git_connector
from db import Store, backup
from sourcing.core import markdown
from sourcing.core.times import stamp
from tests.conftest import Sourcing
from tests.gitrepo import GitRepo
from tests.people import ADA, BEN, SENDER, crawl, fix, world, write_world

HOSTILE = "![x](https://evil.example/a.png) <img src=https://evil.example/b.png> `a` | b"


@pytest.mark.parametrize(
    "url",
    ["https://x.example/a>) ![i](https://evil.example/c.png", "https://x.example/a b",
     "https://x.example/`<img>", "https://x.example/a\\>", "https://x.example/a\n![i](b)"],
)  # fmt: skip
def test_a_link_ends_only_where_it_is_closed(url: str) -> None:
    written = markdown.link(HOSTILE, url)
    text, _, destination = written.rpartition("](<")
    assert destination.endswith(">)")
    assert not set(destination[:-2]) & set("<>\\ \n`[]")
    assert "![" not in text.replace("\\[", "")


def test_a_link_that_is_no_web_page_is_text() -> None:
    assert markdown.link("a", "javascript:alert(1)") == "a"
    assert markdown.link("a", None) == "a"
    assert markdown.link("a", "https://x.example/b?c=1#d") == "[a](https://x.example/b?c=1#d)"


@pytest.mark.parametrize(
    "command",
    [("shortlist", "--format", "md"), ("digest", "--format", "md"),
     ("search", "deadlock in the allocator", "--format", "md")],
)  # fmt: skip
def test_markdown_output_shows_no_image(sourcing: Sourcing, command: tuple[str, ...]) -> None:
    ada = replace(ADA, name=f"Ada {HOSTILE}")
    work = replace(fix(91, f"Fix deadlock in the allocator {HOSTILE}", ada),
                   url="https://x.example/a>) ![i](https://evil.example/c.png")  # fmt: skip
    with Store(sourcing.folder / "sourcing.db") as store:
        crawl(store, world((work,), (ada, BEN)), now=stamp(datetime.now(UTC)))
    sourcing.config(outreach=SENDER)
    said = sourcing(*command)
    assert said.status == 0
    assert "evil.example" in said.out
    assert "![" not in said.out.replace("\\[", "")
    assert "<img" not in said.out.replace("\\<", "")


@pytest.mark.parametrize("command", ["forget", "suppress"])
def test_without_a_terminal_a_deletion_needs_yes(sourcing: Sourcing, command: str) -> None:
    write_world(sourcing.folder / "sourcing.db")
    for who in ("adaq", "@unseen") if command == "suppress" else ("adaq",):
        said = sourcing(command, who)
        assert (said.status, "--yes" in said.err) == (2, True)
    with Store(sourcing.folder / "sourcing.db") as store:
        assert store.scalar("SELECT count(*) FROM identities WHERE login = 'adaq'") == 1
        assert store.scalar("SELECT count(*) FROM suppressions") == 0
    assert sourcing(command, "adaq", "--yes").status == 0


def test_forget_deletes_our_copy_of_the_history(sourcing: Sourcing) -> None:
    with GitRepo(sourcing.folder / "one") as repo:
        repo.commit("Fix a deadlock in the pool (#1)", author=("Jane Doe", "jane@corp.example"))
        repo.commit("Fix a hang (#2)", author=("Bob Roe", "bob@corp.example"))
    source = f"git:file://{sourcing.folder}/one"
    sourcing.config(source)
    assert sourcing("crawl").status == 0
    clones = sourcing.folder / "sourcing.cache" / "git"
    assert len(list(clones.iterdir())) == 1
    said = sourcing("forget", "Jane Doe", "--yes")
    assert f"the copy of {source} in the cache" in said.out
    assert list(clones.iterdir()) == []
    assert sourcing("crawl").status == 0
    with Store(sourcing.folder / "sourcing.db") as store:
        assert [row["name"] for row in store.rows("SELECT name FROM identities")] == ["Bob Roe"]


def test_a_repository_of_the_user_is_never_deleted(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "one") as repo:
        repo.commit("Start")
    assert git_connector.clone.delete_copy(str(tmp_path / "one"), tmp_path) is False
    assert (tmp_path / "one").exists()


def test_an_unfinished_copy_is_deleted_at_the_next_start(sourcing: Sourcing) -> None:
    write_world(sourcing.folder / "sourcing.db")
    away = sourcing.folder / "away"
    away.mkdir()
    assert sourcing("backup", str(away / "kept.db")).status == 0
    left = [away / "b.db.half-done", sourcing.folder / "sourcing.db.before-upgrade.half-done"]
    for path in left:
        path.write_bytes(b"SQLite format 3\0" + b"Ada Quill")
    assert sourcing("shortlist").status == 0
    assert not any(path.exists() for path in left)
    assert (away / "kept.db").exists()


def test_a_copy_in_the_making_is_not_deleted(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_world(tmp_path / "sourcing.db")
    copied = backup._copied
    seen: list[bool] = []

    def while_copying(conn: sqlite3.Connection, half: Path) -> dict[str, int]:
        with Store(tmp_path / "sourcing.db"):
            seen.append(half.exists())
        return copied(conn, half)

    monkeypatch.setattr(backup, "_copied", while_copying)
    with Store(tmp_path / "sourcing.db") as store:
        backup.copy(store.conn, tmp_path / "copy.db")
    assert (seen, (tmp_path / "copy.db").exists()) == ([True], True)


def test_doctor_finds_an_address_by_a_second_detector(sourcing: Sourcing) -> None:
    write_world(sourcing.folder / "sourcing.db")
    sourcing.config(outreach=SENDER)
    assert "no e-mail address in any text" in sourcing("doctor").out
    with Store(sourcing.folder / "sourcing.db") as store:
        store.conn.execute("UPDATE contributions SET body = 'ask jane@corp.example' WHERE id = 1")
    said = sourcing("doctor")
    assert said.status == 1
    assert "texts with e-mail addresses: contributions.body (1)" in said.out
