"""The GitHub connector against a loopback GitHub: cost, nights, faults, limits, renames."""

from __future__ import annotations

import contextlib
import itertools
import math
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa
from hypothesis import given, settings
from hypothesis import strategies as st

import connectors
from connectors.github import reader as github
from connectors.github.api import client, queries
from db import Store
from demo.github import (
    Fault,
    File,
    Forge,
    PullRequest,
    Repository,
    Review,
    User,
    at,
    bad_gateway,
    bad_json,
    blocked,
    chaos,
    cost,
    cut,
    gateway_timeout,
    hang,
    null_data,
    rate_limited,
    reset,
    resource_limits,
    secondary,
    unauthorized,
)
from sourcing.core.errors import ConfigError, GoneError, SourceError
from sourcing.core.model import Cursor
from sourcing.core.text import has_address
from tests.githubworld import Nights, pulls, stored, truth

ADA = User("ada-q", 1, name="Ada Quill", location="Oslo", company="@anvil", bio="I fix queues.")
BO = User("bo-l", 2, name="Bo Larsen")
DEPS = User("deps-up", 3, kind="Bot")


def small(count: int = 3, **first: object) -> Forge:
    """A forge with one repository of a few merged pull requests."""
    made = [
        PullRequest(
            n, f"Fix queue {n}", ADA, f"Because of {n}. Ask jane@mail.example",
            merged_at=f"2026-03-{n:02}T10:00:00Z", updated_at=f"2026-03-{n:02}T10:00:00Z",
            labels=["bug"], files=[File(f"src/q{n}.py", 3, 1)], merge_oid=f"{n:040x}",
            merged_by=BO, reviews=[Review(BO, body="Why not a timeout?")],
        )
        for n in range(1, count + 1)
    ]  # fmt: skip
    for name, value in first.items():
        setattr(made[0], name, value)
    return Forge(users=[ADA, BO, DEPS], repositories=[Repository("anvil", "press", 10, pulls=made)])


@pytest.fixture(scope="module")
def big() -> Forge:
    return Forge.invent(1000, 200, seed=1)


def name_of(forge: Forge) -> str:
    return f"{forge.repositories[0].owner}/{forge.repositories[0].name}"


# -- what is read ----------------------------------------------------------------------------


def test_a_pull_request_with_everything() -> None:
    with Nights(small()) as nights:
        nights.fetch("anvil/press")
        page = nights.read[0]
    pull = next(c for c in page.contributions if c.key == "pr:github.com/anvil/press#1")
    assert pull.url == "https://github.com/anvil/press/pull/1"
    assert (pull.labels, pull.paths, pull.files) == (("bug",), ("src/q1.py",), 1)
    assert (pull.additions, pull.deletions, pull.closes, pull.truncated) == (3, 1, (), ())
    assert pull.commits == (f"{1:040x}",)
    assert [(c.identity, c.part) for c in pull.credits] == [
        ("github:github.com/1", "author"),
        ("github:github.com/2", "merger"),
    ]
    ada = next(i for i in page.identities if i.login == "ada-q")
    assert (ada.name, ada.location, ada.company, ada.bio) == (
        "Ada Quill", "Oslo", "@anvil", "I fix queues.",
    )  # fmt: skip
    review = next(c for c in page.contributions if c.kind == "review")
    assert (review.body, [c.part for c in review.credits]) == ("Why not a timeout?", ["reviewer"])
    assert not has_address(repr(nights.read))


def test_machines_are_marked_and_the_deleted_are_nobody() -> None:
    forge = small(2)
    one, two = forge.repositories[0].pulls
    one.author, one.reviews = DEPS, []
    forge.delete(ADA)
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        page = nights.read[0]
    assert {i.login: i.bot for i in page.identities} == {"deps-up": True, "bo-l": False}
    orphan = next(c for c in page.contributions if c.number == two.number)
    assert [c.part for c in orphan.credits] == ["merger"]


def test_what_is_shown_in_part_only_is_flagged() -> None:
    forge = small(1, labels=[f"l{n}" for n in range(30)], files=[File(f"f{n}") for n in range(150)])
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        pull = nights.read[0].contributions[0]
    assert pull.truncated == ("files", "labels")
    assert (pull.files, len(pull.paths or ())) == (150, 100)


