"""How many pull requests to ask for at once: as many as GitHub bears, learnt as it goes.

Wide pages die of a 10 s clock and a resource cap that nobody publishes. It starts careful,
widens after good pages, falls back after faults, and is remembered per repository.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Where to start, the step up, how many good pages earn it, and the widest page that still
#: costs one point with the titles of closed issues (1 + 4 x 37 connections).
START, STEP, GOOD, WIDEST = 25, 5, 3, 37


@dataclass(slots=True)
class Width:
    """The width of the next page. A width that failed is not tried again in this run."""

    now: int = START
    pinned: bool = False
    _good: int = 0
    _proven: int = 0
    _failed: int = 1_000

    @classmethod
    def of(cls, pinned: int, remembered: int | None) -> Width:
        """The config's width, or the last one that worked."""
        return cls(pinned, pinned=True) if pinned else cls(remembered or START)

    @property
    def tries(self) -> int:
        """How often to ask at this width: below it there is another."""
        return 3 if self.pinned or self.now == 1 else 2

    def worked(self) -> None:
        """A page of this width came whole."""
        self._proven, self._good = max(self._proven, self.now), self._good + 1
        wider = self.now + STEP
        if not self.pinned and self._good % GOOD == 0 and wider <= WIDEST and wider < self._failed:
            self.now = wider

    def failed(self) -> bool:
        """Fall back, to a width that has worked or to half; False if there is no further back."""
        if self.pinned or self.now == 1:
            return False
        self._failed, self._good = min(self._failed, self.now), 0
        proven = self._proven if self._proven < self._failed else 0
        self.now = max(self.now // 2, proven, 1)
        return True
