"""`sourcing people`: manual corrections of entity resolution, and notices that are due."""

from __future__ import annotations

from datetime import date, timedelta

import click

from sourcing import identity
from sourcing.cli._app import DAYS, App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.people.profile import find
from sourcing.pipeline.evaluate import assess
from sourcing.privacy import erasure, retention

_SHOWN = 50


@click.group("people")
def command() -> None:
    """Correct which identities are one person, and see who must be notified."""


@command.command("list")
@click.option("--alike", is_flag=True, help="People of the same name who are not joined.")
@pass_app
def list_(app: App, alike: bool) -> None:
    """List people with several identities, and manual corrections."""
    store = app.store()
    if alike:
        for shared in identity.shared_names(store, _SHOWN):
            click.echo(f"{shared.name}: person {', '.join(map(str, shared.persons))}")
        return
    for person in identity.joined_persons(store, _SHOWN):
        click.echo(f"{person.id}  {person.name or person.login or ''}")
        for key in person.keys:
            click.echo(f"     {key}")
    for link in identity.manual_corrections(store):
        verdict = "one person" if link.verdict == "same" else "two persons"
        click.echo(f"manual, {link.made_at[:10]}: {link.a} and {link.b}: {verdict}")
        click.echo(f"     {link.proof}")


@command.command()
@click.argument("a", metavar="PERSON")
@click.argument("b", metavar="PERSON")
@click.option("--proof", required=True, help="A link or a sentence that shows it.")
@pass_app
def join(app: App, a: str, b: str, proof: str) -> None:
    """Record that two people, or identities, are one person. No crawl undoes it; `split` does."""
    store = app.store()
    first = identity.identity_of(store, find(store, a), a)
    second = identity.identity_of(store, find(store, b), b)
    identity.join(store, first, second, _proof(proof), app.stamp)
    _resolve(app)
    click.echo(f"{a} and {b} are person {find(store, first.key)}", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@click.argument("key", metavar="IDENTITY")
@click.option("--proof", default="separated manually", help="A link or a sentence that shows it.")
@pass_app
def split(app: App, who: str, key: str, proof: str) -> None:
    """Record that an identity is not this person. No crawl undoes it; `join` does."""
    store = app.store()
    identity.split(store, find(store, who), key, _proof(proof), app.stamp)
    _resolve(app)
    click.echo(f"{key} is person {find(store, key)} now", err=True)


@command.command()
@click.option("--within", type=DAYS, default=30, show_default=True, metavar="DAYS")
@pass_app
def notices(app: App, within: int) -> None:
    """List the people who must be notified that data about them is stored, and by when.

    For each person: write to them (every draft contains the notice), notify them by another route
    (`people notified`), or delete their profile details (`people release`).
    """
    last = (app.now + timedelta(days=within)).strftime("%Y-%m-%d")
    due = [notice for notice in retention.notices(app.store()) if notice.due <= last]
    for notice in due:
        late = "LATE " if notice.due < app.stamp[:10] else ""
        click.echo(
            f"{late}by {notice.due}  {notice.person}  {notice.called} (in use since {notice.used})"
        )
    if not due:
        click.echo(f"Nobody within {within} days.", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@click.option("--how", required=True, help="The route by which you notified them.")
@pass_app
def notified(app: App, who: str, how: str) -> None:
    """Record that you notified a person of the data stored about them."""
    store = app.store()
    retention.record_notice(store, find(store, who), _proof(how, "--how"), app.stamp)
    click.echo(f"{who}: notified", err=True)


@command.command()
@click.argument("who", metavar="PERSON")
@pass_app
def release(app: App, who: str) -> None:
    """Delete a person's profile details now; their public work stays under their login."""
    store = app.store()
    retention.release(store, find(store, who), app.stamp)
    click.echo(f"{who}: name, location, company, bio and pages are deleted", err=True)


@command.command()
@click.option("--done", type=int, metavar="NUMBER", help="No copy of this request remains.")
@pass_app
def erasures(app: App, done: int | None) -> None:
    """List open requests for erasure, and the copies that remain elsewhere."""
    store = app.store()
    if done is not None:
        if not erasure.close_request(store, done, app.stamp):
            raise ConfigError(
                f"request {done} is not open, or the person is not erased; `sourcing forget` first"
            )
        click.echo(f"request {done}: done", err=True)
        return
    for task in erasure.open_requests(store):
        state = f"not erased: sourcing forget {task.person_id}"
        if task.erased_at:
            state = f"erased on {task.erased_at[:10]}"
        click.echo(f"{task.id}  asked on {task.asked_at[:10]} in {task.asked_in}; {state}")
        for line in task.remaining:
            click.echo(f"     {line}")


def _resolve(app: App) -> None:
    """Resolve the persons again, and score them as of the date of the other scores."""
    store = app.store()
    week = (store.meta("scored") or "").partition(" ")[0]
    if week and app.config_path.exists():
        assess(store, app.config, app.now, date.fromisoformat(week))
    else:
        identity.resolve(store, app.stamp)


def _proof(given: str, option: str = "--proof") -> str:
    """The text of an option that must not be empty."""
    text = clean_line(given, 300)
    if not text:
        raise ConfigError(f"{option} is empty")
    return text
