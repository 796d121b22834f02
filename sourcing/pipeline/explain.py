"""Explains the author of a post: the fields read from its page, and the ones that decided.

It reads one page at a time for the terminal, with the politeness rules of a crawl. It stores
nothing.
"""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

import connectors
from db import Store
from sourcing.core.config import Config
from sourcing.core.errors import ConfigError
from sourcing.core.model import Budget
from sourcing.pipeline import settings


def explain(
    url: str, store: Store | None, config: Config, cache: Path, now: datetime
) -> list[tuple[str, str]]:
    """(field, text) of one page; `store` holds the cursors of the sites already crawled."""
    context = settings.base_context(config, cache, now)
    for connector in connectors.every():
        if connector.explain is None:
            continue
        prefix = f"{connector.name}:"
        cursors = store.cursors(prefix) if store else {}
        sites = {name.removeprefix(prefix): cursor for name, cursor in cursors.items()}
        return connector.explain(url, sites, Budget(), context)
    raise ConfigError("no connector explains pages")
