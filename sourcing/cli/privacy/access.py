"""`sourcing access`: everything stored about a person, as a file for them."""

from __future__ import annotations

from pathlib import Path

import click

from db.ranking import persons
from sourcing.cli._app import App, pass_app
from sourcing.core.config import Config
from sourcing.core.errors import ConfigError
from sourcing.people import subject_access
from sourcing.people.profile import find
from sourcing.privacy import erasure


@click.command("access")
@click.argument("who", metavar="PERSON")
@click.option(
    "--to", type=click.Path(path_type=Path), required=True, metavar="FILE",
    help="A new file: .html to read and print, .json for programs.",
)  # fmt: skip
@pass_app
def command(app: App, who: str, to: Path) -> None:
    """Write everything stored about a person, and why, to a file for them."""
    store = app.store()
    if not persons.find(store, who) and (since := erasure.suppressed_since(store, who)):
        raise ConfigError(f"nothing is stored about {who}: they are suppressed since {since[:10]}")
    person = find(store, who)
    config = app.config if app.config_path.exists() else Config()
    subject_access.write(store, app.rubric, config, person, to, app.stamp)
    click.echo(f"{to}: everything stored about person {person}; read it before you send it")
