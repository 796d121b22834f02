"""Who is who in a history: identities, their joins and proofs, logins, machines."""

from datetime import UTC, datetime
from pathlib import Path

import pytest

from connectors import Context
from connectors import git as connector
from connectors._bots import is_bot
from sourcing.core.model import Budget, Identity, Join
from sourcing.core.text import has_address
from tests.gitrepo import ADA, BO, WEB, By, GitRepo, git

NOW = datetime(2026, 6, 1, tzinfo=UTC)
FORGE = "https://github.com/acme/tool"


def people(path: Path) -> tuple[dict[str, Identity], list[Join]]:
    context = Context(now=NOW, cache=path.parent, settings={str(path): FORGE})
    pages = list(connector.fetch(str(path), {}, Budget(), context))
    assert not has_address(repr([(p.identities, p.joins, p.cursor) for p in pages]))
    return {i.id: i for p in pages for i in p.identities}, [j for p in pages for j in p.joins]


def by(tmp_path: Path, *authors: By) -> tuple[dict[str, Identity], list[Join]]:
    with GitRepo(tmp_path / "r") as repo:
        for number, author in enumerate(authors):
            repo.commit(f"Change {number}", author=author)
    return people(repo.path)


def test_one_address_is_one_identity_with_its_latest_name(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("ada", "ada@quill.example"), ("Ada Quill", "Ada@Quill.example"))
    assert [i.name for i in found.values()] == ["Ada Quill"]
    assert next(iter(found)).startswith("git:github.com/acme/tool/")
    assert joins == []


def test_the_same_full_name_is_joined_with_proof(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ADA, ("Ada  QUILL", "ada@home.example"))
    (join,) = joins
    assert {join.a, join.b} == set(found)
    assert join.proof.startswith("Same full name: commits ")
    assert len(join.urls) == 2
    assert all(url.startswith(f"{FORGE}/commit/") for url in join.urls)


@pytest.mark.parametrize(
    "name",
    ["ada", "Ada \ufffd", "Zoé", "quill™"],
)
def test_a_name_that_says_too_little_joins_nothing(tmp_path: Path, name: str) -> None:
    found, joins = by(tmp_path, (name, "a@one.example"), (name, "b@two.example"))
    assert (len(found), joins) == (2, [])


@pytest.mark.parametrize(
    "name",
    ["Your Name", "root user", "System administrator", "developer", "root", "ubuntu", "unknown",
     "undefined undefined", "First Last", "test", "yourname", "-", "", "...", "CI"],
)  # fmt: skip
def test_a_placeholder_is_no_person(tmp_path: Path, name: str) -> None:
    found, joins = by(tmp_path, (name, "root@localhost"), ("Ada Quill", "ada@quill.example"))
    assert {i.name for i in found.values() if not i.bot} == {"Ada Quill"}
    assert joins == []


def test_a_person_who_once_wrote_as_a_placeholder_keeps_the_name(tmp_path: Path) -> None:
    found, _ = by(tmp_path, ("Ada Quill", "ada@quill.example"), ("Your Name", "ada@quill.example"))
    assert [i.name for i in found.values()] == ["Ada Quill"]


def test_a_name_of_two_accounts_joins_nothing(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("Ada Quill", "1+ada@users.noreply.github.com"),
                      ("Ada Quill", "2+quill@users.noreply.github.com"), ADA)  # fmt: skip
    assert (len(found), joins) == (3, [])


def test_an_account_is_one_identity_everywhere(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("Ada", "77+old-ada@users.noreply.github.com"),
                      ("Ada Quill", "77+ada-q@users.noreply.github.com"), ADA)  # fmt: skip
    account = found["github:github.com/77"]
    assert (account.login, account.url) == ("ada-q", "https://github.com/ada-q")
    assert account.name == "Ada Quill"
    assert [j.proof[:14] for j in joins] == ["Same full name"]


