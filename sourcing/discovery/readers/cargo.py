"""Reads Cargo.lock. Packages without a source are the workspace; what they require is direct."""

from __future__ import annotations

import tomllib
from pathlib import Path

from sourcing.discovery.links import vcs_address
from sourcing.discovery.package import Contents, Package, unique


def read(path: Path) -> Contents:
    """Packages of a Cargo.lock of any version."""
    packages = tomllib.loads(path.read_text(encoding="utf-8")).get("package", [])
    wanted: set[tuple[str, ...]] = set()
    for package in packages:
        if "source" not in package:
            # "name", or "name version" where several versions are in the file.
            wanted |= {tuple(line.split(" ")[:2]) for line in package.get("dependencies", ())}
    return Contents(
        unique(
            Package(
                "cargo",
                p["name"],
                p["version"],
                (p["name"],) in wanted or (p["name"], p["version"]) in wanted,
                vcs_address(p["source"]),
            )
            for p in packages
            if "source" in p
        )
    )
