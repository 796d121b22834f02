"""Who repaired what we run: works between the version in use and the newest, proven by tags.

The repositories of the packages must be among the crawled sources, with a clone or a local path.
People are ordered by their repairs: packages that the project itself requires first. It ranks by
works alone and asks no network.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, replace

from packaging.version import Version

import connectors
from connectors import Connector, Context
from db import Store
from db.ranking import fixes, works
from db.ranking.fixes import FixOfPerson, PackageInUse
from sourcing.core.errors import SourcingError
from sourcing.core.model import Releases
from sourcing.discovery.resolve import Resolved
from sourcing.shortlist.rows import EvidenceItem, OpeningMatch, ShortlistRow

#: The least substance of a repair; how much an indirect dependency counts beside a direct one.
LEAST_SUBSTANCE, INDIRECT = 1.0, 0.5
#: Repairs shown with a person.
SHOWN = 5

ContextOf = Callable[[Connector], Context]


@dataclass(frozen=True, slots=True)
class FixedPeople:
    """The people with repairs, best first, and notes for the reader."""

    people: Mapping[int, tuple[FixOfPerson, ...]]
    notes: tuple[str, ...]


def update(store: Store, rows: Sequence[Resolved], context_of: ContextOf, now: str) -> FixedPeople:
    """Find the fixes of these packages, store them, and return who made them."""
    known = fixes.known_repos(store)
    found: dict[PackageInUse, Mapping[int, str]] = {}
    unread: set[str] = set()
    unproven: list[str] = []
    unresolved = 0
    for row in rows:
        address = row.repository.partition("://")[2]
        repo = known.get(address.casefold())
        if not row.version:
            continue
        if not address:
            unresolved += 1
        elif repo is None:
            unread.add(row.repository)
        else:
            package = PackageInUse(row.ecosystem, row.package, row.version, row.direct, repo)
            stated = _releases(store, package, context_of)
            if stated is None:
                unproven.append(f"{row.package} {row.version}")
            else:
                found[package] = _fixed(store, repo, stated)
    fixes.replace(store, found, now)
    notes = _notes(len(found), unresolved, unread, unproven)
    return FixedPeople(_ordered(fixes.of_people(store)), notes)


def arranged(store: Store, rows: Iterable[ShortlistRow], fixed: FixedPeople) -> list[ShortlistRow]:
    """The rows of these people in the order of their repairs, each with its repairs as matches."""
    of_person = {row.person_id: row for row in rows}
    ids = {fix.contribution_id for own in fixed.people.values() for fix in own[:SHOWN]}
    stored = works.works(store, sorted(ids))
    arranged_rows: list[ShortlistRow] = []
    for person, own in fixed.people.items():
        if row := of_person.get(person):
            matches = tuple(
                OpeningMatch("fix", _stated(fix), EvidenceItem.of(stored[fix.contribution_id]))
                for fix in own[:SHOWN]
            )
            rank = len(arranged_rows) + 1
            arranged_rows.append(
                replace(row, rank=rank, tied=False, matches=(*matches, *row.matches))
            )
    return arranged_rows


def _stated(fix: FixOfPerson) -> str:
    return f"{fix.package}: in {fix.fixed_in}; you run {fix.in_use}"


def _releases(store: Store, package: PackageInUse, context_of: ContextOf) -> Releases | None:
    """The later versions, by the first source of the repository that has tags."""
    for source in fixes.sources_of(store, package.repo):
        try:
            connector, target = connectors.of_source(source)
            context = context_of(connector)
            read = connector.releases
            if read is None and connector.fallback:
                # Read through an API: a crawl without a token may have left a clone.
                other = connector.fallback(target, context.settings)
                connector, target = connectors.of_source(other or source)
                read, context = connector.releases, context_of(connector)
            stated = read(target, package.name, package.version, context) if read else None
        except SourcingError:
            continue
        if stated:
            return stated
    return None


def _fixed(store: Store, repo: str, stated: Releases) -> dict[int, str]:
    """Contribution → the first version that has all of its later commits."""
    works = fixes.contributions_of(store, repo, list(stated.fixed_in))
    return {
        work: max((stated.fixed_in[oid] for oid in oids), key=Version)
        for work, oids in works.items()
    }


def _ordered(all_fixes: Iterable[FixOfPerson]) -> dict[int, tuple[FixOfPerson, ...]]:
    """People by the sum of their repairs, each further one counting less."""
    of_person: defaultdict[int, list[FixOfPerson]] = defaultdict(list)
    for fix in all_fixes:
        if fix.substance >= LEAST_SUBSTANCE:
            of_person[fix.person_id].append(fix)
    for one in of_person.values():
        one.sort(key=lambda fix: (-_worth(fix), fix.contribution_id))
    order = sorted(of_person, key=lambda person: (-_sum(of_person[person]), person))
    return {person: tuple(of_person[person]) for person in order}


def _worth(fix: FixOfPerson) -> float:
    return fix.value * (1.0 if fix.direct else INDIRECT)


def _sum(own: Sequence[FixOfPerson]) -> float:
    """The best repair counts whole, the next half, then a third: volume is worth little."""
    worths = {fix.contribution_id: _worth(fix) for fix in reversed(own)}
    ordered = sorted(worths.values(), reverse=True)
    return sum(worth / at for at, worth in enumerate(ordered, 1))


def _notes(
    compared: int, unresolved: int, unread: Iterable[str], unproven: Sequence[str]
) -> tuple[str, ...]:
    lines = [f"{compared} packages were compared with their tags"]
    if unread := sorted(unread):
        more = f" and {len(unread) - 3} more" if len(unread) > 3 else ""
        lines.append(
            f"{len(unread)} repositories are not crawled: {', '.join(unread[:3])}{more};"
            " `sourcing discover FILE --write` adds them"
        )
    if unresolved:
        lines.append(f"{unresolved} packages have no known repository: `sourcing discover FILE`")
    if unproven:
        more = f" and {len(unproven) - 3} more" if len(unproven) > 3 else ""
        lines.append(
            f"no tag names the version in use of {', '.join(unproven[:3])}{more}; without a clone"
            " with tags a fix cannot be proven"
        )
    return tuple(lines)
