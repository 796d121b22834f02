"""The first page: the steps to the first shortlist, and the missing ones."""

from __future__ import annotations

import connectors
from sourcing.core.config import load_opening
from sourcing.core.errors import ConfigError
from sourcing.core.model import Kind
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.pipeline import setup
from sourcing.pipeline.history import failing_sources
from sourcing.pipeline.source_input import source_names
from sourcing.shortlist.shortlist import build
from sourcing.web.pages import night
from sourcing.web.request import Answer, Go, Shown, Visit, back

#: Sources that the page lists.
LISTED = 12
#: Kinds of contribution, as the recruiter says them.
WORKS: dict[Kind, str] = {
    "merged_pr": "merged pull requests", "review": "code reviews", "commit": "commits",
    "post": "posts", "talk": "talks",
}  # fmt: skip


def page(visit: Visit) -> Shown:
    """The completed steps, and the next step."""
    described = [
        name
        for name in visit.openings
        if (opening := load_opening(visit.desk.config_path, name)).bottleneck or opening.why
    ]
    query = ShortlistQuery(role=visit.role, today=visit.stamp[:10], limit=1)
    found = build(visit.store, visit.rubric, query, visit.now, None) if visit.scored else None
    configured = visit.config.sources
    facts = {
        "sources": configured,
        "reads": {name: reads(name) for name in configured[:LISTED]},
        "people": found.total if found else 0,
        "failed": failing_sources(visit.store),
        "described": described,
        "scored": visit.scored,
        "sender": visit.config.outreach.sender_name,
        "crawl": visit.desk.crawling.progress(),
        "error": "",
        "typed": "",
        "hints": [
            connector.hint(visit.config.sections.get(connector.name) or connector.section())
            for connector in connectors.every()
            if connector.hint
        ],
    }
    return Shown("first.html", facts)


def reads(name: str) -> str:
    """The works that a source shows, in words."""
    connector, _ = connectors.of_source(name)
    return " and ".join(WORKS[kind] for kind in connector.kinds)


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


def remove(visit: Visit) -> Answer:
    """Remove one source from the config."""
    name = visit.form.get("source")
    setup.remove_source(visit.desk.config_path, name)
    return Go(back(visit, "/night"), f"{name} is removed and no longer read.")


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
