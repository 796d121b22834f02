"""Where a history is found: paths and URLs, revisions, and repositories in a strange state."""

import errno
import re
import shutil
import tempfile
from datetime import UTC, datetime
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from connectors import Context
from connectors import git as connector
from connectors.git import process
from connectors.git.forge_urls import without_credentials
from sourcing.core.errors import ConfigError, GoneError, SourceError
from sourcing.core.model import Budget, Page
from tests import web
from tests.gitrepo import GitRepo, git

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def read(target: object, cache: Path, cursor: Any = None) -> list[Page]:
    context = Context(now=NOW, cache=cache)
    return list(connector.fetch(str(target), cursor or {}, Budget(), context))


def titles(pages: list[Page]) -> list[str]:
    return [c.title for page in pages for c in page.contributions]


@pytest.fixture
def repo(tmp_path: Path) -> GitRepo:
    with GitRepo(tmp_path / "origin") as made:
        one = made.commit("One")
        made.commit("Two")
        three = made.commit("Three")
        made.ref("refs/heads/feature/x", one)
        made.ref("refs/tags/v1", one)
        made.head(three)
    git("config", "uploadpack.allowFilter", "true", at=made.path)
    return made


def test_bare_worktree_and_linked_worktree(repo: GitRepo, tmp_path: Path) -> None:
    git("clone", "--quiet", str(repo.path), str(tmp_path / "work"))
    git("worktree", "add", "--quiet", "--detach", str(tmp_path / "linked"), "HEAD~1",
        at=tmp_path / "work")  # fmt: skip
    assert titles(read(repo.path, tmp_path)) == ["Three", "Two", "One"]
    assert titles(read(tmp_path / "work", tmp_path)) == ["Three", "Two", "One"]
    assert titles(read(tmp_path / "linked", tmp_path)) == ["Two", "One"]


def test_bare_without_config(repo: GitRepo, tmp_path: Path) -> None:
    (repo.path / "config").unlink()
    assert titles(read(repo.path, tmp_path)) == ["Three", "Two", "One"]


def test_a_revision_stops_history(repo: GitRepo, tmp_path: Path) -> None:
    two = git("rev-parse", "main~1", at=repo.path)
    at_sign = repo.path.rename(tmp_path / "a@b")
    for place in (at_sign, f"file://{at_sign}"):
        assert titles(read(f"{place}@{two}", tmp_path)) == ["Two", "One"]
        assert titles(read(f"{place}@v1", tmp_path)) == ["One"]
        assert titles(read(f"{place}@feature/x", tmp_path)) == ["One"]
        with pytest.raises(SourceError, match="has no revision nowhere"):
            read(f"{place}@nowhere", tmp_path)
    assert titles(read(at_sign, tmp_path)) == ["Three", "Two", "One"]


@pytest.mark.parametrize(
    ("target", "words"),
    [
        ("--upload-pack=x", "no repository"),
        ("", "no repository"),
        ("ext::sh -c true", "is not there"),
        ("ftp://host.example/a", "ftp:// is not read"),
        ("https://host.example/a@--exec=x", "no revision"),
        ("https://host.example/a@", "no revision"),
        ("~nobody-of-this-name/a", "cannot be opened"),
        ("a" * 5000, "cannot be opened"),
    ],
)
def test_targets_that_are_none(tmp_path: Path, target: str, words: str) -> None:
    with pytest.raises((ConfigError, SourceError), match=words) as caught:
        read(target, tmp_path)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 350


def test_paths_that_are_no_repository(repo: GitRepo, tmp_path: Path) -> None:
    with pytest.raises(SourceError, match="is not there"):
        read(tmp_path / "gone", tmp_path)
    git("clone", "--quiet", str(repo.path), str(tmp_path / "work"))
    (tmp_path / "work" / "sub").mkdir()
    with pytest.raises(SourceError, match="no git repository"):
        read(tmp_path / "work" / "sub", tmp_path)
    (tmp_path / "file").write_text("x")
    with pytest.raises(SourceError, match="no git repository"):
        read(tmp_path / "file", tmp_path)


