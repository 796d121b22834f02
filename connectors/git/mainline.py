"""Where a commit stands: on the mainline, or in what a mainline commit brought in.

The mainline is the first-parent chain of the head. A commit is brought in by the oldest
mainline commit that reaches it, and inside that by the merge it is nearest to. All of it
follows from the parents alone, so a reading that was interrupted comes to the same.
"""

from typing import NamedTuple

from connectors.git.log import Commit


class Place(NamedTuple):
    """The greatest of several places is the one that counts.

    `main` counts mainline commits from the head, so a greater one is older; `near` is minus
    the depth of branches; `age` minus the time of `opener`, the merge that brought it in.
    """

    main: int
    near: int
    age: int
    opener: str


class Lines:
    """Gives each commit of a topological log its Place. Remembers only what is still to come."""

    def __init__(self, start: int = 0) -> None:
        self._main = start - 1
        self._next: str | None = None
        self._started = False
        self._waiting: dict[str, Place] = {}

    def on_mainline(self, oid: str) -> bool:
        """True if the commit that comes now is the mainline's next."""
        return not self._started or oid == self._next

    def place(self, commit: Commit, *, opens: bool) -> Place:
        """Where it stands. `opens`: it is a merge whose branch is a thing of its own."""
        if self.on_mainline(commit.oid):
            self._waiting.pop(commit.oid, None)
            self._started = True
            self._main += 1
            self._next = commit.parents[0] if commit.parents else None
            place = Place(self._main, 0, -commit.committed, commit.oid)
            branch = place._replace(near=-1)
            others = commit.parents[1:]
        else:
            place = self._waiting.pop(commit.oid)
            branch = place._replace(near=place.near - 1)
            if opens:
                branch = branch._replace(age=-commit.committed, opener=commit.oid)
            for parent in commit.parents[:1]:
                self._wait(parent, place)
            others = commit.parents[1:]
        for parent in others:
            self._wait(parent, branch)
        return place

    def _wait(self, oid: str, place: Place) -> None:
        known = self._waiting.get(oid)
        if known is None or place > known:
            self._waiting[oid] = place