def test_what_is_older_than_the_lookback_is_left_out() -> None:
    with Nights(small(20)) as nights:
        nights.fetch("anvil/press", lookback_days=250)  # since 11 March
    assert {c.number for p in nights.read for c in p.contributions} == set(range(11, 21))


def test_contributors_are_counted_once_a_month() -> None:
    forge = Forge.invent(300, 200, seed=1)
    with Nights(forge) as nights:
        nights.fetch(name_of(forge))
        counts = nights.read[-1].contributors
        assert sum(c.commits for c in counts) == 300
        asked = nights.server.requests
        nights.fetch(name_of(forge))
        assert nights.server.requests == asked + 1


def test_a_github_app_signs_its_own_tokens() -> None:
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.TraditionalOpenSSL,
        serialization.NoEncryption(),
    ).decode()
    with Nights(small()) as nights:
        nights.fetch("anvil/press", token=None, app=("77", 99, pem))
        assert pulls(nights.read) == truth(nights.forge.repositories[0])
        assert any("access_tokens" in asked.path for asked in nights.server.log)


def test_an_enterprise_server_has_its_api_elsewhere() -> None:
    with Nights(small()) as nights:
        nights.fetch("anvil/press", api_url=nights.server.enterprise)
        assert pulls(nights.read) == truth(nights.forge.repositories[0])
        assert all(asked.status == 200 for asked in nights.server.log)


# -- what it costs ---------------------------------------------------------------------------


@pytest.mark.parametrize(("width", "bar"), [(25, 42), (49, 22)])
def test_the_cost_of_a_thousand_pull_requests(big: Forge, width: int, bar: int) -> None:
    with Nights(big) as nights:
        budget = nights.budget()
        nights.fetch(name_of(big), budget, page_width=width)
        asked = [a for a in nights.server.log if a.path.endswith("graphql")]
        assert pulls(nights.read) == truth(big.repositories[0])
        assert len(asked) <= bar
        assert nights.server.points_spent <= bar
        assert (budget.spent_requests, budget.spent_points) == (
            nights.server.requests, nights.server.points_spent,
        )  # fmt: skip
        assert not [line for line in nights.told if "instead of" in line]


MAKERS: dict[str, Callable[[], tuple[str, dict[str, object], int]]] = {
    "pulls": lambda: _paged(25),
    "pulls_bare": lambda: _paged(1, bare=True),
    "pulls_wide": lambda: _paged(49),
    "closed": lambda: _one(queries.closed(24), 24),
    "numbers": lambda: _one(queries.numbers(), 37),
    "completed": lambda: queries.pulls_by_number(("o", "n"), range(1, queries.COMPLETED + 1)),
    "probe": lambda: queries.probe([("o", f"n{i}") for i in range(queries.PROBED)]),
    "authors": lambda: queries.authors(("o", "n"), ["0" * 40] * queries.LOOKED_UP),
    "profiles": lambda: queries.profiles([f"u{i}" for i in range(queries.LOOKED_UP)]),
    "discussions": lambda: queries.discussions([("o", "n", 1)] * queries.DISCUSSED),
}


@pytest.mark.parametrize("name", MAKERS)
def test_points_are_what_the_formula_says(name: str) -> None:
    text, variables, points = MAKERS[name]()
    assert cost(text, variables).points == points


def _one(query: tuple[str, int], width: int) -> tuple[str, dict[str, object], int]:
    return query[0], {"owner": "o", "name": "n", "n": width, "after": None}, query[1]


def _paged(width: int, *, bare: bool = False) -> tuple[str, dict[str, object], int]:
    text, points = queries.pulls(width, bare=bare)
    return text, {"owner": "o", "name": "n", "n": width, "after": None}, points


def test_a_hundred_unchanged_repositories_cost_two_requests() -> None:
    forge = Forge.invent(2, 2, seed=3, repositories=100)
    with Nights(forge) as nights:
        targets = [f"{r.owner}/{r.name}" for r in forge.repositories]
        for target in targets:
            nights.fetch(target)
        nights.server.log.clear()
        budget = nights.budget()
        assert github.changed(nights.cursors, budget, nights.context()) == set()
        assert (nights.server.requests, nights.server.points_spent) == (2, 2)


