"""The shortlist page: the people, best first, and why. The address holds all of its state.

It formats the rows; `sourcing.shortlist.shortlist` decides people and order.
"""

from __future__ import annotations

import io
from collections.abc import Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from sourcing.core.config import Opening
from sourcing.core.csv_files import write_csv
from sourcing.core.errors import ConfigError
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.core.text import clean_line
from sourcing.people import activity
from sourcing.people.marks import STATUSES
from sourcing.shortlist import saved_searches
from sourcing.shortlist.rows import COLUMNS, STANDINGS, cells
from sourcing.shortlist.shortlist import Shortlist, build
from sourcing.web.pages.bulk import OFFERED
from sourcing.web.pages.person import about, known_number
from sourcing.web.request import Answer, File, Go, Shown, Visit

PER_PAGE, IN_A_FILE = 25, 1000
COMPARED = 5
#: A visit ends when no page was opened for this long.
PAUSE = timedelta(hours=4)
#: Facet, its name in the address, its label, and the label of the unknown value ('': not offered).
FACETS = (
    ("work", "work", "Kind of work", ""),
    ("area", "area", "Area", ""),
    ("repository", "repo", "Repository", ""),
    ("language", "language", "Language of the text", "not known"),
    ("location", "location", "Place, as published", "not published"),
    ("company", "company", "Company, as published", "not published"),
    ("open to work", "open", "Open to work", ""),
)
#: Labels of values that are stored as codes.
LABELS = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
          "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ru": "Russian"}  # fmt: skip
#: The unknown value in the address.
UNKNOWN = "?"


def page(visit: Visit) -> Answer:
    """The people of an opening or role."""
    if not visit.scored:
        return Go("/first")
    last_visit, cookies = visits(visit)
    query = asked(visit, last_visit)
    if visit.query.get("format") == "csv":
        return _csv(visit, query)
    found = build(
        visit.store, visit.rubric, query, visit.now, chosen_opening(visit), counted=True
    )  # fmt: skip
    name = visit.query.get("opening")
    facts = {
        "role": visit.role,
        "opening": name,
        "hired_for": visit.opening(name).title or name,
        "as_of": visit.scored,
        "total": found.total,
        "people": found.rows,
        "activity": activity.of_people(
            visit.store, [row.person_id for row in found.rows], visit.now
        ),
        "problems": visit.opening(name).problems,
        "notes": found.notes,
        "unmet": found.unmet,
        "after": found.after,
        "exact": found.exact,
        "more": found.more,
        "filters": list(_filters(visit, found)),
        "last_visit": last_visit,
        "searches": saved_searches.saved(visit.store),
        "roles": list(visit.rubric.roles),
        "openings": visit.openings,
        "statuses": STATUSES,
        "offered": OFFERED,
    }
    return Shown("shortlist.html", facts, cookies=cookies)


def chosen_opening(visit: Visit) -> tuple[str, Opening] | None:
    """The opening in the address, with its name."""
    name = visit.query.get("opening")
    return (name, visit.opening(name)) if name else None


def asked(visit: Visit, last_visit: str) -> ShortlistQuery:
    """The query in the address."""
    query = visit.query
    chosen = {facet: query.get(name) for facet, name, _, _ in FACETS}
    new = query.get("new")
    return ShortlistQuery(
        role=visit.role,
        about=clean_line(query.get("about"), 200),
        facets={f: "" if v == UNKNOWN else v for f, v in chosen.items() if v},
        place=query.get("place")[:100],
        active_since=_ago(visit.now, query.get("active")),
        new_since=last_visit if new == "visit" else _ago(visit.now, new),
        untouched_since=_ago(visit.now, query.get("untouched")),
        status=query.get("status"),
        standing=tuple(filter(None, query.get("standing").split(","))),
        tag=query.get("tag"),
        today=visit.stamp[:10],
        limit=PER_PAGE,
        after=visit.query.get("after"),
    )


def _ago(now: datetime, days: str) -> str:
    if not days:
        return ""
    if not days.isdecimal() or len(days) > 5 or int(days) > 36_500:
        raise ConfigError(f"{days[:20]!r} is not a number of days")
    return (now - timedelta(days=int(days))).strftime("%Y-%m-%d")


def _filters(visit: Visit, found: Shortlist) -> Iterator[Mapping[str, Any]]:
    """The choices of each filter, each with its number of people."""
    for facet, name, title, unknown in FACETS:
        options = [
            (value or UNKNOWN, LABELS.get(value, value) or unknown, people)
            for value, people in found.counts.get(facet, [])
            if value or unknown
        ]
        yield {"name": name, "title": title, "options": options, "chosen": visit.query.get(name)}
    chosen = visit.query.get
    counts = dict(found.counts.get("standing", []))
    standing = [(one, words, counts.get(one)) for one, words in STANDINGS.items()]
    title = "Standing in the repositories"
    yield {"name": "standing", "title": title, "options": standing, "chosen": chosen("standing")}
    for name, title in (("status", "Status"), ("tag", "Tag")):
        options = [(value, value, people) for value, people in found.counts.get(name, [])]
        yield {"name": name, "title": title, "options": options, "chosen": chosen(name)}


def visits(visit: Visit) -> tuple[str, dict[str, str]]:
    """The time of the previous visit, and the cookie that stores it.

    A cookie and not a row: a page that only reads must not wait for a crawl that is writing.
    """
    before, _, latest = visit.cookies.get("visits", "").partition("|")
    try:
        paused = not latest or visit.now - datetime.fromisoformat(latest) > PAUSE
        if before:
            datetime.fromisoformat(before)
    except (ValueError, TypeError):
        before, latest, paused = "", "", True
    before = latest if paused else before
    return before, {"visits": f"{before}|{visit.stamp}"}


def _csv(visit: Visit, query: ShortlistQuery) -> Answer:
    """The first thousand people of the list, in the columns of the command's CSV."""
    found = build(
        visit.store,
        visit.rubric,
        replace(query, limit=IN_A_FILE, after=""),
        visit.now,
        chosen_opening(visit),
    )
    text = io.StringIO(newline="")
    write_csv(text, list(COLUMNS), cells(found.rows))
    return File("shortlist.csv", text.getvalue(), "text/csv; charset=utf-8")


def compare(visit: Visit) -> Answer:
    """Two to five people side by side."""
    ids = visit.query.numbers("with")
    if not 2 <= len(ids) <= COMPARED:
        raise ConfigError(f"tick two to {COMPARED} people on the shortlist to compare them")
    query = ShortlistQuery(role=visit.role, people=tuple(ids), today=visit.stamp[:10], limit=0)
    found = build(visit.store, visit.rubric, query, visit.now, chosen_opening(visit))
    rows = {row.person_id: row for row in found.rows}
    people = []
    for id_ in ids:
        facts = about(visit, known_number(visit, id_)) | {"row": rows.get(id_)}
        facts["lines"] = facts["lines"][:4]
        people.append({k: v for k, v in facts.items() if k != "statuses"})
    most = max((points for one in people for _, points in one["areas"]), default=0)
    return Shown("compare.html", {"people": people, "most": most, "role": visit.role})


def keep(visit: Visit) -> Answer:
    """Save a search under a name."""
    name, query = saved_searches.save(
        visit.store, visit.form.get("name"), visit.form.get("query"), visit.stamp
    )
    return Go(f"/shortlist?{query}", f"Saved as “{name}”.")


def drop(visit: Visit) -> Answer:
    """Delete a saved search."""
    saved_searches.delete(visit.store, visit.form.get("name"))
    return Go("/shortlist", "Search deleted.")
