"""`sourcing mark`: status, notes and tags of a person."""

from __future__ import annotations

import click

from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.people import marks
from sourcing.people.profile import find


@click.command("mark")
@click.argument("who", metavar="PERSON")
@click.option("--status", type=click.Choice(marks.STATUSES), help="The new status.")
@click.option("--note", help="A note; e-mail addresses are removed from it.")
@click.option("--tag", "tags", multiple=True, help="A tag to add.")
@click.option("--untag", "untags", multiple=True, help="A tag to remove.")
@pass_app
def command(
    app: App, who: str, status: str | None, note: str | None, tags: tuple[str, ...],
    untags: tuple[str, ...],
) -> None:  # fmt: skip
    """Set a status, add a note, add or remove tags."""
    if not (status or note or tags or untags):
        raise ConfigError("nothing to mark: give --status, --note, --tag or --untag")
    store = app.store()
    person = find(store, who)
    marks.mark(store, person, marks.Marks(status or "", note or "", tags, untags), app.stamp)
    now = ", ".join(marks.tags(store, person))
    click.echo(f"person {person} marked{f'; tags: {now}' if now else ''}", err=True)