@pytest.mark.parametrize("merges", [1, 25, 60])
def test_new_merges_cost_little(merges: int) -> None:
    forge = Forge.invent(2, 2, seed=3, repositories=100)
    grown = forge.repositories[7]
    with Nights(forge) as nights:
        for repository in forge.repositories:
            nights.fetch(f"{repository.owner}/{repository.name}")
        for n in range(merges):
            forge.merge(grown, PullRequest(5000 + n, "New", ADA), f"2026-10-01T10:{n:02}:00Z")
        nights.server.log.clear()
        due = github.changed(nights.cursors, nights.budget(), nights.context())
        assert due == {f"{grown.owner}/{grown.name}"}
        nights.fetch(f"{grown.owner}/{grown.name}")
        assert nights.server.requests <= 3 + math.ceil(merges / 25)
        assert {
            f"pr:github.com/{grown.owner}/{grown.name}#{5000 + n}" for n in range(merges)
        } <= set(pulls(nights.read))


def test_an_edit_of_a_merged_pull_request_is_seen() -> None:
    forge = small()
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        forge.edit(forge.repositories[0].pulls[0], "2026-10-01T10:00:00Z", title="A better title")
        assert github.changed(nights.cursors, nights.budget(), nights.context()) == {"anvil/press"}
        nights.fetch("anvil/press")
    assert pulls(nights.read)["pr:github.com/anvil/press#1"] == "A better title"


# -- nights that are cut short ---------------------------------------------------------------


def test_the_first_night_brings_the_newest(big: Forge) -> None:
    with Nights(big) as nights:
        nights.fetch(name_of(big), nights.budget(points=4))
        newest = sorted((p.merged_at or "" for p in big.repositories[0].pulls), reverse=True)
        seen = sorted(
            (c.at for p in nights.read for c in p.contributions if c.kind == "merged_pr"),
            reverse=True,
        )
        assert len(seen) >= 100
        assert seen == newest[: len(seen)]
        assert not nights.read[-1].finished


@settings(max_examples=25)
@given(st.data())
def test_nights_cut_short_and_a_moving_repository_leave_no_gap(data: st.DataObject) -> None:
    forge = Forge.invent(60, 9, seed=data.draw(st.integers(0, 99)))
    repository, target = forge.repositories[0], name_of(forge)
    clock = itertools.count()
    with Nights(forge) as nights:
        for _ in range(data.draw(st.integers(1, 6))):
            nights.fetch(target, nights.budget(requests=data.draw(st.integers(0, 4))), page_width=7)
            for _ in range(data.draw(st.integers(0, 9))):
                tick = next(clock)
                when = f"2026-10-01T{tick // 60:02}:{tick % 60:02}:00Z"
                if data.draw(st.booleans()):
                    forge.merge(repository, PullRequest(9000 + tick, "New", ADA), when)
                else:
                    pull = data.draw(st.sampled_from([p for p in repository.pulls if p.merged_at]))
                    forge.edit(pull, when, title=f"Edited {when}")
        nights.fetch(target, page_width=7)
        assert pulls(nights.read) == truth(repository)
        assert nights.read[-1].finished


def test_new_work_takes_at_most_half_of_a_short_night() -> None:
    forge = Forge.invent(100, 9, seed=5)
    repository, target = forge.repositories[0], name_of(forge)
    with Nights(forge) as nights:
        nights.fetch(target, nights.budget(requests=2), page_width=5)
        (gap,) = nights.cursors[target]["gaps"]
        for n in range(60):
            forge.merge(repository, PullRequest(9000 + n, "New", ADA), f"2026-10-01T10:{n:02}:00Z")
        nights.fetch(target, nights.budget(requests=8), page_width=5)
        new, old = nights.cursors[target]["gaps"]
        assert old[0] != gap[0]
        assert old[1:] == gap[1:]
        assert new[0] is not None


# -- misfortunes -----------------------------------------------------------------------------

