"""The loopback GitHub's HTTP keeps GitHub's promises: REST, tokens, limits, faults."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterator

import github
import httpx
import pytest
from cryptography.hazmat.primitives import serialization
from cryptography.hazmat.primitives.asymmetric import rsa

from demo.github import (
    TOKEN,
    Fault,
    Forge,
    Server,
    User,
    at,
    bad_gateway,
    bad_json,
    blocked,
    chaos,
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
from tests.hub import PAGE, PROBE, Client, Clock, pump


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def server(clock: Clock) -> Iterator[Server]:
    with Server(Forge.invent(20, 6, seed=1), clock=clock) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    asking = Client(server)
    with asking.http:
        yield asking


# --- REST -----------------------------------------------------------------------------


def test_contributors_come_in_pages_and_strangers_on_request() -> None:
    forge, _ = pump()
    with Server(forge) as server, Client(server).http as http:
        path = "/repos/lumen/pump/contributors"
        assert [(r["login"], r["contributions"]) for r in http.get(path).json()] == [
            ("ada", 1), ("bob", 1),
        ]  # fmt: skip
        found, url = [], f"{path}?per_page=2&anon=1"
        while url:
            page = http.get(url)
            found += page.json()
            url = page.links.get("next", {}).get("url", "")
        assert [row["type"] for row in found] == ["User", "User", "Anonymous"]
        assert found[2]["email"] == "cleo@pump.example"
        assert server.requests == 3
        assert server.log[-1].path == "/repositories/70/contributors"


def test_renamed_and_gone_repositories(server: Server, client: Client) -> None:
    server.forge.rename(server.forge.repositories[0], "lumen/motor")
    moved = client.get("/repos/lumen/engine/contributors?per_page=5")
    assert moved.status_code == 301
    assert moved.headers["location"] == f"{server.url}/repositories/9000/contributors?per_page=5"
    assert len(client.get(moved.headers["location"]).json()) == 5
    assert client.get("/repositories/9000").json()["full_name"] == "lumen/motor"
    for status in (404, 410, 451):
        server.forge.remove("lumen/motor", status)
        assert client.get("/repos/lumen/motor").status_code == status
        server.forge.gone.clear()
    assert client.get("/repos/no/body").json()["message"] == "Not Found"


def test_people(client: Client, server: Server) -> None:
    server.forge.users.append(
        User("fixer", 5, "Bot", social_accounts=[("NPM", "https://n.example")])
    )
    assert client.get("/user").json()["login"] == "sourcing-crawler"
    assert client.get("/users/fixer[bot]").json()["type"] == "Bot"
    assert client.get("/users/nobody").status_code == 404
    assert client.get("/users/fixer/social_accounts").json()[0]["provider"] == "npm"


def test_a_validator_saves_the_limit_until_the_token_changes(
    server: Server, client: Client
) -> None:
    first = client.get("/repos/lumen/engine")
    again = client.get("/repos/lumen/engine", if_none_match=first.headers["etag"])
    assert (again.status_code, again.content) == (304, b"")
    assert again.headers["x-ratelimit-used"] == "1"
    server.tokens["another"] = "repo"
    other = Client(server, authorization="Bearer another")
    with other.http:
        fresh = other.get("/repos/lumen/engine", if_none_match=first.headers["etag"])
    assert (fresh.status_code, fresh.headers["x-oauth-scopes"]) == (200, "repo")


def test_tokens(server: Server) -> None:
    with httpx.Client(base_url=server.url) as nobody:
        assert nobody.get("/repos/lumen/engine").headers["x-ratelimit-limit"] == "60"
        assert nobody.post("/graphql", json={"query": PROBE}).status_code == 401
        bad = nobody.get("/user", headers={"authorization": "token wrong"})
    assert (bad.status_code, bad.json()["message"]) == (401, "Bad credentials")


def test_pygithub_is_served_with_a_token_an_app_and_at_an_enterprise(server: Server) -> None:
    server.clock = time.time  # PyGithub's tokens run by the real one
    for url in (server.url, server.enterprise):
        key = rsa.generate_private_key(65537, 2048).private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        app = github.Auth.AppAuth(1, key.decode()).get_installation_auth(7)
        for auth in (github.Auth.Token(TOKEN), app):
            with github.Github(base_url=url, auth=auth, seconds_between_writes=None) as hub:
                hub.requester._Requester__seconds_between_requests = None  # type: ignore[attr-defined]  # quick
                repository = hub.get_repo("lumen/engine")
                assert repository.full_name == "lumen/engine"
                assert sum(1 for _ in repository.get_contributors()) == 6
                assert hub.get_rate_limit().resources.core.limit == 5000
                _, body = hub.requester.graphql_query(PROBE, {})
                assert body["data"]["rateLimit"] == {"cost": 1}


def test_every_answer_says_who_when_and_how_much_is_left(server: Server, client: Client) -> None:
    for answer in (client.get("/user"), client.post(PROBE)):
        assert answer.headers["date"] == "Thu, 28 May 2026 20:26:40 GMT"
        assert answer.headers["x-github-request-id"]
        assert int(answer.headers["x-ratelimit-reset"]) == server.clock() + 3600
        assert answer.headers["x-ratelimit-remaining"] == "4999"
    rates = client.get("/rate_limit").json()["resources"]
    assert (rates["core"]["used"], rates["graphql"]["used"]) == (1, 1)


def test_the_log(server: Server, client: Client) -> None:
    client.ask(PAGE, n=2)
    client.get("/users/nobody?x=1")
    first, second = server.log
    assert (first.number, first.name, first.variables) == (1, "Page", {"n": 2})
    assert (first.cost, first.status, first.path) == (1, 200, "/graphql")
    assert (second.name, second.variables, second.status) == ("GET /users/nobody", {"x": "1"}, 404)
    assert (server.requests, server.points_spent) == (2, 1)


# --- limits ---------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("wording", "type_", "words"),
    [
        ("RATE_LIMITED", "RATE_LIMITED", "API rate limit exceeded"),
        ("RATE_LIMIT", "RATE_LIMIT", "API rate limit already exceeded for user ID 1."),
        ("already exceeded", None, "API rate limit already exceeded for user ID 1."),
    ],
)
def test_points_run_out_and_come_back_with_the_hour(
    clock: Clock, server: Server, client: Client, wording: str, type_: str | None, words: str
) -> None:
    server.points, server.limit_wording = 2, wording
    for left in (1, 0):
        assert client.ask(PAGE, n=1)["data"]["rateLimit"]["remaining"] == left
    refused = client.post(PAGE, n=1)
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (200, "0")
    [error] = refused.json()["errors"]
    assert (error.get("type"), words in error["message"]) == (type_, True)
    assert server.points_spent == 2
    assert client.get("/user").status_code == 200  # REST has its own
    clock.now += 3599
    client.post(PROBE)
    assert [asked.number for asked in server.early] == [5]
    clock.now += 1
    assert "data" in client.ask(PROBE)
    assert len(server.early) == 1


@pytest.mark.parametrize("status", [403, 429])
def test_rest_runs_out_with_either_status(server: Server, client: Client, status: int) -> None:
    server.core, server.limit_status = 1, status
    assert client.get("/user").status_code == 200
    refused = client.get("/user")
    assert (refused.status_code, refused.headers["x-ratelimit-remaining"]) == (status, "0")
    assert "rate limit exceeded" in refused.json()["message"]
    assert client.get("/rate_limit").json()["resources"]["core"]["remaining"] == 0
    assert server.early == []


# --- faults ---------------------------------------------------------------------------

Check = Callable[[httpx.Response], bool]

SHAPES: list[tuple[Fault, Check]] = [
    (bad_gateway(), lambda r: r.status_code == 502 and r.text.startswith("<html>")),
    (gateway_timeout(), lambda r: r.status_code == 504),
    (null_data(), lambda r: r.json()["data"] is None and len(r.json()["errors"]) == 1),
    (null_data(None), lambda r: r.json() == {"data": None}),
    (secondary(403), lambda r: r.status_code == 403 and "retry-after" not in r.headers),
    (secondary(403, 9), lambda r: r.status_code == 403 and r.headers["retry-after"] == "9"),
    (secondary(429), lambda r: r.status_code == 429 and "secondary rate" in r.json()["message"]),
    (secondary(429, 9), lambda r: r.status_code == 429 and r.headers["retry-after"] == "9"),
    (secondary(200), lambda r: "secondary rate" in r.json()["errors"][0]["message"]),
    (secondary(200, 9), lambda r: r.status_code == 200 and r.headers["retry-after"] == "9"),
    (rate_limited(), lambda r: r.json()["errors"][0]["type"] == "RATE_LIMITED"),
    (rate_limited("RATE_LIMIT"), lambda r: r.json()["errors"][0]["code"] == "graphql_rate_limit"),
    (rate_limited("already exceeded"), lambda r: "already" in r.json()["errors"][0]["message"]),
    (rate_limited(403), lambda r: r.status_code == 403),
    (rate_limited(429), lambda r: r.headers["x-ratelimit-remaining"] == "0"),
    (unauthorized(), lambda r: r.status_code == 401 and r.json()["message"] == "Bad credentials"),
    (blocked(), lambda r: r.status_code == 451 and r.json()["block"]["reason"] == "dmca"),
]


@pytest.mark.parametrize(("fault", "shape"), SHAPES, ids=lambda x: getattr(x, "name", ""))
def test_each_fault_has_its_shape_on_the_wire_and_then_is_over(
    server: Server, client: Client, fault: Fault, shape: Check
) -> None:
    server.faults = at(fault, 1)
    assert shape(client.post(PROBE))
    assert client.ask(PROBE)["data"]
    first, second = server.log
    assert (first.fault, second.fault) == (fault.name, None)
    assert first.cost == int(fault.charged)
    # Only who was told to wait came early.
    assert second.early == fault.name.startswith(("secondary", "rate_limited"))


@pytest.mark.parametrize(
    ("fault", "foreign"),
    [
        (reset(), httpx.ReadError),
        (cut(), httpx.RemoteProtocolError),
        (hang(3), httpx.ReadTimeout),
    ],
    ids=["reset", "cut", "hang"],
)
def test_answers_that_do_not_arrive(
    server: Server, client: Client, fault: Fault, foreign: type[Exception]
) -> None:
    server.faults, client.http.timeout = at(fault, 1), httpx.Timeout(0.2)
    with pytest.raises(foreign):
        client.post(PROBE)
    assert client.ask(PROBE)["data"]


def test_an_answer_that_is_whole_and_no_json(server: Server, client: Client) -> None:
    server.faults = at(bad_json(), 1)
    with pytest.raises(ValueError, match=r"Illegal|Expecting"):
        client.post(PROBE).json()


def test_resource_limits_leave_null_nodes_and_a_cursor_that_leads_on(
    server: Server, client: Client
) -> None:
    server.faults = at(resource_limits(keep=1), 1)
    body = client.ask(PAGE, n=3)
    found = body["data"]["repository"]["pullRequests"]
    assert [bool(node) for node in found["nodes"]] == [True, False, False]
    assert found["pageInfo"]["hasNextPage"]
    assert [error["type"] for error in body["errors"]] == ["RESOURCE_LIMITS_EXCEEDED"] * 2
    server.log.clear()
    assert client.ask(PROBE)["data"]["viewer"] is None


@pytest.mark.parametrize("width", [1, 5, 20])
def test_pages_above_a_width_fail_and_others_do_not(
    server: Server, client: Client, width: int
) -> None:
    server.width_limit = width
    assert client.post(PAGE, n=width + 1).status_code == 502
    server.width_fault = resource_limits()
    assert client.ask(PAGE, n=width + 1)["errors"][0]["type"] == "RESOURCE_LIMITS_EXCEEDED"
    assert "errors" not in client.ask(PAGE, n=width)
    assert [bool(asked.fault) for asked in server.log] == [True, True, False]


def test_chaos_strikes_at_its_rate_and_the_same_way_again() -> None:
    plans = [chaos(0.08, seed=3), chaos(0.08, seed=3), chaos(0.08, seed=4)]
    one, two, other = (
        [fault.name if (fault := plan(n, "Page", {})) else "" for n in range(1, 2001)]
        for plan in plans
    )
    assert one == two != other
    assert len(set(one)) == 10
    assert all(0.05 < one.count(name) / 2000 < 0.11 for name in set(one) - {""})
    rest = {fault.name for n in range(2000) if (fault := plans[0](n, "GET /user", {}))}
    assert "null_data" not in rest
    assert "bad_gateway" in rest
    assert chaos(0.0, seed=3)(1, "Page", {}) is None


def test_a_demanded_wait_is_watched(clock: Clock, server: Server, client: Client) -> None:
    server.faults = at(secondary(403, 30), 1)
    client.post(PROBE)
    clock.now += 29
    client.get("/user")  # a secondary limit is everybody's
    clock.now += 1
    client.post(PROBE)
    assert [asked.early for asked in server.log] == [False, True, False]


def test_latency_is_as_ordered_and_connections_are_kept(server: Server, client: Client) -> None:
    server.latency = 0.05
    begin = time.perf_counter()
    client.post(PROBE)
    assert time.perf_counter() - begin >= 0.05
    server.latency = 0.0
    begin = time.perf_counter()
    for _ in range(50):
        client.post(PROBE)
    assert time.perf_counter() - begin < 1.0
