"""`sourcing mark`: where somebody stands with you, in your own words."""

from __future__ import annotations

import click

from db import marks
from sourcing.cli._app import App, pass_app
from sourcing.dossier import find
from sourcing.errors import ConfigError
from sourcing.respect import privacy
from sourcing.text import clean, clean_line


@click.command("mark")
@click.argument("who", metavar="PERSON")
@click.option("--status", type=click.Choice(marks.STATUSES), help="Where they stand now.")
@click.option("--note", help="A note; e-mail addresses in it are not kept.")
@click.option("--tag", "tags", multiple=True, help="A tag to put on.")
@click.option("--untag", "untags", multiple=True, help="A tag to take off.")
@pass_app
def command(
    app: App, who: str, status: str | None, note: str | None, tags: tuple[str, ...],
    untags: tuple[str, ...],
) -> None:  # fmt: skip
    """Set a status, add a note, put tags on or take them off."""
    if not (status or note or tags or untags):
        raise ConfigError("say what to mark: --status, --note, --tag or --untag")
    store = app.store()
    person = find(store, who)
    if status:
        privacy.set_status(store, person, status)
    if note:
        marks.note(store, person, clean(note, 2000), app.stamp)
    for word in tags:
        if cleaned := clean_line(word.replace(",", " "), 60):
            marks.tag(store, person, cleaned)
    for word in untags:
        marks.untag(store, person, word)
    said = ", ".join(marks.tags(store, person))
    click.echo(f"person {person} marked{f'; tags: {said}' if said else ''}", err=True)
