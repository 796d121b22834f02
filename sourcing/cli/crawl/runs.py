"""`sourcing runs`: what the last nights did."""

from __future__ import annotations

import json

import click

from sourcing.cli._app import COUNT, App, pass_app
from sourcing.pipeline.history import PastNight, last_nights


@click.command("runs")
@click.option("--limit", type=COUNT, default=7, show_default=True, help="So many nights.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@pass_app
def command(app: App, limit: int, form: str) -> None:
    """What the last nights did, newest first, and what went wrong in them."""
    found = last_nights(app.store(), limit)
    if form == "json":
        for night in found:
            click.echo(json.dumps(night.facts(), ensure_ascii=False))
        return
    if not found:
        click.echo("No night yet: `sourcing crawl` is the first one.")
    for night in found:
        click.echo(_told(night))


def _told(night: PastNight) -> str:
    lines = [f"{night.started_at[:16].replace('T', ' ')} UTC  {night.words()}"]
    lines += [f"    {trouble.words()}" for trouble in night.troubles]
    return "\n".join(lines)
