"""`sourcing shortlist`: who, best first, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime, timedelta
from typing import get_args

import click
from rich.style import Style
from rich.table import Table
from rich.text import Text

from db.outreach.notes import STATUSES
from db.ranking.persons import Filter
from sourcing.cli._app import COUNT_OR_ALL, DAYS, App, pass_app
from sourcing.cli._console import Console
from sourcing.core.csv_files import write_csv
from sourcing.core.model import Work
from sourcing.shortlist.entries import Entry, Piece, flat, shortlist
from sourcing.shortlist.opening_ranking import ranked, unplaced

#: Points below which matches are not shown to add any.
_NOISE = 0.05
FIRST_COLUMNS = ("rank", "person_id", "login", "name", "aliases", "score")
_MORE_COLUMNS = (
    "last_active", "status", "evidence_1", "link_1", "evidence_2", "link_2", "evidence_3", "link_3",
    "added", "matches", "unknown",
)  # fmt: skip


@click.command("shortlist")
@click.option("--role", help="A role of the rubric.  [default: reliability-tooling]")
@click.option("--opening", help="An opening, with its role.")
@click.option("--about", metavar="TEXT", help="People whose work matches these words.")
@click.option("--repo", help="People with relevant work in this repository.")
@click.option("--kind", type=click.Choice(get_args(Work)), help="... with this kind of work.")
@click.option("--location", metavar="TEXT", help="... whose published location holds this.")
@click.option("--company", metavar="TEXT", help="... whose published company holds this.")
@click.option(
    "--active-within", type=DAYS, metavar="DAYS", help="... with public work in the last days."
)
@click.option("--new-since", type=click.DateTime(["%Y-%m-%d"]), help="... first seen since.")
@click.option("--status", type=click.Choice(STATUSES), help="... with this status.")
@click.option("--limit", type=COUNT_OR_ALL, default=20, show_default=True, help="0: all.")
@click.option(
    "--format", "layout", type=click.Choice(["table", "json", "csv", "md"]), default="table",
    show_default=True,
)  # fmt: skip
@pass_app
def command(
    app: App, /, role: str | None, opening: str | None, layout: str, **wishes: object
) -> None:
    """Who shows the work a role asks for, best first, and why."""
    name, wanted = app.opening(opening)
    chosen = role or wanted.role
    store, wish = app.store(), _filter(app, **wishes)
    if opening:
        wanted = wanted.model_copy(update={"role": chosen})
        found = ranked(store, app.rubric, name, wanted, wish, app.now)
        entries, notes = list(found.entries), list(found.notes)
    else:
        entries, notes = list(shortlist(store, app.rubric, chosen, wish)), []
    for note in (*notes, *unplaced(store, chosen, wish)):
        click.echo(note, err=True)
    if layout == "csv":
        write_csv(sys.stdout, FIRST_COLUMNS + _MORE_COLUMNS, flat(entries))
    elif layout == "json":
        for entry in entries:
            click.echo(json.dumps(asdict(entry), ensure_ascii=False))
    elif not entries:
        click.echo("Nobody. Crawl first, or widen the filter.", err=True)
    elif layout == "md":
        click.echo("\n".join(_markdown(entries)))
    else:
        _table(entries, chosen, store.meta("scored") or "")


def _filter(app: App, **wishes: object) -> Filter:
    within, since = wishes.pop("active_within"), wishes.pop("new_since")
    active = app.now - timedelta(days=within) if isinstance(within, int) else None
    return Filter(
        today=app.stamp[:10],
        active_since=active.strftime("%Y-%m-%d") if active else None,
        new_since=since.strftime("%Y-%m-%d") if isinstance(since, datetime) else None,
        **wishes,  # type: ignore[arg-type] # click has checked them
    )


def _markdown(entries: Sequence[Entry]) -> list[str]:
    lines = []
    for e in entries:
        handle = f" (@{e.login})" if e.login else ""
        tie = ", tied" if e.tied else ""
        lines.append(f"{e.rank}. **{_plain(e.called)}**{handle}: {_points(e)}{tie}{_unknown(e)}")
        for met in e.matches:
            p = met.piece
            link = f"[{_plain(p.title)}]({p.url})" if p.url else _plain(p.title)
            lines.append(f"   - {met.kind} “{_plain(met.wanted)}”: {link} ({_where(p)})")
        for p in _unmatched(e):
            link = f"[{_plain(p.title)}]({p.url})" if p.url else _plain(p.title)
            lines.append(f"   - {p.work}: {link} ({_where(p)})")
    return lines


def _unmatched(entry: Entry) -> Sequence[Piece]:
    """The evidence that is not shown as a match already."""
    met = {match.piece.id for match in entry.matches}
    return [piece for piece in entry.evidence if piece.id not in met]


def _points(entry: Entry) -> str:
    return f"{entry.score:.1f}" + (f" + {entry.added:.1f}" if entry.added >= _NOISE else "")


def _unknown(entry: Entry) -> str:
    return f" ({' and '.join(entry.unknown)} unknown)" if entry.unknown else ""


def _where(piece: Piece) -> str:
    return ", ".join(filter(None, (piece.place, piece.date, piece.part)))


def _plain(text: str) -> str:
    return "".join("\\" + c if c in "\\`*_[]<>|" else c for c in text)


def _table(entries: Sequence[Entry], role: str, scored: str) -> None:
    console = Console()
    width = None if console.is_terminal else 140
    console = Console(width=width)
    table = Table(title=f"{role}, as of {scored.partition(' ')[0]}", title_justify="left")
    table.add_column("#", justify="right")
    table.add_column("person", justify="right")
    table.add_column("who", min_width=18, max_width=28)
    table.add_column("score", justify="right")
    table.add_column("active")
    table.add_column("why: the strongest work", ratio=1)
    for e in entries:
        who = Text(e.called)
        if e.login and e.login != e.called:
            who.append(f"\n@{e.login}", style="dim")
        if e.unknown:
            who.append(f"\n{_unknown(e).strip()}", style="dim")
        why = Text()
        for met in e.matches:
            p = met.piece
            why.append("\n" if why else "")
            why.append(f"{met.kind} “{met.wanted}”: ", style="bold green")
            why.append(p.title, style=Style(link=p.url) if p.url else "")
            why.append(f" ({_where(p)})", style="dim")
        for p in _unmatched(e):
            why.append("\n" if why else "")
            why.append(f"{p.work}: ", style="bold")
            why.append(p.title, style=Style(link=p.url) if p.url else "")
            why.append(f" ({_where(p)})", style="dim")
        table.add_row(
            f"{e.rank}{'=' if e.tied else ''}",
            str(e.person_id),
            who,
            f"{e.score:.1f}",
            e.last_active,
            why,
        )
    console.print(table)
    if any(e.tied for e in entries):
        console.print("= the same score as a neighbour: the order between them says nothing")
    console.print("Open one: sourcing show PERSON (the number in the second column, or a login)")
