"""Resolves packages to repositories: by the file itself, by installed metadata, by an index.

A package that cannot be resolved keeps the reason. This module does not write the config.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from functools import cached_property

from sourcing.core.errors import SourceError
from sourcing.discovery.choose import choose
from sourcing.discovery.indexes import addresses, others, pypi
from sourcing.discovery.indexes.client import IndexClient
from sourcing.discovery.indexes.installed import Environment
from sourcing.discovery.indexes.metadata import Metadata
from sourcing.discovery.links import Repository, repository
from sourcing.discovery.package import Package
from sourcing.pipeline.source_input import source_names

#: Requests in flight to one index.
_WORKERS = 8
_NO_REPOSITORY = {
    "docker": "an image does not name its repository",
    "oci": "an image does not name its repository",
    "conda": "channels of conda are not asked; list the package of pip to resolve it",
    "generic": "the file names no ecosystem",
}


@dataclass(frozen=True, slots=True)
class Resolved:
    """A package with its repository, or the reason why there is none."""

    ecosystem: str
    package: str
    version: str | None
    direct: bool | None
    #: The address of the repository, else "".
    repository: str
    #: Which line names the repository; or why none is known.
    reason: str
    #: The newest version; None if no index was asked.
    newest: str | None = None
    #: The entry for `sources` that reads the repository, else "".
    source: str = ""


class Resolver:
    """Resolves packages one by one; answers of indexes are kept by its client."""

    def __init__(
        self, client: IndexClient, installed: Environment, environ: Mapping[str, str] | None = None
    ) -> None:
        self._client, self._installed = client, installed
        self._environ = os.environ if environ is None else environ

    def resolve(
        self, packages: Sequence[Package], done: Callable[[int], None] = lambda _: None
    ) -> list[Resolved]:
        """Resolve all, in order; `done` is called with the number of packages so far."""
        if any(package.ecosystem in {"pypi", "npm"} for package in packages):
            _ = self._pip, self._npm  # asked once, before the threads begin
        rows = []
        with ThreadPoolExecutor(_WORKERS) as pool:
            for row in pool.map(self._one, packages):
                rows.append(row)
                done(len(rows))
        return rows

    @cached_property
    def _pip(self) -> str:
        return addresses.pip_index(self._environ)

    @cached_property
    def _npm(self) -> str:
        return addresses.npm_registry(self._environ)

    @cached_property
    def _cargo(self) -> str:
        return addresses.cargo_index(self._environ)

    @cached_property
    def _go(self) -> str:
        return addresses.go_proxy(self._environ)

    def _one(self, package: Package) -> Resolved:
        if package.repository:
            return _row(package, package.repository, "the file names it")
        if package.ecosystem == "golang" and (place := _of_module(package.name)):
            return _found(package, place, "the path of the module")
        if package.ecosystem in _NO_REPOSITORY:
            return _row(package, "", _NO_REPOSITORY[package.ecosystem])
        if package.ecosystem == "pypi":
            known = self._installed.metadata_of(package.name)
            if known and (chosen := choose(package.name, known.links)):
                line = f"{chosen[1].label}, {chosen[1].url} (installed)"
                return _found(package, chosen[0], line)
        try:
            stated = self._asked(package)
        except SourceError as error:
            return _row(package, "", str(error))
        return _judged(package, stated)

    def _asked(self, package: Package) -> Metadata:
        """The metadata at the index of the package's ecosystem."""
        client, name = self._client, package.name
        if package.ecosystem == "pypi":
            return pypi.metadata_of(client, _named(self._pip, "pip"), name)
        if package.ecosystem == "npm":
            return others.npm(client, _named(self._npm, "npm"), name, package.version)
        if package.ecosystem == "cargo":
            return others.cargo(client, _named(self._cargo, "cargo"), name)
        if package.ecosystem == "golang":
            return self._module(name)
        raise SourceError(f"no index is known for packages of {package.ecosystem}")

    def _module(self, name: str) -> Metadata:
        """A Go module at a vanity path: the proxy's origin, else the path's own page."""
        if self._go:
            stated = others.go(self._client, self._go, name)
            if stated.links:
                return stated
        return others.go_import(self._client, name)


def _named(address: str, tool: str) -> str:
    if not address:
        raise SourceError(f"no index: {tool}'s configuration names none, or {tool} is missing")
    return address


def _of_module(path: str) -> Repository | None:
    """The repository of a module path; "/v2" and folders are cut (https://go.dev/ref/mod)."""
    return repository(f"https://{path}") if path.count("/") >= 2 else None


def _judged(package: Package, stated: Metadata) -> Resolved:
    doubts = []
    if package.version and stated.versions and package.version not in stated.versions:
        doubts.append(f"the index does not have {package.version}")
    if package.version in stated.withdrawn:
        doubts.append(f"{package.version} was withdrawn")
    chosen = choose(package.name, stated.links)
    if chosen is None:
        named = "names no repository" if not stated.links else "names no repository of a forge"
        doubts.insert(0, f"its metadata {named}")
        return _row(package, "", "; ".join(doubts), stated.newest)
    reason = "; ".join([f"{chosen[1].label}, {chosen[1].url}", *doubts])
    return _found(package, chosen[0], reason, stated.newest)


def _found(package: Package, place: Repository, reason: str, newest: str | None = None) -> Resolved:
    return _row(package, place.url, reason, newest)


def _row(package: Package, address: str, reason: str, newest: str | None = None) -> Resolved:
    return Resolved(
        package.ecosystem,
        package.name,
        package.version,
        package.direct,
        address,
        reason,
        newest,
        _source(address),
    )


def _source(address: str) -> str:
    """The source that reads a repository: its forge's connector, else its history."""
    return source_names(f"{address}.git")[0] if address else ""
