"""`sourcing runs`: results and problems of the last nights."""

from __future__ import annotations

import json

import click

from sourcing.cli._app import COUNT, App, pass_app
from sourcing.pipeline.history import PastNight, last_nights, open_gaps, problem_line


@click.command("runs")
@click.option("--limit", type=COUNT, default=7, show_default=True, help="Number of nights.")
@click.option(
    "--format", "form", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@pass_app
def command(app: App, limit: int, form: str) -> None:
    """List results and problems of the last nights, newest first."""
    found = last_nights(app.store(), limit)
    if form == "json":
        for night in found:
            click.echo(json.dumps(night.facts(), ensure_ascii=False))
        return
    if not found:
        click.echo("No crawl so far: run `sourcing crawl`.")
    for night in found:
        click.echo(_lines(night))
    for source, lines in open_gaps(app.store()).items():
        for line in lines:
            click.echo(f"gap: {source}: {line}")


def _lines(night: PastNight) -> str:
    lines = [f"{night.totals.started_at[:16].replace('T', ' ')} UTC  {night.words()}"]
    lines += [f"    {problem_line(run)}" for run in night.problems]
    return "\n".join(lines)
