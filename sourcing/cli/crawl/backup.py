"""`sourcing backup`: a verified copy of the database."""

from __future__ import annotations

from pathlib import Path

import click

from db import backup
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import StoreError


@click.command("backup")
@click.argument("file", type=click.Path(path_type=Path, dir_okay=False))
@pass_app
def command(app: App, file: Path) -> None:
    """Copy the database to FILE, also while a crawl is at work, and check the copy.

    The copy is only for its owner to read; an existing file is never overwritten. To restore it,
    put it in the place of the database while nothing else uses that.
    """
    store = app.store()
    rows = backup.copy(store.conn, file)
    try:
        store.note_backup(str(file.absolute()), app.stamp)
    except StoreError:
        # Who is forgotten would not be forgotten in a copy that is written down nowhere.
        file.unlink()
        raise
    size = file.stat().st_size / 1e6
    click.echo(
        f"{file}: {rows['contributions']} contributions, {rows['persons']} people,"
        f" {rows['drafts']} drafts; {size:.1f} MB, sound"
    )