PASSING = {
    "502 in HTML": bad_gateway(),
    "504": gateway_timeout(),
    "read timeout": hang(0.6),
    "reset": reset(),
    "cut body": cut(),
    "bad JSON": bad_json(),
    "data: null": null_data(),
    "data: null without a word": null_data(None),
    "resource limits": resource_limits(),
}
WAITED = {
    "RATE_LIMITED": (rate_limited("RATE_LIMITED"), 1.0),
    "RATE_LIMIT": (rate_limited("RATE_LIMIT"), 1.0),
    "already exceeded": (rate_limited("already exceeded"), 1.0),
    "primary 403": (rate_limited(403), 1.0),
    "primary 429": (rate_limited(429), 1.0),
    "secondary 403": (secondary(403), 60.0),
    "secondary 403, Retry-After": (secondary(403, 90), 90.0),
    "secondary 429": (secondary(429), 60.0),
    "secondary 429, Retry-After": (secondary(429, 30), 30.0),
    "secondary 200": (secondary(200), 60.0),
    "secondary 200, Retry-After": (secondary(200, 70), 70.0),
}


@pytest.mark.parametrize("fault", PASSING.values(), ids=PASSING.keys())
def test_what_passes_is_tried_again_after_a_second(
    fault: Fault, monkeypatch: pytest.MonkeyPatch
) -> None:
    forge = small()
    # Only where nothing may be misread: an answer not waited for may have demanded silence.
    if fault.name == "hang":
        monkeypatch.setattr(client, "TIMEOUT", 0.3)
    with Nights(forge, faults=at(fault, 1)) as nights:
        nights.fetch("anvil/press")
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert all(seconds >= 1 for seconds in nights.clock.slept)
        assert nights.server.early == []


@pytest.mark.parametrize(("fault", "least"), WAITED.values(), ids=WAITED.keys())
def test_a_limit_is_waited_out_and_said(fault: Fault, least: float) -> None:
    forge = small()
    with Nights(forge, faults=at(fault, 1)) as nights:
        nights.fetch("anvil/press")
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert sum(nights.clock.slept) >= least
        assert nights.server.early == []
        if least > 10:
            assert any(
                "waiting until 0" in line or "waiting until 1" in line for line in nights.told
            )


@pytest.mark.parametrize("status", [403, 429])
def test_a_limit_on_the_list_of_contributors(status: int) -> None:
    def plan(number: int, name: str, variables: object) -> object:
        return rate_limited(status) if "contributors" in name and number < 3 else None

    forge = Forge.invent(5, 2, seed=1)
    with Nights(forge, faults=plan) as nights:
        nights.fetch(name_of(forge))
        assert nights.read[-1].contributors
        assert nights.server.early == []


def test_a_wait_beyond_the_night_ends_it_cleanly() -> None:
    with Nights(small(), faults=at(secondary(403, 7200), 1)) as nights:
        budget = nights.budget(deadline=3600)
        (paused,) = nights.fetch("anvil/press", budget)
        assert (paused.contributions, paused.cursor["gaps"]) == ((), [])
        assert nights.clock.slept == []
        assert github.changed(nights.cursors, nights.budget(deadline=3600), nights.context()) == {
            "anvil/press"
        }
        assert nights.server.requests == 1  # the pause is respected by the next run as well
        context = nights.context()
        context.silent_until[nights.server.url.removeprefix("http://")] = 7200.0
        assert list(connectors.load("github").fetch("anvil/press", {}, budget, context)) == []
        assert nights.server.requests == 1


@pytest.mark.parametrize(
    ("fault", "error", "words"),
    [
        (unauthorized(), SourceError, "token"),
        (blocked(), GoneError, "451"),
    ],
)
def test_what_does_not_pass_is_one_line(fault: Fault, error: type[Exception], words: str) -> None:
    with (
        Nights(small(), faults=at(fault, 1)) as nights,
        pytest.raises(error, match=words) as failure,
    ):
        nights.fetch("anvil/press")
    assert nights.server.requests == 1
    assert "\n" not in str(failure.value)
    assert "token-" not in str(failure.value)


def test_a_fault_that_stays_ends_after_three_tries() -> None:
    with (
        Nights(small(), faults=lambda *_: bad_gateway()) as nights,
        pytest.raises(SourceError, match="502"),
    ):
        nights.fetch("anvil/press", page_width=5)
    assert nights.server.requests == 3