def test_a_login_without_a_number_joins_its_account(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("Ada", "ada-q@users.noreply.github.com"),
                      ("A. Q.", "77+Ada-Q@users.noreply.github.com"))  # fmt: skip
    assert len(found) == 2
    assert joins[0].proof.startswith("Both use the account ada-q of github.com")


def test_an_account_of_an_enterprise_host_or_gitlab(tmp_path: Path) -> None:
    found, _ = by(tmp_path, ("Ada", "5+ada@users.noreply.ghe.example"),
                  ("Bo", "9-bo@users.noreply.gitlab.com"))  # fmt: skip
    assert found["github:ghe.example/5"].url == "https://ghe.example/ada"
    assert {i.url for i in found.values()} == {"https://ghe.example/ada", "https://gitlab.com/bo"}


def test_a_handle_spelled_like_the_account_is_its_own(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("adaquill7", "x@one.example"),
                      ("adaquill7", "3+adaquill7@users.noreply.github.com"))  # fmt: skip
    assert (len(found), len(joins)) == (2, 1)


@pytest.mark.parametrize(
    ("one", "two", "why"),
    [
        # a handle that stands before the @ as well, or that has a figure in it
        (("adaquill", "adaquill@one.example"), ("adaquill", "a@two.example"), "Same handle"),
        (("aquill77", "x@one.example"), ("aquill77", "y@two.example"), "Same handle"),
        # the name is a login that somebody of the same history has
        (("aquill", "x@one.example"), ("Ada Quill", "aquill@users.noreply.github.com"),
         "Same handle"),
        # a full name without its spaces, or without the letters that a keyboard lacks
        (("Ada Quilliams", "x@one.example"), ("AdaQuilliams", "y@two.example"), "Same full name"),
        (("Ada Łąkowska", "x@one.example"), ("Ada Lakowska", "y@two.example"), "Same full name"),
    ],
)  # fmt: skip
def test_who_goes_by_one_handle_or_spelling_is_one(
    tmp_path: Path, one: By, two: By, why: str
) -> None:
    found, joins = by(tmp_path, one, two)
    assert (len(found), [join.proof.partition(":")[0] for join in joins]) == (2, [why])


@pytest.mark.parametrize(
    "authors",
    [
        # what parents give stands before many an @
        [("Quillan", "quillan@one.example"), ("Quillan", "quillan@two.example")],
        [("adaquill", "x@one.example"), ("adaquill", "y@two.example")],
        # part of somebody's name, and the account goes by another
        [("quillan", "quillan@one.example"), ("quillan", "y@two.example"),
         ("Bo Quillan", "z@bo.example")],
        [("quillan", "x@one.example"), ("Ada Marsh", "quillan@users.noreply.github.com"),
         ("Bo Quillan", "z@bo.example")],
        [("Ada Quilliams", "x@one.example"),
         ("Adam Marsh", "adaquilliams@users.noreply.github.com")],
    ],
)  # fmt: skip
def test_what_may_be_another_s_handle_joins_nothing(tmp_path: Path, authors: list[By]) -> None:
    found, joins = by(tmp_path, *authors)
    assert (len(found), joins) == (len(authors), [])


def squashed(tmp_path: Path, *changes: tuple[By, By]) -> tuple[dict[str, Identity], list[Join]]:
    """A history of squash merges, each with its author and its co-author."""
    with GitRepo(tmp_path / "r") as repo:
        for number, (author, (name, address)) in enumerate(changes):
            trailer = f"Co-authored-by: {name!s} <{address!s}>"
            repo.commit(f"Change (#{number})\n\n{trailer}", author=author, committer=WEB)
    return people(repo.path)


ACCOUNT = ("quillan7", "7+quillan7@users.noreply.github.com")
NAMED = ("Ada Quillan", "ada@work.example")


