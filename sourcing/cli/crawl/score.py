"""`sourcing score`: classifies and scores everything again, as of a date."""

from __future__ import annotations

from datetime import datetime

import click

from sourcing.cli._app import App, pass_app
from sourcing.cli.crawl.report import report
from sourcing.pipeline import evaluate
from sourcing.pipeline.lock import lock
from sourcing.shortlist import opening_ranking


@click.command("score")
@click.option(
    "--as-of",
    type=click.DateTime(["%Y-%m-%d"]),
    help="Score as of the week of this date; later work does not count.",
)
@pass_app
def command(app: App, as_of: datetime | None) -> None:
    """Classify and score everything again, as of a date.

    The next crawl scores as of the Monday of its week again.
    """
    store = app.store()
    with lock(app.db_path), report(app.log_format, app.verbose) as watcher:
        evaluate.forget_readings(store)
        day = as_of.date() if as_of else None
        watcher.assessed(evaluate.assess(store, app.config, app.now, day))
        opening_ranking.keep(store, app.rubric, app.openings, app.now)
