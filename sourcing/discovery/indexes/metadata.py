"""Metadata of a package: its versions and the addresses that it names."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class Link:
    """One address with the line of the metadata that names it."""

    label: str
    url: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What an installed package or an index states."""

    #: The newest version that is neither a pre-release nor withdrawn; None if not known.
    newest: str | None = None
    links: tuple[Link, ...] = ()
    #: All versions of the index; empty if not known.
    versions: frozenset[str] = frozenset()
    withdrawn: frozenset[str] = field(default_factory=frozenset)
