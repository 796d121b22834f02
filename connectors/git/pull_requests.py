"""Builds Contributions from commits: a merged pull request with its branch, or one commit.

It receives the log of a range of the mainline, newest first, and returns complete pull requests.
"""

from collections import Counter
from dataclasses import dataclass, field
from datetime import UTC, datetime

from connectors import _commit_message, _machine_text
from connectors._bots import is_agent
from connectors._commit_message import ParsedMessage
from connectors._repeated_change import repeated_change
from connectors.git.history_scan import HistoryScan, by_web_flow, stable_key
from connectors.git.log import Byline, Commit
from connectors.git.mainline import MainlineTracker
from sourcing.core.errors import ParseError
from sourcing.core.model import BODY_LIMIT, TITLE_LIMIT, Contribution, Credit, Part
from sourcing.core.text import clean, clean_line

#: Commits of its branch that a merged pull request names at most.
_OIDS = 250
#: Characters kept of each message of a branch.
_MEMBER_LIMIT = BODY_LIMIT // 4


@dataclass(slots=True)
class _Member:
    """The parts of a branch's commit that its pull request needs."""

    committed: int
    oid: str
    author: Byline
    co_authors: list[Byline]
    reviewers: list[Byline]
    is_merge: bool
    assisted: bool
    text: str


@dataclass(slots=True)
class _Pull:
    """A pull request of which commits are still expected."""

    commit: Commit
    main: int
    message: ParsedMessage
    number: int
    members: list[_Member] = field(default_factory=list)


@dataclass(slots=True)
class _Group:
    """The commits and pull requests that one mainline commit brings in."""

    #: Commits that are still expected.
    left: int
    done: list[Contribution] = field(default_factory=list)
    pulls: dict[str, _Pull] = field(default_factory=dict)


