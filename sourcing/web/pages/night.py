"""Last night: the results of the crawls in words, the value of each source, and "crawl now"."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import connectors
from scoring import DEFAULT_ROLE
from sourcing.core.errors import ConfigError
from sourcing.pipeline import history
from sourcing.pipeline.history import last_nights, open_gaps, strips
from sourcing.web.crawl_job import OUTCOMES
from sourcing.web.request import Answer, Go, Shown, Visit

#: A target on another machine: a URL, or `user@host:path`.
_REMOTE = re.compile(r"(?:https?|ssh)://[^/]|[\w.-]+@[\w.-]+:")
#: Nights in words, and nights in the strip of each source.
NIGHTS, STRIP = 7, 30
#: The number of sources on the page; a link and the JSON show all.
SOURCES = 100


def page(visit: Visit) -> Shown:
    """The last nights and every source."""
    month = last_nights(visit.store, STRIP)
    nights = month[:NIGHTS]
    facts = {
        "nights": nights,
        "strips": strips(visit.store, month),
        "sources": list(_sources(visit)),
        "most": None if visit.query.get("all") else SOURCES,
        "points_left": visit.config.max_points - (nights[0].totals.points if nights else 0),
        "best": history.TOP_PEOPLE,
        "crawl": visit.desk.crawling.progress(),
        "examples": [connector.example for connector in connectors.every()],
        "error": "",
        "typed": "",
    }
    return Shown("night.html", facts)


def _sources(visit: Visit) -> Iterator[dict[str, Any]]:
    found = history.people_found(visit.store, DEFAULT_ROLE)
    gaps = open_gaps(visit.store)
    known = {row.source: row for row in history.source_overview(visit.store)}
    for name in dict.fromkeys((*visit.config.sources, *known)):
        row = known.get(name)
        people = found.get(row.id, 0) if row else 0
        yield {
            "source": name,
            "gaps": gaps.get(name, []),
            "repository": connectors.repository_of(name),
            "outcome": row.outcome if row else None,
            "words": OUTCOMES[row.outcome if row else None],
            "error": row.error if row else None,
            "at": row.started_at if row else None,
            "stored": (row.stored or 0) if row else 0,
            "points": (row.points or 0) if row else 0,
            "people": people,
            "configured": name in visit.config.sources,
        }


def progress(visit: Visit) -> Answer:
    """The progress of a crawl started here; the page requests it every second."""
    found = visit.desk.crawling.progress()
    facts = {"running": found.running, "words": found.words, "lines": found.lines}
    return Shown("progress.html", {"crawl": found, "sources": found.sources, **facts})


def start(visit: Visit) -> Answer:
    """Crawl now."""
    began = visit.desk.crawling.start()
    return Go("/night", "A crawl began." if began else "A crawl is already running.")


def stop(visit: Visit) -> Answer:
    """Stop the crawl that the pages started, after its current page."""
    visit.desk.crawling.stop()
    return Go("/night", "The crawl ends after the current page; the pages that were read are kept.")


def refuse_path(name: str) -> None:
    """Refuse a path of this machine: a browser must not choose the files that the program reads."""
    connector, target = connectors.of_source(name)
    if not connector.reads_paths or (_REMOTE.match(target) and not Path(target).exists()):
        return
    raise ConfigError(f"{name}: paths are not added from the pages; write them into sources.toml")
