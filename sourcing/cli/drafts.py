"""`sourcing drafts`: the queue of drafts, one decision at a time."""

from __future__ import annotations

import sys
from pathlib import Path
from sqlite3 import Row

import click
from rich.console import Console
from rich.table import Table
from rich.text import Text

from db import drafts
from sourcing.cli._app import App, pass_app
from sourcing.errors import ConfigError
from sourcing.export import export as write
from sourcing.outreach import objection

STATUSES = ("proposed", "edited", "approved", "rejected", "sent", "exported", "expired")


@click.group("drafts")
def command() -> None:
    """List, read, approve, reject and export drafts. Nothing is ever sent from here."""


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@pass_app
def list_(app: App, status: str | None) -> None:
    """All drafts that live."""
    table = Table()
    for title in ("draft", "to", "status", "subject", "cites"):
        table.add_column(title, overflow="fold")
    for row in drafts.listed(app.store(), status):
        to = row["name"] or row["login"] or f"#{row['person_id']}"
        cells = (str(row["id"]), to, row["status"], row["subject"], row["evidence_url"] or "")
        table.add_row(*map(Text, cells))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


@command.command()
@click.argument("number", type=click.IntRange(1, 2**62))
@pass_app
def show(app: App, number: int) -> None:
    """One draft, what it cites and what was done with it."""
    draft = _draft(app, number)
    click.echo(f"Draft {number}, {draft['status']}, to {draft['name'] or draft['login']}")
    click.echo(f"Cites:   {draft['evidence_url']}\nSubject: {draft['subject']}\n")
    click.echo(draft["body"])
    click.echo()
    for row in drafts.history(app.store(), number):
        click.echo(f"{row['at']}  {row['event']} by {row['by']}")


@command.command()
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option("--opened", is_flag=True, help="I have opened the link and it shows what is cited.")
@pass_app
def approve(app: App, number: int, opened: bool) -> None:
    """Approve one draft, having opened its link."""
    draft = _draft(app, number)
    if draft["status"] not in {"proposed", "edited"}:
        raise ConfigError(f"draft {number} is {draft['status']}; only a proposed one is approved")
    if reason := objection(app.store(), draft, app.stamp):
        raise ConfigError(f"draft {number}: {reason}")
    if other := drafts.settled_for(app.store(), draft["person_id"], draft["opening"]):
        raise ConfigError(
            f"draft {number}: draft {other['id']} to this person is {other['status']}"
        )
    if not opened:
        raise ConfigError(
            f"open {draft['evidence_url']} first; then: sourcing drafts approve {number} --opened"
        )
    drafts.decide(app.store(), number, "approved", app.user, app.stamp)
    click.echo(f"draft {number} approved", err=True)


@command.command()
@click.argument("number", type=click.IntRange(1, 2**62))
@click.option("--reason", required=True, help="Why; it stays with the draft.")
@pass_app
def reject(app: App, number: int, reason: str) -> None:
    """Reject one draft."""
    draft = _draft(app, number)
    if draft["status"] not in {"proposed", "edited", "approved"}:
        raise ConfigError(f"draft {number} is already {draft['status']}")
    drafts.decide(app.store(), number, "rejected", app.user, app.stamp, reason)
    click.echo(f"draft {number} rejected", err=True)


@command.command()
@click.option("--to", type=click.Path(path_type=Path), required=True, help="The CSV file.")
@click.option("--all", "everything", is_flag=True, help="Unapproved ones too, marked as such.")
@pass_app
def export(app: App, to: Path, everything: bool) -> None:
    """Write the approved drafts to a CSV file, with an empty e-mail column."""
    count, left_out = write(
        app.store(), app.config, to, everything=everything, by=app.user, now=app.stamp
    )
    for reason in left_out:
        click.echo(f"left out: {reason}", err=True)
    if count:
        click.echo(f"{count} drafts written to {to}", err=True)
    else:
        click.echo("nothing to export; approve first: sourcing drafts approve N --opened", err=True)


def _draft(app: App, number: int) -> Row:
    draft = drafts.get(app.store(), number)
    if draft is None:
        raise ConfigError(f"there is no draft {number}; `sourcing drafts list` shows them")
    return draft
