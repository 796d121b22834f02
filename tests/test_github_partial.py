"""Answers of GitHub in which parts are missing: stored as gaps, requested again, or left out."""

from __future__ import annotations

import json
import random
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from connectors.github import reader as github
from connectors.github.api import client
from connectors.github.page_size import PageSize
from db import Store
from demo.github import (
    Fault,
    Forge,
    bad_gateway,
    bad_json,
    cut,
    gateway_timeout,
    null_data,
    reset,
    resource_limits,
    secondary,
)
from tests.githubworld import Nights, pulls, stored, truth

Change = Callable[[dict[str, Any]], None]
TARGET = "lumen/engine"


def spoilt(change: Change) -> Fault:
    """A fault that changes the decoded body of an answer."""

    def apply(answer: Any) -> Any:
        body = json.loads(answer.body)
        change(body)
        return replace(answer, body=json.dumps(body).encode())

    return Fault("spoilt", apply, graphql=True)


def page_of(body: dict[str, Any]) -> list[Any]:
    repository = (body.get("data") or {}).get("repository") or {}
    return list((repository.get("pullRequests") or {}).get("nodes") or [])


def missing(field: str, kind: str | None, count: int = 3) -> Change:
    """The first nodes lack a field, each with an error of this type."""

    def change(body: dict[str, Any]) -> None:
        for at, node in enumerate(page_of(body)[:count]):
            if node is None:
                continue
            node[field] = None
            path = ["repository", "pullRequests", "nodes", at, field]
            error = {"path": path, "message": "Something went wrong"}
            body.setdefault("errors", []).append({**error, **({"type": kind} if kind else {})})

    return change


def first_page(fault: Fault) -> Callable[..., Fault | None]:
    """This fault once, on the first page of pull requests."""
    done: list[int] = []

    def plan(number: int, name: str, variables: object) -> Fault | None:
        if name == "MergedPRs" and not done:
            done.append(number)
            return fault
        return None

    return plan


@pytest.mark.parametrize("kind", [None, "SERVICE_UNAVAILABLE", "INTERNAL"])
@pytest.mark.parametrize("field", ["files", "author", "latestReviews"])
def test_a_part_that_failed_is_requested_again(field: str, kind: str | None) -> None:
    forge = Forge.invent(12, 4, seed=1)
    with Nights(forge, faults=first_page(spoilt(missing(field, kind)))) as nights:
        nights.fetch(TARGET)
        last = {c.key: c for p in nights.read for c in p.contributions if c.kind == "merged_pr"}
        reviews = {c.key for p in nights.read for c in p.contributions if c.kind == "review"}
        assert all(c.paths for c in last.values())
        assert all(c.credits and c.credits[0].part == "author" for c in last.values())
        assert len(reviews) == 24
        assert nights.cursors[TARGET]["incomplete"] == []


def test_what_never_arrives_is_abandoned_with_a_report() -> None:
    def plan(number: int, name: str, variables: object) -> Fault | None:
        if name == "Completed":
            return spoilt(lambda body: body.setdefault("errors", []).append(
                {"path": ["repository", "p0", "files"], "message": "Something went wrong"}
            ))  # fmt: skip
        return lists(number, name, variables)

    lists = first_page(spoilt(missing("files", None, 1)))
    with Nights(Forge.invent(5, 2, seed=1), faults=plan) as nights:
        nights.fetch(TARGET)
        assert github.describe_gaps(nights.cursors[TARGET])
        for _ in range(3):
            nights.fetch(TARGET)
        assert nights.cursors[TARGET]["incomplete"] == []
        assert any("stays incomplete" in line for line in nights.told)
        assert "after 3 runs" in github.describe_gaps(nights.cursors[TARGET])[0]
        asked = nights.server.requests
        nights.fetch(TARGET)
        assert nights.server.requests == asked + 1


@pytest.mark.parametrize("field", ["files", "author", "closingIssuesReferences"])
def test_what_is_withheld_costs_itself(field: str) -> None:
    forge = Forge.invent(12, 4, seed=1)
    fault = spoilt(missing(field, "FORBIDDEN"))
    with Nights(forge, faults=lambda n, name, v: fault if name == "MergedPRs" else None) as nights:
        nights.fetch(TARGET)
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert nights.cursors[TARGET]["incomplete"] == []


def test_one_withheld_repository_does_not_spoil_the_probe() -> None:
    forge = Forge.invent(2, 2, seed=1, repositories=3)
    with Nights(forge) as nights:
        targets = [f"{r.owner}/{r.name}" for r in forge.repositories]
        for target in targets:
            nights.fetch(target)

        def change(body: dict[str, Any]) -> None:
            body["data"]["r1"] = None
            body["errors"] = [{"type": "FORBIDDEN", "path": ["r1"], "message": "SAML"}]

        nights.server.faults = lambda *_: spoilt(change)
        due = github.changed(nights.cursors, nights.budget(), nights.context())
    assert due == {sorted(targets)[1]}


