"""Entity resolution: joins identities of one person by proof only.

Proofs come from sources (a shared address compared in memory, a stated profile, two commits) or
from a human. Equal names alone join nobody, and conflicting claims join nobody.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from db import Store
from db.identity import manual_links, personal_sites, resolution
from db.identity.manual_links import JoinedPerson, ManualLink, SharedName
from db.identity.resolution import ClaimedIdentity, Claims, ResolvedPerson
from db.privacy import exclusions
from db.ranking import persons
from db.ranking.persons import IdentityRecord
from sourcing.core.errors import ConfigError
from sourcing.core.text import fold


def resolve(store: Store, now: str) -> None:
    """Resolve the person of each identity that is new or has changed claims."""
    exclusions.match_changed(store)
    personal_sites.join_owners(store, now)
    claims = resolution.claims(store)
    if not claims.identities:
        return
    bots = [id_ for id_, row in claims.identities.items() if row.bot]
    resolution.save(store, list(_resolved_persons(claims)), bots, now)


def _resolved_persons(claims: Claims) -> Iterator[ResolvedPerson]:
    """The persons; each keeps the lowest id that any of its identities had."""
    taken: set[int] = set()
    for members in sorted(components(claims)):
        rows = [claims.identities[id_] for id_ in members]
        had = sorted({row.person_id for row in rows if row.person_id} - taken)
        taken.update(had[:1])
        yield ResolvedPerson(tuple(members), had[0] if had else None, *names_of(rows))


def components(claims: Claims) -> list[list[int]]:
    """Groups of identity ids that are one person, each sorted."""
    humans = [id_ for id_, row in claims.identities.items() if not row.bot]
    groups = []
    proved = claims.same | {pair for pair in claims.profile if _own_profile(claims, *pair)}
    for group in _connected(humans, proved - claims.different):
        groups += _without_conflict(claims, group, proved - claims.different)
    return groups


#: Larger groups are not searched for the one identity that causes a conflict.
_SEARCHED = 50


def _without_conflict(
    claims: Claims, group: list[int], proved: set[tuple[int, int]]
) -> list[list[int]]:
    """The group itself, or, if its claims conflict, its parts without the one identity to blame.

    If more than one identity may be to blame, only manual joins stay.
    """
    ends = _conflict(claims, group)
    if not ends:
        return [group]
    manual = claims.manual - claims.different
    chosen = {id_ for pair in manual for id_ in pair}
    parted = []
    for id_ in group if len(group) <= _SEARCHED else []:
        parts = _connected([other for other in group if other != id_], proved)
        if id_ not in ends | chosen and not any(_conflict(claims, part) for part in parts):
            parted.append([*parts, [id_]])
    return parted[0] if len(parted) == 1 else _connected(group, manual)


def _own_profile(claims: Claims, a: int, b: int) -> bool:
    """True if two identities with one profile page also agree in login or name.

    A post may link the profile of another person, and a released login belongs to another account
    later: against an account the names must agree.
    """
    one, two = claims.identities[a], claims.identities[b]
    if one.purged_at or two.purged_at:  # the names agreed before they were deleted
        return bool(one.person_id and one.person_id == two.person_id)
    numbered = any(row.type == "account" for row in (one, two))
    if one.login and two.login and not numbered:
        return bool(fold(one.login) == fold(two.login))
    return bool(one.name and two.name and fold(one.name) == fold(two.name))


def _conflict(claims: Claims, group: Sequence[int]) -> set[int]:
    """Identities that cannot be one person: two accounts of one host, or a manual separation.

    Accounts with a manual join count as one.
    """
    within = set(group)
    ends = {id_ for pair in claims.different if within.issuperset(pair) for id_ in pair}
    manual = claims.manual - claims.different
    accounts: dict[str, list[list[int]]] = {}
    for one in _connected(group, manual):
        for host in {place for id_ in one if (place := _account_host(claims, id_))}:
            accounts.setdefault(host, []).append(one)
    for host, several in accounts.items():
        if len(several) > 1:
            ends |= {id_ for one in several for id_ in one if _account_host(claims, id_) == host}
    return ends


def _account_host(claims: Claims, id_: int) -> str | None:
    """The prefix and host of an account's key; None for other identities."""
    identity = claims.identities[id_]
    return identity.key.partition("/")[0] if identity.type == "account" else None


def _connected(ids: Iterable[int], pairs: Iterable[tuple[int, int]]) -> list[list[int]]:
    root = {id_: id_ for id_ in ids}

    def find(id_: int) -> int:
        while root[id_] != id_:
            root[id_] = root[root[id_]]
            id_ = root[id_]
        return id_

    for a, b in pairs:
        if a in root and b in root:
            root[find(a)] = find(b)
    groups: dict[int, list[int]] = {}
    for id_ in sorted(root):
        groups.setdefault(find(id_), []).append(id_)
    return list(groups.values())


def names_of(identities: Sequence[ClaimedIdentity]) -> tuple[str | None, str | None, str]:
    """Name, login and aliases of a person: by source priority, then by work."""
    ordered = sorted(
        identities,
        key=lambda i: (i.source_priority, i.login is not None, i.credits),
        reverse=True,
    )
    logins = list(dict.fromkeys(i.login for i in ordered if i.login))
    names = list(dict.fromkeys(i.name for i in ordered if i.name))
    names.sort(key=lambda name: " " not in name and name.isascii())
    name, login = next(iter(names), None), next(iter(logins), None)
    others = {fold(other): other for other in reversed(logins[1:] + names[1:])}
    for known in filter(None, (name, login)):
        others.pop(fold(known), None)
    return name, login, ";".join(o.replace(";", ",") for o in reversed(others.values()))


# -- manual corrections --------------------------------------------------------------------------


def identity_of(store: Store, person: int, key: str = "") -> IdentityRecord:
    """The identity of a person with this key, or else their best known one."""
    known = persons.identities(store, person)
    return next((identity for identity in known if identity.key == key), known[0])


def join(store: Store, a: IdentityRecord, b: IdentityRecord, proof: str, now: str) -> None:
    """Record that two identities are one person. `resolve` applies it."""
    if a.person_id == b.person_id:
        raise ConfigError(f"{a.key} and {b.key} are one person already: {a.person_id}")
    manual_links.join(store, a.id, b.id, proof, now)


def split(store: Store, person: int, key: str, proof: str, now: str) -> None:
    """Record that the identity with this key is another person. `resolve` applies it."""
    known = persons.identities(store, person)
    chosen = [identity for identity in known if identity.key == key]
    others = [identity.id for identity in known if identity.key != key]
    if not chosen:
        keys = ", ".join(identity.key for identity in known)
        raise ConfigError(f"person {person} has no identity {key!r}; there are: {keys}")
    if not others:
        raise ConfigError(f"person {person} has no other identity than {key}: nothing to split")
    manual_links.separate(store, chosen[0].id, others, proof, now)


def manual_corrections(store: Store) -> list[ManualLink]:
    """All manual joins and separations, oldest first."""
    return manual_links.recorded(store)


def joined_persons(store: Store, limit: int) -> list[JoinedPerson]:
    """Persons with several identities, those with most first."""
    return manual_links.joined_persons(store, limit)


def shared_names(store: Store, limit: int) -> list[SharedName]:
    """Full names of several persons, who may be one person without a proof."""
    return manual_links.shared_names(store, limit)
