"""`sourcing suppress`: erase a person and never store or contact them again."""

from __future__ import annotations

import click

from db.ranking import persons
from sourcing.cli._app import App, pass_app
from sourcing.cli.privacy.forget import confirm, forget
from sourcing.privacy import erasure


@click.command("suppress")
@click.argument("who", metavar="PERSON")
@click.option("--yes", is_flag=True, help="Without asking.")
@pass_app
def command(app: App, who: str, yes: bool) -> None:
    """Never store or contact a person again.

    Their data is erased, and keyed hashes of their identifiers are kept, so that no crawl stores
    them again. PERSON may be unknown so far: @login, an identity, or a page of theirs.
    """
    store = app.store(create=True)
    if persons.find(store, who):
        forget(app, who, yes=yes, suppress=True)
        return
    if (person := erasure.stored_person(store, who)) is not None:
        forget(app, str(person), yes=yes, suppress=True)
    else:
        confirm(f"Suppress {who} permanently?", yes=yes)
        click.echo(f"{who}: not stored so far; no crawl will store them")
    erasure.suppress_unseen(store, who, app.stamp)
