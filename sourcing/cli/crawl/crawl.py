"""`sourcing crawl`: the nightly job."""

from __future__ import annotations

import dataclasses
import os

import click

from sourcing.cli._app import App, pass_app
from sourcing.cli.crawl.report import handle_sigterm, report, summary
from sourcing.core.errors import ConfigError
from sourcing.pipeline import crawl
from sourcing.pipeline import explain as explanations
from sourcing.pipeline.evaluate import assess
from sourcing.pipeline.lock import lock
from sourcing.pipeline.nightly import Night
from sourcing.pipeline.settings import cache_of
from sourcing.privacy import retention
from sourcing.shortlist import opening_ranking


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop cleanly after this time.")
@click.option("--explain", metavar="URL", help="Only explain how a post is read.")
@pass_app
def command(
    app: App, sources: tuple[str, ...], max_minutes: float | None, explain: str | None
) -> int:
    """Read the sources of the config (or just these), then classify and score what changed.

    Pages are stored as they are read: after an interruption the next crawl continues from there.
    SIGTERM ends it after the current page, a second SIGTERM at once.
    """
    config = app.config
    if explain:
        return _explain(app, explain)
    if max_minutes is not None:
        http = config.http.model_copy(update={"max_minutes": max_minutes})
        config = config.model_copy(update={"http": http})
    names = crawl.checked_sources(sources or config.sources)
    if not names:
        raise ConfigError(f"{app.config_path}: sources is empty; name at least one to crawl")
    with (
        report(app.log_format, app.verbose) as watcher,
        handle_sigterm(watcher),
        lock(app.db_path) as killed,
    ):
        if killed:
            watcher.note(f"the previous crawl was killed ({killed}); this one continues from there")
        if app.db_path.is_file() and not app.db_path.stat().st_size:
            watcher.note(f"{app.db_path} is empty; if it was not before, restore a backup instead")
        store = app.store(create=True)
        night = Night(store, config, os.environ, app.now, watcher)
        runs = night.run(names, app.rubric, all_of_them=not sources)
        if not watcher.stopping():
            for line in retention.nightly(
                store, app.rubric, config, app.roles(), app.now, dates_hold=night.dates_hold
            ):
                watcher.note(line)
            # Resolve people with deleted details now, so that the next night changes nothing.
            assess(store, config, app.now)
            opening_ranking.keep(store, app.rubric, app.openings, app.now)
        line = summary(runs)
        if watcher.stopping():
            line = f"stopped by SIGTERM, the next crawl continues from here: {line}"
        totals = {"runs": [dataclasses.asdict(r) for r in runs], "stopped": watcher.stopping()}
        watcher.tell("summary", line, **totals)
    return 1 if any(run.failed for run in runs) else 0


def _explain(app: App, url: str) -> int:
    store = app.store() if app.db_path.exists() else None
    cache = cache_of(app.db_path)
    for field, text in explanations.explain(url, store, app.config, cache, app.now):
        click.echo(f"{field + ':':32} {text}")
    return 0
