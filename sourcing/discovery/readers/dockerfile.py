"""Reads the base images of a Dockerfile: FROM, with the defaults of ARG.

Source: https://docs.docker.com/reference/dockerfile/#from. Nothing is built or fetched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

from sourcing.discovery.package import Contents, Package, unique

_VARIABLE = re.compile(r"\$(?:\{(\w+)(?::-([^}]*))?\}|(\w+))")


def read(path: Path) -> Contents:
    """The images that the file begins from; stages of the same file are no images."""
    text = path.read_text(encoding="utf-8", errors="replace")
    return Contents(unique(_images(re.sub(r"\\[ \t]*\n", " ", text))))


def _images(text: str) -> Iterator[Package]:
    values: dict[str, str] = {}
    stages: set[str] = {"scratch"}
    for line in text.splitlines():
        words = line.split()
        if len(words) < 2 or words[0].startswith("#"):
            continue
        if words[0].upper() == "ARG":
            name, _, value = words[1].partition("=")
            values.setdefault(name, value.strip("\"'"))
        elif words[0].upper() == "FROM":
            words = [word for word in words[1:] if not word.startswith("--")]
            image = _filled(words[0], values)
            if image.lower() not in stages and "$" not in image and image:
                yield _package(image)
            if len(words) == 3 and words[1].upper() == "AS":
                stages.add(words[2].lower())


def _filled(text: str, values: dict[str, str]) -> str:
    """The text with variables replaced; one without a value stays."""

    def value(match: re.Match[str]) -> str:
        return values.get(match[1] or match[3]) or match[2] or match[0]

    return _VARIABLE.sub(value, text)


def _package(image: str) -> Package:
    name, _, digest = image.partition("@")
    place, slash, last = name.rpartition("/")
    last, _, tag = last.partition(":")
    name = (place + slash + last).removeprefix("docker.io/").removeprefix("library/")
    return Package("docker", name, tag or digest or None, direct=True)
