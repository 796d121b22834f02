"""First minutes: the steps to the first shortlist, and what is still missing."""

from __future__ import annotations

import connectors
from sourcing.core.config import load_opening
from sourcing.pipeline import setup
from sourcing.web.request import Answer, Go, Shown, Visit


def page(visit: Visit) -> Answer:
    """What exists, and the next step."""
    described = [
        name
        for name in visit.openings
        if (opening := load_opening(visit.desk.config_path, name)).bottleneck or opening.why
    ]
    facts = {
        "sources": visit.config.sources,
        "described": described,
        "scored": visit.scored,
        "sender": visit.config.outreach.sender_name,
        "crawl": visit.desk.crawling.progress(),
        "examples": [connector.example for connector in connectors.every()],
        "hints": [
            connector.hint(visit.config.sections.get(connector.name) or connector.section())
            for connector in connectors.every()
            if connector.hint
        ],
    }
    return Shown("first.html", facts)


def watchlist(visit: Visit) -> Answer:
    """Start with the watchlist of AI tooling."""
    setup.begin(visit.desk.config_path)
    return Go("/first", "The watchlist is added. Remove what you do not need in sources.toml.")
