"""`sourcing doctor`: what is wrong, and how to mend it."""

from __future__ import annotations

import os

import click

from sourcing.cli._app import App, pass_app
from sourcing.pipeline.doctor import examine


@click.command("doctor")
@pass_app
def command(app: App) -> int:
    """What is wrong with the setup, and how to mend it. Exit status 1 if something is."""
    wrong = 0
    for finding in examine(app.config_path, app.db_path, dict(os.environ), app.now):
        wrong += finding.verdict == "wrong"
        click.echo(f"{finding.verdict:5}  {finding.what}")
    return 1 if wrong else 0
