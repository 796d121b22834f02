"""`sourcing draft`: propose messages, each citing one thing the person did."""

from __future__ import annotations

from pathlib import Path

import click

from db import people
from db.people import Filter
from sourcing import outreach
from sourcing.cli._app import App, pass_app
from sourcing.dossier import find
from sourcing.errors import ConfigError, DraftError
from sourcing.shortlist import shortlist


@click.command("draft")
@click.argument("who", nargs=-1, metavar="PERSON...")
@click.option("--top", type=click.IntRange(min=1), help="Draft to the first N of the shortlist.")
@click.option("--opening", help="For this opening.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own Jinja2 template.")
@pass_app
def command(
    app: App, who: tuple[str, ...], top: int | None, opening: str | None, template: Path | None
) -> int:
    """Propose messages that each cite one thing the person did.

    Nothing is sent. Read each with `sourcing drafts show N`, open its link, then approve it.
    """
    if bool(who) == bool(top):
        raise ConfigError("say who: either PERSON... or --top N")
    store, (name, wanted) = app.store(), app.opening(opening)
    persons = [find(store, one) for one in who]
    if top:
        entries = shortlist(store, app.rubric, wanted.role, Filter(limit=top))
        persons = [entry.person_id for entry in entries]
    brief = outreach.Brief(app.config, name, wanted, app.user, template)
    refused = 0
    for person in persons:
        try:
            number = outreach.propose(store, brief, person, app.now)
            click.echo(f"draft {number} to person {person}", err=True)
            if others := people.namesakes(store, person):
                numbers = ", ".join(map(str, others))
                click.echo(f"  the same name is borne by person {numbers}; look before you write")
        except DraftError as exc:
            refused += 1
            click.echo(f"no draft: {exc}", err=True)
    click.echo(f"{len(persons) - refused} proposed, {refused} refused", err=True)
    return 1 if refused == len(persons) else 0
