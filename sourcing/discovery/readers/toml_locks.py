"""Reads uv.lock, poetry.lock and pylock.toml (PEP 751).

The project and the members of its workspace are not packages of the result. poetry.lock and
pylock.toml do not name direct dependencies: these are read from a pyproject.toml beside the file.
"""

from __future__ import annotations

import tomllib
from collections.abc import Iterable, Iterator, Mapping
from pathlib import Path
from typing import Any

from packaging.pylock import Pylock
from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from sourcing.discovery.links import GIT, vcs_address
from sourcing.discovery.package import Contents, Package, unique

Table = Mapping[str, Any]


def uv(path: Path) -> Contents:
    """Packages of a uv.lock; direct are those that a member of the workspace requires."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    packages: list[Table] = data.get("package", [])
    members = set(data.get("manifest", {}).get("members", ()))
    own = [p for p in packages if _is_own(p, members)]
    wanted: set[tuple[str, str | None]] = set()
    for member in own:
        wanted |= {(d["name"], d.get("version")) for d in _uv_dependencies(member)}
    manifest = data.get("manifest", {})
    for group in (manifest.get("requirements", ()), *_lists(manifest.get("dependency-groups"))):
        wanted |= {(d["name"], None) for d in group}
    return Contents(
        unique(
            Package(
                "pypi",
                canonicalize_name(p["name"]),
                p.get("version"),
                (p["name"], None) in wanted or (p["name"], p.get("version")) in wanted,
                _uv_repository(p.get("source", {})),
            )
            for p in packages
            if p not in own
        )
    )


def _is_own(package: Table, members: set[str]) -> bool:
    """True for the project and for members of its workspace."""
    source = package.get("source", {})
    if members:
        return package["name"] in members
    return "editable" in source or "virtual" in source


def _uv_dependencies(member: Table) -> Iterator[Table]:
    yield from member.get("dependencies", ())
    for key in ("optional-dependencies", "dev-dependencies"):
        for group in _lists(member.get(key)):
            yield from group


def _lists(groups: Mapping[str, list[Table]] | None) -> Iterable[list[Table]]:
    return (groups or {}).values()


def poetry(path: Path) -> Contents:
    """Packages of a poetry.lock."""
    data = tomllib.loads(path.read_text(encoding="utf-8"))
    declared = declared_names(path.with_name("pyproject.toml"))
    return Contents(
        unique(
            Package(
                "pypi",
                (name := canonicalize_name(p["name"])),
                p.get("version"),
                None if declared is None else name in declared,
                _poetry_repository(p.get("source", {})),
            )
            for p in data.get("package", ())
        )
    )


def _poetry_repository(source: Table) -> str:
    return _repository(source.get("url", "")) if source.get("type") == GIT else ""


def _uv_repository(source: Table) -> str:
    return _repository(source.get(GIT, ""))


def _repository(address: str) -> str:
    """The repository at an address whose table says that it is one."""
    return vcs_address(f"{GIT}+{address.removeprefix(f'{GIT}+')}") if address else ""


def pylock(path: Path) -> Contents:
    """Packages of a pylock.toml."""
    lock = Pylock.from_dict(tomllib.loads(path.read_text(encoding="utf-8")))
    declared = declared_names(path.with_name("pyproject.toml"))
    return Contents(
        unique(
            Package(
                "pypi",
                canonicalize_name(p.name),
                str(p.version) if p.version else None,
                None if declared is None else canonicalize_name(p.name) in declared,
                _repository((p.vcs.url or "") if p.vcs else ""),
            )
            for p in lock.packages
        )
    )


def declared_names(pyproject: Path) -> set[str] | None:
    """The names that a pyproject.toml requires, in every group; None if there is no such file."""
    if not pyproject.is_file():
        return None
    data = tomllib.loads(pyproject.read_text(encoding="utf-8"))
    project, poetry_part = data.get("project", {}), data.get("tool", {}).get("poetry", {})
    lines: list[Any] = [*project.get("dependencies", ())]
    for groups in (project.get("optional-dependencies", {}), data.get("dependency-groups", {})):
        lines += [line for group in groups.values() for line in group]
    names = {name for line in lines if isinstance(line, str) and (name := _name_of(line))}
    tables = [poetry_part.get("dependencies", {}), poetry_part.get("dev-dependencies", {})]
    tables += [g.get("dependencies", {}) for g in poetry_part.get("group", {}).values()]
    names |= {canonicalize_name(name) for table in tables for name in table if name != "python"}
    return names


def _name_of(line: str) -> str | None:
    try:
        return canonicalize_name(Requirement(line).name)
    except InvalidRequirement:
        return None
