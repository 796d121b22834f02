"""Some nights of the simulated quarter; `make soak` lives through all of it."""

from __future__ import annotations

from pathlib import Path

from tests.soak.quarter import quarter


def test_some_nights_with_kills_and_faults(tmp_path: Path) -> None:
    with quarter(tmp_path, seed=11) as found:
        for _ in range(3):
            found.night(kills=2)
        found.world.move_blog()
        found.world.post()
        found.world.rename_repository()
        found.objection()
        found.settle(nights=3)
        found.judge()
    assert found.told.kills >= 3
    assert found.told.bloat <= 1.3
