"""`sourcing mark`: where somebody stands with you, in your own words."""

from __future__ import annotations

import click

from db.outreach import notes
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean, clean_line
from sourcing.people.profile import find
from sourcing.privacy import contact_policy


@click.command("mark")
@click.argument("who", metavar="PERSON")
@click.option("--status", type=click.Choice(notes.STATUSES), help="Where they stand now.")
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
        contact_policy.set_status(store, person, status)
    if note:
        notes.note(store, person, clean(note, 2000), app.stamp)
    for word in tags:
        if cleaned := clean_line(word.replace(",", " "), 60):
            notes.tag(store, person, cleaned)
    for word in untags:
        notes.untag(store, person, word)
    said = ", ".join(notes.tags(store, person))
    click.echo(f"person {person} marked{f'; tags: {said}' if said else ''}", err=True)
