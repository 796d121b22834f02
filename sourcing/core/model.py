"""The words of this project as types. What they mean is in the README's glossary.

Plain frozen rows: they hold, they do not act. Text in them has been through
`sourcing.text.clean`; no field of any of them may hold an e-mail address.
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

#: Longest texts kept, in characters.
TITLE_LIMIT, BODY_LIMIT, NAME_LIMIT, PATHS_LIMIT = 300, 12_000, 120, 100


@dataclass(frozen=True, slots=True)
class Identity:
    """An account, a commit author or a byline on one platform.

    `id` is its key (`sourcing.core.identifiers`): `PREFIX:HOST/NUMBER` of an account,
    `PREFIX:REPOSITORY/HASH` of a commit author, `PREFIX:HOST/Name` of a byline. `routes` are
    the pages that the person publishes; `proof` says where a site shows the `login`.
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


@dataclass(frozen=True, slots=True)
class Join:
    """A proof that two Identities are one human, in words and with the links that show it."""

    a: str
    b: str
    proof: str
    urls: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Credit:
    """The part an Identity had in the Contribution that holds this credit."""

    identity: str
    part: Part


@dataclass(frozen=True, slots=True)
class Contribution:
    """One public, linkable thing, with the people credited for it. None means not known.

    `key` names the thing whichever source saw it: `pr:REPO#N`, `commit:REPO/HASH`,
    `review:REPO#N/ID`, `post:HOST/PATH`; REPO is `forge.host/owner/name`.
    `at` is the UTC second (ISO 8601) at which it was merged, written or published;
    a post has its author's own day. `commits` are the oids it consists of, the one
    that merged it first. `reverts` names what it undoes, `#N` or an oid; `closes` the titles
    of the issues it closed; `association` the author's standing in the project by then;
    `truncated` the lists of which the source showed only the beginning.
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


@dataclass(frozen=True, slots=True)
class Contributor:
    """How many commits of a Source's repository are an Identity's, as its forge counts them."""

    identity: str
    commits: int


@dataclass(frozen=True, slots=True)
class Remark:
    """Something said around a Contribution; `own`: by its author."""

    place: str
    text: str
    url: str | None
    own: bool


@dataclass(frozen=True, slots=True)
class Quotation:
    """Words letter for letter (line breaks apart), where they stand and the link that shows it.

    `own`: the author of the Contribution wrote them, and nobody else is credited with them.
    """

    text: str
    place: str
    url: str | None
    own: bool = True


@dataclass(frozen=True, slots=True)
class Decision:
    """What is told of a choice, best first in each part; a part is empty where nothing tells it.

    `choice` and `proof` are the author's own words, or of a text that several wrote; `problem` and
    `options` may be somebody else's.
    """

    problem: tuple[Quotation, ...] = ()
    options: tuple[Quotation, ...] = ()
    choice: tuple[Quotation, ...] = ()
    proof: tuple[Quotation, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.problem or self.options or self.choice or self.proof)


@dataclass(frozen=True, slots=True)
class Discussion:
    """What was said around the Contribution with this key, where alternatives are rejected."""

    contribution: str
    remarks: tuple[Remark, ...]


#: Per Source, as JSON: what has been covered and what the source's own state is.
Cursor = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Page:
    """What one step of a connector brings, stored together with its cursor or not at all.
    `source_priority` decides whose columns win when two sources saw one Contribution.
    `renamed` says that the repository, or a blog's host, was called the first and is called
    the second.
    `moved` are keys of contributions (before, after) that have a new address; `withdrawn` are keys
    of contributions that the source removed.
    `scan` counts complete readings of the Source: when a page is `finished`, what only
    an earlier scan of this Source has shown is withdrawn (a rewritten history).
    `finished` says that nothing older or newer is left to read. An Identity is shown at
    the latest with its first credit in a reading, and then with all its joins.
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


@dataclass(slots=True)
class Budget:
    """What one Run may still spend. A connector takes before it asks, and stops on False."""

    requests: int = 1_000_000
    points: int = 1_000_000
    deadline: float = float("inf")
    #: Until when a wait that a server demands may last: all of a night, not one source's share.
    night: float = float("inf")
    clock: Callable[[], float] = time.monotonic
    #: True once somebody asked for a clean end: the page at hand is finished, no other begun.
    stopping: Callable[[], bool] = lambda: False
    spent_requests: int = 0
    spent_points: int = 0

    def take(self, requests: int = 1, points: int = 0) -> bool:
        """Spend, if there is enough left; False means stop here, cleanly."""
        if self.over() or self.requests < requests or self.points < points:
            self.stop()
            return False
        self.requests -= requests
        self.points -= points
        self.spent_requests += requests
        self.spent_points += points
        return True

    def stop(self) -> None:
        """Nothing more may be asked: what is left to do, the next Run does."""
        self.requests = 0

    def over(self) -> bool:
        """True once nothing more may be asked."""
        return self.requests <= 0 or self.late()

    def late(self) -> bool:
        """True once the time is up, or the end was asked for."""
        return self.clock() >= self.deadline or self.stopping()


@dataclass(slots=True)  # not frozen: millions are made, which takes half as long
class Evidence:
    """A Contribution read by the classifier: relevance 0–1, substance 0–3, and why.

    `value` (0 to 1) is what it is worth before a role weighs its kind; a bump or a release is
    worth 0. `title_words` are hashes of the words of the title: they tell repeated work.
    `second`: the next most plausible kind. `certainty`: the probability that `work` is right.
    """

    work: Work
    relevant: bool
    relevance: float
    substance: float
    reasons: tuple[str, ...]
    #: Most of it lies where everybody in a project works (builds, checks, releases, tools).
    in_shared_code: bool = False
    value: float = 0.0
    title_words: bytes = b""
    second: Work | None = None
    certainty: float = 1.0


@dataclass(slots=True)  # not frozen: millions are made, which takes half as long
class Credited:
    """One Evidence as it counts for one Person: the scorer's whole input, and an allow-list.

    Nothing here tells who the person is. `accepted` is False where the person merged
    their own work into a repository they own, None where it is not known who merged it.
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
    #: All changes of the last three years, whatever their value.
    changes: int = 0
