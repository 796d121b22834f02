"""Which by-lines of one history are one human's, each join with its proof.

Same account, full name or handle joins two of them, unless the name may stand for several
people; so does being named as co-author of one account alone, with a name alike.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.git.author_names import (
    NOBODY,
    is_full,
    is_handle,
    is_long,
    is_nick,
    is_run_together,
    same,
)
from connectors.git.forge_urls import Forge
from sourcing.core.model import Join

#: How often one is to stand beside the other.
_REPEATEDLY = 2
#: Why two are joined who go by one handle.
_HANDLE = "Same handle"


class Use(NamedTuple):
    """One place where a by-line stands; the least is the oldest, whatever was merged since."""

    main: int
    authored: int
    stable: str
    position: str
    oid: str


@dataclass(slots=True)
class Atom:
    """What is known of one address, or of one name at a shared address."""

    account: str | None
    host: str
    local: str
    bot: bool
    first: Use
    last: Use
    #: The latest name that is one, and where it stands.
    name: str
    named: Use
    logins: dict[str, str] = field(default_factory=dict)
    login: str | None = None
    #: The oldest use of each name.
    uses: dict[str, Use] = field(default_factory=dict)
    #: Whether it made a commit, and whose commits it is named as a co-author of, how often.
    made: bool = False
    beside: dict[int, Atom] = field(default_factory=dict)
    times: int = 0


@dataclass(slots=True, eq=False)
class Group:
    """Atoms of one human. `account` is set once one of them has a login."""

    atoms: list[Atom]
    account: str | None = None
    joins: list[Join] = field(default_factory=list)


class _Holder(NamedTuple):
    """Who goes by a name, or has it for a login, and where that stands."""

    atom: Atom
    name: str
    use: Use
    login: bool = False


class Joiner:
    """Puts atoms into groups: first by login, then by full name."""

    def __init__(self, forge: Forge, atoms: list[Atom], id_of: Callable[[Atom], str]) -> None:
        self._forge, self._atoms, self._id_of = forge, atoms, id_of
        self._group: dict[str, Group] = {}
        #: Those who share a login or a name that several accounts have.
        self.contested: list[list[Atom]] = []
        for atom in atoms:  # one first commit under two addresses makes one Identity
            self._group.setdefault(id_of(atom), Group([])).atoms.append(atom)

    def groups(self) -> dict[str, Group]:
        """The groups by Identity id."""
        self._by_login()
        self._by_name()
        self._by_company()
        return self._group

    def _by_login(self) -> None:
        holders: dict[tuple[str, str], list[Atom]] = defaultdict(list)
        for atom in self._atoms:
            for login in _logins(atom):
                holders[atom.host, login.lower()].append(atom)
        for (host, login), atoms in holders.items():
            for atom in atoms:
                group = self._group[self._id_of(atom)]
                group.account = group.account or atom.account or f"{host}/{login}"
            # A login that two numbered accounts have had names neither.
            if len({atom.account for atom in atoms if atom.account}) < 2:
                for atom in atoms[1:]:
                    why = f"Both use the account {login} of {host}"
                    self._unite(atoms[0], atom, why, (atoms[0].first, atom.first))
            else:
                self.contested.append(atoms)

    def _by_name(self) -> None:
        holders: dict[str, list[_Holder]] = defaultdict(list)
        #: Who has a word in a full name.
        words: dict[str, list[Atom]] = defaultdict(list)
        for atom in self._atoms:
            if atom.bot:
                continue
            for name, use in atom.uses.items():
                holders[same(name)].append(_Holder(atom, name, use))
                for word in name.split() if is_full(name) else ():
                    words[same(word)].append(atom)
            for login in _logins(atom):
                holders[same(login)].append(_Holder(atom, login, atom.first, login=True))
        for key in sorted(holders.keys() - NOBODY):
            for why, used in _alike(key, holders[key]):
                groups = [self._group[self._id_of(holder.atom)] for holder in used]
                # What is also a word of somebody's full name may be that somebody's.
                torn = words.get(key, []) if why == _HANDLE else []
                if torn or len({group.account for group in groups if group.account}) > 1:
                    self.contested.append([*(holder.atom for holder in used), *torn])
                    continue
                for other in used[1:]:
                    self._unite(used[0].atom, other.atom, why, (used[0].use, other.use))

    def _by_company(self) -> None:
        """A forge names the other addresses of a pull request's own author as co-authors."""
        for atom in self._atoms:
            akin = [a for a in atom.beside.values() if _akin(a, atom)]
            if not akin or atom.bot:
                continue
            groups = [self._group[self._id_of(one)] for one in (akin[0], atom)]
            alone = len(atom.beside) == 1 and not atom.made
            if alone and len({group.account for group in groups if group.account}) < 2:
                if atom.times >= _REPEATEDLY:
                    why = "Co-author of this account's work alone, and of a like name"
                    self._unite(akin[0], atom, why, (akin[0].first, atom.first))
            else:
                self.contested.append([atom, *atom.beside.values()])

    def _unite(self, a: Atom, b: Atom, why: str, uses: tuple[Use, Use]) -> None:
        one, two = self._group[self._id_of(a)], self._group[self._id_of(b)]
        if one is two:
            return
        oids = list(dict.fromkeys(use.oid for use in uses))
        place = " and ".join(oid[:10] for oid in oids)
        proof = f"{why}: commits {place} of {self._forge.repo}"
        urls = tuple(url for oid in oids if (url := self._forge.commit(oid)))
        one.joins += [*two.joins, Join(self._id_of(a), self._id_of(b), proof, urls)]
        one.account = one.account or two.account
        one.atoms += two.atoms
        for atom in two.atoms:
            self._group[self._id_of(atom)] = one


def _alike(key: str, holders: list[_Holder]) -> Iterator[tuple[str, list[_Holder]]]:
    """Who of those with one name may be one human, and why."""
    accounts = [h for h in holders if h.login] if is_long(key) else []
    if {id(h.atom) for h in accounts} & {id(h.atom) for h in holders if not h.login}:
        yield "Same name, the account's own", holders
        return
    full = [h for h in holders if is_full(h.name)]
    if full:
        spaceless = [h for h in holders if is_run_together(h.name) and not is_full(h.atom.name)]
        yield "Same full name", [*full, *spaceless]
    elif accounts or any(is_handle(h.name, h.atom.local) for h in holders):
        yield _HANDLE, holders


def _akin(one: Atom, other: Atom) -> bool:
    """True if one goes by a handle that the other's surname is in."""
    return any(
        is_nick(a, b) or is_nick(b, a)
        for a in (one.name, one.login or "")
        for b in (other.name, other.login or "")
    )


def _logins(atom: Atom) -> set[str]:
    return {*atom.logins.values(), *([atom.login] if atom.login else [])}
