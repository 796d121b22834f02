"""The search page: work that answers a sentence or is like an example, with its people."""

from __future__ import annotations

from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.shortlist.matching import Scope
from sourcing.shortlist.matching.results import (
    SearchResults,
    example_of,
    example_of_person,
    results,
    results_like,
)
from sourcing.web.request import Answer, Shown, Visit

SHOWN = 30
#: The longest sentence that is searched.
_LIMIT = 500


def page(visit: Visit) -> Answer:
    """The form and the results: `q` is a text, `like` a URL, `person` an id."""
    found, error = SearchResults((), ()), ""
    try:
        found = _found(visit)
    except ConfigError as exc:
        error = str(exc)
    asked = any(map(visit.query.get, ("q", "like", "person")))
    facts = {"works": found.works, "notes": found.notes, "asked": asked, "error": error}
    return Shown("search.html", facts, 400 if error else 200)


def _found(visit: Visit) -> SearchResults:
    scope = Scope(
        repo=visit.query.get("repo") or None,
        kind=visit.query.get("kind") or None,
        today=visit.now.strftime("%Y-%m-%d"),
    )
    if like := visit.query.get("like"):
        return results_like(visit.store, example_of(visit.store, like), SHOWN, scope)
    if numbers := visit.query.numbers("person"):
        example = example_of_person(visit.store, numbers[0])
        return results_like(visit.store, example, SHOWN, scope)
    if text := clean_line(visit.query.get("q"), _LIMIT):
        return results(visit.store, text, SHOWN, scope)
    return SearchResults((), ())