@pytest.mark.parametrize(("most", "count"), [(1, 120), (5, 300), (20, 400), (40, 700)])
@pytest.mark.parametrize("fault", [bad_gateway(), resource_limits()], ids=["502", "limits"])
def test_a_server_that_fails_above_a_width(most: int, count: int, fault: Fault) -> None:
    forge = Forge.invent(count, 9, seed=2)
    with Nights(forge, width_limit=most, width_fault=fault) as nights:
        nights.fetch(name_of(forge))
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert sum(1 for asked in nights.server.log if asked.fault) <= 8
        assert nights.cursors[name_of(forge)]["width"] <= most


@pytest.mark.parametrize("seed", range(3))
def test_nine_faults_at_once(seed: int, tmp_path: Path) -> None:
    forge = Forge.invent(300, 40, seed=seed)
    target = name_of(forge)
    with Nights(forge, faults=chaos(0.07, seed)) as nights, Store(tmp_path / "s.db") as store:
        for _ in range(200):
            try:
                nights.fetch(target)
            except SourceError:
                continue
            if nights.read and nights.read[-1].finished:
                break
        assert nights.server.early == []
        stored(store, nights.read)
        rows = store.rows("SELECT key, title FROM contributions WHERE kind = 'merged_pr'")
        assert {row["key"]: row["title"] for row in rows} == truth(forge.repositories[0])


# -- names that change -----------------------------------------------------------------------


def test_a_renamed_repository_keeps_its_history(tmp_path: Path) -> None:
    forge = small()
    with Nights(forge) as nights, Store(tmp_path / "s.db") as store:
        nights.fetch("anvil/press")
        forge.rename(forge.repositories[0], "anvil/letterpress")
        forge.merge(forge.repositories[0], PullRequest(9, "New", ADA), "2026-10-01T10:00:00Z")
        assert github.changed(nights.cursors, nights.budget(), nights.context()) == {"anvil/press"}
        nights.fetch("anvil/press")
        stored(store, nights.read)
        keys = {row["key"] for row in store.rows("SELECT key FROM contributions")}
        assert {k for k in keys if k.startswith("pr:")} == set(truth(forge.repositories[0]))
    assert any("is now anvil/letterpress" in line for line in nights.told)


@pytest.mark.parametrize("status", [404, 410, 451])
def test_a_vanished_repository_is_gone(status: int) -> None:
    forge = small()
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        forge.remove("anvil/press", status)
        assert github.changed(nights.cursors, nights.budget(), nights.context()) == {"anvil/press"}
        with pytest.raises(GoneError):
            nights.fetch("anvil/press")


def test_a_missing_repository_does_not_hide_the_others() -> None:
    forge = Forge.invent(3, 2, seed=1, repositories=3)
    with Nights(forge) as nights:
        targets = [f"{r.owner}/{r.name}" for r in forge.repositories]
        for target in targets:
            nights.fetch(target)
        forge.remove(targets[1])
        due = github.changed(nights.cursors, nights.budget(), nights.context())
        assert due == {targets[1]}


@pytest.mark.parametrize("target", ["anvil", "anvil/", "/press", "a/b/c"])
def test_a_wrong_target(target: str) -> None:
    with Nights(small()) as nights, pytest.raises(ConfigError, match="owner/name"):
        nights.fetch(target)


