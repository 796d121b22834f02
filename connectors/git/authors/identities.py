"""The authors of one history: Identities, and Joins between them, each with its proof.

One address is one Identity; `links` decides which are joined. Addresses are compared in
memory here and never leave this package; keyed hashes of them do, to recognise suppressed people.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable
from functools import lru_cache

from connectors._accounts import account_key
from connectors._bots import is_bot
from connectors.git.authors.links import AuthorGroup, AuthorLinker, AuthorRecord, Occurrence
from connectors.git.authors.mailmap import Mailmap
from connectors.git.authors.names import is_usable, names_no_person
from connectors.git.forge_urls import ForgeLinks, profile
from connectors.git.log import Byline
from sourcing.core import keyed_hashes
from sourcing.core.model import NAME_LIMIT, Identity, IdentityType, Join
from sourcing.core.text import clean_line, fold

#: https://docs.github.com/en/account-and-profile/reference/email-addresses-reference
_NOREPLY = re.compile(r"(?:(\d+)\+)?([^@+]+)@(?:users\.)?noreply\.([\w.-]+\.[\w-]+)", re.I)
_GITLAB_LOGIN = re.compile(r"\d+-(.+)")
_LOGIN = re.compile(r"[\w.-]{1,100}(?:\[bot\])?", re.ASCII)
#: Addresses that several people write from. There the name distinguishes them.
_SHARED = re.compile(
    r"[^@]*|[^@]*@[^.]*|.*@(?:.*\.)?(?:localhost|localdomain|local|internal|lan)|"
    r".*@example\.(?:com|org|net)|.*@\(none\)|(?:root|ubuntu|ec2-user|admin|user|you|nobody|none|unknown|noreply|"
    r"no-reply)@.*",
)


class AuthorIndex:
    """All bylines of one history. First `add` every occurrence, then `resolve`, then query.

    In a history that is not `whole` (a shallow clone) the first commit of an address is unknown,
    and an Identity made from the first visible one would differ between clones. There only
    accounts are Identities.
    """

    def __init__(
        self, forge: ForgeLinks, mailmap: Mailmap, *, whole: bool, key: bytes = b""
    ) -> None:
        self._forge, self._mailmap, self._whole, self._key = forge, mailmap, whole, key
        self._records: dict[str, AuthorRecord] = {}
        self._by_byline: dict[Byline, AuthorRecord] = {}
        self._groups: dict[str, AuthorGroup] = {}
        #: Answers of `human` and `identity`, which do not change after `resolve`.
        self._humans: dict[Byline, int] = {}
        self._shown_ids: dict[Byline, str | None] = {}
        #: Identity id -> records that would be joined if their name or login were not ambiguous.
        self._rivals: dict[str, list[list[AuthorRecord]]] = defaultdict(list)

    def add(self, byline: Byline, use: Occurrence) -> AuthorRecord:
        """Record that a byline occurs here."""
        record = self._by_byline.get(byline) or self._create(byline, use)
        record.first = min(record.first, use)
        known = record.uses.get(byline[0])
        if known is None or use < known:
            record.uses[byline[0]] = use
        if use >= record.last:
            record.last = use
            record.login = record.logins.get(byline[1]) or record.login
        if (_is_shown(byline[0]), use) >= (_is_shown(record.name), record.named):
            record.named, record.name = use, byline[0]
        return record

    def _create(self, byline: Byline, use: Occurrence) -> AuthorRecord:
        name, written = byline[0], byline[1].strip()
        address = written.lower()
        key, account, host, login = _read_address(name, written)
        if self._mailmap.depends_on_name(byline):
            key = f"{address}\0{name}"
        record = self._records.get(key)
        if record is None:
            bot = is_bot(name, login, address)
            record = self._records[key] = AuthorRecord(
                account, host, address.partition("@")[0], bot, use, use, name, use,
                shared="\0" in key,
            )  # fmt: skip
            if account is None and not record.bot:
                self._hash(record, address)
        elif not record.bot:
            record.bot = is_bot(name, login, address)
        if self._mailmap:
            self._map(record, byline)
        if login:
            record.logins[byline[1]] = login
            record.login = record.login or login
        self._by_byline[byline] = record
        return record

    def _hash(self, record: AuthorRecord, address: str) -> None:
        """Keep keyed hashes of an address; one that several people use identifies none of them."""
        if not _SHARED.fullmatch(address) and not _NOREPLY.fullmatch(address):
            record.domain_hashes.update(keyed_hashes.of_domains(self._key, address))
            if not record.shared and (hashed := keyed_hashes.of_address(self._key, address)):
                record.address_hashes.add(hashed)

    def _map(self, record: AuthorRecord, byline: Byline) -> None:
        proper = self._mailmap.resolve(byline)
        if proper != byline and _is_shown(proper[0]):
            record.mapped_name = proper[0]
        address = proper[1].strip().lower()
        if address and not _SHARED.fullmatch(address):
            record.mapped_to = address
            self._hash(record, address)

    def add_co_author(self, record: AuthorRecord, author: AuthorRecord) -> None:
        """Record that a commit of this author names the other as co-author."""
        if record is not author:
            record.beside[id(author)] = author
            record.times += 1

    def assign_login(self, record: AuthorRecord, login: str) -> None:
        """Give the author the account of a pull request that holds this author's commits alone,
        if a name or the address is spelled like the account."""
        host, _, rest = self._forge.repo.partition("/")
        owner = rest.partition("/")[0].lower()
        if not self._forge.web or record.bot or record.login or login.lower() == owner:
            return
        if fold(login) in {fold(record.local), *map(fold, record.uses)}:
            record.host, record.login = host, login

    def resolve(self) -> None:
        """Join the records that are provably one human, once all bylines are known."""
        records = sorted(self._records.values(), key=lambda record: record.first)
        self._records.clear()
        linker = AuthorLinker(self._forge, records, self.id_of)
        self._groups = linker.groups()
        for claimants in linker.ambiguous:
            for one in claimants:
                self._rivals[self.id_of(one)].append(claimants)

    def id_of(self, record: AuthorRecord) -> str:
        """Return the Identity's id: the account's, or a hash of the first occurrence."""
        if record.account:
            return record.account
        key = hashlib.sha256(f"{record.first.stable}:{record.first.position}".encode()).hexdigest()
        return f"git:{self._forge.repo}/{key[:12]}"

    def identity(self, byline: Byline) -> str | None:
        """Return the id of an added byline; None for placeholders and unstable ids."""
        try:
            return self._shown_ids[byline]
        except KeyError:
            record = self._by_byline[byline]
            found = self.id_of(record) if self._is_identity(record) else None
            return self._shown_ids.setdefault(byline, found)

    def _is_identity(self, record: AuthorRecord) -> bool:
        if record.account is not None:
            return True
        return self._whole and not _is_nobody(record)

    def is_known(self, byline: Byline) -> bool:
        """Return True if a commit of the history names this byline, and it is no machine's."""
        record = self._by_byline.get(byline)
        return record is not None and not record.bot

    def is_bot(self, byline: Byline) -> bool:
        """Return True if the byline is a machine's."""
        return self._by_byline[byline].bot

    def human(self, byline: Byline) -> int:
        """Return a number that is equal for two bylines of one human."""
        try:
            return self._humans[byline]
        except KeyError:
            group = self._groups[self.id_of(self._by_byline[byline])]
            return self._humans.setdefault(byline, id(group))

    def identities(self, ids: Iterable[str]) -> tuple[tuple[Identity, ...], tuple[Join, ...]]:
        """Return Identities with everything they are joined to, and with their rivals.

        A join that no longer holds is withdrawn only if its Identities are shown again, so
        records to which an Identity might once have been joined are included.
        """
        own = [record for i in ids for record in self._groups[i].records]
        rivals = [rival for record in own for some in self._rivals.get(self.id_of(record), ())
                  for rival in some]  # fmt: skip
        named = [self._groups[self.id_of(record)] for record in (*own, *rivals)]
        groups = {id(group): group for group in named}
        records = [r for g in groups.values() for r in g.records if self._is_identity(r)]
        shown = {identity.id: identity for identity in map(self._identity, records)}
        joins = (join for group in groups.values() for join in group.joins)
        return tuple(shown.values()), tuple(j for j in joins if {j.a, j.b} <= shown.keys())

    def _identity(self, record: AuthorRecord) -> Identity:
        name = record.mapped_name or record.name
        shown = clean_line(name, NAME_LIMIT) if _is_shown(name) else None
        url = profile(record.host, record.login) if record.login else None
        type_: IdentityType = "account" if record.account else "commit_author"
        return Identity(
            self.id_of(record), shown, record.login, url, record.bot, type=type_,
            address_hashes=tuple(sorted(record.address_hashes)),
            domain_hashes=tuple(sorted(record.domain_hashes)),
        )  # fmt: skip


@lru_cache(maxsize=16_384)
def _is_shown(name: str) -> bool:
    """True for a person's name. Cached: one name occurs in many commits."""
    return is_usable(name) and not names_no_person(name)


def _is_nobody(record: AuthorRecord) -> bool:
    """True if no name is a person's: placeholders, or no name at all at a shared address."""
    if record.login or record.bot or record.mapped_name:
        return False
    names = record.uses.keys()
    return all(map(names_no_person, names)) and (
        record.shared or any(name.strip() for name in names)
    )


def _read_address(name: str, written: str) -> tuple[str, str | None, str, str | None]:
    """Key, account id, host and login behind a byline; a login keeps its spelling."""
    address = written.lower()
    if match := _NOREPLY.fullmatch(written):
        number, login, host = match[1], match[2], match[3].lower()
        if "gitlab" in host and (numbered := _GITLAB_LOGIN.fullmatch(login)):
            login = numbered[1]
        if number:
            account = account_key(host, number)
            return account, account, host, login if _LOGIN.fullmatch(login) else None
        if _LOGIN.fullmatch(login):
            return address, None, host, login
    if _SHARED.fullmatch(address):
        return f"{address}\0{name}", None, "", None
    return address, None, "", None
