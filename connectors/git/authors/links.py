"""Links bylines of one history that are one human, each link with its proof.

Records with the same account, full name or handle are linked unless the name may belong to
several people. So are a co-author and the only account that names this co-author, if the names
are similar, and the names and addresses that the project's `.mailmap` maps to one person.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple

from connectors.git.authors.mailmap import Mailmap
from connectors.git.authors.names import (
    is_full,
    is_handle,
    is_long,
    is_nick,
    is_run_together,
    names_no_person,
    normalize,
)
from connectors.git.forge_urls import ForgeLinks
from sourcing.core.model import Join

#: How often a co-author has to be named before the two are linked.
_REPEATEDLY = 2
#: The proof for two records with one handle.
_HANDLE = "Same handle"


class Occurrence(NamedTuple):
    """One place where a byline occurs; the least is the oldest, also after later merges."""

    main: int
    authored: int
    stable: str
    position: str
    oid: str


@dataclass(slots=True)
class AuthorRecord:
    """The facts about one address, or about one name at a shared address."""

    #: The Identity's id where the address contains the account's number.
    account: str | None
    #: The forge of the login, and the address's local part. Neither is stored.
    host: str
    local: str
    bot: bool
    first: Occurrence
    last: Occurrence
    #: The latest usable name, and where it occurs.
    name: str
    named: Occurrence
    #: The login of each spelling of the address, and the login that is shown.
    logins: dict[str, str] = field(default_factory=dict)
    login: str | None = None
    #: The oldest occurrence of each name.
    uses: dict[str, Occurrence] = field(default_factory=dict)
    #: Keyed hashes of its addresses, and of their domains.
    address_hashes: set[str] = field(default_factory=set)
    domain_hashes: set[str] = field(default_factory=set)
    #: Whether several people write from the address.
    shared: bool = False
    #: The name and a key of the person to whom `.mailmap` maps this record.
    mapped_name: str | None = None
    mapped_to: str | None = None
    #: Whether it made a commit; the authors of the commits that name it as co-author; how often.
    made: bool = False
    beside: dict[int, AuthorRecord] = field(default_factory=dict)
    times: int = 0


@dataclass(slots=True, eq=False)
class AuthorGroup:
    """The records of one human. `account` is set once one of them has a login."""

    records: list[AuthorRecord]
    account: str | None = None
    joins: list[Join] = field(default_factory=list)


class _NameUse(NamedTuple):
    """A record that has a name, or a login of this spelling, and where it occurs."""

    record: AuthorRecord
    name: str
    use: Occurrence
    login: bool = False


class AuthorLinker:
    """Groups records: by `.mailmap`, by login, by name, by repeated co-authorship."""

    def __init__(
        self, forge: ForgeLinks, records: list[AuthorRecord], id_of: Callable[[AuthorRecord], str]
    ) -> None:
        self._forge, self._records, self._id_of = forge, records, id_of
        self._group: dict[str, AuthorGroup] = {}
        #: Records that share a login or a name which several accounts have.
        self.ambiguous: list[list[AuthorRecord]] = []
        for record in records:  # one first commit under two addresses makes one Identity
            self._group.setdefault(id_of(record), AuthorGroup([])).records.append(record)

    def groups(self) -> dict[str, AuthorGroup]:
        """Return the groups by Identity id."""
        self._link_by_mailmap()
        self._link_by_login()
        self._link_by_name()
        self._link_by_co_authorship()
        return self._group

    def _link_by_mailmap(self) -> None:
        mapped: dict[str, list[AuthorRecord]] = defaultdict(list)
        for record in self._records:
            if record.mapped_to and not record.bot:
                mapped[record.mapped_to].append(record)
        for records in mapped.values():
            for record in records[1:]:
                why = f"The project's {Mailmap.PATH} names both as one person"
                self._unite(records[0], record, why, (records[0].first, record.first))

    def _link_by_login(self) -> None:
        holders: dict[tuple[str, str], list[AuthorRecord]] = defaultdict(list)
        for record in self._records:
            for login in _logins(record):
                holders[record.host, login.lower()].append(record)
        for (host, login), records in holders.items():
            for record in records:
                group = self._group[self._id_of(record)]
                group.account = group.account or record.account or f"{host}/{login}"
            # A login that two numbered accounts have had identifies neither.
            if len({record.account for record in records if record.account}) < 2:
                for record in records[1:]:
                    why = f"Both use the account {login} of {host}"
                    self._unite(records[0], record, why, (records[0].first, record.first))
            else:
                self.ambiguous.append(records)

    def _link_by_name(self) -> None:
        holders, words = self._names()
        for key in sorted(holders):
            for why, used in _matches(key, holders[key]):
                groups = [self._group[self._id_of(holder.record)] for holder in used]
                # A handle that is also a word of a full name may belong to that person.
                others = words.get(key, []) if why == _HANDLE else []
                if others or len({group.account for group in groups if group.account}) > 1:
                    self.ambiguous.append([*(holder.record for holder in used), *others])
                    continue
                for other in used[1:]:
                    self._unite(used[0].record, other.record, why, (used[0].use, other.use))

    def _names(self) -> tuple[dict[str, list[_NameUse]], dict[str, list[AuthorRecord]]]:
        """The uses of each name and login, and the records with each word of a full name."""
        holders: dict[str, list[_NameUse]] = defaultdict(list)
        words: dict[str, list[AuthorRecord]] = defaultdict(list)
        for record in self._records:
            names = {} if record.bot else record.uses
            for name, use in names.items():
                if names_no_person(name):
                    continue
                holders[normalize(name)].append(_NameUse(record, name, use))
                for word in name.split() if is_full(name) else ():
                    words[normalize(word)].append(record)
            for login in () if record.bot else _logins(record):
                holders[normalize(login)].append(_NameUse(record, login, record.first, login=True))
        return holders, words

    def _link_by_co_authorship(self) -> None:
        """A forge names the other addresses of a pull request's own author as co-authors."""
        for record in self._records:
            similar = [author for author in record.beside.values() if _similar(author, record)]
            if not similar or record.bot:
                continue
            groups = [self._group[self._id_of(one)] for one in (similar[0], record)]
            alone = len(record.beside) == 1 and not record.made
            if alone and len({group.account for group in groups if group.account}) < 2:
                if record.times >= _REPEATEDLY:
                    why = "Co-author of this account's work alone, with a similar name"
                    self._unite(similar[0], record, why, (similar[0].first, record.first))
            else:
                self.ambiguous.append([record, *record.beside.values()])

    def _unite(
        self, a: AuthorRecord, b: AuthorRecord, why: str, uses: tuple[Occurrence, Occurrence]
    ) -> None:
        one, two = self._group[self._id_of(a)], self._group[self._id_of(b)]
        if one is two:
            return
        oids = list(dict.fromkeys(use.oid for use in uses))
        commits = " and ".join(oid[:10] for oid in oids)
        proof = f"{why}: commits {commits} of {self._forge.repo}"
        urls = tuple(url for oid in oids if (url := self._forge.commit(oid)))
        one.joins += [*two.joins, Join(self._id_of(a), self._id_of(b), proof, urls)]
        one.account = one.account or two.account
        one.records += two.records
        for record in two.records:
            self._group[self._id_of(record)] = one


def _matches(key: str, holders: list[_NameUse]) -> Iterator[tuple[str, list[_NameUse]]]:
    """The holders of one name that may be one human, with the reason."""
    accounts = [h for h in holders if h.login] if is_long(key) else []
    if {id(h.record) for h in accounts} & {id(h.record) for h in holders if not h.login}:
        yield "Same name, the account's own", holders
        return
    full = [h for h in holders if is_full(h.name)]
    if full:
        spaceless = [h for h in holders if is_run_together(h.name) and not is_full(h.record.name)]
        yield "Same full name", [*full, *spaceless]
    elif accounts or any(is_handle(h.name, h.record.local) for h in holders):
        yield _HANDLE, holders


def _similar(one: AuthorRecord, other: AuthorRecord) -> bool:
    """True if one has a handle that contains the other's surname."""
    return any(
        is_nick(a, b) or is_nick(b, a)
        for a in (one.name, one.login or "")
        for b in (other.name, other.login or "")
    )


def _logins(record: AuthorRecord) -> set[str]:
    return {*record.logins.values(), *([record.login] if record.login else [])}
