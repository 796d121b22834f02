"""`sourcing demo`: loads the separate package `demo`, which is an optional extra."""

from __future__ import annotations

import importlib

import click

from sourcing.core.errors import ConfigError


def _load() -> click.Command:
    try:
        found: click.Command = importlib.import_module("demo.cli").command
    except ModuleNotFoundError as exc:
        raise ConfigError(
            f"the demo is not installed ({exc.name} is missing); run: pip install 'sourcing[demo]'"
        ) from exc
    return found


command = _load()
