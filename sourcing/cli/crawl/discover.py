"""`sourcing discover`: from lock files, SBOMs and OPML to sources worth reading."""

from __future__ import annotations

import json
from collections.abc import Sequence
from contextlib import closing
from dataclasses import asdict
from pathlib import Path

import click
from rich.progress import Progress
from rich.table import Table

from sourcing.cli._app import App, pass_app
from sourcing.cli._console import Console
from sourcing.discovery import discover
from sourcing.discovery.indexes.client import IndexClient
from sourcing.discovery.indexes.installed import Environment
from sourcing.discovery.package import Feed, Package
from sourcing.discovery.resolve import Resolved, Resolver
from sourcing.pipeline.settings import cache_of
from sourcing.pipeline.setup import add_sources


@click.command("discover")
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path))
@click.option("--offline", is_flag=True, help="Ask no index; use kept answers and metadata.")
@click.option(
    "--environment",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="A Python environment whose installed metadata is read first. [default: this one]",
)
@click.option("--indirect", is_flag=True, help="With --write: also indirect dependencies.")
@click.option("--write", is_flag=True, help="Add the repositories to the sources of the config.")
@click.option(
    "--format", "layout", type=click.Choice(["table", "json"]), default="table", show_default=True
)
@pass_app
def command(
    app: App,
    /,
    paths: tuple[Path, ...],
    environment: Path | None,
    layout: str,
    **flags: bool,
) -> None:
    """Find the repositories of what a team runs, from lock files, SBOMs, OPML, or a folder.

    Names of packages are sent to the package indexes that pip, npm, cargo and go are configured
    for, unless --offline is given. Nothing else leaves this machine.
    """
    named = discover.read(paths)
    for line in (*named.files, *(f"skipped: {line}" for line in named.failed)):
        click.echo(line, err=True)
    contact = app.config.http.contact if app.config_path.exists() else ""
    client = IndexClient(cache_of(app.db_path) / "indexes", contact, offline=flags["offline"])
    with closing(client):
        rows = _resolved(Resolver(client, Environment(environment)), named.packages)
    if layout == "json":
        click.echo(json.dumps([asdict(row) for row in rows], ensure_ascii=False, indent=1))
    else:
        _show(rows, named.feeds)
    if flags["write"]:
        _write(app, rows, named.feeds, all_of_them=flags["indirect"])


def _resolved(resolver: Resolver, packages: Sequence[Package]) -> list[Resolved]:
    """Resolve with a progress bar on a terminal."""
    console = Console(stderr=True)
    with Progress(console=console, disable=not console.is_terminal, transient=True) as progress:
        task = progress.add_task("Resolving packages", total=len(packages))
        return resolver.resolve(packages, lambda count: progress.update(task, completed=count))


def _show(rows: Sequence[Resolved], feeds: Sequence[Feed]) -> None:
    """Direct dependencies first; those without a repository last, with the reason."""
    table = Table(box=None, pad_edge=False, header_style="bold")
    for name in ("Package", "In use", "Newest", "Required by", "Repository", "Because"):
        table.add_column(name, overflow="fold")
    required = {True: "this project", False: "a dependency", None: "not stated"}
    order = {True: 0, None: 1, False: 2}
    for row in sorted(rows, key=lambda r: (not r.repository, order[r.direct], r.package)):
        table.add_row(
            row.package, row.version or "", row.newest or "", required[row.direct],
            row.repository, row.reason,
        )  # fmt: skip
    console = Console()
    if rows:
        console.print(table)
    for feed in feeds:
        console.print(f"{feed.url}  {feed.title}", highlight=False, markup=False)
    resolved = [row for row in rows if row.repository]
    places = len({row.repository for row in resolved})
    click.echo(
        f"{len(resolved)} of {len(rows)} packages have a known repository ({places} repositories);"
        f" {len(feeds)} feeds",
        err=True,
    )


def _write(app: App, rows: Sequence[Resolved], feeds: Sequence[Feed], *, all_of_them: bool) -> None:
    chosen = discover.proposals(rows, feeds, all_of_them=all_of_them)
    new = add_sources(app.config_path, {one.source: one.because for one in chosen})
    click.echo(
        f"{len(new)} sources were added to {app.config_path}, {len(chosen) - len(new)} were there"
        " already; `sourcing crawl` reads them",
        err=True,
    )
