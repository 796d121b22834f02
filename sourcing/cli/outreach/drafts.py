"""`sourcing drafts`: the queue of drafts, one decision at a time."""

from __future__ import annotations

import re
import sys
from typing import TextIO

import click
from rich.table import Table
from rich.text import Text

from db.outreach import draft_changes, drafts
from sourcing.cli._app import COUNT, App, pass_app
from sourcing.cli._console import Console
from sourcing.cli.outreach import draft_files
from sourcing.cli.outreach.desk import contexts, desk, print_checks
from sourcing.core.draft_states import WAITING, DraftAction, DraftStatus, allows
from sourcing.core.errors import ConfigError
from sourcing.outreach import link_check, workflow
from sourcing.outreach.contact_routes import routes
from sourcing.outreach.message import NOTICE, text_hash
from sourcing.outreach.review import Reviewer

number_argument = click.argument("number", type=COUNT)


@click.group("drafts")
def command() -> None:
    """List, read, edit, approve, send and export drafts. Nothing is ever sent from here."""


command.add_command(draft_files.export)
command.add_command(draft_files.import_)
command.add_command(draft_files.templates)


@command.command("list")
@click.option(
    "--status",
    type=click.Choice([status.value for status in DraftStatus]),
    help="Only those with this status.",
)
@pass_app
def list_(app: App, status: str | None) -> None:
    """List all drafts that have not expired."""
    table = Table()
    for title in ("draft", "to", "status", "subject", "cites", "note"):
        table.add_column(title, overflow="fold")
    for draft in drafts.listed(app.store(), status):
        state = f"{draft.status}, {draft.outcome}" if draft.outcome else str(draft.status)
        note = "weak" if draft.weak else ""
        if allows(draft.status, DraftAction.EXPIRE) and draft.expires_at < app.stamp:
            note = f"expired {draft.expires_at[:10]}"
        url = draft.evidence_url or ""
        cells = (str(draft.id), draft.called, state, draft.subject, url, note)
        table.add_row(*map(Text, cells))
    Console(width=None if sys.stdout.isatty() else 140).print(table)


@command.command()
@number_argument
@pass_app
def show(app: App, number: int) -> None:
    """Show one draft: its text, its citation, the twelve checks, the contact routes, its log."""
    draft = workflow.draft(app.store(), number)
    click.echo(f"Draft {number}, {draft.status}, to {draft.called}")
    click.echo(f"Cites:   {draft.evidence_url}\nSubject: {draft.subject}\n")
    click.echo(draft.body)
    if draft.weak:
        click.echo(f"\nWeak: {draft.weak}")
    click.echo("\nChecks")
    print_checks(Reviewer(app.store(), app.stamp).examine(contexts(app)(draft.opening), draft))
    offered = routes(app.store(), draft.person_id)
    click.echo("\nContact routes" if offered else "\nNo acceptable contact route is known.")
    for route in offered:
        click.echo(f"  {route.kind}: {route.url} ({route.basis}; {route.seen})")
    click.echo()
    for event in drafts.history(app.store(), number):
        click.echo(f"{event.at}  {event.event} by {event.by}")


@command.command()
@number_argument
@click.option("--body-file", type=click.File(encoding="utf-8"), help="The new body; - is stdin.")
@click.option("--subject", help="A new subject.")
@pass_app
def edit(app: App, number: int, body_file: TextIO | None, subject: str | None) -> int:
    """Change the text of a draft in your editor or from a file; it is checked at once."""
    draft = workflow.draft(app.store(), number)
    if body_file is not None:
        try:
            body: str | None = body_file.read()
        except UnicodeDecodeError as exc:
            raise ConfigError(f"{body_file.name}: not UTF-8 (byte {exc.start})") from exc
    else:
        body = draft.body if subject else click.edit(draft.body)
    if body is None:
        raise ConfigError(f"draft {number}: nothing was changed")
    seen = text_hash(draft.subject, draft.body)
    workflow.edit(desk(app), number, _with_notice(body, draft.body), subject, seen)
    draft = workflow.draft(app.store(), number)
    found = Reviewer(app.store(), app.stamp).examine(contexts(app)(draft.opening), draft)
    print_checks(found)
    return 1 if any(check.verdict == "fail" and check.hard for check in found) else 0


def _with_notice(body: str, before: str) -> str:
    """The edited message, with the notice if the edit left it out."""
    if NOTICE in body or NOTICE not in before:
        return body
    return body.rstrip() + "\n" + NOTICE + before.partition(NOTICE)[2]


@command.command()
@number_argument
@click.option("--opened", is_flag=True, help="I opened the link and it shows the cited work.")
@click.option("--confirm", default="", metavar="N,N", help="I answer for these checks.")
@pass_app
def approve(app: App, number: int, opened: bool, confirm: str) -> None:
    """Approve one draft after opening its link; the link is requested once more."""
    answered = {int(n) for n in re.findall(r"\d{1,2}", confirm)}
    draft = workflow.draft(app.store(), number)
    if opened and draft.status in WAITING:
        answer = link_check.look(
            draft.evidence_url or "", draft.evidence_title, app.config, app.now
        )
        draft_changes.record_link(app.store(), number, answer)
        click.echo(f"the link: {answer}", err=True)
        workflow.record_opened(desk(app), number)
    seen = text_hash(draft.subject, draft.body)
    workflow.approve(desk(app), contexts(app)(draft.opening), number, answered, seen)
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
@click.option("--reason", help="Why a route that they do not clearly offer is acceptable.")
@pass_app
def sent(app: App, number: int, via: str, reason: str | None) -> None:
    """Record that you sent it, and by which route."""
    draft = workflow.draft(app.store(), number)
    workflow.record_sent(desk(app), contexts(app)(draft.opening), number, via, reason)
    click.echo(f"draft {number} sent; later: sourcing drafts outcome {number} replied", err=True)


@command.command()
@number_argument
@click.argument("what", type=click.Choice(workflow.OUTCOMES))
@pass_app
def outcome(app: App, number: int, what: str) -> None:
    """Record the outcome; a person who declined or complained gets no further message.

    "delete" opens an erasure task: `sourcing people erasures` lists the copies that remain.
    """
    person = workflow.draft(app.store(), number).person_id
    workflow.record_outcome(desk(app), number, what)
    if what == "delete":
        click.echo(
            f"recorded: they asked for deletion; erase them: sourcing forget {person}; the copies"
            " elsewhere: sourcing people erasures",
            err=True,
        )
    if what in {"declined", "complained"}:
        click.echo(
            f"recorded: do not contact. If they also asked for deletion: sourcing forget {person}",
            err=True,
        )
