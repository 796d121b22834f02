"""Who is who in one history: Identities, and Joins between them, each with its proof.

One address is one Identity; what joins two of them is decided in `_joins`. Addresses are
compared here, in memory; none leaves.
"""

import hashlib
import re
from collections import defaultdict
from collections.abc import Iterable

from connectors._bots import is_bot
from connectors.git.author_names import is_name
from connectors.git.forge_urls import Forge, profile
from connectors.git.identity_links import Atom, Group, Joiner, Use
from connectors.git.log import By
from sourcing.core.model import NAME_LIMIT, Identity, Join
from sourcing.core.text import clean_line, fold

_NOREPLY = re.compile(r"(?:(\d+)\+)?([^@+]+)@(?:users\.)?noreply\.([\w.-]+\.[\w-]+)", re.I)
_GITLAB_LOGIN = re.compile(r"\d+-(.+)")
_LOGIN = re.compile(r"[\w.-]{1,100}(?:\[bot\])?", re.ASCII)
#: Addresses that several people have written from: there the name tells them apart.
_SHARED = re.compile(
    r"[^@]*|[^@]*@[^.]*|.*@(?:.*\.)?(?:localhost|localdomain|local|internal|lan)|"
    r".*@example\.(?:com|org|net)|.*@\(none\)|(?:root|ubuntu|ec2-user|admin|user|you|nobody|none|unknown|noreply|"
    r"no-reply)@.*",
)


class People:
    """All by-lines of one history. `note` every use of one, then `settle`, then ask.

    Of a history that is not `whole`, nobody's first commit is known: a KEY made of the first
    one to be seen would be another in every clone. There only accounts are Identities.
    """

    def __init__(self, forge: Forge, *, whole: bool) -> None:
        self._forge, self._whole = forge, whole
        self._atoms: dict[str, Atom] = {}
        self._by: dict[By, Atom] = {}
        self._groups: dict[str, Group] = {}
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

    def name_beside(self, atom: Atom, author: Atom) -> None:
        """A commit of this author names somebody as its co-author."""
        if atom is not author:
            atom.beside[id(author)] = author
            atom.times += 1

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
        joiner = Joiner(self._forge, atoms, self.id_of)
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
