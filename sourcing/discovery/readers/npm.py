"""Reads package-lock.json and npm-shrinkwrap.json, versions 1 to 3.

Form: https://docs.npmjs.com/cli/configuring-npm/package-lock-json. Links to folders of the project
are not packages; what the project and its workspaces require is direct.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from sourcing.discovery.links import vcs_address
from sourcing.discovery.package import Contents, Package, unique

_REQUIRED = ("dependencies", "devDependencies", "optionalDependencies", "peerDependencies")
_FOLDER = "node_modules/"


def read(path: Path) -> Contents:
    """Packages of the lock file, each version once."""
    data = json.loads(path.read_text(encoding="utf-8-sig"))
    if "packages" in data:
        return Contents(unique(_packages(data["packages"])))
    declared = declared_ranges(path.with_name("package.json"))
    names = None if declared is None else set(declared)
    return Contents(unique(_nested(data.get("dependencies") or {}, names)))


def declared_ranges(manifest: Path) -> dict[str, str] | None:
    """The names that a package.json requires, with their ranges; None if there is no such file."""
    if not manifest.is_file():
        return None
    data = json.loads(manifest.read_text(encoding="utf-8-sig"))
    return {name: str(text) for key in _REQUIRED for name, text in (data.get(key) or {}).items()}


def _packages(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[Package]:
    """Version 2 and 3: one entry for each folder of node_modules."""
    direct = set(_direct_keys(entries))
    for key, entry in entries.items():
        if _FOLDER not in key or entry.get("link"):
            continue
        name = entry.get("name") or key.rpartition(_FOLDER)[2]
        yield _package(name, entry, key in direct)


def _direct_keys(entries: Mapping[str, Mapping[str, Any]]) -> Iterator[str]:
    """The keys of what the project ("") and its workspaces require, as Node.js resolves them."""
    for folder, entry in entries.items():
        if _FOLDER in folder:
            continue
        for name in (name for key in _REQUIRED for name in entry.get(key) or ()):
            at = folder
            while at and f"{at}/{_FOLDER}{name}" not in entries:
                at = at.rpartition("/")[0]
            yield f"{at}/{_FOLDER}{name}" if at else f"{_FOLDER}{name}"


def _nested(
    entries: Mapping[str, Any], direct: set[str] | None, top: bool = True
) -> Iterator[Package]:
    """Version 1: nested tables of dependencies."""
    for name, entry in entries.items():
        alias = str(entry.get("version", "")).removeprefix("npm:")
        real, at, version = alias.rpartition("@")
        is_alias = str(entry.get("version", "")).startswith("npm:") and at
        known = None if direct is None else top and name in direct
        shown = {**entry, "version": version} if is_alias else entry
        if not str(entry.get("version", "")).startswith("file:"):
            yield _package(real if is_alias else name, shown, known)
        yield from _nested(entry.get("dependencies") or {}, direct, top=False)


def _package(name: str, entry: Mapping[str, Any], direct: bool | None) -> Package:
    version = entry.get("version")
    places = str(entry.get("resolved") or ""), str(version or "")
    repository = next(filter(None, map(vcs_address, places)), "")
    if version and not str(version)[:1].isdigit():
        version = None
    return Package("npm", name, version, direct, repository)
