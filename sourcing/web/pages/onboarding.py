"""The first page: the steps to the first shortlist, and the missing ones."""

from __future__ import annotations

import connectors
from sourcing.core.config import load_opening
from sourcing.core.errors import ConfigError
from sourcing.pipeline import setup
from sourcing.pipeline.source_input import source_names
from sourcing.web.pages import night
from sourcing.web.request import Answer, Go, Shown, Visit, back


def page(visit: Visit) -> Shown:
    """The completed steps, and the next step."""
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
        "error": "",
        "typed": "",
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


def add(visit: Visit) -> Answer:
    """Add the sources in a pasted text. After an error the page keeps the text."""
    typed, to = visit.form.get("source"), back(visit, "/night")
    try:
        added = _added(visit, typed)
    except ConfigError as exc:
        shown = page(visit) if to.startswith("/first") else night.page(visit)
        return Shown(shown.template, {**shown.facts, "error": str(exc), "typed": typed}, 400)
    verb = "is" if len(added) == 1 else "are"
    return Go(to, f"{', '.join(added)} {verb} read from the next crawl on.")


def _added(visit: Visit, typed: str) -> list[str]:
    """The new sources. Raises ConfigError if there is none."""
    names = source_names(typed)
    for name in names:
        night.refuse_path(name)
    known = visit.config.sources
    if all(name in known for name in names):
        raise ConfigError(f"{', '.join(names)}: already there")
    added = [name for name in names if name not in known]
    for name in added:
        setup.add_source(visit.desk.config_path, name)
    return added