class PullRequestBuilder:
    """Turns one log into Contributions, in the order of the mainline."""

    def __init__(self, scan: HistoryScan, start: str, boundary: frozenset[str]) -> None:
        self._scan, self._authors, self._forge = scan, scan.authors, scan.forge
        self._boundary = boundary
        if start not in scan.mainline:
            raise ParseError(f"commit {start[:10]} is no longer on the mainline")
        self._front = scan.mainline.index(start)
        self._tracker = MainlineTracker(self._front)
        self._groups: dict[int, _Group] = {}

    @property
    def resume_at(self) -> str | None:
        """The mainline commit from which a later crawl continues; None past the last."""
        mainline = self._scan.mainline
        return mainline[self._front] if self._front < len(mainline) else None

    def add(self, commit: Commit) -> list[Contribution]:
        """Take the next commit and return the contributions that are complete now."""
        message = self._scan.parse(commit)
        mainline = self._tracker.is_mainline(commit.oid)
        number = self._scan.pull_request(commit, message, mainline=mainline)
        position = self._tracker.position(commit, opens=number is not None)
        group = self._groups.get(position.main)
        if group is None:
            group = self._groups[position.main] = _Group(self._scan.sizes[position.main])
        group.left -= 1
        pull = group.pulls.get(position.opener)
        # At the boundary of a shallow clone git shows the whole tree as one commit's change.
        if commit.oid in self._boundary:
            pass
        elif number and commit.is_merge:
            group.pulls[commit.oid] = _Pull(commit, position.main, message, number)
        elif number:
            group.done.append(self._squash(_Pull(commit, position.main, message, number)))
        elif pull:
            pull.members.append(_member(commit))
        elif commit.files and not commit.is_merge:
            group.done.append(self._plain(commit, position.main, message))
        return self._ready()

    def _ready(self) -> list[Contribution]:
        ready: list[Contribution] = []
        while group := self._groups.get(self._front):
            if group.left == 0:
                ready += [self._merged(pull) for pull in group.pulls.values()]
            ready += group.done
            group.done = []
            if group.left:
                break
            del self._groups[self._front]
            self._front += 1
        return ready

    def _plain(self, commit: Commit, main: int, message: ParsedMessage) -> Contribution:
        body = _machine_text.without_machine_text(message.body)
        subject = commit.message.lstrip().partition("\n")[0]
        repeated = repeated_change(message.title, body)
        return Contribution(
            key=f"commit:{self._forge.repo}/{stable_key(commit)}",
            kind="commit",
            title=clean_line(subject, TITLE_LIMIT) or "(no message)",
            at=self._at(commit, main),
            credits=self._credits(
                commit.author,
                _commit_message.co_authors(commit.message),
                None,
                _commit_message.reviewers(commit.message),
            ),
            repo=self._forge.repo,
            url=self._forge.commit(commit.oid),
            body=_body(body),
            commits=(commit.oid,),
            paths=commit.paths,
            files=commit.files,
            renames=commit.renames,
            reverts=self._reverted(commit, message.title, body, whole=True),
            assisted=_is_assisted(commit) or None,
            repeats=repeated.named if repeated else None,
            branch=repeated.branch if repeated else None,
        )

    def _squash(self, pull: _Pull) -> Contribution:
        commit = pull.commit
        people = _commit_message.co_authors(commit.message)
        merger = None if by_web_flow(commit) else commit.committer
        reviewers = _commit_message.reviewers(commit.message)
        return self._pull(pull, self._credits(commit.author, people, merger, reviewers))

    def _merged(self, pull: _Pull) -> Contribution:
        # git's order is topological and depends on the range; the order of the clock does not.
        pull.members.sort(key=lambda member: member.committed)
        author, others = self._branch_authors(pull)
        others += _commit_message.co_authors(pull.commit.message)
        web = by_web_flow(pull.commit)
        merger = pull.commit.author if web else pull.commit.committer
        reviewers = _commit_message.reviewers(pull.commit.message)
        reviewers += [by for member in pull.members for by in member.reviewers]
        return self._pull(pull, self._credits(author, others, merger, reviewers))

    def _branch_authors(self, pull: _Pull) -> tuple[Byline | None, list[Byline]]:
        """The author of most of the branch, and all others who wrote in it."""
        members = [m for m in pull.members if not m.is_merge] or pull.members
        if not members:
            return None, []
        counts = Counter(self._authors.human(member.author) for member in members)
        # A machine that formats a human's branch is not its author, however often it commits.
        human = not self._authors.is_bot(members[0].author)
        able = [m for m in members if not (human and self._authors.is_bot(m.author))]
        author = max(able, key=lambda m: counts[self._authors.human(m.author)]).author
        return author, [by for m in members for by in (m.author, *m.co_authors)]

    def _pull(self, pull: _Pull, credit: tuple[Credit, ...]) -> Contribution:
        commit, message = pull.commit, pull.message
        newest = [m.oid for m in reversed(pull.members)][:_OIDS]
        words = _machine_text.without_machine_text(message.body).strip()
        body = _body("\n\n".join([words, *(m.text for m in pull.members if m.text)]))
        repeated = repeated_change(message.title, words)
        return Contribution(
            key=f"pr:{self._forge.repo}#{pull.number}",
            kind="merged_pr",
            title=clean_line(message.title, TITLE_LIMIT) or f"Pull request #{pull.number}",
            at=self._at(commit, pull.main),
            credits=credit,
            repo=self._forge.repo,
            number=pull.number,
            url=self._forge.pull(pull.number),
            body=body,
            commits=(commit.oid, *newest),
            paths=commit.paths,
            files=commit.files,
            renames=commit.renames,
            reverts=self._reverted(commit, message.title, words, whole=False),
            assisted=_is_assisted(commit) or any(m.assisted for m in pull.members) or None,
            repeats=repeated.named if repeated else None,
            branch=repeated.branch if repeated else None,
        )

    def _credits(
        self,
        author: Byline | None,
        others: list[Byline],
        merger: Byline | None,
        reviewers: list[Byline],
    ) -> tuple[Credit, ...]:
        """Credit each human once, with their greatest part. A reviewer made a commit elsewhere in
        this history: a trailer alone proves nobody's existence."""
        seen: set[int] = set()
        credits_: list[Credit] = []
        parts: list[tuple[Byline | None, Part]] = [(author, "author")]
        parts += [(by, "co_author") for by in others]
        parts += [(by, "reviewer") for by in reviewers if self._authors.is_known(by)]
        if merger and not self._authors.is_bot(merger):
            parts.append((merger, "merger"))
        for by, part in parts:
            if by and (human := self._authors.human(by)) not in seen:
                seen.add(human)
                if identity := self._authors.identity(by):
                    credits_.append(Credit(identity, part))
        return tuple(credits_)

    def _reverted(self, commit: Commit, title: str, body: str, *, whole: bool) -> str | None:
        named = _commit_message.reverted_change(title, body, whole=whole)
        return named or self._scan.reverted_commit(commit.oid)

    def _at(self, commit: Commit, main: int) -> str:
        seconds = self._scan.merged_at(commit, main)
        return datetime.fromtimestamp(seconds, UTC).isoformat()[:19] + "Z"


def _member(commit: Commit) -> _Member:
    """A merge of the target into the branch is no work and its message is not kept."""
    words = "" if commit.is_merge else _machine_text.without_machine_text(commit.message)
    text = _commit_message.without_trailers(words)[:_MEMBER_LIMIT]
    people = [] if commit.is_merge else _commit_message.co_authors(commit.message)
    assisted = not commit.is_merge and _is_assisted(commit)
    reviewers = [] if commit.is_merge else _commit_message.reviewers(commit.message)
    return _Member(commit.committed, commit.oid, commit.author, people, reviewers,
                   commit.is_merge, assisted, f"* {text}" if text else "")  # fmt: skip


def _is_assisted(commit: Commit) -> bool:
    """True if a coding agent made the commit or its message credits one."""
    author = is_agent(commit.author[0], None, commit.author[1])
    return author or _machine_text.is_agent_assisted(commit.message)


def _body(text: str) -> str | None:
    return clean(_commit_message.without_trailers(text[: BODY_LIMIT * 2]), BODY_LIMIT) or None
