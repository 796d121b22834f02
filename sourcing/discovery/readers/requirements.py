"""Reads requirements files of pip, plain or written by pip-compile and uv.

Form: https://pip.pypa.io/en/stable/reference/requirements-file-format/. Files that `-r` names are
read as well, below the folder of the first; constraints (`-c`) are no requirements.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from pathlib import Path

from packaging.requirements import InvalidRequirement, Requirement
from packaging.utils import canonicalize_name

from sourcing.discovery.links import vcs_address
from sourcing.discovery.package import Contents, Package, unique

_COMMENT = re.compile(r"(?:^|\s+)#(.*)$")
_OPTIONS = re.compile(r"\s+--?[\w-]+(?:[= ]\S+)?")
_EGG = re.compile(r"[#&]egg=([\w.-]+)")
_INCLUDE = re.compile(r"^(?:-r|--requirement)[ =]\s*(\S+)")
_EDITABLE = re.compile(r"^(?:-e|--editable)[ =]\s*")
#: An address of version control, such as svn+https://….
_VCS = re.compile(r"[a-z]+\+[a-z]+:")
#: How deep files may name files.
_DEPTH = 10


def read(path: Path) -> Contents:
    """The packages of a requirements file and of those that it includes."""
    return Contents(unique(_read(path, path.parent.resolve(), _DEPTH)))


def _read(path: Path, top: Path, depth: int) -> Iterator[Package]:
    lines = path.read_text(encoding="utf-8-sig").splitlines()
    yield from from_lines(lines)
    for line in lines:
        included = _INCLUDE.match(line)
        if included and depth and "://" not in included[1]:
            other = (path.parent / included[1]).resolve()
            if other.is_relative_to(top.parent) and other.is_file():
                yield from _read(other, top, depth - 1)


def from_lines(lines: Sequence[str]) -> Iterator[Package]:
    """The packages of requirement lines. "# via" comments of pip-compile tell what is direct."""
    result: list[tuple[Package, list[str]]] = []
    inside = False  # a list of "# via" goes on
    for line in _logical(lines):
        comment = _COMMENT.search(line)
        code = line[: comment.start()] if comment else line
        words = comment[1].strip() if comment else ""
        if package := _package(code.strip()):
            result.append((package, []))
            inside = False
        if words.startswith("via") and words[3:4] in {"", " "} and result:
            inside = True
            result[-1][1].extend(filter(None, [words[3:].strip()]))
        elif inside and not code.strip() and words and result:
            result[-1][1].append(words)
        elif not code.strip() and not words:
            inside = False
    annotated = any(via for _, via in result)
    for package, via in result:
        direct = not annotated or not via or any(_names_a_file(one) for one in via)
        yield replace(package, direct=direct)


def _logical(lines: Sequence[str]) -> Iterator[str]:
    """Lines with continuations joined."""
    kept = ""
    for line in lines:
        if line.rstrip().endswith("\\"):
            kept += line.rstrip()[:-1] + " "
        else:
            yield kept + line
            kept = ""
    if kept:
        yield kept


def _names_a_file(via: str) -> bool:
    """True for "-r requirements.in" and "project (pyproject.toml)", as pip-compile writes them."""
    return any(one.strip().startswith("-r") or "(" in one for one in via.split(","))


def _package(code: str) -> Package | None:
    """The package of one line; None for options, local paths and empty lines."""
    code = _EDITABLE.sub("", code)
    if not code or code.startswith("-"):
        return None
    if _VCS.match(code):
        egg = _EGG.search(code)
        address = vcs_address(code)
        name = egg[1] if egg else address.rstrip("/").rpartition("/")[2]
        return Package("pypi", canonicalize_name(name), None, True, address) if name else None
    try:
        required = Requirement(_OPTIONS.split(code)[0].strip())
    except InvalidRequirement:
        return None
    exact = [s.version for s in required.specifier if s.operator in {"==", "==="}]
    version = exact[0] if len(exact) == 1 and not exact[0].endswith(".*") else None
    repository = vcs_address(required.url or "")
    return Package("pypi", canonicalize_name(required.name), version, True, repository)
