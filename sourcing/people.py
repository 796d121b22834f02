"""Who is one human: identities joined by proof only, and conflicting claims join nobody.

Proofs come from the sources (a shared address seen in memory, a stated profile, two commits)
or from a human. Names alone prove nothing here; nothing is guessed.
"""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence

from db import Store, exclusions, identities
from db.identities import Claims, Settled
from sourcing.text import fold


def settle(store: Store, now: str) -> None:
    """Find the person of each identity that has none, or whose claims changed."""
    exclusions.match(store)
    claims = identities.claims(store)
    if not claims.identities:
        return
    bots = [id_ for id_, row in claims.identities.items() if row["bot"]]
    identities.settle(store, list(_settled(claims)), bots, now)


def _settled(claims: Claims) -> Iterator[Settled]:
    """The persons, each keeping the lowest number any of its identities had."""
    taken: set[int] = set()
    for members in sorted(components(claims)):
        rows = [claims.identities[id_] for id_ in members]
        had = sorted({row["person_id"] for row in rows if row["person_id"]} - taken)
        taken.update(had[:1])
        yield Settled(tuple(members), had[0] if had else None, *called(rows))


def components(claims: Claims) -> list[list[int]]:
    """Groups of identity ids that are one human, each sorted."""
    humans = [id_ for id_, row in claims.identities.items() if not row["bot"]]
    found = []
    proved = claims.same | {pair for pair in claims.profile if _own_profile(claims, *pair)}
    for group in _connected(humans, proved - claims.different):
        if _conflict(claims, group):
            found += _connected(group, claims.by_hand - claims.different)
        else:
            found.append(group)
    return found


def _own_profile(claims: Claims, a: int, b: int) -> bool:
    """True if both say by more than the page that it is theirs: the login, or the same name.

    Anybody can put somebody else's profile under a post, and a login that was given up is
    somebody else's today: against a numbered account the names must agree as well.
    """
    one, two = claims.identities[a], claims.identities[b]
    numbered = any(row["key"].startswith("github:") for row in (one, two))
    if one["login"] and two["login"] and not numbered:
        return bool(fold(one["login"]) == fold(two["login"]))
    return bool(one["name"] and two["name"] and fold(one["name"]) == fold(two["name"]))


def _conflict(claims: Claims, group: Sequence[int]) -> bool:
    """True if the group holds two accounts of one forge, or two that a human told apart."""
    within = set(group)
    hosts = [
        claims.identities[id_]["key"].split("/")[0]
        for id_ in group
        if claims.identities[id_]["key"].startswith("github:")
    ]
    return len(hosts) > len(set(hosts)) or any(
        a in within and b in within for a, b in claims.different
    )


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
        rows, key=lambda r: (r["authority"], r["login"] is not None, r["credits"]), reverse=True
    )
    logins = list(dict.fromkeys(r["login"] for r in ordered if r["login"]))
    names = list(dict.fromkeys(r["name"] for r in ordered if r["name"]))
    names.sort(key=lambda name: " " not in name and name.isascii())
    name, login = (names or [None])[0], (logins or [None])[0]
    others = {fold(other): other for other in reversed(logins[1:] + names[1:])}
    for known in filter(None, (name, login)):
        others.pop(fold(known), None)
    return name, login, ";".join(o.replace(";", ",") for o in reversed(others.values()))
