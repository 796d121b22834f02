"""The shortlist: who, best first, and why. The address holds all of its state.

It lays out; who is on it and in which order is decided by `sourcing.search`.
"""

from __future__ import annotations

import io
from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from db.outreach import notes, saved_searches
from db.ranking.shortlist import Wish
from sourcing.core.csv_files import write_csv
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.shortlist import summaries
from sourcing.shortlist.entries import Entry, flat
from sourcing.shortlist.opening_ranking import matched, order
from sourcing.shortlist.query import Order, Results, results
from sourcing.web.person import about, known_number
from sourcing.web.request import Answer, File, Go, Shown, Visit

PER_PAGE, IN_A_FILE = 20, 1000
COMPARED = 5
#: A visit is over when nothing was looked at for so long.
PAUSE = timedelta(hours=4)
#: Facet, its name in the address, the words over it, and those for what is not known.
FACETS = (
    ("work", "work", "Kind of work", ""),
    ("area", "area", "Area", ""),
    ("repository", "repo", "Repository", ""),
    ("language", "language", "Language of the work", "not known"),
    ("location", "location", "Place, as published", "not published"),
    ("company", "company", "Company, as published", "not published"),
    ("open to work", "open", "Open to work", ""),
)
#: Values that are stored as codes.
WORDS = {"en": "English", "de": "German", "fr": "French", "es": "Spanish", "pt": "Portuguese",
         "ja": "Japanese", "zh": "Chinese", "ko": "Korean", "ru": "Russian"}  # fmt: skip
#: In the address for "of whom it is not known".
UNKNOWN = "?"
_FIRST_COLUMNS = ("rank", "person_id", "login", "name", "aliases", "score")


def page(visit: Visit) -> Answer:
    """The people of an opening or role."""
    if not visit.scored:
        return Go("/first")
    last_visit, cookies = visits(visit)
    wish = wished(visit, last_visit)
    if visit.query.get("format") == "csv":
        return _csv(visit, wish)
    by = _order(visit)
    found = results(visit.store, visit.rubric, by, wish, visit.query.get("after"), PER_PAGE)
    name = visit.query.get("opening")
    entries = [one.entry for one in found.people]
    shown = matched(visit.store, visit.opening(name), entries) if name else entries
    pieces = [piece for e in shown for piece in (*e.evidence, *(m.piece for m in e.matches))]
    facts = {
        "plain": summaries.lines(visit.store, [piece.id for piece in pieces]),
        "role": visit.role,
        "opening": name,
        "hired_for": visit.opening(name).title or name,
        "by_matches": by.scores != by.role,
        "as_of": visit.scored,
        "total": found.total,
        "people": [
            _line(visit, entry, one.why) for entry, one in zip(shown, found.people, strict=True)
        ],
        "after": found.after,
        "exact": found.exact,
        "more": found.more,
        "filters": list(_filters(visit, found)),
        "last_visit": last_visit,
        "searches": saved_searches.saved(visit.store),
        "roles": list(visit.rubric.roles),
        "openings": visit.openings,
        "statuses": notes.STATUSES,
    }
    return Shown("shortlist.html", facts, cookies=cookies)


def _line(visit: Visit, entry: Entry, why: str) -> dict[str, Any]:
    told = {name: getattr(entry, name) for name in Entry.__dataclass_fields__}
    return told | {
        "called": entry.called,
        "why": why,
        "tags": notes.tags(visit.store, entry.person_id),
    }


def _order(visit: Visit) -> Order:
    """An opening's own order, unless another role is asked for."""
    name = "" if visit.query.get("role") else visit.query.get("opening")
    return Order(visit.role, order(visit.store, name, visit.role))


def wished(visit: Visit, last_visit: str) -> Wish:
    """What the address asks for."""
    query = visit.query
    chosen = {facet: query.get(name) for facet, name, _, _ in FACETS}
    new = query.get("new")
    return Wish(
        about=clean_line(query.get("about"), 200),
        traits={f: "" if v == UNKNOWN else v for f, v in chosen.items() if v},
        place=query.get("place")[:100],
        active_since=_ago(visit.now, query.get("active")),
        new_since=last_visit if new == "visit" else _ago(visit.now, new),
        untouched_since=_ago(visit.now, query.get("untouched")),
        status=query.get("status"),
        tag=query.get("tag"),
        today=visit.stamp[:10],
    )


def _ago(now: datetime, days: str) -> str:
    if not days:
        return ""
    if not days.isdecimal() or len(days) > 5 or int(days) > 36_500:
        raise ConfigError(f"{days[:20]!r} is no number of days")
    return (now - timedelta(days=int(days))).strftime("%Y-%m-%d")


def _filters(visit: Visit, found: Results) -> Iterator[dict[str, Any]]:
    """What can be chosen, each with how many there are of it."""
    for facet, name, title, unknown in FACETS:
        options = [
            (value or UNKNOWN, WORDS.get(value, value) or unknown, people)
            for value, people in found.counts.get(facet, [])
            if value or unknown
        ]
        yield {"name": name, "title": title, "options": options, "chosen": visit.query.get(name)}
    for name, title in (("status", "Status"), ("tag", "Tag")):
        options = [(value, value, people) for value, people in found.counts.get(name, [])]
        yield {"name": name, "title": title, "options": options, "chosen": visit.query.get(name)}


def visits(visit: Visit) -> tuple[str, dict[str, str]]:
    """When the visit before this one was, and the cookie that remembers it.

    A cookie and not a row: looking must not wait for a crawl that is writing.
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


def _csv(visit: Visit, wish: Wish) -> Answer:
    """The first thousand of those shown, as the command's own CSV."""
    found = results(visit.store, visit.rubric, _order(visit), wish, "", IN_A_FILE)
    rows = list(flat([one.entry for one in found.people]))
    columns = list(rows[0]) if rows else list(_FIRST_COLUMNS)
    text = io.StringIO(newline="")
    write_csv(text, columns, rows)
    return File("shortlist.csv", text.getvalue(), "text/csv; charset=utf-8")


def compare(visit: Visit) -> Answer:
    """Two to five people side by side."""
    ids = visit.query.numbers("with")
    if not 2 <= len(ids) <= COMPARED:
        raise ConfigError(f"choose two to {COMPARED} people on the shortlist to compare")
    people = []
    for id_ in ids:
        facts = about(visit, known_number(visit, id_))
        facts["lines"] = facts["lines"][:4]
        people.append({k: v for k, v in facts.items() if k not in {"statuses"}})
    most = max((points for one in people for _, points in one["areas"]), default=0)
    return Shown("compare.html", {"people": people, "most": most, "role": visit.role})


def keep(visit: Visit) -> Answer:
    """Keep a search under a name."""
    name = clean_line(visit.form.get("name"), 80)
    query = clean_line(visit.form.get("query").lstrip("?"), 2000)
    if not name:
        raise ConfigError("give the search a name")
    saved_searches.save(visit.store, name, query, visit.stamp)
    return Go(f"/shortlist?{query}", f"Kept as “{name}”.")


def drop(visit: Visit) -> Answer:
    """Keep a search no more."""
    saved_searches.delete(visit.store, visit.form.get("name"))
    return Go("/shortlist", "No longer kept.")
