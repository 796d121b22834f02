"""`sourcing forget`: erase a person, here and in our backups, and tell what still holds them."""

from __future__ import annotations

import sys

import click

from db.privacy import erasure as rows
from db.ranking import persons
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.people.profile import find
from sourcing.pipeline.lock import lock
from sourcing.privacy import erasure


@click.command("forget")
@click.argument("who", metavar="PERSON", required=False)
@click.option("--no-suppress", is_flag=True, help="The next crawl may find them again.")
@click.option("--scrub", is_flag=True, help="Only rewrite the file, so that nothing deleted stays.")
@click.option("--yes", is_flag=True, help="Without asking.")
@pass_app
def command(app: App, who: str | None, no_suppress: bool, scrub: bool, yes: bool) -> None:
    """Erase a person: accounts, work of theirs alone, score, drafts, notes, their name in others'.

    From the search index, the journal, free pages and our backups, too. What they made together
    with others stays for the others. Files exported before are listed.
    """
    if scrub and not who:
        if not rows.scrub(app.store()):
            raise ConfigError("another program is reading the database; close it and try again")
        click.echo("the file was rewritten: nothing deleted is left in it")
        return
    if not who:
        raise ConfigError("say who: sourcing forget PERSON")
    forget(app, who, yes=yes, keep_away=not no_suppress)


def forget(app: App, who: str, *, yes: bool, keep_away: bool) -> None:
    """Erase one person, having asked once more on a terminal, and tell what became of it."""
    store = app.store()
    person = find(store, who)
    row = persons.person(store, person)
    called = f"{row['name'] or row['login'] or 'nameless'} (person {person})"
    if sys.stdin.isatty() and not yes:
        click.confirm(f"Erase {called} for good?", abort=True, err=True)
    with lock(app.db_path):
        done = erasure.forget(store, person, app.stamp, keep_away=keep_away)
    click.echo(f"{called}: erased: {', '.join(erasure.summary(done.erased))}")
    if keep_away:
        click.echo("No crawl will store them again.")
    if done.elsewhere:
        click.echo("Still to do by hand:")
    for line in done.elsewhere:
        click.echo(f"  {line}")