def test_who_is_named_beside_one_account_alone_and_alike_is_its_owner(tmp_path: Path) -> None:
    found, joins = squashed(tmp_path, (ACCOUNT, NAMED), (ACCOUNT, NAMED))
    assert (len(found), [join.proof[:9] for join in joins]) == (2, ["Co-author"])


@pytest.mark.parametrize(
    "changes",
    [
        [(ACCOUNT, NAMED)],
        [(ACCOUNT, NAMED), (ACCOUNT, NAMED), (BO, NAMED)],
        [(ACCOUNT, NAMED), (ACCOUNT, NAMED), (NAMED, BO)],
        [(ACCOUNT, ("Cy Marsh", "cy@work.example")), (ACCOUNT, ("Cy Marsh", "cy@work.example"))],
        [(("Bo Quillan", "bo@work.example"), NAMED), (("Bo Quillan", "bo@work.example"), NAMED)],
    ],
)
def test_a_colleague_named_beside_an_account_is_another(
    tmp_path: Path, changes: list[tuple[By, By]]
) -> None:
    found, joins = squashed(tmp_path, *changes)
    assert (len(found), joins) == (len({by for pair in changes for by in pair}), [])


def test_a_helper_who_turns_out_to_work_alone_is_parted_from_the_account(tmp_path: Path) -> None:
    twice = [(ACCOUNT, NAMED), (ACCOUNT, NAMED)]
    squashed(tmp_path, *twice)
    context = Context(now=NOW, cache=tmp_path)
    (first,) = connector.fetch(str(tmp_path / "r"), {}, Budget(), context)
    squashed(tmp_path, *twice, (NAMED, BO))
    (second,) = connector.fetch(str(tmp_path / "r"), first.cursor or {}, Budget(), context)
    (join,) = first.joins
    assert (len(second.contributions), second.joins) == (1, ())
    assert {join.a, join.b} < {i.id for i in second.identities}


def test_names_tell_apart_who_shares_an_address(tmp_path: Path) -> None:
    found, joins = by(tmp_path, ("Ada Quill", "root@localhost"), ("Bo Larsen", "root@localhost"))
    assert ({i.name for i in found.values()}, joins) == ({"Ada Quill", "Bo Larsen"}, [])


def test_a_name_that_is_an_address_or_a_script_is_dropped(tmp_path: Path) -> None:
    found, _ = by(tmp_path, ("ada@quill.example", "a@q.example"), ("$(id) && x", "b@q.example"))
    assert {i.name for i in found.values()} == {None}


@pytest.mark.parametrize(
    ("author", "login", "known"),
    [
        (("Ada Quill", "adaquill@home.example"), "adaquill", "adaquill"),
        (("Ada Quill", "a@home.example"), "ada-quill", "ada-quill"),
        (("Ada Quill", "a@home.example"), "somebody", None),
        (("acme", "acme@home.example"), "acme", None),
    ],
)
def test_the_login_of_a_merged_branch(
    tmp_path: Path, author: By, login: str, known: str | None
) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base", author=BO)
        side = repo.commit("Side", parents=[base], author=author)
        repo.commit(f"Merge pull request #1 from {login}/fix", parents=[base, side], author=BO,
                    committer=WEB)  # fmt: skip
    found, _ = people(repo.path)
    assert [i.login for i in found.values() if i.name == author[0]] == [known]


