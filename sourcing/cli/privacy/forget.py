"""`sourcing forget`: erase a person, also in backups, and list the copies that remain."""

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
@click.option("--scrub", is_flag=True, help="Only rewrite the database file without deleted data.")
@click.option("--yes", is_flag=True, help="Without asking.")
@pass_app
def command(app: App, who: str | None, no_suppress: bool, scrub: bool, yes: bool) -> None:
    """Erase a person: accounts, work of theirs alone, score, drafts, notes, their name in others'.

    Also from the search index, the write-ahead log, free pages and backups. Work with other authors
    stays for the others. Exported files that name them are listed.
    """
    if scrub and not who:
        if not rows.compact(app.store()):
            raise ConfigError("another program is reading the database; close it and try again")
        click.echo("the file was rewritten without deleted data")
        return
    if not who:
        raise ConfigError("name a person: sourcing forget PERSON")
    forget(app, who, yes=yes, suppress=not no_suppress)


def confirm(question: str, *, yes: bool) -> None:
    """Ask before a step that cannot be undone; without a terminal, `--yes` is the answer."""
    if yes:
        return
    if not sys.stdin.isatty():
        raise ConfigError("this cannot be undone; without a terminal, confirm it with --yes")
    click.confirm(question, abort=True, err=True)


def forget(app: App, who: str, *, yes: bool, suppress: bool) -> None:
    """Erase one person after a confirmation, and print the report."""
    store = app.store()
    person = find(store, who)
    row = persons.person(store, person)
    called = f"{row.name or row.login or 'nameless'} (person {person})"
    confirm(f"Erase {called} permanently?", yes=yes)
    with lock(app.db_path):
        done = erasure.forget(store, person, app.stamp, suppress=suppress)
    click.echo(f"{called}: erased: {', '.join(erasure.summary(done.counts))}")
    for line in done.notes:
        click.echo(f"Deleted as well: {line}")
    if suppress:
        click.echo("No crawl will store them again.")
    if done.remaining:
        click.echo("Still to do manually:")
    for line in done.remaining:
        click.echo(f"  {line}")
