"""`sourcing digest`: the new people of the week, and why."""

from __future__ import annotations

import click

from sourcing.cli._app import App, pass_app
from sourcing.core import config
from sourcing.people.digest import render, week


@click.command("digest")
@click.option("--opening", help="Only for this opening.  [default: all there are]")
@click.option(
    "--format", "form", type=click.Choice(["text", "md", "html"]), default="text", show_default=True
)
@pass_app
def command(app: App, opening: str | None, form: str) -> None:
    """List the five best new people of the week and why, and the decisions that wait for you.

    Written to standard output, for cron to mail: sourcing digest --format html | ...
    """
    names = [opening] if opening else list(config.openings(app.config_path))
    wanted = {name: config.load_opening(app.config_path, name) for name in names}
    given = app.config if app.config_path.exists() else config.Config()
    days = given.outreach.follow_up_days
    click.echo(render(week(app.store(), app.rubric, wanted, app.now, days), form), nl=False)