def test_a_pull_request_too_heavy_alone_is_stored_without_its_lists(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    forge, seen = small(6), [""]
    send = client.GitHubClient.graphql

    def spied(self: client.GitHubClient, query: str, variables: Any, points: int) -> Any:
        seen.append(query)
        return send(self, query, variables, points)

    monkeypatch.setattr(client.GitHubClient, "graphql", spied)
    with Nights(forge) as nights:
        nights.server.faults = lambda *_: bad_gateway() if "latestReviews" in seen[-1] else None
        nights.fetch("anvil/press")
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert nights.read[0].contributions[0].truncated == ("files", "labels", "latestReviews")


def test_a_name_that_another_repository_bears_now_is_gone() -> None:
    forge = small()
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        forge.repositories[0].database_id = 999
        forge.merge(forge.repositories[0], PullRequest(9, "Theirs", BO), "2026-10-01T10:00:00Z")
        with pytest.raises(GoneError, match="another repository"):
            nights.fetch("anvil/press")


def test_a_longer_lookback_reads_the_past() -> None:
    with Nights(small(20)) as nights:
        nights.fetch("anvil/press", lookback_days=250)
        cursors = nights.cursors
        assert github.changed(cursors, nights.budget(), nights.context(lookback_days=250)) == set()
        assert github.changed(cursors, nights.budget(), nights.context()) == {"anvil/press"}
        nights.fetch("anvil/press")
        assert pulls(nights.read) == truth(nights.forge.repositories[0])


def test_two_points_and_two_requests_end() -> None:
    forge = Forge.invent(60, 5, seed=1)
    with Nights(forge) as nights:
        nights.fetch(name_of(forge), nights.budget(requests=1), page_width=5)
        nights.fetch(name_of(forge), nights.budget(requests=2, points=2), page_width=5)
        assert len(nights.read) == 3


MANGLED = [
    '{"data": "x"}',
    '{"data": []}',
    '{"data": {"repository": "x"}}',
    '{"data": {}}',
    '{"data": {"repository": {"pullRequests": null, "url": "u", "nameWithOwner": "a/b"}}}',
    '{"data": {"repository": {"databaseId": 10, "url": "https://github.com/a/b",'
    ' "nameWithOwner": "a/b", "pullRequests": {"nodes": null, "pageInfo": null}}}}',
    "<html>sign in to the hotel</html>",
    "[]",
    "7",
]


@pytest.mark.parametrize("body", MANGLED)
def test_a_mangled_answer_is_a_source_error_and_nothing_else(body: str) -> None:
    mangled = Fault("mangled", lambda answer: replace(answer, body=body.encode()))
    cursor: Cursor = {"repo": "github.com/anvil/press", "newest": None, "gaps": [], "lookback": 9}
    with Nights(small(), faults=lambda *_: mangled) as nights:
        with pytest.raises(SourceError):
            nights.fetch("anvil/press", page_width=1)
        with contextlib.suppress(SourceError):
            github.changed({"anvil/press": cursor}, nights.budget(), nights.context())
        with pytest.raises(SourceError):
            list(github.examine(["anvil/press"], nights.budget(), nights.context()))


def test_a_list_of_contributors_that_is_not_ready_does_not_hold_the_run() -> None:
    asked: list[str] = []

    def plan(number: int, name: str, variables: object) -> Fault | None:
        asked.append(name)
        accepted = Fault("not_ready", lambda answer: replace(answer, status=202, body=b"{}"))
        return accepted if "contributors" in name else None

    with Nights(small(), faults=plan) as nights:
        nights.fetch("anvil/press")
        assert nights.read[-1].finished
        assert sum("contributors" in name for name in asked) == 2


@pytest.mark.parametrize("status", [403, 404])
def test_a_refused_list_of_contributors_is_said_and_not_asked_again(status: int) -> None:
    body = b'{"message": "The list is too large"}'
    refusal = Fault("refused", lambda answer: replace(answer, status=status, body=body))

    def plan(number: int, name: str, variables: object) -> Fault | None:
        return refusal if "contributors" in name else None

    with Nights(small(), faults=plan) as nights:
        nights.fetch("anvil/press")
        assert nights.read[-1].finished
        assert any("no list of contributors" in line for line in nights.told)
        asked = nights.server.requests
        nights.fetch("anvil/press")
        assert nights.server.requests == asked + 1


def test_an_answer_without_end_ends(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(client, "LARGEST", 1_000)
    with Nights(small(20)) as nights, pytest.raises(SourceError, match="bytes"):
        nights.fetch("anvil/press", page_width=25)


def test_a_forbidden_repository_is_not_gone() -> None:
    error = '{"type": "FORBIDDEN", "message": "IP allow list"}'
    said = f'{{"data": {{"repository": null}}, "errors": [{error}]}}'.encode()
    forbidden = Fault("forbidden", lambda answer: replace(answer, body=said))
    with Nights(small(), faults=lambda *_: forbidden) as nights:
        with pytest.raises(SourceError, match="refused") as failure:
            nights.fetch("anvil/press")
        assert not isinstance(failure.value, GoneError)


@pytest.mark.parametrize(
    "site",
    [
        "http://jane@mail.example",
        "https://pages.example/jane@mail.example",
        "jane%40mail.example/x",
    ],
)
def test_a_page_with_an_address_in_it_is_not_kept(site: str) -> None:
    forge = small()
    forge.users[0].website_url = site
    with Nights(forge) as nights:
        nights.fetch("anvil/press")
        assert all(i.website is None for p in nights.read for i in p.identities)
