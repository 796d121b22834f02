"""What a reading covers: each commit once, whatever the shape of history and the interruptions."""

import itertools
import tempfile
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from connectors import Context
from connectors import git as connector
from sourcing.core.errors import SourceError
from sourcing.core.model import Budget, Contribution, Page
from tests.gitrepo import ADA, BO, GitRepo, git

NOW = datetime(2026, 6, 1, tzinfo=UTC)


def read(path: Path, cursor: Any = None, *, target: str = "", **more: Any) -> list[Page]:
    context = Context(now=NOW, cache=path.parent / "cache", **more)
    return list(connector.fetch(target or str(path), cursor or {}, Budget(), context))


def things(pages: list[Page]) -> dict[str, Contribution]:
    return {c.key: c for page in pages for c in page.contributions}


def test_a_page_carries_the_people_it_credits(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("One", author=ADA)
        repo.commit("Two\n\nCo-authored-by: Bo Larsen <bo@larsen.example>", author=ADA)
    (page,) = read(repo.path)
    assert {c.identity for k in page.contributions for c in k.credits} == {
        i.id for i in page.identities
    }
    assert page.finished
    assert page.scan == 1


def test_nothing_new_is_no_page(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("One")
    (page,) = read(repo.path)
    assert read(repo.path, page.cursor) == []


def test_a_budget_of_nothing_reads_nothing(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("One")
    context = Context(now=NOW, cache=tmp_path)
    assert list(connector.fetch(str(repo.path), {}, Budget(requests=0), context)) == []
    spent = Budget(requests=1)
    assert len(list(connector.fetch(str(repo.path), {}, spent, context))) == 1
    assert spent.spent_requests == 1


def test_what_is_new_comes_first_and_the_oldest_gap_next(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "_PAGE", 2)
    with GitRepo(tmp_path / "r") as repo:
        oids = [repo.commit(f"C{i}") for i in range(10)]
    git("update-ref", "refs/heads/main", oids[5], at=repo.path)
    first = next(iter(read(repo.path)))
    git("update-ref", "refs/heads/main", oids[9], at=repo.path)
    titles = [[c.title for c in p.contributions] for p in read(repo.path, first.cursor)]
    assert titles == [["C9", "C8"], ["C7", "C6"], ["C3", "C2"], ["C1", "C0"]]


def test_time_over_stops_between_pages(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "_PAGE", 2)
    with GitRepo(tmp_path / "r") as repo:
        for i in range(6):
            repo.commit(f"C{i}")
    pages: list[Page] = []
    budget = Budget(deadline=1, clock=lambda: len(pages))
    for page in connector.fetch(str(repo.path), {}, budget, Context(now=NOW, cache=tmp_path)):
        pages.append(page)  # noqa: PERF402 - the clock counts them
    assert len(pages) == 1
    assert not pages[-1].finished
    rest = read(repo.path, pages[-1].cursor)
    assert things(pages) | things(rest) == things(read(repo.path))


def test_time_over_before_all_is_known_costs_nothing(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        for i in range(6):
            repo.commit(f"C{i}")
    ticks, told = itertools.count(), list[str]()
    budget = Budget(deadline=2, clock=lambda: next(ticks))
    context = Context(now=NOW, cache=tmp_path, tell=told.append)
    assert list(connector.fetch(str(repo.path), {}, budget, context)) == []
    assert ["ended before" in line for line in told] == [True]
    assert next(ticks) <= 4  # it did not go on to the end


def test_a_rewritten_history_is_a_new_scan_of_the_same_things(tmp_path: Path) -> None:
    def write(where: Path, *, rewritten: bool) -> GitRepo:
        with GitRepo(where) as repo:
            repo.commit("One", authored=5, at=2_000_000_000 if rewritten else None)
            repo.commit("Two (#2)", authored=6, author=BO)
        return repo

    before = read(write(tmp_path / "r", rewritten=False).path)
    git("update-ref", "-d", "refs/heads/main", at=tmp_path / "r")
    after = read(write(tmp_path / "r", rewritten=True).path, before[-1].cursor)
    assert [p.scan for p in after] == [2]
    assert after[-1].finished
    assert things(before).keys() == things(after).keys()
    assert {i.id for i in before[0].identities} == {i.id for i in after[0].identities}


def test_an_old_head_merged_into_another_line_is_read_anew(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        base = repo.commit("Base")
        old = repo.commit("Old line", parents=[base])
        other = repo.commit("Other line", parents=[base])
        foxtrot = repo.commit("Merge branch 'main'", parents=[other, old])
    git("update-ref", "refs/heads/main", old, at=repo.path)
    before = read(repo.path)
    git("update-ref", "refs/heads/main", foxtrot, at=repo.path)
    after = read(repo.path, before[-1].cursor)
    assert after[-1].scan == 2
    assert things(after) == things(read(repo.path))


def test_another_forge_is_another_name_and_a_new_scan(tmp_path: Path) -> None:
    with GitRepo(tmp_path / "r") as repo:
        repo.commit("One (#1)")
    (page,) = read(repo.path)
    forges = {str(repo.path): "https://github.com/acme/tool"}
    (again,) = read(repo.path, page.cursor, settings=forges)
    assert again.scan == 2
    assert again.contributions[0].key == "pr:github.com/acme/tool#1"
    assert again.contributions[0].url == "https://github.com/acme/tool/pull/1"


def test_a_missing_tree_costs_only_what_lies_behind_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(connector, "_PAGE", 2)
    with GitRepo(tmp_path / "r") as repo:
        oids = [repo.commit(f"C{i}") for i in range(8)]
    tree = git("rev-parse", f"{oids[3]}^{{tree}}", at=repo.path)
    (repo.path / "objects" / tree[:2] / tree[2:]).unlink()
    pages: list[Page] = []
    reading = connector.fetch(str(repo.path), {}, Budget(), Context(now=NOW, cache=tmp_path))
    with pytest.raises(SourceError, match=r"git log: .*tree"):
        pages.extend(reading)
    seen = [c.title for p in pages for c in p.contributions]
    assert seen[:2] == ["C7", "C6"]
    assert not {"C3", "C2"} & set(seen)
    assert pages[-1].cursor is not None
    assert pages[-1].cursor["gaps"][-1][0] in oids[3:6]


# --- any shape of history, against a slow and plain reading of it ---

Shape = list[tuple[list[int], str]]


@st.composite
def shapes(draw: st.DrawFn) -> Shape:
    """Commits as (parents, what the message claims), each after its parents."""
    count = draw(st.integers(2, 14))
    shape: Shape = [([], "plain")]
    for number in range(1, count):
        parents = draw(
            st.lists(
                st.integers(max(0, number - 5), number - 1), min_size=1, max_size=3, unique=True
            )
        )
        claims = ["plain", "pull"] if len(parents) > 1 else ["plain", "plain", "title"]
        shape.append((parents, draw(st.sampled_from(claims))))
    return shape


def build(path: Path, shape: Shape) -> list[str]:
    messages = {
        "plain": "Change {n}",
        "pull": "Merge pull request #{n} from x/y",
        "title": "T (#{n})",
    }
    oids: list[str] = []
    with GitRepo(path) as repo:
        for number, (parents, claim) in enumerate(shape):
            at = 1_700_000_000 + (number * 7919) % 1000  # clocks that disagree with the order
            oids.append(
                repo.commit(
                    messages[claim].format(n=number + 1),
                    author=(f"Person No{number % 4}", f"p{number % 4}@home.example"),
                    parents=[oids[p] for p in parents],
                    files={f"f{number}": str(number)},
                    at=at,
                )
            )
    return oids


def paths_to(shape: Shape, oldest: set[int], top: int) -> Iterator[tuple[int, int, int]]:
    """(commit, depth, opener) for each way down inside what a mainline commit brings in."""
    todo = [(parent, 1, top) for parent in shape[top][0][1:]]
    while todo:
        commit, depth, opener = todo.pop()
        if commit not in oldest:
            continue
        yield commit, depth, opener
        parents, claim = shape[commit]
        todo += [(parent, depth, opener) for parent in parents[:1]]
        inner = commit if claim == "pull" else opener
        todo += [(parent, depth + 1, inner) for parent in parents[1:]]


def oracle(path: Path, shape: Shape, oids: list[str]) -> dict[str, set[str]]:
    """First oid of each Contribution -> all its oids."""
    number = {oid: n for n, oid in enumerate(oids)}
    mainline = git("rev-list", "--first-parent", "main", at=path).split()
    seen: set[str] = set()
    found: dict[str, set[str]] = {}
    when = {n: (n * 7919) % 1000 for n in range(len(oids))}
    for top in reversed(mainline):
        brought = set(git("rev-list", top, at=path).split()) - seen
        seen |= brought
        claim = shape[number[top]][1]
        if claim != "plain" or len(shape[number[top]][0]) < 2:
            found[top] = {top}
        best: dict[int, tuple[int, int, str]] = {}
        side = {number[oid] for oid in brought - {top}}
        for commit, depth, opener in paths_to(shape, side, number[top]):
            place = (-depth, -when[opener], oids[opener])
            best[commit] = max(best.get(commit, place), place)
        pulls = {n for n in [*side, number[top]] if shape[n][1] == "pull"}
        found.update({oids[n]: {oids[n]} for n in pulls})
        for commit, (_, _, opener_oid) in best.items():
            if commit in pulls:
                continue
            if number[opener_oid] in pulls:
                found[opener_oid].add(oids[commit])
            elif len(shape[commit][0]) < 2:
                found[oids[commit]] = {oids[commit]}
    return found


@settings(max_examples=40)
@given(shapes(), st.integers(1, 4), st.integers(0, 13), st.data())
def test_any_history_is_read_once_however_it_is_interrupted(
    shape: Shape, width: int, grown: int, data: st.DataObject
) -> None:
    with tempfile.TemporaryDirectory() as folder, pytest.MonkeyPatch.context() as patch:
        patch.setattr(connector, "_PAGE", width)
        path = Path(folder) / "r"
        oids = build(path, shape)
        whole = things(read(path))
        assert {c.commits[0]: set(c.commits) for c in whole.values()} == oracle(path, shape, oids)

        mainline = git("rev-list", "--first-parent", "main", at=path).split()
        git("update-ref", "refs/heads/main", mainline[grown % len(mainline)], at=path)
        pages: list[Page] = []
        cursor: Any = {}
        for head in (mainline[grown % len(mainline)], mainline[0], mainline[0]):
            git("update-ref", "refs/heads/main", head, at=path)
            reading = read(path, cursor)
            last_night = head == mainline[0] and len(pages) > 0 and cursor.get("head") == head
            kept = reading if last_night else reading[: data.draw(st.integers(0, len(reading)))]
            pages += kept
            cursor = kept[-1].cursor if kept else cursor
        pages += read(path, cursor)
        assert things(pages) == whole
        assert pages[-1].finished
        assert {p.scan for p in pages} == {1}
        known = {i.id for p in pages for i in p.identities}
        assert {c.identity for k in whole.values() for c in k.credits} <= known


def test_closing_a_reading_ends_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(connector, "_PAGE", 1)
    with GitRepo(tmp_path / "r") as repo:
        for i in range(5):
            repo.commit(f"C{i}")
    reading = connector.fetch(str(repo.path), {}, Budget(), Context(now=NOW, cache=tmp_path))
    page = next(iter(reading))
    reading.close()  # type: ignore[attr-defined]  # it is a generator; the contract promises less
    assert replace(page, cursor={}).contributions[0].title == "C4"
