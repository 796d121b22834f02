"""Reads a project's `.mailmap`, in which contributors ask for one name and one address.

Format and matching follow https://git-scm.com/docs/gitmailmap. It reads text and runs no git.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from connectors.git.log import Byline


@dataclass(slots=True)
class Mailmap:
    """The entries of one file. Names and addresses compare without case."""

    PATH = ".mailmap"
    #: Bytes of the file that are read at most.
    LIMIT = 2_000_000

    #: (commit address, commit name or "") -> (proper name or "", proper address or "").
    _entries: dict[tuple[str, str], Byline] = field(default_factory=dict)

    @classmethod
    def parse(cls, text: str) -> Mailmap:
        """Read the lines of a documented form; git ignores the others as well."""
        mailmap = cls()
        for line in text.splitlines():
            if line.lstrip().startswith("#"):
                continue
            name, address, rest = _byline(line)
            old_name, old_address, _ = _byline(rest)
            if old_address:
                entry, key = (name, address), (old_address.lower(), old_name.lower())
            else:
                entry, key = (name, ""), (address.lower(), "")
            if key[0]:
                known = mailmap._entries.get(key, ("", ""))
                mailmap._entries[key] = entry[0] or known[0], entry[1] or known[1]
        return mailmap

    def __bool__(self) -> bool:
        return bool(self._entries)

    def resolve(self, byline: Byline) -> Byline:
        """Return the proper name and address; the byline itself where no entry matches."""
        name, address = byline
        key = address.strip().lower()
        entry = self._entries.get((key, name.strip().lower())) or self._entries.get((key, ""))
        return (entry[0] or name, entry[1] or address) if entry else byline

    def depends_on_name(self, byline: Byline) -> bool:
        """Return True if an entry names this name at this address: the address is shared."""
        return (byline[1].strip().lower(), byline[0].strip().lower() or "\0") in self._entries


def _byline(text: str) -> tuple[str, str, str]:
    """`Name <address> rest`, taken apart; without an address all three are empty."""
    name, opened, rest = text.partition("<")
    address, closed, rest = rest.partition(">")
    return (name.strip(), address.strip(), rest) if opened and closed else ("", "", "")
