"""Reads feeds of an OPML file, as feed readers export it; a blogroll has the same form."""

from __future__ import annotations

from pathlib import Path

import listparser

from sourcing.core.errors import ConfigError
from sourcing.discovery.package import Contents, Feed


def read(path: Path) -> Contents:
    """The feeds that the file lists."""
    parsed = listparser.parse(path.read_bytes())
    if parsed.bozo and not parsed.feeds:
        raise ConfigError(f"{path}: cannot be parsed as OPML: {parsed.bozo_exception}")
    return Contents(feeds=tuple(Feed(feed.title or "", feed.url) for feed in parsed.feeds))
