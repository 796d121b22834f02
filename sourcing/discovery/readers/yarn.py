"""Reads yarn.lock of Yarn 1 and of later versions.

Yarn 1 does not name direct dependencies: these are read from package.json beside the file, with
its workspaces. Later versions hold the workspaces in the file itself.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

from sourcing.discovery.links import vcs_address
from sourcing.discovery.package import Contents, Package, unique
from sourcing.discovery.readers.npm import declared_ranges

_REQUIRED = ("dependencies", "devDependencies", "peerDependencies", "optionalDependencies")
_FIELD = re.compile(r'^  "?(version|resolved)"? "?([^"\n]+)"?$')


@dataclass(frozen=True, slots=True)
class _Entry:
    #: "name@range" of each place that requires it.
    specs: tuple[str, ...]
    version: str
    resolved: str


def read(path: Path) -> Contents:
    """Packages of the lock file."""
    text = path.read_text(encoding="utf-8")
    if "\n__metadata:" in text:
        return Contents(unique(_berry(yaml.load(text, yaml.CSafeLoader))))
    return Contents(unique(_classic(text, path.with_name("package.json"))))


def _classic(text: str, manifest: Path) -> Iterator[Package]:
    declared = _declared(manifest)
    for entry in _entries(text):
        name, range_ = _split(entry.specs[0])
        if range_.startswith("npm:"):
            name = _split(range_.removeprefix("npm:"))[0]
        direct = None if declared is None else not declared.isdisjoint(entry.specs)
        yield Package("npm", name, entry.version, direct, vcs_address(entry.resolved))


def _entries(text: str) -> Iterator[_Entry]:
    """The blocks of the file: a line of specs, then indented fields."""
    for block in re.split(r"\n(?=[^\s#])", text):
        head, _, body = block.strip("\n").partition("\n")
        if not head.endswith(":") or head.startswith("#"):
            continue
        matches = filter(None, map(_FIELD.match, body.splitlines()))
        fields = {match[1]: match[2] for match in matches}
        specs = tuple(spec.strip().strip('"') for spec in head[:-1].split(","))
        yield _Entry(specs, fields.get("version", ""), fields.get("resolved", ""))


def _split(spec: str) -> tuple[str, str]:
    """ "@scope/name@range" in two; a spec without a range gives ""."""
    at = spec.find("@", 1)
    return (spec, "") if at < 0 else (spec[:at], spec[at + 1 :])


def _declared(manifest: Path) -> set[str] | None:
    """ "name@range" of all that the project and its workspaces require."""
    own = declared_ranges(manifest)
    if own is None:
        return None
    specs = {f"{name}@{range_}" for name, range_ in own.items()}
    workspaces = json.loads(manifest.read_text(encoding="utf-8-sig")).get("workspaces") or ()
    if isinstance(workspaces, dict):
        workspaces = workspaces.get("packages") or ()
    for pattern in workspaces:
        for folder in manifest.parent.glob(str(pattern).lstrip("/")):
            more = declared_ranges(folder / "package.json") or {}
            specs |= {f"{name}@{range_}" for name, range_ in more.items()}
    return specs


def _berry(data: Mapping[str, Any]) -> Iterator[Package]:
    entries = {key: entry for key, entry in data.items() if key != "__metadata"}
    own = [e for e in entries.values() if "@workspace:" in str(e.get("resolution", ""))]
    wanted = {
        spec
        for entry in own
        for key in _REQUIRED
        for name, range_ in (entry.get(key) or {}).items()
        for spec in (f"{name}@{range_}", f"{name}@npm:{range_}")
    }
    for key, entry in entries.items():
        name, place = _split(str(entry.get("resolution", key)))
        if place.startswith(("workspace:", "link:", "portal:", "file:")):
            continue
        direct = not wanted.isdisjoint(spec.strip() for spec in key.split(","))
        yield Package("npm", name, str(entry["version"]), direct, vcs_address(place))
