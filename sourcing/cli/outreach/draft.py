"""`sourcing draft`: propose messages, each citing one thing the person did."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import click

from db.outreach import drafts
from db.ranking import persons as people
from db.ranking.persons import Filter
from sourcing.cli._app import COUNT, App, pass_app
from sourcing.cli.outreach.desk import briefs
from sourcing.core.errors import ConfigError, DraftError
from sourcing.outreach import propose
from sourcing.outreach.compose import Templates
from sourcing.outreach.propose import Brief
from sourcing.people.profile import find
from sourcing.shortlist.entries import Entry, shortlist
from sourcing.shortlist.opening_ranking import ranked


@click.command("draft")
@click.argument("who", nargs=-1, metavar="PERSON...")
@click.option("--top", type=COUNT, help="Draft to the first N of the shortlist.")
@click.option("--opening", help="For this opening.")
@click.option("--template", type=click.Path(path_type=Path), help="Your own Jinja2 template.")
@click.option("--short", is_flag=True, help="A note of 300 characters, notice included.")
@click.option("--follow-up", is_flag=True, help="The one second message, after no answer.")
@pass_app
def command(app: App, /, who: tuple[str, ...], top: int | None, **wishes: object) -> int:
    """Propose messages that each cite one thing the person did.

    Nothing is sent. Read each with `sourcing drafts show N`, open its link, then approve it.
    """
    if bool(who) == bool(top):
        raise ConfigError("say who: either PERSON... or --top N")
    name, _ = app.opening(str(wishes["opening"]) if wishes["opening"] else None)
    brief = briefs(app)(name)
    if isinstance(template := wishes["template"], Path):
        folder = app.config_path.parent / "templates"
        brief = replace(brief, templates=Templates(folder, template))
    persons = [find(app.store(), one) for one in who]
    if top:
        persons = [entry.person_id for entry in _best(app, brief, top)]
    wish = _Wish(bool(wishes["short"]), bool(wishes["follow_up"]), asked_for=not top)
    done = [_propose(app, brief, person, wish) for person in persons]
    click.echo(f"{sum(done)} proposed, {len(done) - sum(done)} refused", err=True)
    return 0 if any(done) else 1


def _best(app: App, brief: Brief, top: int) -> Sequence[Entry]:
    """The first of the shortlist, as it is shown for the opening."""
    wish = Filter(limit=top, today=app.stamp[:10])
    if brief.name:
        return ranked(app.store(), app.rubric, brief.name, brief.opening, wish, app.now).entries
    return list(shortlist(app.store(), app.rubric, brief.opening.role, wish))


@dataclass(frozen=True, slots=True)
class _Wish:
    """Which kind of message, and whether its reader was named."""

    short: bool
    again: bool
    asked_for: bool


def _propose(app: App, brief: Brief, person: int, wish: _Wish) -> bool:
    store = app.store()
    try:
        if wish.again:
            number = propose.follow_up(store, brief, person, app.now)
        else:
            number = propose.propose(
                store, brief, person, app.now, short=wish.short, asked_for=wish.asked_for
            )
    except DraftError as exc:
        click.echo(f"no draft: {exc}", err=True)
        return False
    click.echo(f"draft {number} to person {person}", err=True)
    row = drafts.get(store, number)
    if row and row["weak"]:
        click.echo(f"  weak: {row['weak']}", err=True)
    _warn_of(people.namesakes(store, person))
    return True


def _warn_of(namesakes: Sequence[int]) -> None:
    if namesakes:
        numbers = ", ".join(map(str, namesakes))
        click.echo(f"  the same name is borne by person {numbers}; look before you write", err=True)
