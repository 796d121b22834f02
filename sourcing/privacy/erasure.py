"""Somebody says no for good: erased here and in our copies, and never stored again.

It tells what it cannot reach: files that were exported, sources named after them, git's own
clones. Whether somebody merely is not to be written to is `exclude`'s business.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from db import Store
from db.privacy import erasure, subject_access, suppression
from db.privacy.erasure import Erased, Known
from db.ranking import persons as people
from sourcing.core.errors import ConfigError, SourcingError
from sourcing.core.text import page
from sourcing.shortlist import matching


@dataclass(frozen=True, slots=True)
class Forgotten:
    """What became of it. `elsewhere`: what still holds them, and what to do about it."""

    erased: Erased
    elsewhere: tuple[str, ...]


def forget(store: Store, person: int, now: str, *, keep_away: bool = True) -> Forgotten:
    """Erase one person; `keep_away`: no crawl may store them again."""
    persons = erasure.behind(store, person)
    who = erasure.known(store, persons)
    alike = [str(other) for other in people.namesakes(store, person) if other not in persons]
    told = [line for one in persons for line in _exports(store, one)]
    told += _backups(store, who, now, keep_away=keep_away)
    erased = erasure.erase(store, persons, who, now, keep=keep_away)
    matching.refresh(store)
    told += _scrubbed(store)
    told += _left(store, who)
    if alike:
        told.append(
            f"person {', '.join(alike)} bears the same name; if it is them, forget them as well"
        )
    return Forgotten(erased, (*told, _UNRECORDED))


#: Only exported drafts are on record.
_UNRECORDED = "shortlists, packets and copies saved as files or mailed: delete those with them in"


def keep_away(store: Store, who: str, now: str) -> None:
    """Somebody nobody has seen yet is not to be stored when they show up."""
    with store.transaction():
        suppression.suppress(store, _marks(who), now)


def here(store: Store, who: str) -> int | None:
    """The person stored who is named by a page or an identity of theirs, or None."""
    found = erasure.meeting(store, _marks(who))
    if len(found) > 1:
        raise ConfigError(
            f"{who} is named by several people; name one by number: {', '.join(map(str, found))}"
        )
    return found[0] if found else None


def _marks(who: str) -> set[str]:
    if who.startswith(("github:", "git:", "blog:")) and "/" in who:
        return {who}
    if who.startswith("@") and len(who) > 1:
        return {suppression.login_mark(who)}
    if "/" in who and (place := page(who)):
        return suppression.page_marks(place)
    raise ConfigError(
        f"nobody here is called {who!r}; name somebody not seen yet by @login, by an identity"
        " such as github:github.com/123, or by a page of theirs"
    )


def sweep(store: Store, now: str) -> int:
    """Erase whoever stands here although they are not to be stored; how many."""
    found = erasure.stored_although_suppressed(store)
    for person in found:
        erasure.erase(store, [person], erasure.known(store, [person]), now, keep=True)
    if found:
        matching.refresh(store)
        erasure.scrub(store)
    return len(found)


def _exports(store: Store, person: int) -> Iterator[str]:
    for row in people.exports(store, person):
        yield f"{row['path']}, exported on {row['at'][:10]} by {row['by']}: take their rows out"


def _backups(store: Store, who: Known, now: str, *, keep_away: bool) -> Iterator[str]:
    """The copies made of this database; one that was moved is told."""
    for name in people.backups(store):
        path = Path(name)
        if not path.exists():
            yield f"{name}: a backup that is not there any more; if it was moved, forget there too"
            continue
        try:
            with Store(path, create=False) as copy:
                persons = erasure.persons_of(copy, who.keys)
                if persons:
                    theirs = erasure.known(copy, persons)
                    erasure.erase(copy, persons, theirs, now, keep=keep_away)
                    matching.refresh(copy)
                    erasure.scrub(copy)
        except SourcingError as exc:
            yield f"{exc}; they may still stand in this backup"


def _scrubbed(store: Store) -> Iterator[str]:
    if not erasure.scrub(store):
        yield (
            f"{store.path}-wal: another program is reading the database; their rows are gone, but"
            " not yet from this file. Close it and run: sourcing forget --scrub"
        )


def _left(store: Store, who: Known) -> Iterator[str]:
    for place, count in erasure.left(store, who):
        yield _LEFT.get(place, f"{place}: a word of theirs still stands in {count} rows of others")


_LEFT = {
    "sources.name": "a source is named after them: take it out of sources.toml",
    "sources.cursor": "what is known of a source names them; it goes when the source goes",
}


def summary(erased: Erased) -> Sequence[str]:
    """What was erased, in words."""
    counts = {
        "account": erased.accounts,
        "contribution of theirs alone": erased.works,
        "draft": erased.drafts,
        "note": erased.notes,
        "mention in others' texts": erased.mentions,
    }
    return [f"{n} {_plural(what, n)}" for what, n in counts.items() if n]


def _plural(what: str, count: int) -> str:
    first, space, rest = what.partition(" ")
    return what if count == 1 else f"{first}s{space}{rest}"


def kept_away_since(store: Store, who: str) -> str | None:
    """Since when somebody named like this is not to be stored, or None."""
    try:
        marks = _marks(who if who.startswith("@") or "/" in who else f"@{who}")
    except ConfigError:
        return None
    hash_ = suppression.Suppressed(store).hash
    since = (subject_access.suppressed_since(store, hash_(mark)) for mark in sorted(marks))
    return next(filter(None, since), None)
