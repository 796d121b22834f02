"""The files of `sourcing drafts`: export, import of a reviewed file, editable templates."""

from __future__ import annotations

import re
from pathlib import Path

import click

from sourcing.cli._app import App, pass_app
from sourcing.cli.outreach.desk import contexts, desk
from sourcing.core import files
from sourcing.outreach.compose import FORMS, Templates
from sourcing.outreach.csv_export import ExportRequest, presets
from sourcing.outreach.csv_export import export as write
from sourcing.outreach.csv_import import import_file

_PRESETS = ("canonical", *presets())


@click.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The CSV file.")
@click.option("--preset", type=click.Choice(_PRESETS), default="canonical", show_default=True)
@click.option("--all", "everything", is_flag=True, help="Unapproved drafts too, marked for review.")
@click.option("--only", default="", metavar="N,N", help="These drafts alone.")
@click.option(
    "--addresses",
    type=click.Path(path_type=Path, dir_okay=False),
    help="An exported file with a filled email column; its addresses are not stored.",
)
@pass_app
def export(app: App, /, to: Path, preset: str, everything: bool, **which: object) -> None:
    """Write the approved drafts to a CSV file, with an empty e-mail column."""
    only = frozenset(int(n) for n in re.findall(r"\d{1,18}", str(which["only"])))
    addresses = which["addresses"]
    wanted = ExportRequest(
        preset, everything, only, addresses if isinstance(addresses, Path) else None
    )
    result = write(desk(app), contexts(app), to, wanted)
    for reason in result.left_out:
        click.echo(f"left out: {reason}", err=True)
    if not result.numbers:
        click.echo("nothing to export; approve first: sourcing drafts approve N --opened", err=True)
        return
    click.echo(f"{len(result.numbers)} drafts written to {to}", err=True)
    if result.warning:
        click.echo(f"warning: {result.warning}", err=True)


@click.command("import")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_app
def import_(app: App, file: Path) -> int:
    """Import a file of `export --all`: its edits and one verdict per row."""
    refused = 0
    for row in import_file(desk(app), contexts(app), file):
        if row.refused:
            refused += 1
            click.echo(f"refused: {row.refused}", err=True)
        else:
            click.echo(f"draft {row.number}: {row.done}", err=True)
    return 1 if refused else 0


@click.command()
@pass_app
def templates(app: App) -> None:
    """Write the templates into templates/ beside the config, to be edited."""
    folder = app.config_path.parent / "templates"
    for form in (*FORMS, "subject"):
        path = folder / f"{form}.txt.j2"
        if path.exists():
            click.echo(f"{path} is already there", err=True)
            continue
        files.write(path, Templates().source(form)[1])
        click.echo(f"{path} written; `sourcing doctor` checks it", err=True)
