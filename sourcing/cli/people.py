"""`sourcing people`: who is who, corrected by hand; whose notice falls due."""

from __future__ import annotations

import json
from datetime import date
from sqlite3 import Row

import click

from db import corrections, people
from sourcing import people as who_is_who
from sourcing.assess import assess
from sourcing.cli._app import App, pass_app
from sourcing.dossier import find
from sourcing.errors import ConfigError
from sourcing.text import clean_line

_SHOWN = 50


@click.group("people")
def command() -> None:
    """Who is who, and who must be told that we hold something about them."""


@command.command("list")
@click.option("--alike", is_flag=True, help="Several people of one name, joined by no proof.")
@pass_app
def list_(app: App, alike: bool) -> None:
    """People seen under several identities, and what was corrected by hand."""
    store = app.store()
    if alike:
        for row in corrections.alike(store, _SHOWN):
            numbers = ", ".join(map(str, json.loads(row["persons"])))
            click.echo(f"{row['name']}: person {numbers}")
        return
    for row in corrections.many(store, _SHOWN):
        click.echo(f"{row['id']}  {row['name'] or row['login'] or ''}")
        for key in json.loads(row["keys"]):
            click.echo(f"     {key}")
    for row in corrections.made(store):
        word = "one human" if row["verdict"] == "same" else "two humans"
        click.echo(f"by hand, {row['made_at'][:10]}: {row['a']} and {row['b']}: {word}")
        click.echo(f"     {row['proof']}")


@command.command()
@click.argument("a", metavar="PERSON")
@click.argument("b", metavar="PERSON")
@click.option("--proof", required=True, help="What shows it: words, a link.")
@pass_app
def join(app: App, a: str, b: str, proof: str) -> None:
    """Two people, or identities, are one human. No crawl undoes it; `split` does."""
    store = app.store()
    one, two = _identity(app, a), _identity(app, b)
    if one["person_id"] == two["person_id"]:
        raise ConfigError(f"{a} and {b} are one person already: {one['person_id']}")
    corrections.joined(store, one["id"], two["id"], _said(proof), app.stamp)
    _settle(app)
    click.echo(f"{a} and {b} are person {_identity(app, one['key'])['person_id']}", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@click.argument("identity", metavar="IDENTITY")
@click.option("--proof", default="told apart by hand", help="What shows it: words, a link.")
@pass_app
def split(app: App, who: str, identity: str, proof: str) -> None:
    """An identity is not this person. No crawl undoes it; `join` does."""
    store = app.store()
    rows = people.identities(store, find(store, who))
    chosen = [row for row in rows if row["key"] == identity]
    if not chosen:
        known = ", ".join(row["key"] for row in rows)
        raise ConfigError(f"{who} has no identity {identity!r}; there are: {known}")
    others = [row["id"] for row in rows if row["key"] != identity]
    if not others:
        raise ConfigError(f"{identity} is all there is of {who}; there is nothing to split")
    corrections.parted(store, chosen[0]["id"], others, _said(proof), app.stamp)
    _settle(app)
    click.echo(f"{identity} is person {_identity(app, identity)['person_id']} now", err=True)


def _settle(app: App) -> None:
    """Bring persons and their scores up to date, as of the week everybody is scored for."""
    store = app.store()
    week = (store.meta("scored") or "").partition(" ")[0]
    if week and app.config_path.exists():
        assess(store, app.config, app.now, date.fromisoformat(week))
    else:
        who_is_who.settle(store, app.stamp)


def _identity(app: App, who: str) -> Row:
    """The identity meant, or the best known one of the person meant."""
    rows = people.identities(app.store(), find(app.store(), who))
    return next((row for row in rows if row["key"] == who), rows[0])


def _said(proof: str) -> str:
    text = clean_line(proof, 300)
    if not text:
        raise ConfigError("--proof is empty: say what shows it")
    return text
