"""The loopback GitHub's GraphQL keeps GitHub's promises: prices, pages, partial data, its world."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterator

import pytest
from graphql import build_schema, get_operation_ast, parse

from demo.github import Forge, PullRequest, Repository, Review, Server, cost
from demo.github.cost import measure
from tests.check_github_schema import mismatches
from tests.hub import PAGE, Client, pump


@pytest.fixture
def server() -> Iterator[Server]:
    with Server(Forge.invent(20, 6, seed=1)) as running:
        yield running


@pytest.fixture
def client(server: Server) -> Iterator[Client]:
    asking = Client(server)
    with asking.http:
        yield asking


def engine(server: Server) -> Repository:
    return server.forge.repositories[0]


# --- prices ---------------------------------------------------------------------------


def test_the_formula_gives_what_github_works_out_in_its_documentation() -> None:
    def priced(text: str) -> tuple[int, int, int]:
        document = parse(text)
        operation = get_operation_ast(document)
        assert operation
        found = measure(build_schema(_DOCUMENTED), document, operation, {"many": 100})
        return found.requests, found.points, found.nodes

    requests, points, _ = priced(
        """query($many: Int) { viewer { login repositories(first: $many) { edges { node { id
        issues(first: 50) { edges { node { id labels(first: 60) { edges { node { id } } }
        } } } } } } } }"""
    )
    assert (requests, points) == (5_101, 51)
    comments = "comments(first: 10) { edges { comment: node { body } } }"
    _, _, nodes = priced(
        f"""{{ viewer {{ repositories(first: 50) {{ edges {{ repository: node {{ name
        pullRequests(first: 20) {{ edges {{ pullRequest: node {{ title {comments} }} }} }}
        issues(first: 20) {{ totalCount edges {{ issue: node {{ title {comments} }} }} }}
        }} }} }} followers(first: 10) {{ edges {{ follower: node {{ login }} }} }} }} }}"""
    )
    assert nodes == 22_060


_DOCUMENTED = "type Query { viewer: Node } type Edge { node: Node } " + (
    "type AnyConnection { totalCount: Int edges: [Edge] } type Node { login: ID id: ID name: ID "
    "title: ID body: ID "
    + " ".join(
        f"{name}(first: Int): AnyConnection"
        for name in ("repositories", "issues", "labels", "comments", "pullRequests", "followers")
    )
    + " }"
)


@pytest.mark.parametrize(("n", "points"), [(10, 1), (25, 1), (49, 1), (50, 2), (100, 3)])
def test_49_is_the_widest_page_of_one_point(n: int, points: int) -> None:
    found = cost(PAGE, {"n": n})
    assert (found.requests, found.points, found.nodes) == (1 + 3 * n, points, n * 141)
    assert found.widths["pullRequests"] == n


def test_the_same_connection_in_two_fragments_is_paid_once_and_a_skipped_one_never() -> None:
    query = """query($no: Boolean = false) { a: repository(owner: "o", name: "n") { ...P ...P
        pullRequests(first: 10) { totalCount } issue(number: 1) @include(if: $no) {
        comments(first: 100) { totalCount } } } }
        fragment P on Repository { pullRequests(first: 10) { nodes { id } } }"""
    assert cost(query).requests == 1
    assert cost(query, {"no": True}).requests == 2


def test_a_dry_run_is_priced_and_neither_run_nor_paid(server: Server, client: Client) -> None:
    query = 'query { repository(owner: "o", name: "n") { id } rateLimit(dryRun: true) { cost } }'
    assert client.ask(query) == {"data": {"rateLimit": {"cost": 1}}}
    assert server.points_spent == 0


# --- pages ----------------------------------------------------------------------------


def test_pages_of_any_width_show_everything_once(server: Server, client: Client) -> None:
    for field in ("CREATED_AT", "UPDATED_AT"):
        for direction in ("ASC", "DESC"):
            pages = client.pages(n=7, field=field, direction=direction)
            numbers = [row["number"] for page in pages for row in page]
            assert sorted(numbers) == list(range(1, 21))
            assert (numbers == sorted(numbers, reverse=direction == "DESC")) or "UPD" in field
    assert server.points_spent == server.requests == 12


def test_a_pr_edited_in_mid_scan_jumps_over_the_cursor(server: Server, client: Client) -> None:
    pages = client.pages(n=5, field="UPDATED_AT", direction="DESC")
    seen = {row["number"] for row in next(pages)}
    touched = next(pull for pull in engine(server).pulls if pull.number not in seen)
    server.forge.edit(touched, "2026-06-01T00:00:00Z", title="Renamed")
    seen |= {row["number"] for page in pages for row in page}
    assert set(range(1, 21)) - seen == {touched.number}
    [newest] = client.ask(PAGE, n=1, field="UPDATED_AT", direction="DESC")["data"]["repository"][
        "pullRequests"
    ]["nodes"]
    assert newest["title"] == "Renamed"


def test_an_immutable_order_loses_nothing_to_an_edit(server: Server, client: Client) -> None:
    pages = client.pages(n=5)
    seen = [row["number"] for row in next(pages)]
    server.forge.edit(engine(server).pulls[-1], "2026-06-01T00:00:00Z")
    assert seen + [row["number"] for page in pages for row in page] == list(range(1, 21))


@pytest.mark.parametrize(
    ("query", "type_"),
    [
        ("pullRequests { totalCount }", "MISSING_PAGINATION_BOUNDARIES"),
        ("pullRequests(first: 101) { totalCount }", "EXCESSIVE_PAGINATION"),
        ("pullRequests(first: 0) { totalCount }", "EXCESSIVE_PAGINATION"),
        ('pullRequests(first: 1, after: "x!") { totalCount }', "INVALID_CURSOR_ARGUMENTS"),
        (
            "pullRequests(first: 100) { nodes { reviewThreads(first: 100) { nodes { "
            "comments(first: 100) { totalCount } } } } }",
            "MAX_NODE_LIMIT_EXCEEDED",
        ),
    ],
)
def test_pages_that_github_refuses(client: Client, query: str, type_: str) -> None:
    body = client.ask(f'{{ repository(owner: "lumen", name: "engine") {{ {query} }} }}')
    assert [error["type"] for error in body["errors"]] == [type_]
    assert not (body.get("data") or {}).get("repository")


def test_what_is_not_in_the_schema_is_refused_in_words(server: Server, client: Client) -> None:
    body = client.ask("{ viewer { email } }")
    assert "email" in body["errors"][0]["message"]
    assert "data" not in body
    assert client.http.post("/graphql", content=b"{").status_code == 400
    assert "Syntax" in client.ask("{ viewer {")["errors"][0]["message"]
    assert server.points_spent == 0


def test_the_last_pages_are_had_from_the_end(client: Client) -> None:
    query = """{ repository(owner: "lumen", name: "engine") { pullRequests(last: 3) {
        nodes { number } pageInfo { hasPreviousPage startCursor } } } }"""
    found = client.ask(query)["data"]["repository"]["pullRequests"]
    assert [node["number"] for node in found["nodes"]] == [18, 19, 20]
    assert found["pageInfo"]["hasPreviousPage"]


# --- the world ------------------------------------------------------------------------

DEEP = """
{ repository(owner: "lumen", name: "pump") { owner { login } defaultBranchRef { target { oid } }
  pullRequest(number: 7) {
    body state mergedBy { login } mergeCommit { oid author { name user { login } } }
    author { __typename login } additions deletions changedFiles authorAssociation
    latestReviews(first: 9) { nodes { state body author { login } } }
    reviews(first: 9) { totalCount }
    reviewThreads(first: 9) { nodes { path isResolved comments(first: 9) { nodes { body } } } }
    comments(first: 9) { nodes { body author { login } } }
    closingIssuesReferences(first: 9) { nodes { number title body } }
} } }
"""


def test_a_pull_request_is_shown_with_all_that_was_said_about_it() -> None:
    forge, people = pump()
    with Server(forge) as server, Client(server).http as http:
        found = http.post("/graphql", json={"query": DEEP}).json()["data"]["repository"]
        assert found["defaultBranchRef"]["target"]["oid"] == "c" * 40
        pull = found["pullRequest"]
        assert (pull["additions"], pull["deletions"], pull["changedFiles"]) == (7, 1, 2)
        assert "ops@pump.example" in pull["body"]
        assert pull["latestReviews"]["nodes"] == [
            {"state": "APPROVED", "body": "Now it is bounded.", "author": {"login": "bob"}}
        ]
        assert pull["reviews"]["totalCount"] == 3
        assert pull["reviewThreads"]["nodes"][0]["comments"]["nodes"] == [
            {"body": "Why not drop the oldest?"}
        ]
        assert pull["closingIssuesReferences"]["nodes"][0]["title"] == "Queue grows"
        assert pull["mergeCommit"]["author"] == {"name": "Ada", "user": {"login": "ada"}}
        forge.delete(people["ada"])
        pull = http.post("/graphql", json={"query": DEEP}).json()["data"]["repository"][
            "pullRequest"
        ]
        assert pull["author"] is None
        assert pull["comments"]["nodes"] == [{"body": "Measured.", "author": None}]


def test_missing_aliases_are_null_and_the_rest_is_answered() -> None:
    forge, _ = pump()
    forge.remove("lumen/lost", 451)
    ids = '["U_MTE", "U_eA", "PR_NzA6Nw"]'
    query = f"""{{
      a: repository(owner: "lumen", name: "pump") {{
        here: pullRequest(number: 7) {{ id }} not: pullRequest(number: 8) {{ id }}
        known: object(oid: "{"d" * 40}") {{ ... on Commit {{ author {{ user {{ login }} }} }} }}
        unknown: object(oid: "{"e" * 40}") {{ oid }} }}
      b: repository(owner: "lumen", name: "lost") {{ id }}
      c: user(login: "fixer") {{ id }}
      nodes(ids: {ids}) {{ id ... on User {{
        socialAccounts(first: 5) {{ nodes {{ provider }} }} }} }}
    }}"""
    with Server(forge) as server, Client(server).http as http:
        body = http.post("/graphql", json={"query": query}).json()
        assert body["data"]["a"]["here"] == {"id": "PR_NzA6Nw"}
        assert body["data"]["a"]["known"]["author"]["user"] == {"login": "bob"}
        assert body["data"]["a"]["unknown"] is body["data"]["b"] is body["data"]["c"] is None
        accounts = {"nodes": [{"provider": "MASTODON"}]}
        assert body["data"]["nodes"] == [
            {"id": "U_MTE", "socialAccounts": accounts}, None, {"id": "PR_NzA6Nw"},
        ]  # fmt: skip
        failed = [(error["type"], error["path"]) for error in body["errors"]]
        paths: list[list[str | int]] = [["a", "not"], ["b"], ["c"], ["nodes", 1]]
        assert sorted(failed, key=str) == [("NOT_FOUND", path) for path in paths]
    assert cost(query).nodes == 3 + 15


def test_profiles_come_100_for_one_point() -> None:
    query = (
        "query($ids: [ID!]!) { nodes(ids: $ids) { ... on User { socialAccounts(first: 5) { "
        "totalCount } } } }"
    )
    found = cost(query, {"ids": ["x"] * 100})
    assert (found.points, found.nodes) == (1, 600)


def test_the_world_moves_between_nights_as_githubs_does(server: Server, client: Client) -> None:
    forge, repository = server.forge, engine(server)
    probe = '{ repository(owner: "lumen", name: "engine") { pushedAt nameWithOwner } }'
    before = client.ask(probe)["data"]["repository"]["pushedAt"]
    pull = repository.pulls[0]
    forge.review(pull, Review(forge.users[0], "COMMENTED", "2026-07-01T00:00:00Z"))
    assert pull.updated_at == "2026-07-01T00:00:00Z"
    assert client.ask(probe)["data"]["repository"]["pushedAt"] == before
    merged = forge.merge(repository, PullRequest(99, "New"), "2026-07-02T00:00:00Z")
    assert client.ask(probe)["data"]["repository"]["pushedAt"] == merged.updated_at
    assert merged.merge_oid
    forge.rename(repository, "lumen/motor")
    assert client.ask(probe)["data"]["repository"]["nameWithOwner"] == "lumen/motor"
    strict = probe.replace("repository(", "repository(followRenames: false, ")
    assert client.ask(strict)["errors"][0]["type"] == "NOT_FOUND"


def test_an_invented_world_is_the_same_each_time() -> None:
    one, two = (Forge.invent(30, 10, seed=5, repositories=2) for _ in range(2))
    assert [r.full_name for r in one.repositories] == ["lumen/engine", "lumen/engine-1"]
    for a, b in zip(one.repositories, two.repositories, strict=True):
        assert [(p.title, p.files[0].path) for p in a.pulls] == [
            (p.title, p.files[0].path) for p in b.pulls
        ]
        assert len({pull.author for pull in a.pulls}) == 10


def test_the_demo_alone_does_not_load_graphql() -> None:
    code = "import sys, demo; sys.exit('graphql' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0


def test_the_check_against_the_published_schema_sees_each_kind_of_difference() -> None:
    ours = """type Query implements N { id: ID a(x: Int, y: Int): Int! b: E c: I n: Int o: Int }
        interface N { id: ID } enum E { A B } type I { id: ID } input In { x: Int }
        type New { a: Int }"""
    theirs = """type Query { id: ID a(x: Int = 3, z: Int!): Int b: E c: I n: Int
        @deprecated(reason: "old") }
        interface N { id: ID } enum E { A C } scalar I input In { x: String }"""
    assert sorted(mismatches(build_schema(ours), build_schema(theirs, assume_valid=True))) == [
        "E.B: not GitHub’s",
        "E.C: missing",
        "I: GraphQLObjectType, GitHub's is GraphQLScalarType",
        "In(x): Int, GitHub's is String",
        "New: GitHub has no such type",
        "Query.a(x) = None, GitHub's 3",
        "Query.a(y): GitHub takes no such argument",
        "Query.a(z): missing, and GitHub demands it",
        "Query.a: Int!, GitHub's is Int",
        "Query.n: deprecated by GitHub: old",
        "Query.o: GitHub has no such field",
        "Query: GitHub's is no N",
    ]
