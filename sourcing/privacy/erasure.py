"""Erases a person in the database and in its backups, and suppresses them.

The report lists copies that cannot be erased from here: exported files, moved backups, sources
that are named after the person. Exclusions, which are temporary, are in `contact_policy`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import connectors
from db import Store
from db.outreach import notes
from db.privacy import erasure, erasure_tasks, identifiers, suppression, traces
from db.privacy.erasure import ErasureCounts
from db.privacy.erasure_tasks import ErasureTask
from db.privacy.traces import PersonTraces
from db.ranking import persons as people
from sourcing.core.errors import ConfigError, SourcingError
from sourcing.core.text import page
from sourcing.pipeline.settings import cache_of


@dataclass(frozen=True, slots=True)
class ErasureReport:
    """The result of an erasure.

    `remaining`: copies elsewhere, each with the step to take. `notes`: what else was deleted.
    """

    counts: ErasureCounts
    remaining: tuple[str, ...]
    notes: tuple[str, ...] = ()


def forget(store: Store, person: int, now: str, *, suppress: bool = True) -> ErasureReport:
    """Erase one person; with `suppress`, no crawl stores them again."""
    persons = traces.linked_persons(store, person)
    who = traces.of_persons(store, persons)
    namesakes = [str(other) for other in people.namesakes(store, person) if other not in persons]
    sources = traces.sources_of(store, who)
    tasks = erasure_tasks.of_persons(store, persons)
    remaining = [line for one in persons for line in _exports(store, one)]
    remaining += _erase_in_backups(store, who, now, suppress=suppress)
    counts = erasure.erase(store, persons, who, now, keep=suppress)
    remaining += _compact(store)
    remaining += _mentions(store, who)
    if namesakes:
        remaining.append(
            f"person {', '.join(namesakes)} has the same name; if it is the same human, forget them"
            " as well"
        )
    remaining.append(_UNRECORDED)
    erasure_tasks.record_erased(store, tasks, remaining, now)
    return ErasureReport(counts, tuple(remaining), tuple(_delete_clones(store, sources)))


def _delete_clones(store: Store, sources: Sequence[str]) -> Iterator[str]:
    """Delete our copies of the sources that show the person; yield a line for each."""
    for name in sources:
        try:
            connector, target = connectors.of_source(name)
            if connector.delete_copy and connector.delete_copy(target, cache_of(store.path)):
                yield (
                    f"the copy of {name} in the cache; a later crawl may fetch its history again,"
                    " and does not store the person"
                )
        except SourcingError:
            continue  # the name of a source that this version does not read


def request(store: Store, person: int, asked_in: str, now: str) -> ErasureTask:
    """Open a task for a person who asked for erasure; it lists the copies known so far.

    From now on the person is not contacted.
    """
    notes.set_status(store, person, "do not contact")
    persons = traces.linked_persons(store, person)
    copies = [line for one in persons for line in _exports(store, one)]
    copies += [f"{path}: a backup; forget erases them there too" for path in people.backups(store)]
    number = erasure_tasks.add(store, person, asked_in, [*copies, _UNRECORDED], now)
    return next(task for task in erasure_tasks.open_tasks(store) if task.id == number)


def open_requests(store: Store) -> list[ErasureTask]:
    """The open requests for erasure, oldest first."""
    return erasure_tasks.open_tasks(store)


def close_request(store: Store, number: int, now: str) -> bool:
    """Close a request after the erasure; False if there is no such request."""
    return erasure_tasks.close(store, number, now)


#: Only exported drafts are recorded.
_UNRECORDED = (
    "shortlists, packets and copies that were saved or mailed: delete those that name them"
)


def suppress_unseen(store: Store, who: str, now: str) -> None:
    """Suppress a person who is not stored: named by @login, an identity or a page."""
    with store.transaction():
        suppression.add(store, _identifiers(who), now)


def stored_person(store: Store, who: str) -> int | None:
    """The stored person with this page or identity, or None."""
    found = traces.persons_with_identifiers(store, _identifiers(who))
    if len(found) > 1:
        raise ConfigError(
            f"{who} is named by several people; give one number: {', '.join(map(str, found))}"
        )
    return found[0] if found else None


def _identifiers(who: str) -> set[str]:
    if connectors.identity_key(who):
        return {who}
    if who.startswith("@") and len(who) > 1:
        return {identifiers.of_login(who)}
    if "/" in who and (place := page(who)):
        return identifiers.of_page(place)
    raise ConfigError(
        f"no stored person is called {who!r}; name other people by @login, by an identity"
        f" such as {connectors.identity_example()}, or by a page of theirs"
    )


def erase_suppressed(store: Store, now: str) -> int:
    """Erase stored persons who are on the suppression list; return their number."""
    found = traces.suppressed_persons(store)
    for person in found:
        erasure.erase(store, [person], traces.of_persons(store, [person]), now, keep=True)
    if found:
        erasure.compact(store)
    return len(found)


def _exports(store: Store, person: int) -> Iterator[str]:
    for row in people.exports(store, person):
        yield f"{row.path}, exported on {row.at[:10]} by {row.by}: delete their rows"
        if row.preset not in _OWN_FILES:
            yield f"{row.preset}: if the file was imported there, delete their record there too"


#: Layouts that no other system imports.
_OWN_FILES = frozenset({"", "canonical", "review"})


def _erase_in_backups(
    store: Store, who: PersonTraces, now: str, *, suppress: bool
) -> Iterator[str]:
    """Erase the person in the recorded backups; yield a line for each that is missing."""
    for name in people.backups(store):
        path = Path(name)
        if not path.exists():
            yield f"{name}: this backup is missing; if it was moved, forget them there too"
            continue
        try:
            with Store(path, create=False) as copy:
                persons = traces.persons_with_keys(copy, who.keys)
                if persons:
                    found = traces.of_persons(copy, persons)
                    erasure.erase(copy, persons, found, now, keep=suppress)
                    erasure.compact(copy)
        except SourcingError as exc:
            yield f"{exc}; this backup may still contain them"


def _compact(store: Store) -> Iterator[str]:
    if not erasure.compact(store):
        yield (
            f"{store.path}-wal: another program is reading the database; their rows are deleted,"
            " but this file still contains them. Close it and run: sourcing forget --scrub"
        )


def _mentions(store: Store, who: PersonTraces) -> Iterator[str]:
    for column, count in erasure.remaining_mentions(store, who):
        default = f"{column}: {count} rows of other people still contain a name or login of theirs"
        yield _ADVICE.get(column, default)


_ADVICE = {
    "sources.name": "a source is named after them: remove it from sources.toml",
    "sources.cursor": "the state of a source names them; it is deleted with the source",
}


def summary(counts: ErasureCounts) -> Sequence[str]:
    """The counts in words, without zeros."""
    by_noun = {
        "account": counts.accounts,
        "contribution of theirs alone": counts.works,
        "draft": counts.drafts,
        "note": counts.notes,
        "mention in others' texts": counts.mentions,
    }
    return [f"{n} {_plural(noun, n)}" for noun, n in by_noun.items() if n]


def _plural(noun: str, count: int) -> str:
    first, space, rest = noun.partition(" ")
    return noun if count == 1 else f"{first}s{space}{rest}"


def suppressed_since(store: Store, who: str) -> str | None:
    """When a person with this login, identity or page was suppressed, or None."""
    try:
        wanted = _identifiers(who if who.startswith("@") or "/" in who else f"@{who}")
    except ConfigError:
        return None
    hash_of = suppression.SuppressionList(store).hash
    since = (suppression.suppressed_since(store, hash_of(one)) for one in sorted(wanted))
    return next(filter(None, since), None)
