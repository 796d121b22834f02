"""Who is who in one history: Identities, and Joins between them, each with its proof.

One address is one Identity. The same account, full name or handle joins two of them, unless the
name may stand for several people. Addresses are compared here, in memory; none leaves.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors._bots import is_bot
from connectors._forge import Forge, profile
from connectors._git import By
from connectors._names import (
    NOBODY,
    is_full,
    is_handle,
    is_long,
    is_name,
    is_run_together,
    same,
)
from sourcing.model import NAME_LIMIT, Identity, Join
from sourcing.text import clean_line, fold

_NOREPLY = re.compile(r"(?:(\d+)\+)?([^@+]+)@(?:users\.)?noreply\.([\w.-]+\.[\w-]+)", re.I)
_GITLAB_LOGIN = re.compile(r"\d+-(.+)")
_LOGIN = re.compile(r"[\w.-]{1,100}(?:\[bot\])?", re.ASCII)
#: Addresses that several people have written from: there the name tells them apart.
_SHARED = re.compile(
    r"[^@]*|[^@]*@[^.]*|.*@(?:.*\.)?(?:localhost|localdomain|local|internal|lan)|"
    r".*@example\.(?:com|org|net)|.*@\(none\)|(?:root|ubuntu|ec2-user|admin|user|you|nobody|none|unknown|noreply|"
    r"no-reply)@.*",
)


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


class People:
    """All by-lines of one history. `note` every use of one, then `settle`, then ask.

    Of a history that is not `whole`, nobody's first commit is known: a KEY made of the first
    one to be seen would be another in every clone. There only accounts are Identities.
    """

    def __init__(self, forge: Forge, *, whole: bool) -> None:
        self._forge, self._whole = forge, whole
        self._atoms: dict[str, Atom] = {}
        self._by: dict[By, Atom] = {}
        self._groups: dict[str, _Group] = {}
        #: Identities that would be one, had a name or a login not turned out to be several's.
        self._rivals: dict[str, list[list[Atom]]] = defaultdict(list)

    def note(self, by: By, use: Use) -> Atom:
        """A by-line is used here."""
        atom = self._by.get(by) or self._meet(by, use)
        atom.first = min(atom.first, use)
        known = atom.uses.get(by[0])
        if known is None or use < known:
            atom.uses[by[0]] = use
        if use >= atom.last:
            atom.last = use
            atom.login = atom.logins.get(by[1]) or atom.login
        if (is_name(by[0]), use) >= (is_name(atom.name), atom.named):
            atom.named, atom.name = use, by[0]
        return atom

    def _meet(self, by: By, use: Use) -> Atom:
        name, written = by[0], by[1].strip()
        address = written.lower()
        key, account, host, login = _read_address(name, written)
        atom = self._atoms.get(key)
        if atom is None:
            bot = is_bot(name, login, address)
            atom = self._atoms[key] = Atom(
                account, host, address.partition("@")[0], bot, use, use, name, use
            )
        elif not atom.bot:
            atom.bot = is_bot(name, login, address)
        if login:
            atom.logins[by[1]] = login
            atom.login = atom.login or login
        self._by[by] = atom
        return atom

    def claim(self, atom: Atom, login: str) -> None:
        """A pull request from this account holds this author's commits only: theirs, if alike."""
        host, _, rest = self._forge.repo.partition("/")
        owner = rest.partition("/")[0].lower()
        if not self._forge.web or atom.bot or atom.login or login.lower() == owner:
            return
        if fold(login) in {fold(atom.local), *map(fold, atom.uses)}:
            atom.host, atom.login = host, login

    def settle(self) -> None:
        """Join what is provably one human, once all by-lines are known."""
        atoms = sorted(self._atoms.values(), key=lambda atom: atom.first)
        self._atoms.clear()
        joiner = _Joiner(self._forge, atoms, self.id_of)
        self._groups = joiner.groups()
        for claimants in joiner.contested:
            for one in claimants:
                self._rivals[self.id_of(one)].append(claimants)

    def id_of(self, atom: Atom) -> str:
        """The Identity's id: the account's, or made of the first place it stands at."""
        if atom.account:
            return atom.account
        key = hashlib.sha256(f"{atom.first.stable}:{atom.first.position}".encode()).hexdigest()
        return f"git:{self._forge.repo}/{key[:12]}"

    def identity(self, by: By) -> str | None:
        """The id of a by-line that was noted; None if it has none that lasts."""
        atom = self._by[by]
        return self.id_of(atom) if self._lasts(atom) else None

    def _lasts(self, atom: Atom) -> bool:
        return self._whole or atom.account is not None

    def is_bot(self, by: By) -> bool:
        """True if the by-line is a machine's."""
        return self._by[by].bot

    def human(self, by: By) -> int:
        """Equal for two by-lines of one human, as far as the history proves it."""
        return id(self._groups[self.id_of(self._by[by])])

    def known(self, ids: Iterable[str]) -> tuple[tuple[Identity, ...], tuple[Join, ...]]:
        """Identities with all they are joined to, and all they might once have been joined to:
        a join that is shown no more is withdrawn only if its Identities are shown."""
        own = [atom for i in ids for atom in self._groups[i].atoms]
        rivals = [rival for atom in own for some in self._rivals.get(self.id_of(atom), ())
                  for rival in some]  # fmt: skip
        named = [self._groups[self.id_of(atom)] for atom in (*own, *rivals)]
        groups = {id(group): group for group in named}
        atoms = [atom for g in groups.values() for atom in g.atoms if self._lasts(atom)]
        shown = {identity.id: identity for identity in map(self._show, atoms)}
        joins = (join for group in groups.values() for join in group.joins)
        return tuple(shown.values()), tuple(j for j in joins if {j.a, j.b} <= shown.keys())

    def _show(self, atom: Atom) -> Identity:
        name = clean_line(atom.name, NAME_LIMIT) if is_name(atom.name) else None
        url = profile(atom.host, atom.login) if atom.login else None
        return Identity(self.id_of(atom), name, atom.login, url, atom.bot)


