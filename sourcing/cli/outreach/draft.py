"""`sourcing draft`: propose messages that each cite one work of the person."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from db.outreach import drafts
from db.ranking import persons as people
from sourcing.cli._app import COUNT, App, pass_app
from sourcing.cli.outreach.desk import contexts
from sourcing.core.errors import ConfigError, DraftError
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.outreach.compose import Templates
from sourcing.outreach.propose import Proposer
from sourcing.outreach.review import OutreachContext
from sourcing.people.profile import find
from sourcing.shortlist.rows import ShortlistRow
from sourcing.shortlist.shortlist import build


@click.command("draft")
@click.argument("who", nargs=-1, metavar="PERSON...")
@click.option("--top", type=COUNT, help="Draft to the first N of the shortlist.")
@click.option("--opening", help="For this opening.")
@click.option("--cite", metavar="URL", help="Cite this work of theirs; for one PERSON.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own Jinja2 template.")
@click.option("--short", is_flag=True, help="A note of 300 characters, notice included.")
@click.option("--follow-up", is_flag=True, help="The one second message, after no answer.")
@pass_app
def command(app: App, /, who: tuple[str, ...], top: int | None, **options: object) -> int:
    """Propose messages that each cite one work of the person.

    Nothing is sent. Read each with `sourcing drafts show N`, open its link, then approve it.
    """
    if bool(who) == bool(top):
        raise ConfigError("name PERSON... or give --top N")
    name, _ = app.opening(str(options["opening"]) if options["opening"] else None)
    context = contexts(app)(name)
    if isinstance(template := options["template"], Path):
        folder = app.config_path.parent / "templates"
        context = replace(context, templates=Templates(folder, template))
    persons = [find(app.store(), one) for one in who]
    if top:
        persons = [entry.person_id for entry in _best(app, context, top)]
    url = str(options["cite"] or "")
    if url and len(persons) != 1:
        raise ConfigError("--cite URL is for one PERSON")
    request = _Request(bool(options["short"]), bool(options["follow_up"]), url)
    proposer = Proposer.at(app.store(), context, app.now)
    done = [_propose(proposer, person, request) for person in persons]
    click.echo(f"{sum(done)} proposed, {len(done) - sum(done)} refused", err=True)
    return 0 if any(done) else 1


def _best(app: App, context: OutreachContext, top: int) -> Sequence[ShortlistRow]:
    """The first people of the shortlist, in the order of the opening."""
    query = ShortlistQuery(role=context.opening.role, limit=top, today=app.stamp[:10])
    opening = (context.name, context.opening) if context.name else None
    return build(app.store(), app.rubric, query, app.now, opening).rows


@dataclass(frozen=True, slots=True)
class _Request:
    """The kind of message, and the link of the work to cite if a human chose it."""

    short: bool
    follow_up: bool
    url: str


def _propose(proposer: Proposer, person: int, request: _Request) -> bool:
    try:
        if request.follow_up:
            number = proposer.follow_up(person)
        else:
            number = proposer.propose(person, short=request.short, url=request.url)
    except DraftError as exc:
        click.echo(f"no draft: {exc}", err=True)
        return False
    click.echo(f"draft {number} to person {person}", err=True)
    draft = drafts.get(proposer.store, number)
    if draft and draft.weak:
        click.echo(f"  weak: {draft.weak}", err=True)
    _warn_of(people.namesakes(proposer.store, person))
    return True


def _warn_of(namesakes: Sequence[int]) -> None:
    if namesakes:
        numbers = ", ".join(map(str, namesakes))
        click.echo(f"  person {numbers} has the same name; look before you write", err=True)
