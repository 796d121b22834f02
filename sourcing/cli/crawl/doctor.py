"""`sourcing doctor`: checks the installation and says how to fix it."""

from __future__ import annotations

import os

import click

from sourcing.cli._app import App, pass_app
from sourcing.pipeline.doctor import examine


@click.command("doctor")
@pass_app
def command(app: App) -> int:
    """Check the installation and say how to fix it. Exit status 1 if a check fails."""
    wrong = 0
    for finding in examine(app.config_path, app.db_path, os.environ, app.now):
        wrong += finding.verdict == "wrong"
        click.echo(f"{finding.verdict:5}  {finding.what}")
    return 1 if wrong else 0
