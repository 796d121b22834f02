"""`sourcing init`: writes a first config and a first opening for the user to edit."""

from __future__ import annotations

import click

from sourcing.cli._app import App, pass_app
from sourcing.pipeline import setup


@click.command("init")
@pass_app
def command(app: App) -> None:
    """Write a commented sources.toml with a list of useful sources, and a first opening.

    It never changes an existing file.
    """
    config, opening = setup.begin(app.config_path)
    click.echo(f"{config}: remove the sources you do not need, fill in [outreach]")
    click.echo(f"{opening}: describe the opening")
    click.echo("notice.html: fill in the [brackets], publish it, name it as notice_url")
    click.echo("then: sourcing doctor, sourcing crawl, sourcing shortlist")
