"""What becomes of commits: pull requests, plain commits, their words, links and reverts."""

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from connectors import Context
from connectors import git as connector
from sourcing.core.model import BODY_LIMIT, PATHS_LIMIT, TITLE_LIMIT, Budget, Contribution
from sourcing.core.text import has_address
from tests.gitrepo import ADA, BO, WEB, GitRepo, git

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FORGE = "https://github.com/acme/tool"
CODEBERG, GITLAB = "https://codeberg.org/a/b", "https://gitlab.com/a/b"


def read(path: Path, forge: str = FORGE, target: str = "") -> list[Contribution]:
    forges = {str(path): forge} if forge else {}
    context = Context(now=NOW, cache=path.parent / "cache", settings=forges)
    pages = connector.fetch(target or str(path), {}, Budget(), context)
    return [c for page in pages for c in page.contributions]


def only(tmp_path: Path, message: str | bytes, forge: str = FORGE, **more: Any) -> Contribution:
    with GitRepo(tmp_path / "only") as repo:
        base = repo.commit("Base")
        repo.commit(message, parents=[base], **more)
    return read(repo.path, forge)[0]


def merged(tmp_path: Path, message: str, forge: str = FORGE, by: Any = ADA) -> Contribution:
    with GitRepo(tmp_path / "merged") as repo:
        base = repo.commit("Base")
        side = repo.commit("Side", parents=[base], author=BO)
        repo.commit(message, parents=[base, side], author=by, committer=WEB)
    return read(repo.path, forge)[0]


def test_a_plain_commit(tmp_path: Path) -> None:
    found = only(tmp_path, "Fix the thing\n\nIt was broken.", at=1_700_000_000)
    assert (found.kind, found.title, found.body) == ("commit", "Fix the thing", "It was broken.")
    assert found.at == "2023-11-14T22:13:20Z"
    assert found.url == f"{FORGE}/commit/{found.commits[0]}"
    assert (found.files, found.renames, found.additions) == (1, 0, None)
    assert found.key.startswith("commit:github.com/acme/tool/")


def test_a_squashed_pull_request(tmp_path: Path) -> None:
    message = "Fix it (#7) (#12)\n\n* one\n\nCo-authored-by: Bo Larsen <bo@larsen.example>"
    found = only(tmp_path, message, author=ADA, committer=WEB)
    assert (found.kind, found.number, found.title) == ("merged_pr", 12, "Fix it (#7)")
    assert found.key == "pr:github.com/acme/tool#12"
    assert found.url == f"{FORGE}/pull/12"
    assert found.body == "* one"
    assert [c.part for c in found.credits] == ["author", "co_author"]


@pytest.mark.parametrize(
    ("message", "forge", "number", "title"),
    [
        ("Merge pull request #5 from bo/fix\n\nFix it\n\nLong.", FORGE, 5, "Fix it"),
        ("Merge pull request 'Fix it' (#5) from bo/fix into main", CODEBERG, 5, "Fix it"),
        ("Merge branch 'fix'\n\nFix it\n\nSee merge request a/b!5", GITLAB, 5, "Fix it"),
        ("Merged PR 5: Fix it", "https://dev.azure.com/a/b/_git/c", 5, "Fix it"),
        ("Merged in fix (pull request #5)\n\nFix it", "https://bitbucket.org/a/b", 5, "Fix it"),
        ("Merge #5\n\n5: Fix it r=ada a=bo\n\nLong.", FORGE, 5, "Fix it r=ada a=bo"),
        ("Auto merge of #5 - bo:fix, r=ada\n\nFix it", FORGE, 5, "Fix it"),
        ("Fix it (#5)", FORGE, 5, "Fix it"),
    ],
)  # fmt: skip
def test_merges_of_every_forge(
    tmp_path: Path, message: str, forge: str, number: int, title: str
) -> None:
    found = merged(tmp_path, message, forge)
    assert (found.kind, found.number, found.title) == ("merged_pr", number, title)
    assert len(found.commits) == 2
    assert found.files == 1
    assert [c.part for c in found.credits] == ["author", "merger"]


