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
    """Copy the database to FILE, also during a crawl, and verify the copy.

    Only its owner can read the copy. An existing file is never overwritten. To restore it, replace
    the database with it while no other program uses the database.
    """
    store = app.store()
    # A backup that is killed here is found and deleted at the next start. Only a new folder is
    # recorded: that waits for a crawl's transaction, and the copy itself need not.
    folder = str(file.absolute().parent)
    if folder not in {str(store.path.absolute().parent), store.meta("backup_folder")}:
        store.set_meta("backup_folder", folder)
    rows = backup.copy(store.conn, file)
    try:
        store.note_backup(str(file.absolute()), app.stamp)
    except StoreError:
        # Erasure does not reach a copy without a recorded path.
        file.unlink()
        raise
    size = file.stat().st_size / 1e6
    click.echo(
        f"{file}: {rows['contributions']} contributions, {rows['persons']} people,"
        f" {rows['drafts']} drafts; {size:.1f} MB, sound"
    )
