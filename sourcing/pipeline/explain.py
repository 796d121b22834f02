"""Why a post is held to be somebody's: what was read from its page, and what was believed.

Asked at the terminal for one page at a time; nothing is stored, and the page's host is asked
as politely as by the crawl.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from urllib.request import getproxies_environment

from connectors import Context
from connectors.blog import reader as blog
from sourcing.core.config import Config
from sourcing.core.model import Budget, Cursor


def explain(
    url: str, cursors: Mapping[str, Cursor], config: Config, cache: Path, now: datetime
) -> list[tuple[str, str]]:
    """(field, what was read) of one page; `cursors` are those of the blogs crawled."""
    context = Context(
        now=now,
        cache=cache,
        contact=config.http.contact,
        pace=config.http.pace_seconds,
        allow_private=frozenset(config.http.allow_private),
        proxies=getproxies_environment(),
    )
    sites = {name.removeprefix("blog:"): cursor for name, cursor in cursors.items()}
    return blog.explain(url, sites, Budget(), context)
