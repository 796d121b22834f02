"""The shortlist: one page of people, best first, and the number of people who match.

Without a filter a page is an index walk. With one, the matching people are written into a temporary
table, starting from the filter that the fewest meet. If too many match to be counted, the page is
an index walk again; with so many matches it is short.

It selects and orders. It does not read the work that is shown with a person.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from db.connection import Store, translated
from db.ranking import facets, first_places
from db.ranking.percentiles import OF_SCORE
from db.ranking.visibility import HIDDEN, visible
from db.records import records
from sourcing.core.shortlist_query import ShortlistQuery

#: Up to this number, matching people are counted exactly; above it, the counts are over everybody.
COUNTED = 5_000

#: A key of stored scores, or (person, points) pairs that were just computed.
Order = str | Sequence[tuple[int, float]]
#: The worth and the id of the last person of the previous page.
Key = tuple[float, int]


@dataclass(frozen=True, slots=True)
class RankedPerson:
    """A person at their place in the order."""

    person_id: int
    login: str | None
    name: str | None
    aliases: str  # other logins and names, separated by ;
    score: float  # the raw value under the role
    percentile: float | None  # the share of all stored people with a lower score, in per cent
    worth: float  # the sort key; with `about`, the fit comes first
    counted: int  # works that count for the role
    changes: int  # changes of three years
    last_at: str | None
    status: str
    standing: str
    tags: str  # separated by ;
    first_seen_at: str
    as_of: str


@dataclass(frozen=True, slots=True)
class RankedPage:
    """A page of people, and how many match in all.

    `exact`: `counts` are of the matching people alone. `more`: there are more than `total`.
    """

    people: tuple[RankedPerson, ...]
    total: int
    exact: bool
    more: bool = False
    counts: Mapping[str, list[tuple[str, int]]] | None = None


def page(
    store: Store,
    query: ShortlistQuery,
    order: Order,
    after: Key | None = None,
    *,
    found: Mapping[int, float] | None = None,
    counted: bool = False,
) -> RankedPage:
    """The people after a key, best first. `counted`: with the counts of all facets.

    `found`: for `about`, the contributions that answer it, with their fit between 0 and 1.
    """
    values = _values(query, order, after)
    with translated(store.path):
        ranking = _ranking(store, order)
        if not query.filters:
            people = _walk(store, ranking, [visible("o.person_id")], values)
            counts = facets.everybody(store, query.today) if counted else None
            return RankedPage(people, _visible_people(store, ranking, values), False, False, counts)
        terms = [visible("o.person_id", by_status=bool(query.status)), *_terms(store, query)]
        if query.about:
            _write_fits(store, found or {})
        matching = _match(store, query, ranking, terms, values)
        if matching > COUNTED and not query.about:
            people = _walk(store, ranking, terms, values)
            counts = facets.everybody(store, query.today) if counted else None
            return RankedPage(people, COUNTED, False, True, counts)
        exact = matching <= COUNTED
        if query.repo and exact and not query.about and order == query.role:
            first_places.reserve(store, query.role)
        counts = facets.of_hits(store) if exact else facets.everybody(store, query.today)
        return RankedPage(_hits(store, values), matching, exact, False, counts if counted else None)


def top(store: Store, role: str, limit: int, today: str = "") -> list[int]:
    """The first people under a role."""
    query = ShortlistQuery(role=role, limit=limit, today=today)
    return [one.person_id for one in page(store, query, role).people]


def peers(store: Store, role: str, person: int, step: float, today: str) -> int:
    """How many other visible people have the same score, to a `step`."""
    return int(
        store.rows_named(
            "SELECT count(*) AS people FROM scores mine CROSS JOIN scores o ON o.role = :role"
            "  AND o.points BETWEEN mine.points - :step AND mine.points + :step"  # nosec B608
            " WHERE mine.role = :role AND mine.person_id = :person AND o.person_id <> :person"
            " AND o.points > 0 AND round(o.points / :step) = round(mine.points / :step)"
            f" AND {visible('o.person_id')}",
            {"role": role, "person": person, "step": step, "today": today},
        )[0]["people"]
    )


# -- the order ---------------------------------------------------------------------------------

_COLUMNS = (
    "p.id AS person_id, p.login, p.name, p.aliases, s.points AS score,"  # nosec B608
    f" {OF_SCORE} AS percentile, {{worth}} AS worth, s.counted, p.changes, p.last_at, p.status,"
    " p.standing, ifnull((SELECT group_concat(tag, ';') FROM (SELECT tag FROM tags"
    " WHERE person_id = p.id ORDER BY tag)), '') AS tags, p.first_seen_at, s.as_of"
)
_JOINED = (
    " CROSS JOIN persons p ON p.id = o.person_id"
    " CROSS JOIN scores s ON s.role = :role AND s.person_id = o.person_id"
)


def _ranking(store: Store, order: Order) -> str:
    """The order as a relation of `person_id` and `points`, best first by its index."""
    if isinstance(order, str):
        return "(SELECT person_id, points FROM scores WHERE role = :order)"
    conn = store.conn
    conn.execute("DROP TABLE IF EXISTS temp.ranking")
    conn.execute("CREATE TEMP TABLE ranking (person_id INTEGER PRIMARY KEY, points REAL NOT NULL)")
    conn.executemany("INSERT INTO temp.ranking VALUES (?, ?)", order)
    conn.execute("CREATE INDEX temp.ranking_points ON ranking (points DESC, person_id)")
    return "temp.ranking"


def _walk(
    store: Store, ranking: str, terms: Sequence[str], values: Mapping[str, Any]
) -> tuple[RankedPerson, ...]:
    """The best people who meet the terms, by the index of the order."""
    after = "" if values["worth"] is None else (
        " AND o.points <= :worth AND (o.points < :worth OR o.person_id > :number)"
    )  # fmt: skip
    rows = store.rows_named(
        f"SELECT {_COLUMNS.format(worth='o.points')} FROM {ranking} o{_JOINED}"  # nosec B608
        f" WHERE {' AND '.join(terms)}{after} ORDER BY o.points DESC, o.person_id LIMIT :limit",
        values,
    )
    return tuple(records(RankedPerson, rows))


def _hits(store: Store, values: Mapping[str, Any]) -> tuple[RankedPerson, ...]:
    """A page of the people in `temp.hits`."""
    rows = store.rows_named(
        f"SELECT {_COLUMNS.format(worth='o.worth')} FROM (SELECT person_id, worth FROM hits"
        "  WHERE :worth IS NULL OR worth < :worth OR worth = :worth AND person_id > :number"
        f"  ORDER BY worth DESC, person_id LIMIT :limit) o{_JOINED}"  # nosec B608
        " ORDER BY o.worth DESC, o.person_id",
        values,
    )
    return tuple(records(RankedPerson, rows))


def _visible_people(store: Store, ranking: str, values: Mapping[str, Any]) -> int:
    """How many people of the order are visible."""
    row = store.rows_named(
        f"SELECT (SELECT count(*) FROM {ranking}) - (SELECT count(*) FROM {ranking} o"  # nosec B608
        f" WHERE o.person_id IN ({HIDDEN})) AS people",
        values,
    )[0]
    return int(row["people"])


# -- the filters -------------------------------------------------------------------------------


def _match(
    store: Store,
    query: ShortlistQuery,
    ranking: str,
    terms: Sequence[str],
    values: Mapping[str, Any],
) -> int:
    """Write the matching people and their worth to `temp.hits`.

    Without `about` it stops one above `COUNTED`.
    """
    conn = store.conn
    conn.execute("DROP TABLE IF EXISTS temp.hits")
    conn.execute("CREATE TEMP TABLE hits (person_id INTEGER PRIMARY KEY, worth REAL NOT NULL)")
    if query.about:
        # The fit decides; the share of work that counts only orders works of nearly the same fit.
        source, most = "SELECT person_id, fit FROM fits", -1
        worth = "d.fit * (1 + s.points / 100.0)"
    else:
        source, worth, most = _fewest(store, query, ranking), "o.points", COUNTED + 1
    # CROSS JOIN keeps the order of the joins: from the fewest people to their scores.
    conn.execute(
        f"INSERT INTO hits SELECT o.person_id, {worth} FROM ({source}) d"  # nosec B608
        f" CROSS JOIN {ranking} o ON o.person_id = d.person_id{_JOINED}"
        f" WHERE {' AND '.join(terms)} LIMIT {most}",
        values,
    )
    return int(store.scalar("SELECT count(*) FROM hits"))


_PLACED = (
    "SELECT DISTINCT t.person_id FROM trait_values v CROSS JOIN traits t ON t.value_id = v.id"
    " WHERE v.facet IN ({facets}) AND v.value LIKE '%' || :{name} || '%'"
)
#: Filters by a part of a text, each with the facets that it searches.
_PARTS = {
    name: _PLACED.format(facets=among, name=name)
    for name, among in (
        ("location", "'location'"),
        ("company", "'company'"),
        ("place", "'location', 'company'"),
    )
}


_CHOSEN = "SELECT value AS person_id FROM json_each(:people)"


def _fewest(store: Store, query: ShortlistQuery, ranking: str) -> str:
    """A SELECT of the people who meet the most selective filter."""
    by_filter = (
        (query.people, _CHOSEN),
        (query.tag, "SELECT person_id FROM tags WHERE tag = :tag"),
        (query.status, "SELECT id AS person_id FROM persons WHERE status = :status"),
        (query.facets, facets.rarest(store, query.facets)),
        *((getattr(query, name), sql) for name, sql in _PARTS.items()),
        (query.new_since, "SELECT id AS person_id FROM persons WHERE first_seen_at >= :new_since"),
        (query.active_since, "SELECT id AS person_id FROM persons WHERE last_at >= :active_since"),
        (True, f"SELECT person_id FROM {ranking}"),  # nosec B608
    )
    return next(source for wanted, source in by_filter if wanted)


def _terms(store: Store, query: ShortlistQuery) -> list[str]:
    terms = [facets.condition(store, facet, value) for facet, value in query.facets.items()]
    if query.repo and query.kind:
        terms.append(_BOTH)
    terms += [f"o.person_id IN ({sql})" for name, sql in _PARTS.items() if getattr(query, name)]
    if query.active_since:
        terms.append("p.last_at >= :active_since")
    if query.new_since:
        terms.append("p.first_seen_at >= :new_since")
    if query.untouched_since:
        terms.append(
            "o.person_id NOT IN (SELECT person_id FROM drafts"
            " WHERE status IN ('sent', 'exported') AND ifnull(sent_at, decided_at)"
            " >= :untouched_since)"
        )
    if query.tag:
        terms.append("o.person_id IN (SELECT person_id FROM tags WHERE tag = :tag)")
    if query.status:
        terms.append("p.status = :status")
    if query.standing:
        terms.append("p.standing IN (SELECT value FROM json_each(:standing))")
    if query.people:
        terms.append(f"o.person_id IN ({_CHOSEN})")
    return terms


#: Relevant work of this kind in this repository: one work meets both.
_BOTH = """EXISTS (
    SELECT 1 FROM identities i JOIN credits k ON k.identity_id = i.id AND k.part <> 'merger'
    JOIN contributions c ON c.id = k.contribution_id AND c.withdrawn_at IS NULL
    JOIN evidence e ON e.contribution_id = c.id AND e.relevant AND e.work = :kind
    WHERE i.person_id = o.person_id AND (c.repo = :repo OR c.repo LIKE '%/' || :repo)
)"""


def _write_fits(store: Store, found: Mapping[int, float]) -> None:
    """Write contributions with their fit, and the best fit of each person, to temporary tables."""
    conn = store.conn
    for table in ("found", "fits"):
        conn.execute(f"DROP TABLE IF EXISTS temp.{table}")
    conn.execute("CREATE TEMP TABLE found (id INTEGER PRIMARY KEY, fit REAL NOT NULL)")
    conn.executemany("INSERT INTO found VALUES (?, ?)", found.items())
    conn.execute("CREATE TEMP TABLE fits (person_id INTEGER PRIMARY KEY, fit REAL NOT NULL)")
    conn.execute(
        "INSERT INTO fits SELECT i.person_id, max(f.fit) FROM found f"
        " CROSS JOIN credits k ON k.contribution_id = f.id AND k.part <> 'merger'"
        " CROSS JOIN identities i ON i.id = k.identity_id AND i.person_id IS NOT NULL"
        " CROSS JOIN contributions c ON c.id = f.id AND c.withdrawn_at IS NULL"
        " GROUP BY i.person_id"
    )


def _values(query: ShortlistQuery, order: Order, after: Key | None) -> dict[str, Any]:
    worth, number = after or (None, None)
    return {
        "role": query.role,
        "order": order if isinstance(order, str) else "",
        "repo": query.repo,
        "kind": query.kind,
        "location": query.location,
        "company": query.company,
        "place": query.place,
        "active_since": query.active_since,
        "new_since": query.new_since,
        "untouched_since": query.untouched_since,
        "status": query.status,
        "standing": json.dumps(query.standing),
        "tag": query.tag,
        "people": json.dumps(query.people),
        "today": query.today,
        "worth": worth,
        "number": number,
        "limit": query.limit or -1,
    }
