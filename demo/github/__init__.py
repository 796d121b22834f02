"""A small, faithful GitHub on loopback: for tests, benchmarks and the demo.

It answers GraphQL (executed against a subset of GitHub's published schema), the few
REST routes a crawl needs, rate limits, ETags, and misbehaves on order. It does not
write, search or serve git, and never leaves this machine.

    forge = Forge(users=[ada], repositories=[engine])     # or Forge.invent(1000, 200, seed=1)
    with Server(forge) as server:
        server.url         "http://127.0.0.1:PORT"        GitHub's shape: /graphql, /repos/…
        server.enterprise  "http://127.0.0.1:PORT/api/v3" Enterprise's: /api/v3/… and /api/graphql
        TOKEN              a token it takes; more by Server(tokens={"another": "its scopes"})

The world, all plain and mutable; times are ISO strings ("2026-03-01T10:00:00Z"), people are
objects, None is nobody ("ghost"). PRs without merged_at are open, unless closed=True:

    User(login, database_id, kind="User", name=None, company=None, location=None,
         website_url=None, bio=None, hireable=False, social_accounts=[("LINKEDIN", url)],
         created_at=…)                    kind: "User" "Bot" "Mannequin" "Organization";
                                          a Bot's login has its "[bot]" in REST only, as there
    File(path, additions=1, deletions=0, change_type="MODIFIED")
    Review(author, state="APPROVED", submitted_at=…, body="", url=None)
    Comment(author, body, created_at=…)   Thread(path, comments, resolved=False)
    Issue(number, title, body="", author=None, …)
    PullRequest(number, title, author=None, body="", created_at=…, merged_at=None, updated_at=…,
         labels=[names], files=[File], merge_oid=None, merged_by=None,
         author_association="CONTRIBUTOR", reviews=[], threads=[], comments=[], closes=[Issue],
         additions=None, deletions=None, changed_files=None)      None: summed over the files
    Commit(oid, author=None, name="", email="", at=…, message="")
    Repository(owner, name, database_id, pulls=[], commits=[], issues=[], pushed_at=…,
         archived=False, fork=False)      .pull(number)  .history()  .contributors()

    Forge(users=[], repositories=[], renamed={"old/name": "new/name"}, gone={"o/n": 404|410|451},
          host="github.com", viewer=User)
    Forge.invent(pulls, authors, seed, repositories=1)   `pulls` and `authors` in each of them

Between nights (each keeps updated_at and pushed_at as GitHub would):

    forge.merge(repository, pull, at, by=None)    adds an unknown pull, or merges an open one
    forge.edit(pull, at, title="…", labels=[…])   forge.review(pull, Review(…))
    forge.rename(repository, "new/name")          forge.remove("owner/name", status=404)
    forge.delete(user)                            its work stays, its author becomes null

    Server(forge, *, latency=0.0, points=5000, core=5000, tokens={TOKEN: ""},
           clock=time.time, faults=None, width_limit=None, width_fault=bad_gateway(),
           limit_status=403, limit_wording="RATE_LIMITED")
        points, core          per hour: GraphQL's and REST's primary limit, for each token
        limit_status          403 | 429, what REST says when they ran out
        limit_wording         "RATE_LIMITED" | "RATE_LIMIT" | "already exceeded", GraphQL, HTTP 200
        width_limit           a pullRequests page wider than this gets width_fault
        faults                (number, name, variables) -> Fault | None; number counts from 1 in the
                              log, name is the operation's, or "GET /path" for REST
    all of them attributes that may be set while it runs. To look at:
        .log                  [Asked(number, time, method, path, name, variables, cost, status,
                              fault, early)]; clear() it between nights
        .requests             len(log)            .points_spent   sum of their cost
        .early                those of the log that came inside a wait demanded before

Faults (their log entry has their name):

    bad_gateway() gateway_timeout() hang(seconds) reset() cut() bad_json() null_data()
    resource_limits(keep=0)     200, but the outer connections' nodes null after the first `keep`
    secondary(status=403|429|200, retry_after=None|n)     rate_limited(wording or 403|429)
    unauthorized() blocked()                              401, 451
    at(fault, 2, 3)            a plan: these requests only
    chaos(rate, seed)          a plan: nine of them, each at `rate`
    cost(query, variables)     -> Cost(requests, points, nodes, widths) by GitHub's formula

A wait demanded is: Retry-After; else, where nothing is left, until x-ratelimit-reset (of that
resource only); else 60 s. App tokens: POST /app/installations/N/access_tokens takes any JWT.
"""

from demo.github.cost import Cost
from demo.github.data import (
    Comment,
    Commit,
    File,
    Issue,
    PullRequest,
    Repository,
    Review,
    Thread,
    User,
)
from demo.github.faults import (
    Fault,
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
from demo.github.forge import Forge
from demo.github.graph import cost
from demo.github.server import TOKEN, Asked, Server

__all__ = [
    "TOKEN", "Asked", "Comment", "Commit", "Cost", "Fault", "File", "Forge", "Issue",
    "PullRequest", "Repository", "Review", "Server", "Thread", "User", "at", "bad_gateway",
    "bad_json", "blocked", "chaos", "cost", "cut", "gateway_timeout", "hang", "null_data",
    "rate_limited", "reset", "resource_limits", "secondary", "unauthorized",
]  # fmt: skip
