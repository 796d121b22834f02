"""Metadata of packages that are installed on this machine (importlib.metadata)."""

from __future__ import annotations

import sys
from collections.abc import Mapping
from email.message import Message
from importlib import metadata
from pathlib import Path

from packaging.utils import canonicalize_name

from sourcing.discovery.indexes.metadata import Link, Metadata


class Environment:
    """The packages of one environment: a folder, or that of this program."""

    def __init__(self, folder: Path | None = None) -> None:
        places = sys.path if folder is None else [str(path) for path in _site_packages(folder)]
        self._known: Mapping[str, metadata.Distribution] = {
            canonicalize_name(one.metadata["Name"]): one
            for one in metadata.distributions(path=places)
            if one.metadata["Name"]
        }

    def metadata_of(self, name: str) -> Metadata | None:
        """The metadata of a package of pypi, or None if it is not installed."""
        one = self._known.get(canonicalize_name(name))
        return None if one is None else Metadata(links=links_of(one.metadata))


def links_of(message: metadata.PackageMetadata | Message) -> tuple[Link, ...]:
    """The addresses of core metadata: Project-URL, Home-page, Download-URL."""
    links = []
    for line in message.get_all("Project-URL") or ():
        label, _, url = str(line).partition(",")
        links.append(Link(label.strip(), url.strip()))
    for key in ("Home-page", "Download-URL"):
        stated = (str(line).strip() for line in message.get_all(key) or ())
        links += [Link(key, url) for url in stated if url not in {"", "UNKNOWN"}]
    return tuple(links)


def _site_packages(folder: Path) -> list[Path]:
    result = [*folder.glob("lib/python*/site-packages"), *folder.glob("Lib/site-packages")]
    return result or [folder]
