"""The number of pull requests per page: adapted to what GitHub answers.

Wide pages fail at a 10 s clock and at an undisclosed resource limit. The size is halved after a
failure, grows after good pages, returns to a failed size after a probation, and is remembered per
repository (additive increase, multiplicative decrease).
"""

from __future__ import annotations

from dataclasses import dataclass

#: The first size, the increase, and the widest page that still costs one point with the titles of
#: closed issues (1 + 4 x 37 connections).
START, STEP, WIDEST = 25, 5, 37
#: Good pages before an increase; before a failed size is tried again; the factor by which that
#: grows each time it fails again.
_GOOD, _PROBATION, _DOUBT = 3, 6, 16


@dataclass(slots=True)
class PageSize:
    """The size of the next page."""

    now: int = START
    #: Set by the configuration: never adapted.
    pinned: bool = False
    #: Good pages since the size changed; the largest and the last size that worked.
    _good: int = 0
    _proven: int = 0
    _last: int = 1
    #: The smallest size that failed, and how many good pages allow to try it again.
    _ceiling: int = 1_000
    _probation: int = _PROBATION
    #: Whether the last page failed.
    _falling: bool = False

    @classmethod
    def of(cls, pinned: int, remembered: int | None) -> PageSize:
        """Return the configured size, or the last one that worked."""
        return cls(pinned, pinned=True) if pinned else cls(remembered or START)

    @property
    def remembered(self) -> int:
        """The size to begin with next time."""
        return self.now if self.pinned else max(1, min(self.now, self._ceiling - 1))

    @property
    def tries(self) -> int:
        """How often to ask at this size before it is halved."""
        if self.pinned or self.now == 1:
            return 3
        return 1 if self._falling or self.now > self._proven else 2

    def worked(self) -> None:
        """A page of this size arrived complete."""
        if self.pinned:
            return
        self._falling, self._good = False, self._good + 1
        self._proven, self._last = max(self._proven, self.now), self.now
        if self.now >= self._ceiling:
            self._ceiling, self._probation = 1_000, _PROBATION
        doubled = self.now * 2
        wider = min(doubled if doubled <= self._proven else self.now + STEP, WIDEST)
        if self.now < self._ceiling - 1:
            wider = min(wider, self._ceiling - 1)
        if wider > self.now and self._good >= self._patience(wider):
            self.now, self._good = wider, 0

    def _patience(self, wider: int) -> int:
        """Good pages before this size is tried."""
        if wider >= self._ceiling:
            return _GOOD if wider <= self._proven else self._probation
        return 1 if wider <= self._proven else _GOOD

    def failed(self) -> bool:
        """Halve the size, or return to one that worked; False if there is no smaller one."""
        if self.pinned or self.now == 1:
            return False
        smaller = self.now // 2
        if self.now >= self._ceiling:  # it failed again: wait longer before the next try
            self._probation *= _DOUBT
            self._proven, smaller = 0, self._last
        self._ceiling, self._good = min(self._ceiling, self.now), 0
        proven = self._proven if self._proven < self._ceiling else 0
        self.now, self._falling = max(smaller, proven, 1), True
        return True
