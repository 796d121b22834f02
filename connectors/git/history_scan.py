"""One quick pass over a whole history, before its changes are read.

Learns what no single commit tells: who is who, which commit owns a pull request's number,
the mainline with its dates, how many commits each of its commits brings in, and which
earlier change a revert quotes. Keeps no messages.
"""

import hashlib
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import datetime
from pathlib import Path

from connectors import _commit_message
from connectors.git.forge_urls import Forge
from connectors.git.identities import People
from connectors.git.identity_links import Atom, Use
from connectors.git.log import By, Commit, read_log
from connectors.git.mainline import Lines, Place

_WEB_FLOW = "noreply@github.com"
_EARLIEST = 631_152_000  # 1990, before any history that was not set up wrongly
#: The place of the by-line of who applied a commit.
_COMMITTER = "committer"
#: Commits read between two looks at the clock.
_STRIDE = 1000


class Census:
    """What is known of a history as a whole."""

    def __init__(self, forge: Forge, now: datetime, *, whole: bool) -> None:
        self.forge = forge
        self.people = People(forge, whole=whole)
        self.mainline: list[str] = []
        #: How many commits each mainline commit brings in, itself included.
        self.sizes: list[int] = []
        self._owners: dict[int, tuple[Place, str]] = {}
        #: Merge -> the login its subject names, and the authors of its branch.
        self._branches: dict[str, tuple[str, set[int], list[Atom]]] = {}
        self._latest = int(now.timestamp()) + 86_400
        #: When each mainline commit came in; 0 while not known.
        self._times: list[int] = []
        self._oldest: int | None = None
        #: Revert -> earlier mainline commits with the title it quotes; the same by that title.
        self._undone: dict[str, list[str]] = {}
        self._quoted: dict[str, list[list[str]]] = defaultdict(list)

    def read(self, git_dir: Path, head: str, late: Callable[[], bool]) -> bool:
        """Take the census; False if the time was up first, and nothing may be asked of it."""
        lines = Lines()
        with closing(read_log(git_dir, head, paths=False)) as log:
            for number, commit in enumerate(log, 1):
                self._count(commit, lines)
                if number % _STRIDE == 0 and late():
                    return False
        for login, several, atoms in self._branches.values():
            if len(several) == 1:
                self.people.claim(atoms[0], login)
        self._branches.clear()
        self._date()
        self.people.settle()
        return True

    def came(self, commit: Commit, main: int) -> int:
        """The second it came in with a mainline commit; where a clock was wrong, the nearest
        that is known: the author's, or that of the mainline before it."""
        return self._sane(commit) or self._times[main]

    def undone(self, oid: str) -> str | None:
        """The one earlier change whose title this revert quotes."""
        found = self._undone.get(oid, [])
        return found[0] if len(found) == 1 else None

    def said(self, commit: Commit) -> _commit_message.ParsedMessage:
        """The commit's message, read as this forge writes them."""
        return _commit_message.parse(commit.message, bang=not self.forge.numbers_in_titles)

    def number(
        self, commit: Commit, said: _commit_message.ParsedMessage, *, mainline: bool
    ) -> int | None:
        """The pull request the commit merged, if the number is its own."""
        number = _claimed(commit, said, mainline=mainline)
        return number if number and self._owners[number][1] == commit.oid else None

    def _count(self, commit: Commit, lines: Lines) -> None:
        said = self.said(commit)
        mainline = lines.on_mainline(commit.oid)
        number = _claimed(commit, said, mainline=mainline)
        place = lines.place(commit, opens=number is not None)
        seconds = self._sane(commit)
        if seconds and (self._oldest is None or seconds < self._oldest):
            self._oldest = seconds
        if mainline:
            self.mainline.append(commit.oid)
            self.sizes.append(0)
            self._times.append(seconds)
            self._quote(commit.oid, said)
        self.sizes[place.main] += 1
        if number:
            owner = self._owners.get(number)
            # The oldest use: `(#N)` may later name an issue's or another repository's number.
            self._owners[number] = max(owner, (place, commit.oid)) if owner else (place, commit.oid)
        author = self._note(commit, place.main)
        if said.login and commit.merge:
            self._branches[commit.oid] = (said.login, set(), [])
        elif not commit.merge and place.opener in self._branches and not mainline:
            _, several, atoms = self._branches[place.opener]
            several.add(id(author))
            atoms[:] = [author]

    def _sane(self, commit: Commit) -> int:
        """The first of its times that can be; 0 if none can."""
        for seconds in (commit.committed, commit.authored):
            if _EARLIEST <= seconds <= self._latest:
                return seconds
        return 0

    def _date(self) -> None:
        """Fill the gaps from below: what is older never changes when history grows."""
        below = self._oldest or _EARLIEST
        for main in range(len(self._times) - 1, -1, -1):
            below = self._times[main] = self._times[main] or below

    def _quote(self, oid: str, said: _commit_message.ParsedMessage) -> None:
        """The log comes newest first: a revert before what it quotes."""
        for found in self._quoted.get(_plain(said.title), ()):
            found.append(oid)
        if quoted := _commit_message.quoted_title(said.title, said.body):
            self._undone[oid] = []
            self._quoted[_plain(quoted)].append(self._undone[oid])

    def _note(self, commit: Commit, main: int) -> Atom:
        stable = stable_key(commit)
        author, *others = (
            (self.people.note(by, Use(-main, commit.authored, stable, place, commit.oid)), place)
            for place, by in by_lines(commit)
        )
        author[0].made = True
        for atom, place in others:
            if place == _COMMITTER:
                atom.made = True
            else:
                self.people.name_beside(atom, author[0])
        return author[0]


def _plain(title: str) -> str:
    return " ".join(title.split()).casefold()


def by_lines(commit: Commit) -> Iterator[tuple[str, By]]:
    """Everybody a commit names, with the place it names them at, the author first."""
    yield "0", commit.author
    for place, by in enumerate(_commit_message.co_authors(commit.message), 1):
        yield str(place), by
    if commit.committer != commit.author:
        yield _COMMITTER, commit.committer


def by_web_flow(commit: Commit) -> bool:
    """True if GitHub's own pages made the commit."""
    return commit.committer[1] == _WEB_FLOW


def stable_key(commit: Commit) -> str:
    """What survives a rebase, a cherry-pick and a rewritten history."""
    subject = commit.message.lstrip().partition("\n")[0].strip()
    text = f"{commit.author[0]}\0{commit.authored}\0{subject}"
    return hashlib.sha256(text.encode("utf-8", "replace")).hexdigest()[:16]


def _claimed(commit: Commit, said: _commit_message.ParsedMessage, *, mainline: bool) -> int | None:
    """A merge's own subject is believed anywhere; a number in a title on the mainline only,
    or where GitHub made the commit when it merged."""
    believed = said.is_merge or mainline or by_web_flow(commit)
    return said.number if believed else None
