"""A package that a file names. This module does not read files."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace


@dataclass(frozen=True, slots=True)
class Package:
    """One package at one version, as one file states it."""

    #: The type of a package URL (https://github.com/package-url/purl-spec): pypi, npm, golang,
    #: cargo, conda, docker, ….
    ecosystem: str
    #: With its namespace, as the ecosystem normalises it ("@scope/name", "github.com/o/n/v2").
    name: str
    #: The exact version; None if the file states a range or nothing.
    version: str | None = None
    #: Whether the project itself requires it; None if the file does not tell.
    direct: bool | None = None
    #: The address of the repository that the file itself names, else "".
    repository: str = ""


@dataclass(frozen=True, slots=True)
class Feed:
    """A feed or site of an OPML file."""

    title: str
    #: The address of the feed, else of the site.
    url: str


@dataclass(frozen=True, slots=True)
class Contents:
    """The content of one file."""

    packages: tuple[Package, ...] = ()
    feeds: tuple[Feed, ...] = ()


def unique(packages: Iterable[Package]) -> tuple[Package, ...]:
    """Each package and version once, in order of names. It is direct if any mention is direct."""
    kept: dict[tuple[str, str, str | None], Package] = {}
    for package in packages:
        key = package.ecosystem, package.name, package.version
        known = kept.get(key)
        kept[key] = package if known is None else _joined(known, package)
    return tuple(kept[key] for key in sorted(kept, key=lambda k: (k[0], k[1], k[2] or "")))


def _joined(one: Package, other: Package) -> Package:
    known = {one.direct, other.direct} - {None}
    direct = None if not known else True in known
    return replace(one, direct=direct, repository=one.repository or other.repository)
