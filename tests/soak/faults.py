"""`python -m tests.soak.faults [SEEDS] [PULLS]`: nine kinds of fault at once, for three nights.

Each seed crawls an invented repository while 40 % of all requests meet a fault. After three nights
the stored pull requests equal the invented ones, all with their files and authors, and no request
was sent before Retry-After had passed. The waits are simulated.
"""

from __future__ import annotations

import sys
import tempfile
from contextlib import suppress
from pathlib import Path

from db import Store
from demo.github import Forge
from demo.github.faults import chaos
from sourcing.core.errors import SourceError
from tests.githubworld import Nights, stored, truth

#: The share of requests that meet each of the nine faults, and the nights.
SHARE, NIGHTS = 0.4 / 9, 3


def main(seeds: int = 10, pulls: int = 1000) -> None:
    """Print a line for each seed; the first that is wrong ends the run."""
    print("| seed | requests | hit | early | bare | missing |")
    print("|--:|--:|--:|--:|--:|--:|")
    for seed in range(1, seeds + 1):
        print(_row(seed, pulls), flush=True)


def _row(seed: int, pulls: int) -> str:
    forge = Forge.invent(pulls, 60, seed=seed)
    repository = forge.repositories[0]
    with (
        tempfile.TemporaryDirectory() as folder,
        Nights(forge, faults=chaos(SHARE, seed)) as nights,
        Store(Path(folder) / "sourcing.db") as store,
    ):
        for _ in range(NIGHTS):
            with suppress(SourceError):
                nights.fetch(f"{repository.owner}/{repository.name}")
        stored(store, nights.read)
        rows = store.rows(
            "SELECT key, title, files, ifnull(paths, '[]') = '[]' AS pathless, EXISTS (SELECT 1"
            " FROM credits WHERE contribution_id = c.id AND part = 'author') AS authored"
            " FROM contributions c WHERE kind = 'merged_pr'"
        )
        bare = sum(row["files"] is None or (row["files"] and row["pathless"]) for row in rows)
        unnamed = sum(not row["authored"] for row in rows)
        ghosts = sum(pull.author is None or pull.author.deleted for pull in repository.pulls)
        found, wanted = {row["key"]: row["title"] for row in rows}, truth(repository)
        early, log = len(nights.server.early), nights.server.log
        hit = sum(1 for asked in log if asked.fault)
        line = f"| {seed} | {len(log)} | {hit} | {early} | {bare} | {len(wanted.keys() - found)} |"
        assert found == wanted, line
        assert (early, bare) == (0, 0), line
        assert unnamed <= ghosts, (line, unnamed, ghosts)
        return line


if __name__ == "__main__":
    main(*map(int, sys.argv[1:]))
