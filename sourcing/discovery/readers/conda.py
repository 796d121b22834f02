"""Reads environment.yml of conda, with its pip section."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import yaml

from sourcing.discovery.package import Contents, Package, unique
from sourcing.discovery.readers.requirements import from_lines

#: [channel::]name, then a match specification.
_SPEC = re.compile(r"^(?:[\w./-]+::)?([\w.-]+)\s*(.*)$")
#: "=1.2.3", "==1.2.3", "=1.2.3=build" or " 1.2.3": one version.
_ONE = re.compile(r"^={0,2}\s*(\d[\w.+!-]*)(?:=[\w.*]+)?$")


def read(path: Path) -> Contents:
    """The packages that the environment requires; all are direct."""
    data = yaml.load(path.read_text(encoding="utf-8"), yaml.CSafeLoader)
    return Contents(unique(_packages((data or {}).get("dependencies") or [])))


def _packages(dependencies: list[Any]) -> Iterator[Package]:
    for entry in dependencies:
        if isinstance(entry, dict):
            yield from from_lines([str(line) for line in entry.get("pip") or ()])
        elif isinstance(entry, str) and (parts := _SPEC.match(entry.partition("#")[0].strip())):
            one = _ONE.match(re.sub(r"\[.*?\]", "", parts[2]).strip())
            yield Package("conda", parts[1].lower(), one[1] if one else None, direct=True)
