"""Reads pnpm-lock.yaml, versions 5 to 9. What an importer (a project of the workspace) requires is
direct."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import yaml

from sourcing.discovery.links import vcs_address
from sourcing.discovery.package import Contents, Package, unique

_REQUIRED = ("dependencies", "devDependencies", "optionalDependencies")
#: Version 5 separates name and version by "/", later versions by "@".
_OLD = re.compile(r"^/?((?:@[^/]+/)?[^/@]+)/(\d[^_(]*)")
_NEW = re.compile(r"^/?((?:@[^/]+/)?[^/@]+)@([^(]+)")

Table = Mapping[str, Any]


def read(path: Path) -> Contents:
    """Packages of the lock file; the last document counts, as pnpm writes it."""
    documents = list(yaml.load_all(path.read_text(encoding="utf-8"), yaml.CSafeLoader))
    data: Table = (documents[-1] if documents else None) or {}
    importers = data.get("importers") or {".": data}
    direct = {pair for one in importers.values() for pair in _required(one)}
    return Contents(unique(_packages(data.get("packages") or {}, direct)))


def _packages(entries: Table, direct: set[tuple[str, str]]) -> Iterator[Package]:
    for key, entry in entries.items():
        name, version = _pair(key)
        resolution = entry.get("resolution") or {}
        places = str(resolution.get("repo", "")), version, str(resolution.get("tarball", ""))
        repository = next(filter(None, map(vcs_address, places)), "")
        name = entry.get("name") or name
        is_direct = (name, version) in direct or (name, key) in direct
        stated = str(entry.get("version") or version)
        if name:
            version_ = stated if stated[:1].isdigit() else None
            yield Package("npm", name, version_, is_direct, repository)


def _pair(key: str) -> tuple[str, str]:
    """Name and version of a key of `packages`."""
    parts = _NEW.match(key) or _OLD.match(key)
    return (parts[1], parts[2]) if parts else ("", key)


def _required(importer: Table) -> Iterator[tuple[str, str]]:
    """The names and versions that a project requires. An alias gives the real name."""
    for group in _REQUIRED:
        for name, entry in (importer.get(group) or {}).items():
            version = str(entry["version"] if isinstance(entry, dict) else entry)
            if version.startswith(("link:", "file:", "workspace:")):
                continue
            yield name, re.split(r"[_(]", version)[0]
            real, plain = _pair(version)
            if real:
                yield real, plain
