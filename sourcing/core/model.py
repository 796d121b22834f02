"""The domain model as frozen dataclasses. The README defines the terms.

The rows have no behaviour, except `Budget`. Connectors pass every text through
`sourcing.core.text.clean`; no field contains an e-mail address.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal

Kind = Literal["merged_pr", "review", "commit", "post", "talk"]
Part = Literal["author", "co_author", "reviewer", "merger"]
#: An account has a permanent number at its host. A commit author is a name in the history of one
#: repository. A byline is a name under the posts or talks of one site.
IdentityType = Literal["account", "commit_author", "byline"]
Work = Literal[
    "reliability", "performance", "observability", "evaluation", "testing", "delivery",
    "tooling", "data", "feature", "docs", "chore",
]  # fmt: skip

#: Maximum lengths of stored texts, in characters; of paths, their number.
TITLE_LIMIT, BODY_LIMIT, NAME_LIMIT, PATHS_LIMIT = 300, 12_000, 120, 100


@dataclass(frozen=True, slots=True)
class Identity:
    """An account, a commit author or a byline on one platform.

    `id` is its key (`sourcing.core.identifiers`): `PREFIX:HOST/NUMBER` of an account,
    `PREFIX:REPOSITORY/HASH` of a commit author, `PREFIX:HOST/Name` of a byline. `routes` are
    the pages that the person publishes; `proof` says where a site shows the `login`.
    `address_hashes` and `domain_hashes` are keyed hashes of addresses that the source shows
    (`sourcing.core.keyed_hashes`): they recognise a suppressed or excluded person.
    """

    id: str
    name: str | None = None
    login: str | None = None
    url: str | None = None
    bot: bool = False
    company: str | None = None
    location: str | None = None
    website: str | None = None
    bio: str | None = None
    hireable: bool | None = None
    routes: tuple[str, ...] | None = None
    proof: str | None = None
    type: IdentityType = "byline"
    address_hashes: tuple[str, ...] = ()
    domain_hashes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Join:
    """The proof that two identities are one person, with the links that show it."""

    a: str
    b: str
    proof: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """The part of an identity in the contribution that contains this credit."""

    identity: str
    part: Part


@dataclass(frozen=True, slots=True)
class Contribution:
    """One public, linkable work with its credits. None means unknown.

    `key` is the same for every source of the work: `pr:REPO#N`, `commit:REPO/HASH`,
    `review:REPO#N/ID`, `post:HOST/PATH`; REPO is `forge.host/owner/name`.
    `at` is the UTC second (ISO 8601) at which it was merged, written or published;
    a post has the date that it states. `commits` are its oids, the merge commit
    first. `reverts` is the reverted change, `#N` or an oid; `closes` are the titles of closed
    issues; `association` is the author's relation to the project at that time; `truncated` are
    the lists that the source cut off.
    `assisted` is True where a coding agent made or signed the change or a trailer credits one,
    None where the source shows no sign of one.
    """

    key: str
    kind: Kind
    title: str
    at: str
    credits: tuple[Credit, ...] = ()
    repo: str | None = None
    number: int | None = None
    url: str | None = None
    body: str | None = None
    commits: tuple[str, ...] = ()
    paths: tuple[str, ...] | None = None
    files: int | None = None
    renames: int | None = None
    additions: int | None = None
    deletions: int | None = None
    labels: tuple[str, ...] | None = None
    language: str | None = None
    reverts: str | None = None
    association: str | None = None
    closes: tuple[str, ...] | None = None
    truncated: tuple[str, ...] | None = None
    assisted: bool | None = None
    #: Why a pull request that its forge calls closed counts as merged: a label, comment or commit.
    landed: str | None = None
    #: The work that this one repeats, as the source names it: `#N` or an oid of the same
    #: repository, or a key. `branch`: the branch that it was made for.
    repeats: str | None = None
    branch: str | None = None


@dataclass(frozen=True, slots=True)
class Contributor:
    """The number of commits of an identity in the repository, as counted by the forge."""

    identity: str
    commits: int


@dataclass(frozen=True, slots=True)
class Remark:
    """A comment on a contribution. `own`: the author of the contribution wrote it."""

    place: str
    text: str
    url: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Quotation:
    """A verbatim quotation (except for line breaks), with its place and link.

    `own`: the author of the contribution wrote it, and no other person is credited with it.
    """

    text: str
    place: str
    url: str | None
    own: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """The quotations of a decision, best first in each part. A part without a quotation is empty.

    `choice` and `proof` come from the author, or from a text with several authors; `problem` and
    `options` may come from other people.
    """

    problem: tuple[Quotation, ...] = ()
    options: tuple[Quotation, ...] = ()
    choice: tuple[Quotation, ...] = ()
    proof: tuple[Quotation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.problem or self.options or self.choice or self.proof)


@dataclass(frozen=True, slots=True)
class Discussion:
    """The comments on the contribution with this key, in which alternatives are rejected."""

    contribution: str
    remarks: tuple[Remark, ...]


#: Per source, as JSON: the covered range and the state of the source.
Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """The result of one step of a connector. It is stored together with its cursor or not at all.

    `source_priority`: the source with the higher number wins the columns of a contribution that
    two sources show. `renamed`: the former and the present name of a repository or a blog's host.
    `moved`: keys (before, after) of contributions with a new address. `withdrawn`: keys of
    contributions that the source removed. `scan`: the number of complete readings; when a page is
    `finished`, contributions that only an earlier scan of this source showed are withdrawn (a
    rewritten history). `finished`: nothing is left to read. An identity is included with its
    first credit of a reading at the latest, with all its joins.
    """

    cursor: Cursor
    contributions: tuple[Contribution, ...] = ()
    identities: tuple[Identity, ...] = ()
    joins: tuple[Join, ...] = ()
    contributors: tuple[Contributor, ...] = ()
    discussions: tuple[Discussion, ...] = ()
    source_priority: int = 1
    renamed: tuple[str, str] | None = None
    moved: tuple[tuple[str, str], ...] = ()
    withdrawn: tuple[str, ...] = ()
    scan: int = 1
    finished: bool = False


@dataclass(frozen=True, slots=True)
class Releases:
    """What the later versions of a package contain, proven by tags."""

    in_use: str
    newest: str
    #: Commit → the first later version with it; commits of the version in use are left out.
    fixed_in: Mapping[str, str]


@dataclass(slots=True)
class Budget:
    """The remaining budget of one run. A connector calls `take` before each request."""

    requests: int = 1_000_000
    points: int = 1_000_000
    deadline: float = float("inf")
    #: The end of the whole run; no wait that a server demands lasts longer.
    night: float = float("inf")
    clock: Callable[[], float] = time.monotonic
    #: True after a request to stop: the current page is finished, no other is started.
    stopping: Callable[[], bool] = lambda: False
    spent_requests: int = 0
    spent_points: int = 0

    def take(self, requests: int = 1, points: int = 0) -> bool:
        """Spend if enough is left. False: stop without an error."""
        if self.over() or self.requests < requests or self.points < points:
            self.stop()
            return False
        self.requests -= requests
        self.points -= points
        self.spent_requests += requests
        self.spent_points += points
        return True

    def stop(self) -> None:
        """Allow no further request; the next run continues."""
        self.requests = 0

    def over(self) -> bool:
        """True if no further request is allowed."""
        return self.requests <= 0 or self.late()

    def late(self) -> bool:
        """True if the time is used up or a stop was requested."""
        return self.clock() >= self.deadline or self.stopping()


@dataclass(slots=True)  # not frozen: millions of instances are created, in half the time
class Evidence:
    """The classifier's reading of a contribution: relevance 0 to 1, substance 0 to 3, reasons.

    `value` (0 to 1) is the worth before a role weighs the kind; a version bump or release has 0.
    `title_words` are hashes of the words of the title, by which repeated work is recognised.
    `second`: the next most plausible kind. `certainty`: the probability that `work` is right.
    """

    work: Work
    relevant: bool
    relevance: float
    substance: float
    reasons: tuple[str, ...]
    #: Most of its paths belong to the whole project (build, CI, release, tools).
    in_shared_code: bool = False
    value: float = 0.0
    title_words: bytes = b""
    second: Work | None = None
    certainty: float = 1.0
    #: It repeats another work of the same author and is counted there.
    duplicate: bool = False


@dataclass(slots=True)  # not frozen: millions of instances are created, in half the time
class Credited:
    """One evidence of one person: the only input of the scorer, and an allow-list.

    It does not identify the person. `accepted` is False if the person merged their own work into a
    repository that they own, None if the merger is unknown.
    """

    contribution: int
    repo: str
    kind: Kind
    part: Part
    at: str
    evidence: Evidence
    accepted: bool | None = None
    reverted: bool = False


@dataclass(frozen=True, slots=True)
class Signal:
    """One line of the rubric met by a Person. `proofs`: (contribution, points), strongest first."""

    name: str
    points: float
    proofs: tuple[tuple[int, float], ...]


@dataclass(frozen=True, slots=True)
class Score:
    """A Person's points under each Role at one date and rubric, with the Signals as reasons."""

    person: int
    as_of: str
    rubric: str
    signals: tuple[Signal, ...]
    roles: Mapping[str, float] = field(default_factory=dict)
    #: By role: how many distinct works of the kinds that it weighs count.
    counted: Mapping[str, int] = field(default_factory=dict)
    #: All changes of the last three years, including those without value.
    changes: int = 0
