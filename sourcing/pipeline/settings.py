"""The config with the connectors' sections, and the context in which a connector runs.

It opens no connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from urllib.request import getproxies_environment

import connectors
from connectors import Connector, Context
from sourcing.core import config
from sourcing.core.config import Config
from sourcing.core.errors import ConfigError


def load_config(path: Path) -> Config:
    """The config at `path`, with the sections that connectors declare."""
    return config.load(path, connectors.sections())


def base_context(found: Config, cache: Path, now: datetime) -> Context:
    """The context of all connectors, without the settings of any."""
    return Context(
        now=now,
        cache=cache,
        contact=found.http.contact,
        pace=found.http.pace_seconds,
        allow_private=frozenset(found.http.allow_private),
        proxies=getproxies_environment(),
    )


def settings_of(
    connector: Connector, found: Config, environment: Mapping[str, str]
) -> object | None:
    """The settings of a connector. Raises ConfigError, for example for a malformed token."""
    section = found.sections.get(connector.name) or connector.section()
    settings: object | None = connector.settings(section, environment)
    return settings


def contexts(found: Config, cache: Path, now: datetime) -> Callable[[Connector], Context]:
    """The context of each connector without a secret, for what needs no network."""
    base = base_context(found, cache, now)
    return lambda connector: replace(base, settings=settings_of(connector, found, {}))


def secrets_of(found: Config, environment: Mapping[str, str]) -> frozenset[str]:
    """The secrets of all connectors; a malformed one is reported when its source is read."""
    secrets: set[str] = set()
    for connector in connectors.every():
        with suppress(ConfigError):
            secrets |= connector.secrets(settings_of(connector, found, environment))
    return frozenset(secrets)


def cache_of(database: Path) -> Path:
    """The folder for files that connectors can rebuild, beside the database."""
    return database.absolute().with_suffix(".cache")
