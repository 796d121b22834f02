"""`sourcing crawl`: the nightly job."""

from __future__ import annotations

import dataclasses
import os

import click

from sourcing.cli._app import App, pass_app
from sourcing.cli.crawl.report import gently, report, summary
from sourcing.core.errors import ConfigError
from sourcing.pipeline import crawl
from sourcing.pipeline import explain as explanations
from sourcing.pipeline.evaluate import assess
from sourcing.pipeline.lock import lock
from sourcing.pipeline.nightly import Night
from sourcing.privacy import retention
from sourcing.shortlist import opening_ranking


@click.command("crawl")
@click.argument("sources", nargs=-1, metavar="[SOURCE]...")
@click.option("--max-minutes", type=click.FloatRange(min=0), help="Stop cleanly after so long.")
@click.option("--explain", metavar="URL", help="Only tell what is read from a post, and why.")
@pass_app
def command(
    app: App, sources: tuple[str, ...], max_minutes: float | None, explain: str | None
) -> int:
    """Read the sources of the config (or just these), then classify and score what changed.

    What was read is stored page by page: stop it at any moment and it goes on from there.
    SIGTERM ends it after the page at hand, a second one at once.
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
        gently(watcher),
        lock(app.db_path) as left_over,
    ):
        if left_over:
            watcher.note(f"the crawl before was killed ({left_over}); going on from where it came")
        if app.db_path.is_file() and not app.db_path.stat().st_size:
            watcher.note(f"{app.db_path} is empty; if it was not before, restore a backup instead")
        store = app.store(create=True)
        github = crawl.access(config, dict(os.environ))
        night = Night(store, config, github, app.now, watcher)
        runs = night.spend(names, app.rubric, all_of_them=not sources)
        if not watcher.stopping():
            for line in retention.nightly(
                store, app.rubric, config, app.roles(), app.now, dates_hold=night.dates_hold
            ):
                watcher.note(line)
            # Who lost details tonight is settled tonight, or the next night writes for nothing.
            assess(store, config, app.now)
            opening_ranking.keep(store, app.rubric, app.openings, app.now)
        line = summary(runs)
        if watcher.stopping():
            line = f"stopped by SIGTERM, the next crawl goes on from here: {line}"
        totals = {"runs": [dataclasses.asdict(r) for r in runs], "stopped": watcher.stopping()}
        watcher.tell("summary", line, **totals)
    return 1 if any(run.failed for run in runs) else 0


def _explain(app: App, url: str) -> int:
    known = app.store().cursors("blog:") if app.db_path.exists() else {}
    cache = app.db_path.absolute().with_suffix(".cache")
    for field, said in explanations.explain(url, known, app.config, cache, app.now):
        click.echo(f"{field + ':':32} {said}")
    return 0
