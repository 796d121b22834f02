"""Marks outside contributors to the user's own repositories: "contributed to ours", with links.

Such a person already knows colleagues of the recruiter. The mark is shown and never scored.
"""

from __future__ import annotations

import os
from collections.abc import Iterator

from db import Store
from db.ranking import own_repositories
from db.ranking.own_repositories import OwnWork
from sourcing.core.config import Config
from sourcing.pipeline.crawl import also_known_as

#: The works that are shown.
SHOWN = 5


def own_works(store: Store, config: Config, person: int) -> list[OwnWork]:
    """The person's works in the sources that the config marks with `own = true`."""
    if not config.own:
        return []
    sources = also_known_as(sorted(config.own), config, os.environ)
    return own_repositories.works(store, person, sorted(sources), SHOWN)


def sentences(found: list[OwnWork]) -> Iterator[tuple[str, OwnWork]]:
    """Each work with the words for it: "contributed to ours, reviewed by our Mira Vale"."""
    for work in found:
        words = "reviewed for ours" if work.part == "reviewer" else "contributed to ours"
        if work.reviewers and work.part != "reviewer":
            words += f", reviewed by our {', '.join(work.reviewers)}"
        yield words, work
