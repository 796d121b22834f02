"""`sourcing suppress`: never to be stored or written to again, whoever crawls what."""

from __future__ import annotations

import click

from db.ranking import persons
from sourcing.cli._app import App, pass_app
from sourcing.cli.privacy.forget import forget
from sourcing.privacy import erasure


@click.command("suppress")
@click.argument("who", metavar="PERSON")
@click.option("--yes", is_flag=True, help="Without asking.")
@pass_app
def command(app: App, who: str, yes: bool) -> None:
    """Somebody said "do not contact me, do not store me": for good.

    What is stored of them is erased, and no crawl stores them again: kept are keyed hashes that
    recognise them. PERSON may be somebody not seen yet: @login, an identity, a page of theirs.
    """
    store = app.store(create=True)
    if persons.find(store, who):
        forget(app, who, yes=yes, keep_away=True)
        return
    if (person := erasure.here(store, who)) is not None:
        forget(app, str(person), yes=yes, keep_away=True)
    else:
        click.echo(f"{who}: nobody here is called so; will not be stored when they show up")
    erasure.keep_away(store, who, app.stamp)