@pytest.mark.parametrize(
    ("forge", "pull", "commit"),
    [
        ("https://gitlab.com/g/sub/p", "/-/merge_requests/5", "/-/commit/"),
        ("https://bitbucket.org/a/b", "/pull-requests/5", "/commits/"),
        ("https://codeberg.org/a/b", "/pulls/5", "/commit/"),
        ("https://code.example/a/b", "/pull/5", "/commit/"),
    ],
)
def test_links(tmp_path: Path, forge: str, pull: str, commit: str) -> None:
    assert merged(tmp_path, "Merge pull request #5 from bo/x", forge).url == forge + pull
    plain = only(tmp_path, "Plain", forge)
    assert plain.url == forge + commit + plain.commits[0]


def test_a_number_in_a_title_is_an_issue_on_gitlab(tmp_path: Path) -> None:
    assert only(tmp_path, "Fix (#5)", "https://gitlab.com/a/b").kind == "commit"
    assert only(tmp_path, "Fix (!5)", "https://gitlab.com/a/b").number == 5


def test_a_merged_branch_is_its_pull_request_and_not_counted_again(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base")
        one = repo.commit("One\n\nWhy one.", parents=[base], author=BO)
        two = repo.commit("Two\n\nSigned-off-by: Bo <bo@larsen.example>", author=BO)
        tidy = repo.commit("style", author=("pre-commit-ci[bot]", "pre-commit@ci.example"))
        late = repo.commit("Upkeep", parents=[base])
        sync = repo.commit("Merge branch 'main' into fix", parents=[tidy, late], author=ADA)
        repo.commit("Merge pull request #3 from bo/fix\n\nFix", parents=[late, sync], author=ADA,
                    committer=WEB)  # fmt: skip
    pull, *rest = read(repo.path)
    assert pull.body == "* One\n\nWhy one.\n\n* Two\n\n* style"
    assert set(pull.commits[1:]) == {one, two, tidy, sync}
    assert [c.title for c in rest] == ["Upkeep", "Base"]
    assert [c.part for c in pull.credits] == ["author", "co_author", "merger"]
    assert pull.paths is not None
    assert len(pull.paths) == 3


def test_a_merge_without_a_number_is_nothing_and_its_branch_is_commits(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base")
        a = repo.commit("A", parents=[base])
        b = repo.commit("B", parents=[base])
        web = repo.commit("C (#4)", parents=[base], committer=WEB)
        issue = repo.commit("D (#5)", parents=[base])
        repo.commit("Merge branches", parents=[base, a, b, web, issue])
    found = {c.title: c.kind for c in read(repo.path)}
    assert found == {
        "A": "commit", "B": "commit", "C": "merged_pr", "D (#5)": "commit", "Base": "commit",
    }  # fmt: skip


def test_a_release_merge_holds_pull_requests_of_its_own(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base")
        fix = repo.commit("Fix", parents=[base], author=BO)
        inner = repo.commit("Merge pull request #1 from bo/fix", parents=[base, fix])
        repo.commit("Merge pull request #2 from acme/develop", parents=[base, inner], author=ADA)
    release, nested, _ = read(repo.path)
    assert (release.number, release.commits[1:]) == (2, ())
    assert (nested.number, nested.commits) == (1, (inner, fix))


def test_only_the_oldest_use_of_a_number_is_the_pull_request(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("First (#9)")
        repo.commit("Follow up (#9)")
    assert [(c.kind, c.title) for c in read(repo.path)] == [
        ("commit", "Follow up (#9)"),
        ("merged_pr", "First"),
    ]


@pytest.mark.parametrize(
    ("message", "undone"),
    [
        ('Revert "Fix"\n\nThis reverts commit 0123456789abcdef.', "0123456789abcdef"),
        ('Revert "Fix (#3)" (#4)', "#3"),
        ("Undo it (#4)\n\nReverts acme/tool#3", "#3"),
        ('Reapply "Fix (#3)" (#4)', "#3"),
        ('Revert "Revert "Fix (#3)" (#4)" (#5)', "#4"),
        ("Squashed (#4)\n\n* one\n\nThis reverts commit 0123456789abcdef.", None),
        ("Explain what this reverts", None),
        (
            'Switch it back (#4)\n\nRevert "Fix (#3)"\n\nThis reverts commit 0123456789abcdef.',
            "0123456789abcdef",
        ),
        ('Switch it back (#4)\n\nRevert "Fix (#3)"', "#3"),
        ("chore: Revert turbo (#4)\n\nThis reverts commit 0123456789abcdef.", "0123456789abcdef"),
        ('fix(ui)!: revert "Fix (#3)" (#4)', "#3"),
        ('[bugfix] Revert "Fix (#3)" (#4)', "#3"),
        ("revert(ui): old names, reverts #3 (#4)", "#3"),
        (
            "fix: revert 0123456789abcdef0123456789abcdef01234567",
            "0123456789abcdef0123456789abcdef01234567",
        ),
        (
            'Land it again (#4)\n\n* Revert "Fix (#3)"\n\nThis reverts commit 0123456789abcdef.',
            None,
        ),
        ('ci: reapply (#4)\n\n* Revert "Fix"\n\nThis reverts commit 0123456789abcdef.', None),
        (
            'revert: sidebar (#4)\n\n* Revert "Fix (#3)"\n\nThis reverts commit 0123456789abcdef.',
            "0123456789abcdef",
        ),
        ("Explain why to revert 0123456789abcdef0123456789abcdef01234567", None),
        ("fix: revert-button works (#4)\n\nText.\n\nThis reverts commit 0123456789abcdef.", None),
    ],
)
def test_reverts(tmp_path: Path, message: str, undone: str | None) -> None:
    assert only(tmp_path, message).reverts == undone


def test_a_revert_that_quotes_a_title_undoes_the_one_change_that_has_it(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        fix = repo.commit("Fix it (#1)")
        repo.commit("Twice (#2)")
        repo.commit("Twice (#3)")
        repo.commit('Revert "Twice" (#4)')
        undo = repo.commit('chore: revert "fix  It" (#5)')
        repo.commit('Revert "Later" (#6)')
        repo.commit("Later (#7)")
        repo.commit('Back to that (#8)\n\nRevert "Revert "Fix it""')
        repo.commit('Redo (#9)\n\nRevert "chore: revert "fix it""')
    found = {c.number: c.reverts for c in read(repo.path) if c.reverts}
    assert found == {5: fix, 9: undo}


def test_renames_deletions_and_submodules(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Base", files={"a": "same", "b": "gone", "e": ""})
        repo.commit(
            "Move", files={"a": None, "c": "same", "b": None, "e": None, "f": "", "x.sub": "1" * 40}
        )
    found = read(repo.path)[0]
    assert found.paths is not None
    assert sorted(found.paths) == ["a", "b", "c", "e", "f", "x.sub"]
    assert (found.files, found.renames) == (6, 1)


def test_more_paths_than_are_kept(tmp_path: Path) -> None:
    found = only(tmp_path, "Many", files={f"f{i:03}": str(i) for i in range(PATHS_LIMIT + 20)})
    assert found.paths is not None
    assert (len(found.paths), found.files) == (PATHS_LIMIT, PATHS_LIMIT + 20)


def test_wild_text_is_tamed(tmp_path: Path) -> None:
    message = "A\x1b[31m title\x07 of ada@quill.example \u202e\n\nBody \x01 by bo@larsen.example\n"
    found = only(tmp_path, message, author=("Ev\x1bil\u202e Name", "e@x.example"),
                 files={"new\nline\t.py": "x", "ada@quill.example": "y"})  # fmt: skip
    assert found.title == "A[31m title of [address removed]"
    assert found.body == "Body  by [address removed]"
    assert found.paths is not None
    assert not has_address(repr(found))
    assert sorted(found.paths) == ["[address removed]", "new line .py"]


def test_a_message_of_ten_megabytes(tmp_path: Path) -> None:
    found = only(tmp_path, "T" * 1000 + "\n\n" + "word " * 2_000_000)
    assert len(found.title) <= TITLE_LIMIT
    assert found.body is not None
    assert len(found.body) <= BODY_LIMIT


def test_no_message_at_all(tmp_path: Path) -> None:
    assert only(tmp_path, "").title == "(no message)"


def test_old_encodings(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Grüße".encode("latin-1"), author=("Jörg".encode("latin-1"), "j@w.example"),
                    encoding="ISO-8859-1")  # fmt: skip
        repo.commit(
            "Caf\xe9".encode("latin-1"), author=("Ren\xe9".encode("latin-1"), "r@w.example")
        )
    undeclared, declared = read(repo.path)
    assert declared.title == "Grüße"
    assert undeclared.title == "Caf\ufffd"


@pytest.mark.parametrize(
    ("committed", "authored", "at"),
    [
        (1_700_000_000, 0, "2023-11-14T22:13:20Z"),
        (0, 1_600_000_000, "2020-09-13T12:26:40Z"),
        (9_999_999_999, 1_600_000_000, "2020-09-13T12:26:40Z"),
        (0, 0, "2023-11-14T23:13:20Z"),  # of the commit before it
        (9_999_999_999, 9_999_999_999, "2023-11-14T23:13:20Z"),
    ],
)
def test_absurd_clocks(tmp_path: Path, committed: int, authored: int, at: str) -> None:
    assert only(tmp_path, "When?", at=committed, authored=authored).at == at


def test_an_absurd_date_is_the_same_whenever_it_is_read(tmp_path: Path) -> None:
    def dates(night: datetime) -> dict[str, str]:
        context = Context(now=night, cache=tmp_path)
        pages = connector.fetch(str(repo.path), {}, Budget(), context)
        return {c.title: c.at for page in pages for c in page.contributions}

    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Root", at=0)
        repo.commit("Old", at=1_400_000_000)
        one = repo.commit("One", at=1_500_000_000)
        side = repo.commit("Side", parents=[one], at=9_999_999_999)
        repo.commit("Merge", parents=[one, side], at=9_999_999_999)
    first = dates(NOW)
    assert first == dates(NOW.replace(year=2027)) == {
        "Root": "2014-05-13T16:53:20Z", "Old": "2014-05-13T16:53:20Z",
        "One": "2017-07-14T02:40:00Z", "Side": "2017-07-14T02:40:00Z",
    }  # fmt: skip
    with GitRepo(repo.path) as repo:
        root = repo.commit("Other root", at=1_400_000_000)
        repo.commit("Grown", parents=[root], at=0)
    assert dates(NOW)["Grown"] == "2014-05-13T16:53:20Z"


def test_a_history_without_any_date(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("When?", at=0)
    assert [c.at for c in read(repo.path)] == ["1990-01-01T00:00:00Z"]


def test_a_rebased_commit_keeps_its_key(tmp_path: Path) -> None:
    one = only(tmp_path / "a", "Same", authored=1_600_000_000, at=1_600_000_001)
    two = only(tmp_path / "b", "Same", authored=1_600_000_000, at=1_700_000_000, author=ADA,
               committer=BO)  # fmt: skip
    assert one.commits != two.commits
    assert one.key == two.key


def test_the_forge_is_taken_from_the_remote(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Base")
    for url in ("git@github.com:acme/tool.git", "https://u:secret@github.com/acme/tool"):
        git("config", "remote.origin.url", url, at=repo.path)
        (found,) = read(repo.path, "")
        assert (found.repo, found.url) == (
            "github.com/acme/tool", f"{FORGE}/commit/{found.commits[0]}",
        )  # fmt: skip
    git("config", "remote.origin.url", "ssh://git@code.example:2222/acme/tool.git", at=repo.path)
    (found,) = read(repo.path, "")
    assert (found.repo, found.url) == ("code.example/acme/tool", None)
    git("config", "--unset", "remote.origin.url", at=repo.path)
    (found,) = read(repo.path, "")
    assert found.repo is not None
    assert found.repo.startswith("local/r-")
    assert found.url is None
