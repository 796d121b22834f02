"""A first pass over a whole history, before its changes are read.

Collects facts that no single commit shows: the authors, the commit that owns each pull request
number, the mainline with its dates, the number of commits that each mainline commit brings in, and
the earlier change that a revert quotes. It keeps no messages and no paths.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime

from connectors import _commit_message
from connectors._commit_message import ParsedMessage
from connectors.git.authors.identities import AuthorIndex
from connectors.git.authors.links import AuthorRecord, Occurrence
from connectors.git.forge_urls import ForgeLinks
from connectors.git.log import Byline, Commit, read_log
from connectors.git.mainline import MainlineTracker, Position
from connectors.git.process import Git, TimeUpError

_WEB_FLOW = "noreply@github.com"
_EARLIEST = 631_152_000  # 1990-01-01; earlier dates are wrong clocks
#: The position of the committer among a commit's bylines.
_COMMITTER = "committer"


class HistoryScan:
    """Facts about a history as a whole. Valid after `read` returned True."""

    def __init__(self, forge: ForgeLinks, now: datetime, authors: AuthorIndex) -> None:
        self.forge = forge
        self.authors = authors
        #: The oids of the mainline, from the head.
        self.mainline: list[str] = []
        #: How many commits each mainline commit brings in, itself included.
        self.sizes: list[int] = []
        self._owners: dict[int, tuple[Position, str]] = {}
        #: Claims to a number beside the mainline: number, owner. They hold unless the mainline
        #: commit that brings them in imports the history of another project.
        self._claims: list[tuple[int, tuple[Position, str]]] = []
        self._imports: set[int] = set()
        #: Merge -> the login that its subject names, and the authors of its branch.
        self._branches: dict[str, tuple[str, set[int], list[AuthorRecord]]] = {}
        self._latest = int(now.timestamp()) + 86_400
        #: When each mainline commit was merged; 0 while unknown.
        self._times: list[int] = []
        self._oldest: int | None = None
        #: Revert -> earlier mainline commits with the title it quotes; the same lists by title.
        self._reverted: dict[str, list[str]] = {}
        self._quoted: dict[str, list[list[str]]] = defaultdict(list)

    def read(self, git: Git, head: str, late: Callable[[], bool]) -> bool:
        """Scan the history; False if the time was up first."""
        tracker = MainlineTracker()
        try:
            with closing(read_log(git, head, late=late, paths=False)) as log:
                for commit in log:
                    self._count(commit, tracker)
        except TimeUpError:
            return False
        for login, several, records in self._branches.values():
            if len(several) == 1:
                self.authors.assign_login(records[0], login)
        self._branches.clear()
        self._settle_numbers()
        self._fill_dates()
        self.authors.resolve()
        return True

    def merged_at(self, commit: Commit, main: int) -> int:
        """Return the second at which the commit came in with mainline commit number `main`.

        Where a clock was wrong: the author's time, or that of the next older mainline commit.
        """
        return self._plausible(commit) or self._times[main]

    def reverted_commit(self, oid: str) -> str | None:
        """Return the only earlier change with the title that this revert quotes."""
        reverted = self._reverted.get(oid, [])
        return reverted[0] if len(reverted) == 1 else None

    def parse(self, commit: Commit) -> ParsedMessage:
        """Parse the commit's message in the conventions of this forge."""
        return _commit_message.parse(commit.message, bang=not self.forge.numbers_in_titles)

    def pull_request(self, commit: Commit, message: ParsedMessage, *, mainline: bool) -> int | None:
        """Return the number of the pull request that the commit merged, if it owns the number."""
        number = _accepted_number(commit, message, mainline=mainline)
        owner = self._owners.get(number) if number else None
        return number if owner and owner[1] == commit.oid else None

    def _count(self, commit: Commit, tracker: MainlineTracker) -> None:
        message = self.parse(commit)
        mainline = tracker.is_mainline(commit.oid)
        number = _accepted_number(commit, message, mainline=mainline)
        position = tracker.position(commit, opens=number is not None)
        seconds = self._plausible(commit)
        if seconds and (self._oldest is None or seconds < self._oldest):
            self._oldest = seconds
        if mainline:
            self.mainline.append(commit.oid)
            self.sizes.append(0)
            self._times.append(seconds)
            self._note_revert(commit.oid, message)
        self.sizes[position.main] += 1
        if number and mainline:
            self._own(number, (position, commit.oid))
        elif number:
            self._claims.append((number, (position, commit.oid)))
        if not commit.parents and not mainline:
            self._imports.add(position.main)  # a second root: another project begins there
        author = self._add_authors(commit, position.main)
        if message.login and commit.is_merge:
            self._branches[commit.oid] = (message.login, set(), [])
        elif not commit.is_merge and position.opener in self._branches and not mainline:
            _, several, records = self._branches[position.opener]
            several.add(id(author))
            records[:] = [author]

    def _own(self, number: int, new: tuple[Position, str]) -> None:
        """The oldest use: `(#N)` may later name an issue's or another repository's number."""
        owner = self._owners.get(number)
        self._owners[number] = max(owner, new) if owner else new

    def _settle_numbers(self) -> None:
        """Numbers of an imported history are those of another project."""
        for number, owner in self._claims:
            if owner[0].main not in self._imports:
                self._own(number, owner)
        self._claims.clear()

    def _plausible(self, commit: Commit) -> int:
        """The first of the commit's times that a clock may have shown; 0 if there is none."""
        for seconds in (commit.committed, commit.authored):
            if _EARLIEST <= seconds <= self._latest:
                return seconds
        return 0

    def _fill_dates(self) -> None:
        """Replace unknown dates by older ones, which do not change when the history grows."""
        older = self._oldest or _EARLIEST
        for main in range(len(self._times) - 1, -1, -1):
            older = self._times[main] = self._times[main] or older

    def _note_revert(self, oid: str, message: ParsedMessage) -> None:
        """The log is newest first: a revert comes before the change it quotes."""
        for commits in self._quoted.get(_comparable(message.title), ()):
            commits.append(oid)
        if quoted := _commit_message.quoted_title(message.title, message.body):
            self._reverted[oid] = []
            self._quoted[_comparable(quoted)].append(self._reverted[oid])

    def _add_authors(self, commit: Commit, main: int) -> AuthorRecord:
        stable = stable_key(commit)
        author, *others = (
            (self.authors.add(by, Occurrence(-main, commit.authored, stable, place, commit.oid)),
             place)
            for place, by in bylines(commit)
        )  # fmt: skip
        author[0].made = True
        for record, place in others:
            if place == _COMMITTER:
                record.made = True
            else:
                self.authors.add_co_author(record, author[0])
        return author[0]


def _comparable(title: str) -> str:
    return " ".join(title.split()).casefold()


def bylines(commit: Commit) -> Iterator[tuple[str, Byline]]:
    """Yield the people whom a commit names, each with a position, the author first."""
    yield "0", commit.author
    for place, by in enumerate(_commit_message.co_authors(commit.message), 1):
        yield str(place), by
    if commit.committer != commit.author:
        yield _COMMITTER, commit.committer


def by_web_flow(commit: Commit) -> bool:
    """Return True if GitHub's web interface made the commit."""
    return commit.committer[1] == _WEB_FLOW


def stable_key(commit: Commit) -> str:
    """Return a key that survives a rebase, a cherry-pick and a rewritten history."""
    subject = commit.message.lstrip().partition("\n")[0].strip()
    text = f"{commit.author[0]}\0{commit.authored}\0{subject}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _accepted_number(commit: Commit, message: ParsedMessage, *, mainline: bool) -> int | None:
    """The subject of a merge is accepted anywhere; a number in a title on the mainline only,
    or where GitHub made the commit when it merged."""
    accepted = message.is_merge or mainline or by_web_flow(commit)
    return message.number if accepted else None
