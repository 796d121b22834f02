"""`sourcing crawl`: the nightly job."""

from __future__ import annotations

import dataclasses
import os

import click

from sourcing import assess, crawl
from sourcing.cli._app import App, pass_app
from sourcing.cli._report import report, summary
from sourcing.errors import ConfigError


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop cleanly after so long.")
@pass_app
def command(app: App, sources: tuple[str, ...], max_minutes: float | None) -> int:
    """Read the sources of the config (or just these), then classify and score what changed.

    What was read is stored page by page: stop it at any moment and it goes on from there.
    """
    config = app.config
    if max_minutes is not None:
        http = config.http.model_copy(update={"max_minutes": max_minutes})
        config = config.model_copy(update={"http": http})
    names = crawl.checked_sources(sources or config.sources)
    if not names:
        raise ConfigError(f"{app.config_path}: sources is empty; name at least one to crawl")
    with crawl.lock(app.db_path), report(app.log_format, app.verbose) as watcher:
        store = app.store(create=True)
        github = crawl.access(config, dict(os.environ))
        night = crawl.Crawl(store, config, github, app.now, watcher)
        runs = night.run(names)
        result = assess.assess(store, config, app.now)
        if night.deepen(app.rubric):
            result = result + assess.assess(store, config, app.now)
        watcher.assessed(result)
        totals = {"runs": [dataclasses.asdict(run) for run in runs]}
        watcher.tell("summary", summary(runs), **totals)
    return 1 if any(run.failed for run in runs) else 0
