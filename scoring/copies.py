"""The evidence of a change that repeats another one: a backport, a re-landed or an imported change.

It does not recognise copies; the caller passes the original and whether the author is the same.
"""

from __future__ import annotations

import math
from dataclasses import replace

from sourcing.core.model import Evidence

#: A copy to another branch is routine, also of a valuable change.
_MOST = 1.0


def duplicate(evidence: Evidence) -> Evidence:
    """A copy by the same author: the work counts once, where it was done first."""
    return replace(evidence, relevant=False, relevance=0.0, value=0.0, duplicate=True)


def release_work(evidence: Evidence, branch: str | None) -> Evidence:
    """A copy of another person's change: work on a release, which is delivery."""
    if evidence.substance <= 0:
        return evidence
    worth = min(evidence.substance, _MOST)
    return replace(
        evidence,
        work="delivery",
        second=evidence.work if evidence.work != "delivery" else evidence.second,
        certainty=1.0,
        relevant=evidence.value > 0,
        substance=worth,
        value=round(evidence.value * math.sqrt(worth / evidence.substance), 3),
        reasons=(f"carries the change of somebody else to {branch or 'another branch'}",),
    )
