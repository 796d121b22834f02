"""Shared by the commands about drafts: the desk, the contexts of openings, the list of checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import click

from sourcing.cli._app import App
from sourcing.outreach.checks import Check
from sourcing.outreach.review import OutreachContext, context
from sourcing.outreach.workflow import Desk

_MARKS = {"pass": "ok   ", "fail": "FAILS", "human": "you? "}  # nosec B105


def desk(app: App) -> Desk:
    """The desk of the person at the keyboard."""
    return Desk(app.store(), app.user, app.now)


def contexts(app: App) -> Callable[[str], OutreachContext]:
    """A function from an opening's name to its context; it reads each opening once."""

    @cache
    def read(name: str) -> OutreachContext:
        return context(app.config, app.config_path, name, app.user)

    return read


def print_checks(found: Sequence[Check]) -> None:
    """Print the twelve checks, one per line."""
    for check in found:
        click.echo(f"  {_MARKS[check.verdict]} {check.number:2} {check.name}: {check.reason}")