def test_null_nodes_are_named_and_requested_again() -> None:
    forge = Forge.invent(30, 4, seed=1)

    def change(body: dict[str, Any]) -> None:
        nodes = body["data"]["repository"]["pullRequests"]["nodes"]
        nodes[3] = nodes[8] = None

    with Nights(forge, faults=first_page(spoilt(change))) as nights:
        nights.fetch(TARGET)
        assert pulls(nights.read) == truth(forge.repositories[0])


def test_a_pull_request_that_came_without_its_lists_is_completed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Alone it is too much with its lists; later it is not."""
    seen = [""]
    send = client.GitHubClient.graphql

    def spied(self: client.GitHubClient, query: str, variables: Any, points: int) -> Any:
        seen.append(query)
        return send(self, query, variables, points)

    def plan(number: int, name: str, variables: object) -> Fault | None:
        heavy = "latestReviews" in seen[-1] and name == "MergedPRs"
        return bad_gateway() if heavy else None

    monkeypatch.setattr(client.GitHubClient, "graphql", spied)
    with Nights(Forge.invent(4, 2, seed=1), faults=plan) as nights:
        nights.fetch(TARGET)
        last = {c.key: c for p in nights.read for c in p.contributions if c.kind == "merged_pr"}
        assert len(last) == 4
        assert all(c.paths for c in last.values())


@pytest.mark.parametrize("field", ["mergedAt", "updatedAt", "number", "title", "url"])
def test_a_null_that_the_schema_excludes_is_one_item_fewer(field: str) -> None:
    def change(body: dict[str, Any]) -> None:
        for node in page_of(body)[:1]:
            node[field] = None

    forge = Forge.invent(12, 4, seed=1)
    with Nights(forge, faults=lambda *_: spoilt(change)) as nights:
        nights.fetch(TARGET)
        assert len(pulls(nights.read)) in {11, 12}


def test_a_rate_limit_in_a_200_waits_as_long_as_it_says() -> None:
    def limited(answer: Any) -> Any:
        body = {"data": None, "errors": [{"type": "RATE_LIMITED", "message": "exceeded"}]}
        headers = {**answer.headers, "retry-after": "3"}
        return replace(answer, body=json.dumps(body).encode(), headers=headers, limited=True)

    fault = Fault("limited", limited, charged=False, graphql=True)
    with Nights(Forge.invent(3, 2, seed=1), faults=first_page(fault)) as nights:
        nights.fetch(TARGET)
        assert 3 <= sum(nights.clock.slept) < 10
        assert nights.server.early == []


def test_retry_after_holds_even_if_the_body_is_lost() -> None:
    limit = secondary(403, 30)

    def change(answer: Any) -> Any:
        return replace(limit.change(answer), cut=True)

    fault = Fault("limited and cut", change, charged=False)
    with Nights(Forge.invent(3, 2, seed=1), faults=first_page(fault)) as nights:
        nights.fetch(TARGET)
        assert nights.server.early == []
        assert sum(nights.clock.slept) >= 30


def test_a_page_size_recovers_from_an_outage() -> None:
    forge = Forge.invent(600, 9, seed=2)
    outage = iter(range(7))

    def plan(number: int, name: str, variables: object) -> Fault | None:
        return bad_gateway() if name == "MergedPRs" and next(outage, None) is not None else None

    with Nights(forge, faults=plan) as nights:
        nights.fetch(TARGET)
        assert pulls(nights.read) == truth(forge.repositories[0])
        assert nights.server.requests <= 55


def test_a_size_that_failed_is_tried_again_after_a_probation() -> None:
    size = PageSize.of(0, None)
    for _ in range(10):
        size.failed()
    assert size.now == 1
    for _ in range(40):
        size.worked()
    assert size.now == 37


@pytest.mark.parametrize("seed", range(4))
def test_heavy_faults_lose_nothing_within_three_nights(seed: int, tmp_path: Any) -> None:
    forge = Forge.invent(300, 40, seed=seed)
    nulls = spoilt(missing("files", None, 4))

    def lose(body: dict[str, Any]) -> None:
        nodes = ((body.get("data") or {}).get("repository") or {}).get("pullRequests") or {}
        if nodes.get("nodes"):
            nodes["nodes"][0] = None

    choice = [bad_gateway(), gateway_timeout(), reset(), cut(), bad_json(), null_data(),
              resource_limits(), secondary(403, 2), nulls, spoilt(lose)]  # fmt: skip

    def plan(number: int, name: str, variables: object) -> Fault | None:
        dice = random.Random(f"{seed}/{number}")
        fault = dice.choice(choice) if dice.random() < 0.4 else None
        return None if fault and fault.graphql and " " in name else fault

    with Nights(forge, faults=plan) as nights, Store(tmp_path / "s.db") as store:
        for _ in range(3):
            nights.fetch(TARGET)
        assert nights.server.early == []
        stored(store, nights.read)
        rows = store.rows("SELECT key, title, paths FROM contributions WHERE kind = 'merged_pr'")
        assert {row["key"]: row["title"] for row in rows} == truth(forge.repositories[0])
        assert [row["key"] for row in rows if row["paths"] in {None, "[]"}] == []