def test_an_empty_repository_and_one_without_a_current_branch(
    repo: GitRepo, tmp_path: Path
) -> None:
    with GitRepo(tmp_path / "empty") as empty:
        pass
    git("symbolic-ref", "HEAD", "refs/heads/nowhere", at=repo.path)
    for prefix in ("", "file://"):
        assert read(f"{prefix}{empty.path}", tmp_path) == []
        with pytest.raises(SourceError, match="no current branch; add @ and one of: feature/x"):
            read(f"{prefix}{repo.path}", tmp_path)


def test_a_clone_is_made_once_and_fetched_the_next_night(repo: GitRepo, tmp_path: Path) -> None:
    url, cache = f"file://{repo.path}", tmp_path / "cache"
    first = read(url, cache)
    assert titles(first) == ["Three", "Two", "One"]
    (clone,) = (cache / "git").iterdir()
    blobs = git("cat-file", "--batch-check=%(objecttype)", "--batch-all-objects", at=clone)
    assert "blob" not in blobs.split()
    left_over = clone / "objects" / "pack" / "tmp_pack_killed"
    left_over.write_text("")
    assert read(url, cache, first[-1].cursor) == []
    assert not left_over.exists()
    with GitRepo(repo.path) as more:
        more.commit("Another root")
        more.commit("Four")
    again = read(url, cache, first[-1].cursor)
    assert titles(again) == ["Four", "Another root"]
    assert again[-1].scan == 2
    shutil.rmtree(repo.path)
    with pytest.raises(SourceError, match="git fetch: "):
        read(url, cache, again[-1].cursor)
    with pytest.raises(SourceError, match="add @ and one of: sourcing/head"):
        read(clone, cache)
    head = git("rev-parse", "refs/sourcing/head", at=clone)
    assert titles(read(f"{clone}@{head}", cache)) == ["Four", "Another root"]


@pytest.mark.parametrize(
    ("status", "headers"), [(404, {}), (401, {"WWW-Authenticate": "Basic"}), (410, {})]
)
def test_a_remote_that_is_gone_or_private(
    tmp_path: Path, status: int, headers: dict[str, str]
) -> None:
    with web.loopback() as site:
        url = f"{site.url}/acme/tool.git"
        for query in ("", "?service=git-upload-pack"):
            site.pages[f"/acme/tool.git/info/refs{query}"] = web.Reply("", status, headers)
        with pytest.raises(GoneError) as caught:
            read(url, tmp_path)
    assert str(caught.value).startswith(f"{url} is gone or private; ")


def test_a_remote_that_cannot_be_reached_is_not_gone(tmp_path: Path) -> None:
    with pytest.raises(SourceError) as caught:
        read("http://127.0.0.1:1/acme/tool.git", tmp_path)
    assert not isinstance(caught.value, GoneError)


@pytest.mark.parametrize(
    "target",
    [
        "http://user:hunter2@127.0.0.1:1/a/b.git",
        "http://user:hunter2@127.0.0.1:1/a/b.git@v1",
        "http://hunter2@127.0.0.1:1/a/b.git",
        "http://user:p@hunter2@127.0.0.1:1/a/b.git",
        "http:/user:hunter2@127.0.0.1/a/b.git",
        "user:hunter2@127.0.0.1:a/b.git",
        "user:hunter2@127.0.0.1/a/b.git",
        "https:user:hunter2@127.0.0.1/a/b.git",
        "http://user:hunter2@127.0.0.1:1/a/b.git@",
        "-user:hunter2@127.0.0.1:a/b.git",
        "http://user:hunter2@127.0.0.1:1/a/b\0",
        "user:hunter2@127.0.0.1:" + "a" * 5000,
    ],
)
def test_no_password_anywhere(tmp_path: Path, target: str) -> None:
    with pytest.raises((SourceError, ConfigError)) as caught:
        read(target, tmp_path)
    assert "hunter2" not in str(caught.value)
    assert not [p for p in tmp_path.rglob("*") if "hunter2" in p.name]