def test_a_branch_of_two_authors_gives_its_login_to_none(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base", author=BO)
        repo.commit("Side", parents=[base], author=("Ada Quill", "a@home.example"))
        side = repo.commit("Side too", author=("Cy Marsh", "c@home.example"))
        repo.commit("Merge pull request #1 from adaquill/fix", parents=[base, side], author=BO)
    found, _ = people(repo.path)
    assert {i.login for i in found.values()} == {None}


def test_one_human_is_credited_once(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Fix (#1)\n\nCo-authored-by: Ada Quill <ada@quill.example>", committer=WEB,
                    author=("Ada Quill", "7+ada@users.noreply.github.com"))  # fmt: skip
    context = Context(now=NOW, cache=tmp_path)
    (page,) = connector.fetch(str(repo.path), {}, Budget(), context)
    assert [(c.identity, c.part) for c in page.contributions[0].credits] == [
        ("github:github.com/7", "author")
    ]
    assert len(page.identities) == 2
    assert len(page.joins) == 1


CY = "Co-authored-by: Cy Marsh <cy@marsh.example>"
DEE = "Co-authored-by: Dee Finch <dee@finch.example>"


@pytest.mark.parametrize(
    ("body", "names"),
    [
        (f"Text.\n\n{CY}", ["Cy Marsh"]),
        (f"Text.\n{CY}", ["Cy Marsh"]),
        (f"* one\n\n{CY}\n\n* two", []),
        (f"* one\n\n{CY}\n\n* two\n\n---------\n\n{DEE}", ["Dee Finch"]),
        (f"* one\n\n{CY}\n\n---------\n\n{DEE}", ["Dee Finch"]),
        (f"* one\n\n{CY}\n\n* two\n\n---------\n\n{CY}\n{DEE}", ["Cy Marsh", "Dee Finch"]),
        (f"Text.\n\n{CY}\nSigned-off-by: Bo Larsen <bo@larsen.example>\n\nFixes: #3", ["Cy Marsh"]),
        (f"{CY}\n\nfix: not a trailer\n\n{DEE}\n", ["Dee Finch"]),
    ],
)  # fmt: skip
def test_co_authors_stand_in_the_message_s_own_trailers(
    tmp_path: Path, body: str, names: list[str]
) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit(f"Fix (#1)\n\n{body}", author=ADA, committer=WEB)
    context = Context(now=NOW, cache=tmp_path)
    (page,) = connector.fetch(str(repo.path), {}, Budget(), context)
    called = {i.id: i.name for i in page.identities}
    (found,) = page.contributions
    assert [called[c.identity] for c in found.credits if c.part == "co_author"] == names


def test_what_a_branch_took_from_the_mainline_is_not_its_work(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base", author=ADA)
        own = repo.commit("Own", parents=[base], author=BO)
        other = repo.commit("Other", parents=[base], author=("Cy Marsh", "cy@marsh.example"))
        merged = repo.commit("Merge pull request #1 from cy/x", parents=[base, other], author=ADA)
        squash = repo.commit(f"Squash (#2)\n\n{DEE}", parents=[merged], author=ADA)
        sync = repo.commit("Merge branch 'main' into fix", parents=[own, squash], author=BO)
        more = repo.commit("More", parents=[sync], author=BO)
        repo.commit("Merge pull request #3 from bo/fix", parents=[squash, more], author=ADA)
    context = Context(now=NOW, cache=tmp_path)
    (page,) = connector.fetch(str(repo.path), {}, Budget(), context)
    called = {i.id: i.name for i in page.identities}
    pull = next(c for c in page.contributions if c.number == 3)
    assert [(called[c.identity], c.part) for c in pull.credits] == [
        ("Bo Larsen", "author"), ("Ada Quill", "merger"),
    ]  # fmt: skip
    assert set(pull.commits[1:]) == {own, sync, more}


@pytest.mark.parametrize(
    ("one", "two", "rival"),
    [
        (ADA, ("Ada Quill", "1+ada@users.noreply.github.com"),
         ("Ada Quill", "2+quill@users.noreply.github.com")),
        (("a", "ada@users.noreply.github.com"), ("b", "1+ada@users.noreply.github.com"),
         ("c", "2+ada@users.noreply.github.com")),
        (("quillan", "quillan@one.example"), ("quillan", "a@home.example"),
         ("Bo Quillan", "b@home.example")),
    ],
)  # fmt: skip
def test_a_join_that_no_longer_holds_is_withdrawn(
    tmp_path: Path, one: By, two: By, rival: By
) -> None:
    def write(*authors: By) -> GitRepo:
        with GitRepo(tmp_path / "r") as repo:
            last: list[str] = []
            for author in authors:
                last = [repo.commit(f"By {author}", author=author, parents=last)]
        return repo

    cy = ("Cy Marsh", "cy@marsh.example")
    context = Context(now=NOW, cache=tmp_path)
    repo = write(one, two, cy)
    (first,) = connector.fetch(str(repo.path), {}, Budget(), context)
    (join,) = first.joins
    write(one, two, cy, rival)
    (second,) = connector.fetch(str(repo.path), first.cursor or {}, Budget(), context)
    assert (second.scan, len(second.contributions), second.joins) == (1, 1, ())
    assert {join.a, join.b} < {i.id for i in second.identities}
    assert "Cy Marsh" not in {i.name for i in second.identities}


def test_a_shallow_history_knows_accounts_only(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("One", author=ADA)
        repo.commit("Two", author=("Ada Quill", "1+ada@users.noreply.github.com"))
        repo.commit("Three", author=ADA)
        repo.commit("Four", author=("Ada Quill", "1+ada@users.noreply.github.com"))
    git("clone", "--quiet", "--depth=3", f"file://{repo.path}", str(tmp_path / "w"))
    told: list[str] = []
    context = Context(now=NOW, cache=tmp_path, tell=told.append)
    list(connector.fetch(str(repo.path), {}, Budget(), context))
    assert told == []
    (page,) = connector.fetch(str(tmp_path / "w"), {}, Budget(), context)
    assert [[c.identity for c in k.credits] for k in page.contributions] == [
        ["github:github.com/1"], [],
    ]  # fmt: skip
    assert ([i.id for i in page.identities], page.joins) == (["github:github.com/1"], ())
    (line,) = told
    assert "shallow" in line
    assert list(connector.fetch(str(tmp_path / "w"), page.cursor or {}, Budget(), context)) == []
    assert len(told) == 1


def test_who_merged_for_somebody_else(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("Fix (#1)", author=ADA, committer=BO)
    context = Context(now=NOW, cache=tmp_path)
    (page,) = connector.fetch(str(repo.path), {}, Budget(), context)
    assert [c.part for c in page.contributions[0].credits] == ["author", "merger"]


@pytest.mark.parametrize(
    ("name", "login", "address"),
    [
        ("dependabot[bot]", "dependabot[bot]", "49699333+dependabot[bot]@users.noreply.github.com"),
        ("GitHub", None, "noreply@github.com"),
        ("Claude", None, "noreply@anthropic.com"),
        ("Claude Opus 4", None, "x@y.example"),
        ("aider (gpt-4o)", None, "x@y.example"),
        ("Copilot", "Copilot", "198982749+Copilot@users.noreply.github.com"),
        ("Devin AI", None, "158243242+devin-ai-integration[bot]@users.noreply.github.com"),
        ("Cursor Agent", None, "cursoragent@cursor.com"),
        ("k8s-ci-robot", None, "k@y.example"),
        ("Acme Bot", None, "acme-bot@y.example"),
        ("docBot", None, "d@y.example"),
    ],
)
def test_machines(name: str, login: str | None, address: str) -> None:
    assert is_bot(name, login, address)


@pytest.mark.parametrize(
    ("name", "login", "address"),
    [
        ("Claude Moreau", "cmoreau", "claude@moreau.example"),
        ("Claude", "claude-m", "claude@moreau.example"),
        ("Ann Talbot", "talbot", "talbot@y.example"),
        ("Abbot", None, "abbot@y.example"),
        ("Jan Bot", "janbot", "jan.bot@y.example"),
        ("Devin Hill", "devin", "devin@y.example"),
        ("Jules", None, "jules@y.example"),
    ],
)
def test_humans(name: str, login: str | None, address: str) -> None:
    assert not is_bot(name, login, address)
