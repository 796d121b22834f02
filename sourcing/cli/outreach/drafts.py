"""`sourcing drafts`: the queue of drafts, one decision at a time."""

from __future__ import annotations

import re
import sys
from typing import TextIO

import click
from rich.table import Table
from rich.text import Text

from db.outreach import drafts
from sourcing.cli._app import COUNT, App, pass_app
from sourcing.cli._console import Console
from sourcing.cli.outreach import draft_files
from sourcing.cli.outreach.desk import briefs, desk, print_checks
from sourcing.core.errors import ConfigError
from sourcing.outreach import link_check, propose, workflow
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.message import NOTICE

STATUSES = ("proposed", "edited", "approved", "rejected", "sent", "exported", "expired")

number_argument = click.argument("number", type=COUNT)


@click.group("drafts")
def command() -> None:
    """List, read, edit, approve, send and export drafts. Nothing is ever sent from here."""


command.add_command(draft_files.export)
command.add_command(draft_files.import_)
command.add_command(draft_files.templates)


@command.command("list")
@click.option("--status", type=click.Choice(STATUSES), help="Only those with this status.")
@pass_app
def list_(app: App, status: str | None) -> None:
    """All drafts that live."""
    table = Table()
    for title in ("draft", "to", "status", "subject", "cites", "note"):
        table.add_column(title, overflow="fold")
    for row in drafts.listed(app.store(), status):
        to = row["name"] or row["login"] or f"#{row['person_id']}"
        state = f"{row['status']}, {row['outcome']}" if row["outcome"] else row["status"]
        note = "weak" if row["weak"] else ""
        if row["status"] in {"proposed", "edited", "approved"} and row["expires_at"] < app.stamp:
            note = f"expired {row['expires_at'][:10]}"
        cells = (str(row["id"]), to, state, row["subject"], row["evidence_url"] or "", note)
        table.add_row(*map(Text, cells))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


@command.command()
@number_argument
@pass_app
def show(app: App, number: int) -> None:
    """One draft: what it cites, the twelve checks, the routes, what was done with it."""
    draft = workflow.draft(app.store(), number)
    click.echo(f"Draft {number}, {draft['status']}, to {draft['name'] or draft['login']}")
    click.echo(f"Cites:   {draft['evidence_url']}\nSubject: {draft['subject']}\n")
    click.echo(draft["body"])
    if draft["weak"]:
        click.echo(f"\nWeak: {draft['weak']}")
    click.echo("\nChecks")
    brief = briefs(app)(draft["opening"])
    print_checks(propose.examine(app.store(), brief, draft, app.stamp))
    offered = routes(app.store(), draft["person_id"])
    click.echo("\nWays to them" if offered else "\nNo acceptable way to them is known.")
    for route in offered:
        click.echo(f"  {route.kind}: {route.url} ({route.basis}; {route.seen})")
    click.echo()
    for row in drafts.history(app.store(), number):
        click.echo(f"{row['at']}  {row['event']} by {row['by']}")


@command.command()
@number_argument
@click.option("--body-file", type=click.File(encoding="utf-8"), help="The new body; - is stdin.")
@click.option("--subject", help="A new subject.")
@pass_app
def edit(app: App, number: int, body_file: TextIO | None, subject: str | None) -> int:
    """Change the words of a draft, in your editor or from a file; it is checked at once."""
    draft = workflow.draft(app.store(), number)
    if body_file is not None:
        try:
            body: str | None = body_file.read()
        except UnicodeDecodeError as exc:
            raise ConfigError(f"{body_file.name}: not UTF-8 (byte {exc.start})") from exc
    else:
        body = draft["body"] if subject else click.edit(draft["body"])
    if body is None:
        raise ConfigError(f"draft {number}: nothing was changed")
    workflow.edit(desk(app), number, _with_notice(body, draft["body"]), subject)
    draft = workflow.draft(app.store(), number)
    found = propose.examine(app.store(), briefs(app)(draft["opening"]), draft, app.stamp)
    print_checks(found)
    return 1 if any(check.verdict == "fail" and check.hard for check in found) else 0


def _with_notice(body: str, before: str) -> str:
    """An edit of the message alone keeps the notice."""
    if NOTICE in body or NOTICE not in before:
        return body
    return body.rstrip() + "\n" + NOTICE + before.partition(NOTICE)[2]


@command.command()
@number_argument
@click.option("--opened", is_flag=True, help="I have opened the link and it shows what is cited.")
@click.option("--confirm", default="", metavar="N,N", help="I answer for these checks.")
@pass_app
def approve(app: App, number: int, opened: bool, confirm: str) -> None:
    """Approve one draft, having opened its link; the link is asked once more."""
    answered = {int(n) for n in re.findall(r"\d{1,2}", confirm)}
    draft = workflow.draft(app.store(), number)
    if opened and draft["status"] in {"proposed", "edited"}:
        answer = link_check.look(
            draft["evidence_url"], draft["evidence_title"], app.config, app.now
        )
        drafts.asked(app.store(), number, answer)
        click.echo(f"the link: {answer}", err=True)
        workflow.opened(desk(app), number)
    workflow.approve(desk(app), briefs(app)(draft["opening"]), number, answered)
    click.echo(f"draft {number} approved", err=True)


@command.command()
@number_argument
@click.option("--reason", required=True, help="Why; it stays with the draft.")
@pass_app
def reject(app: App, number: int, reason: str) -> None:
    """Reject one draft."""
    workflow.reject(desk(app), number, reason)
    click.echo(f"draft {number} rejected", err=True)


@command.command()
@number_argument
@click.option("--via", required=True, metavar="ROUTE", help="A route they offer, or its kind.")
@click.option("--reason", help="Why a route they do not plainly offer is acceptable.")
@pass_app
def sent(app: App, number: int, via: str, reason: str | None) -> None:
    """Note that you have sent it, and by which route."""
    draft = workflow.draft(app.store(), number)
    workflow.sent(desk(app), briefs(app)(draft["opening"]), number, via, reason)
    click.echo(f"draft {number} sent; later: sourcing drafts outcome {number} replied", err=True)


@command.command()
@number_argument
@click.argument("what", type=click.Choice(workflow.OUTCOMES))
@pass_app
def outcome(app: App, number: int, what: str) -> None:
    """Note what came of it; who declined or complained is never written to again."""
    workflow.outcome(desk(app), number, what)
    if what in {"declined", "complained"}:
        person = workflow.draft(app.store(), number)["person_id"]
        click.echo(
            "noted: do not contact. The message promised to delete what is held:"
            f" sourcing forget {person}",
            err=True,
        )
