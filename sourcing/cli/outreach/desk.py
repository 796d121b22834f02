"""What the commands about drafts share: the desk, the briefs of openings, a list of checks."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import cache

import click

from sourcing.cli._app import App
from sourcing.outreach import propose
from sourcing.outreach.checks import Check
from sourcing.outreach.propose import Brief
from sourcing.outreach.workflow import Desk

_MARKS = {"pass": "ok   ", "fail": "FAILS", "human": "you? "}


def desk(app: App) -> Desk:
    """Where whoever is at the keyboard decides."""
    return Desk(app.store(), app.user, app.now)


def briefs(app: App) -> Callable[[str], Brief]:
    """The brief of an opening by its name, read once."""

    @cache
    def brief(name: str) -> Brief:
        return propose.brief(app.config, app.config_path, name, app.user)

    return brief


def print_checks(found: Sequence[Check]) -> None:
    """The twelve checks, one a line."""
    for check in found:
        click.echo(f"  {_MARKS[check.verdict]} {check.number:2} {check.name}: {check.reason}")
