"""`sourcing init`: a first config and a first opening, to be filled in."""

from __future__ import annotations

import click

from sourcing.cli._app import App, pass_app
from sourcing.pipeline import setup


@click.command("init")
@pass_app
def command(app: App) -> None:
    """Write a commented sources.toml with a useful watchlist, and a first opening.

    Files that are already there are never touched.
    """
    config, opening = setup.begin(app.config_path)
    click.echo(f"{config}: take out what you do not need, fill in [outreach]")
    click.echo(f"{opening}: say what you hire for")
    click.echo("notice.html: fill in the [brackets], publish it, name it as notice_url")
    click.echo("then: sourcing doctor, sourcing crawl, sourcing shortlist")