def test_the_user_of_an_ssh_remote_is_no_address(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        read("git@127.0.0.1:acme/tool.git@", tmp_path)
    assert str(caught.value).startswith("git:127.0.0.1:acme/tool.git")
    assert without_credentials("git@127.0.0.1:acme/tool.git") == "127.0.0.1:acme/tool.git"


@pytest.mark.parametrize("target", ["a\0b", "/srv/\udcff", "https://host.example/\udcff@v1"])
def test_a_target_that_is_no_text(tmp_path: Path, target: str) -> None:
    with pytest.raises(SourceError, match="UTF-8") as caught:
        read(target, tmp_path)
    str(caught.value).encode()


@pytest.mark.parametrize(
    "page", ["no url at all", "", "/srv/a/b", "https://host.example/", "https://host.example/tool"]
)
def test_a_forge_that_is_none_is_told_with_its_key(
    repo: GitRepo, tmp_path: Path, page: str
) -> None:
    forges = {"/srv/a": "https://host.example/a/b", str(repo.path): page}
    with pytest.raises(ConfigError, match=re.escape(f'[git.forge]: "{repo.path}" = "{page}"')):
        connector.check(forges)
    with pytest.raises(ConfigError, match=r"\[git.forge\]"):
        list(connector.fetch(str(repo.path), {}, Budget(),
                             Context(now=NOW, cache=tmp_path, settings=forges)))  # fmt: skip
    connector.check({"/srv/a": "https://host.example/a/b", "b": "git@host.example:a/b.git"})


def test_missing_blobs_do_not_matter(repo: GitRepo, tmp_path: Path) -> None:
    for line in git("cat-file", "--batch-check", "--batch-all-objects", at=repo.path).splitlines():
        oid, kind, _ = line.split()
        if kind == "blob":
            (repo.path / "objects" / oid[:2] / oid[2:]).unlink()
    assert titles(read(repo.path, tmp_path)) == ["Three", "Two", "One"]


def test_a_shallow_clone_then_the_whole(repo: GitRepo, tmp_path: Path) -> None:
    git("clone", "--quiet", "--depth=2", f"file://{repo.path}", str(tmp_path / "work"))
    shallow = read(tmp_path / "work", tmp_path)
    assert titles(shallow) == ["Three"]  # where it ends, the change is not known
    assert read(tmp_path / "work", tmp_path, shallow[-1].cursor) == []
    git("fetch", "--quiet", "--unshallow", at=tmp_path / "work")
    whole = read(tmp_path / "work", tmp_path, shallow[-1].cursor)
    assert titles(whole) == ["Three", "Two", "One"]
    assert [page.scan for page in whole] == [2]


def test_a_repository_cannot_run_anything(repo: GitRepo, tmp_path: Path) -> None:
    trap = tmp_path / "trap"
    trap.write_text(f"#!/bin/sh\ntouch {tmp_path}/sprung\n")
    trap.chmod(0o755)
    for key in ("core.fsmonitor", "core.pager", "diff.external", "gpg.program", "core.sshCommand"):
        git("config", key, str(trap), at=repo.path)
    git("config", "log.showSignature", "true", at=repo.path)
    assert len(read(repo.path, tmp_path)) == 1
    assert not (tmp_path / "sprung").exists()


def test_git_is_missing(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path / "nothing"))
    with pytest.raises(ConfigError, match="git is not installed"):
        read(repo.path, tmp_path)


def test_git_is_too_old(repo: GitRepo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    old = tmp_path / "bin" / "git"
    old.parent.mkdir()
    old.write_text("#!/bin/sh\necho git version 2.25.1\n")
    old.chmod(0o755)
    monkeypatch.setenv("PATH", f"{old.parent}")
    process.require_git.cache_clear()
    with pytest.raises(ConfigError, match=r"2\.25\.1 is too old; install git 2\.31"):
        read(repo.path, tmp_path)
    process.require_git.cache_clear()


def test_a_full_disk_is_named_where_git_only_says_what_it_could_not(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(shutil, "disk_usage", lambda _: SimpleNamespace(free=4096))
    with pytest.raises(SourceError, match="the disk is full; "):
        read("http://127.0.0.1:1/acme/tool.git", tmp_path)


def test_no_room_for_what_git_says_is_one_source_that_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full() -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(tempfile, "TemporaryFile", full)
    with pytest.raises(SourceError, match="no room for its error output"):
        read("http://127.0.0.1:1/acme/tool.git", tmp_path)
