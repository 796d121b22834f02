"""`sourcing people`: manual corrections of who is one person, and notices that fall due."""

from __future__ import annotations

from datetime import date, timedelta

import click

from db.identity import manual_links
from db.privacy import retention as rows
from db.ranking import persons
from db.ranking.persons import IdentityRecord
from sourcing import identity as who_is_who
from sourcing.cli._app import DAYS, App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.people.profile import find
from sourcing.pipeline.evaluate import assess
from sourcing.privacy import retention

_SHOWN = 50


@click.group("people")
def command() -> None:
    """Which identities are one person, and who must be told what is stored about them."""


@command.command("list")
@click.option("--alike", is_flag=True, help="People of the same name who are not joined.")
@pass_app
def list_(app: App, alike: bool) -> None:
    """People with several identities, and manual corrections."""
    store = app.store()
    if alike:
        for shared in manual_links.shared_names(store, _SHOWN):
            click.echo(f"{shared.name}: person {', '.join(map(str, shared.persons))}")
        return
    for person in manual_links.joined_persons(store, _SHOWN):
        click.echo(f"{person.id}  {person.name or person.login or ''}")
        for key in person.keys:
            click.echo(f"     {key}")
    for link in manual_links.recorded(store):
        verdict = "one person" if link.verdict == "same" else "two persons"
        click.echo(f"manual, {link.made_at[:10]}: {link.a} and {link.b}: {verdict}")
        click.echo(f"     {link.proof}")


@command.command()
@click.argument("a", metavar="PERSON")
@click.argument("b", metavar="PERSON")
@click.option("--proof", required=True, help="What shows it: words, a link.")
@pass_app
def join(app: App, a: str, b: str, proof: str) -> None:
    """Two people, or identities, are one human. No crawl undoes it; `split` does."""
    store = app.store()
    one, two = _identity(app, a), _identity(app, b)
    if one.person_id == two.person_id:
        raise ConfigError(f"{a} and {b} are one person already: {one.person_id}")
    manual_links.join(store, one.id, two.id, _said(proof), app.stamp)
    _resolve(app)
    click.echo(f"{a} and {b} are person {_identity(app, one.key).person_id}", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@click.argument("identity", metavar="IDENTITY")
@click.option("--proof", default="told apart by hand", help="What shows it: words, a link.")
@pass_app
def split(app: App, who: str, identity: str, proof: str) -> None:
    """An identity is not this person. No crawl undoes it; `join` does."""
    store = app.store()
    theirs = persons.identities(store, find(store, who))
    chosen = [row for row in theirs if row.key == identity]
    if not chosen:
        known = ", ".join(row.key for row in theirs)
        raise ConfigError(f"{who} has no identity {identity!r}; there are: {known}")
    others = [row.id for row in theirs if row.key != identity]
    if not others:
        raise ConfigError(f"{identity} is all there is of {who}; there is nothing to split")
    manual_links.separate(store, chosen[0].id, others, _said(proof), app.stamp)
    _resolve(app)
    click.echo(f"{identity} is person {_identity(app, identity).person_id} now", err=True)


@command.command()
@click.option("--within", type=DAYS, default=30, show_default=True, metavar="DAYS")
@pass_app
def notices(app: App, within: int) -> None:
    """Who must be told that we hold something about them, and by when.

    For each: write to them (a draft says it), tell them otherwise (`people notified`), or let
    their details go (`people release`).
    """
    wanted = retention.near_the_top(app.store(), app.rubric, app.roles())
    last = (app.now + timedelta(days=within)).strftime("%Y-%m-%d")
    found = [n for n in retention.notices(app.store(), wanted) if n.due <= last]
    for n in found:
        late = "LATE " if n.due < app.stamp[:10] else ""
        why = f"first seen {n.first_seen}; {n.why_kept}"
        click.echo(f"{late}by {n.due}  {n.person}  {n.called} ({why})")
    if not found:
        click.echo(f"Nobody within {within} days.", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@click.option("--how", required=True, help="By what route they were told.")
@pass_app
def notified(app: App, who: str, how: str) -> None:
    """Note that somebody was told what is held about them."""
    person = find(app.store(), who)
    rows.record_notice(app.store(), person, _said(how), app.stamp)
    click.echo(f"{who}: told", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@pass_app
def release(app: App, who: str) -> None:
    """Let somebody's profile details go now; their public work stays under their login."""
    person = find(app.store(), who)
    rows.release(app.store(), person, app.stamp)
    who_is_who.resolve(app.store(), app.stamp)
    click.echo(f"{who}: name, place, company, bio and pages let go", err=True)


def _resolve(app: App) -> None:
    """Bring persons and their scores up to date, as of the week everybody is scored for."""
    store = app.store()
    week = (store.meta("scored") or "").partition(" ")[0]
    if week and app.config_path.exists():
        assess(store, app.config, app.now, date.fromisoformat(week))
    else:
        who_is_who.resolve(store, app.stamp)


def _identity(app: App, who: str) -> IdentityRecord:
    """The identity meant, or the best known one of the person meant."""
    theirs = persons.identities(app.store(), find(app.store(), who))
    return next((row for row in theirs if row.key == who), theirs[0])


def _said(proof: str) -> str:
    text = clean_line(proof, 300)
    if not text:
        raise ConfigError("--proof is empty: say what shows it")
    return text
