"""The position of each commit: on the mainline, or inside the change a mainline commit brought in.

The mainline is the first-parent chain of the head. A commit belongs to the oldest mainline commit
that reaches it, and inside that to the nearest merge. All of this follows from the parents alone,
so an interrupted and resumed crawl computes the same positions.
"""

from typing import NamedTuple

from connectors.git.log import Commit
from sourcing.core.errors import ParseError


class Position(NamedTuple):
    """Of several positions of one commit the greatest counts."""

    #: Index of the mainline commit, counted from the head: a greater one is older.
    main: int
    #: Minus the depth of nested branches.
    near: int
    #: Minus the time of `opener`, the merge that brought the commit in.
    age: int
    opener: str


class MainlineTracker:
    """Assigns a Position to each commit of a topological log. Keeps pending commits only."""

    def __init__(self, start: int = 0) -> None:
        self._main = start - 1
        self._next: str | None = None
        self._started = False
        self._pending: dict[str, Position] = {}

    def is_mainline(self, oid: str) -> bool:
        """Return True if this commit, the next of the log, is the next of the mainline."""
        return not self._started or oid == self._next

    def position(self, commit: Commit, *, opens: bool) -> Position:
        """Return the commit's position. `opens`: its branch is a pull request."""
        if self.is_mainline(commit.oid):
            self._pending.pop(commit.oid, None)
            self._started = True
            self._main += 1
            self._next = commit.parents[0] if commit.parents else None
            position = Position(self._main, 0, -commit.committed, commit.oid)
            branch = position._replace(near=-1)
        else:
            try:
                position = self._pending.pop(commit.oid)
            except KeyError:
                raise ParseError(
                    f"commit {commit.oid[:10]} is not reachable from the commits before it;"
                    " run `git fsck` in the repository"
                ) from None
            branch = position._replace(near=position.near - 1)
            if opens:
                branch = branch._replace(age=-commit.committed, opener=commit.oid)
            for parent in commit.parents[:1]:
                self._expect(parent, position)
        for parent in commit.parents[1:]:
            self._expect(parent, branch)
        return position

    def _expect(self, oid: str, position: Position) -> None:
        known = self._pending.get(oid)
        if known is None or position > known:
            self._pending[oid] = position