def _read_address(name: str, written: str) -> tuple[str, str | None, str, str | None]:
    """Key, account id, host and login behind a by-line; a login is spelled as it is written."""
    address = written.lower()
    if found := _NOREPLY.fullmatch(written):
        number, login, host = found[1], found[2], found[3].lower()
        if "gitlab" in host and (numbered := _GITLAB_LOGIN.fullmatch(login)):
            login = numbered[1]
        if number:
            account = f"github:{host}/{number}"
            return account, account, host, login if _LOGIN.fullmatch(login) else None
        if _LOGIN.fullmatch(login):
            return address, None, host, login
    if _SHARED.fullmatch(address):
        return f"{address}\0{name}", None, "", None
    return address, None, "", None


@dataclass(slots=True, eq=False)
class _Group:
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


class _Joiner:
    """Puts atoms into groups: first by login, then by full name."""

    def __init__(self, forge: Forge, atoms: list[Atom], id_of: Callable[[Atom], str]) -> None:
        self._forge, self._atoms, self._id_of = forge, atoms, id_of
        self._group: dict[str, _Group] = {}
        #: Those who share a login or a name that several accounts have.
        self.contested: list[list[Atom]] = []
        for atom in atoms:  # one first commit under two addresses makes one Identity
            self._group.setdefault(id_of(atom), _Group([])).atoms.append(atom)

    def groups(self) -> dict[str, _Group]:
        """The groups by Identity id."""
        self._by_login()
        self._by_name()
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
        spaceless = [h for h in holders if is_run_together(h.name) and not _has_full(h.atom)]
        yield "Same full name", [*full, *spaceless]
    elif accounts or any(is_handle(h.name, h.atom.local) for h in holders):
        yield _HANDLE, holders


def _has_full(atom: Atom) -> bool:
    return any(map(is_full, atom.uses))


def _logins(atom: Atom) -> set[str]:
    return {*atom.logins.values(), *([atom.login] if atom.login else [])}
