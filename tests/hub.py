"""What the tests of the loopback GitHub share: a clock, somebody who asks, a small world."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import httpx

from demo.github import (
    TOKEN,
    Comment,
    Commit,
    File,
    Forge,
    Issue,
    PullRequest,
    Repository,
    Review,
    Server,
    Thread,
    User,
)

Row = dict[str, Any]

PAGE = """
query Page($n: Int!, $after: String, $field: IssueOrderField = CREATED_AT,
           $direction: OrderDirection = ASC) {
  repository(owner: "lumen", name: "engine") {
    pullRequests(first: $n, after: $after, states: [MERGED],
                 orderBy: {field: $field, direction: $direction}) {
      totalCount pageInfo { hasNextPage endCursor }
      nodes {
        number title updatedAt author { __typename login ... on User { databaseId name } }
        labels(first: 20) { nodes { name } }
        files(first: 100) { totalCount nodes { path } }
        latestReviews(first: 20) { nodes { author { login } state url } }
      }
    }
  }
  rateLimit { cost nodeCount remaining used limit }
}
"""
PROBE = "query Probe { viewer { login } rateLimit { cost } }"


class Clock:
    """Stands still until told."""

    def __init__(self) -> None:
        self.now = 1_780_000_000.0

    def __call__(self) -> float:
        return self.now


class Client:
    """Asks one server, with a token."""

    def __init__(self, server: Server, **headers: str) -> None:
        token = {"authorization": f"token {TOKEN}"}
        self.http = httpx.Client(base_url=server.url, headers={**token, **headers}, timeout=5)

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self.http.get(path, headers={n.replace("_", "-"): v for n, v in headers.items()})

    def post(self, query: str, path: str = "/graphql", **variables: Any) -> httpx.Response:
        return self.http.post(path, json={"query": query, "variables": variables})

    def ask(self, query: str, **variables: Any) -> Row:
        answer = self.post(query, **variables)
        assert answer.status_code == 200
        body: Row = answer.json()
        return body

    def pages(self, **variables: Any) -> Iterator[list[Row]]:
        after, more = None, True
        while more:
            found = self.ask(PAGE, after=after, **variables)["data"]["repository"]["pullRequests"]
            yield found["nodes"]
            more, after = found["pageInfo"]["hasNextPage"], found["pageInfo"]["endCursor"]


def pump() -> tuple[Forge, dict[str, User]]:
    people = {
        "ada": User(
            "ada", 11, name="Ada", bio="No recruiters.", social_accounts=[("MASTODON", "https://m.example/@ada")],
        ),
        "bob": User("bob", 12),
        "fixer": User("fixer", 13, "Bot"),
    }  # fmt: skip
    ada, bob = people["ada"], people["bob"]
    pull = PullRequest(
        7, "Bound the queue", ada, "It grew: write to ops@pump.example",
        merged_at="2026-02-01T00:00:00Z",
        merged_by=bob, files=[File("a.py", 5, 1), File("b.py", 2, 0, "ADDED")],
        reviews=[
            Review(bob, "CHANGES_REQUESTED", "2026-01-10T00:00:00Z"),
            Review(bob, "APPROVED", "2026-01-12T00:00:00Z", "Now it is bounded."),
            Review(ada, "PENDING", None),
        ],
        threads=[Thread("a.py", [Comment(bob, "Why not drop the oldest?")], resolved=True)],
        comments=[Comment(ada, "Measured.")], closes=[Issue(3, "Queue grows", "For ever.", bob)],
    )  # fmt: skip
    commits = [
        Commit("c" * 40, None, "Cleo", "cleo@pump.example", "2026-03-01T00:00:00Z"),
        Commit("d" * 40, bob, "Bob", "bob@pump.example", "2026-01-02T00:00:00Z"),
    ]
    repository = Repository("lumen", "pump", 70, [pull], commits)
    return Forge(list(people.values()), [repository]), people
