"""Who is one human: identities joined by proof only, and conflicting claims join nobody.

Proofs come from the sources (a shared address seen in memory, a stated profile, two commits)
or from a human. Names alone prove nothing here; nothing is guessed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from db import Store
from db.identity import personal_sites, resolution
from db.identity.resolution import Claims, ResolvedPerson
from db.privacy import exclusions
from sourcing.core.text import fold


def resolve(store: Store, now: str) -> None:
    """Find the person of each identity that has none, or whose claims changed."""
    exclusions.match_changed(store)
    personal_sites.join_owners(store, now)
    claims = resolution.claims(store)
    if not claims.identities:
        return
    bots = [id_ for id_, row in claims.identities.items() if row["bot"]]
    resolution.save(store, list(_resolved_persons(claims)), bots, now)


def _resolved_persons(claims: Claims) -> Iterator[ResolvedPerson]:
    """The persons, each keeping the lowest number any of its identities had."""
    taken: set[int] = set()
    for members in sorted(components(claims)):
        rows = [claims.identities[id_] for id_ in members]
        had = sorted({row["person_id"] for row in rows if row["person_id"]} - taken)
        taken.update(had[:1])
        yield ResolvedPerson(tuple(members), had[0] if had else None, *called(rows))


def components(claims: Claims) -> list[list[int]]:
    """Groups of identity ids that are one human, each sorted."""
    humans = [id_ for id_, row in claims.identities.items() if not row["bot"]]
    found = []
    proved = claims.same | {pair for pair in claims.profile if _own_profile(claims, *pair)}
    for group in _connected(humans, proved - claims.different):
        found += _resolved(claims, group, proved - claims.different)
    return found


#: Larger knots are not untied by looking at each of their members.
_KNOT = 50


def _resolved(claims: Claims, group: list[int], proved: set[tuple[int, int]]) -> list[list[int]]:
    """A group as it is; where its claims conflict, without the one identity that ties it up.

    If it is not clear which one that is, only what a human joined stays together.
    """
    ends = _conflict(claims, group)
    if not ends:
        return [group]
    by_hand = claims.by_hand - claims.different
    meant = {id_ for pair in by_hand for id_ in pair}
    parted = []
    for id_ in group if len(group) <= _KNOT else []:
        parts = _connected([other for other in group if other != id_], proved)
        if id_ not in ends | meant and not any(_conflict(claims, part) for part in parts):
            parted.append([*parts, [id_]])
    return parted[0] if len(parted) == 1 else _connected(group, by_hand)


def _own_profile(claims: Claims, a: int, b: int) -> bool:
    """True if both say by more than the page that it is theirs: the login, or the same name.

    Anybody can put somebody else's profile under a post, and a login that was given up is
    somebody else's today: against a numbered account the names must agree as well.
    """
    one, two = claims.identities[a], claims.identities[b]
    if one["purged_at"] or two["purged_at"]:  # the names agreed while they were there
        return bool(one["person_id"] and one["person_id"] == two["person_id"])
    numbered = any(row["key"].startswith("github:") for row in (one, two))
    if one["login"] and two["login"] and not numbered:
        return bool(fold(one["login"]) == fold(two["login"]))
    return bool(one["name"] and two["name"] and fold(one["name"]) == fold(two["name"]))


def _conflict(claims: Claims, group: Sequence[int]) -> set[int]:
    """Identities that cannot be one human: two accounts of one forge, or told apart by a human.

    Accounts that a human joined count as one.
    """
    within = set(group)
    ends = {id_ for pair in claims.different if within.issuperset(pair) for id_ in pair}
    by_hand = claims.by_hand - claims.different
    accounts: dict[str, list[list[int]]] = {}
    for one in _connected(group, by_hand):
        for host in {claims.identities[id_]["key"].split("/")[0] for id_ in one}:
            if host.startswith("github:"):
                accounts.setdefault(host, []).append(one)
    for host, several in accounts.items():
        if len(several) > 1:
            ends |= {
                id_
                for one in several
                for id_ in one
                if claims.identities[id_]["key"].startswith(f"{host}/")
            }
    return ends


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


def called(rows: Sequence[sqlite3.Row]) -> tuple[str | None, str | None, str]:
    """Name, login and aliases: what the richest source says, then what most work bears."""
    ordered = sorted(
        rows,
        key=lambda r: (r["source_priority"], r["login"] is not None, r["credits"]),
        reverse=True,
    )
    logins = list(dict.fromkeys(r["login"] for r in ordered if r["login"]))
    names = list(dict.fromkeys(r["name"] for r in ordered if r["name"]))
    names.sort(key=lambda name: " " not in name and name.isascii())
    name, login = (names or [None])[0], (logins or [None])[0]
    others = {fold(other): other for other in reversed(logins[1:] + names[1:])}
    for known in filter(None, (name, login)):
        others.pop(fold(known), None)
    return name, login, ";".join(o.replace(";", ",") for o in reversed(others.values()))
