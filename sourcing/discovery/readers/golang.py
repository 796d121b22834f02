"""Reads go.mod and go.sum (https://go.dev/ref/mod). Both name modules; no code is built."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sourcing.discovery.package import Contents, Package, unique

_BLOCK = re.compile(r"^(\w+)\s*\($")


def mod(path: Path) -> Contents:
    """The modules that a go.mod requires; those without `// indirect` are direct."""
    return Contents(unique(_required(path.read_text(encoding="utf-8"))))


def _required(text: str) -> Iterator[Package]:
    for words, comment in _directives(text, "require"):
        name, version = words[0], words[1]
        yield Package("golang", name, version, direct=not comment.startswith("indirect"))


def _directives(text: str, wanted: str) -> Iterator[tuple[list[str], str]]:
    """The words and the comment of each line of one directive, in and outside of blocks."""
    block = ""
    for line in text.splitlines():
        code, _, comment = line.partition("//")
        words = [word.strip('"`') for word in code.split()]
        if opened := _BLOCK.match(code.strip()):
            block = opened[1]
        elif words == [")"]:
            block = ""
        elif words and block == wanted:
            yield words, comment.strip()
        elif words and not block and words[0] == wanted:
            yield words[1:], comment.strip()


def checksums(path: Path) -> Contents:
    """The modules of a go.sum that are built; a line for a go.mod alone is not.

    A go.mod beside the file tells which are direct.
    """
    direct: set[str] | None = None
    beside = path.with_name("go.mod")
    if beside.is_file():
        required = _required(beside.read_text(encoding="utf-8"))
        direct = {package.name for package in required if package.direct}
    return Contents(
        unique(
            Package("golang", name, version, None if direct is None else name in direct)
            for name, version, _ in map(str.split, _lines(path))
            if not version.endswith("/go.mod")
        )
    )


def _lines(path: Path) -> Iterator[str]:
    return (line for line in path.read_text(encoding="utf-8").splitlines() if line.strip())
