"""`sourcing shortlist`: the people, best first, and why."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from contextlib import closing
from dataclasses import replace
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

import click
from rich.style import Style
from rich.table import Table
from rich.text import Text

from sourcing.cli._app import COUNT_OR_ALL, DAYS, App, pass_app
from sourcing.cli._console import Console
from sourcing.core import markdown
from sourcing.core.config import Opening
from sourcing.core.csv_files import write_csv
from sourcing.core.model import Work
from sourcing.core.shortlist_query import ShortlistQuery
from sourcing.people.marks import STATUSES
from sourcing.pipeline import settings
from sourcing.shortlist.rows import COLUMNS, STANDINGS, EvidenceItem, ShortlistRow, as_json, cells
from sourcing.shortlist.shortlist import Shortlist, build


def _standings(
    context: click.Context, option: click.Parameter, value: str | None
) -> tuple[str, ...]:
    """The standings in a comma-separated list."""
    words = tuple(filter(None, (value or "").replace(" ", "").split(",")))
    if unknown := set(words) - STANDINGS.keys():
        raise click.BadParameter(f"no standing {min(unknown)!r}; there are {', '.join(STANDINGS)}")
    return words


@click.command("shortlist")
@click.option("--role", help="A role of the rubric.  [default: reliability-tooling]")
@click.option("--opening", help="An opening, with its role.")
@click.option("--about", metavar="TEXT", help="People whose work answers this text.")
@click.option("--repo", help="People with relevant work in this repository.")
@click.option("--kind", type=click.Choice(get_args(Work)), help="... with this kind of work.")
@click.option("--location", metavar="TEXT", help="... whose published location contains this.")
@click.option("--company", metavar="TEXT", help="... whose published company contains this.")
@click.option(
    "--active-within", type=DAYS, metavar="DAYS", help="... with public work in the last days."
)
@click.option("--new-since", type=click.DateTime(["%Y-%m-%d"]), help="... first seen since.")
@click.option("--status", type=click.Choice(STATUSES), help="... with this status.")
@click.option(
    "--standing",
    callback=_standings,
    metavar="S,S",
    help="... of this standing: core, regular, occasional.",
)
@click.option(
    "--fixed-since",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="People who repaired what this lock file or SBOM names, since the versions in it.",
)
@click.option("--limit", type=COUNT_OR_ALL, default=20, show_default=True, help="0: all.")
@click.option(
    "--format", "layout", type=click.Choice(["table", "json", "csv", "md"]), default="table",
    show_default=True,
)  # fmt: skip
@pass_app
def command(
    app: App,
    /,
    role: str | None,
    opening: str | None,
    layout: str,
    fixed_since: Path | None,
    **options: object,
) -> None:
    """List the people with work that fits a role, best first, and why."""
    name, wanted = app.opening(opening)
    query = _query(app, role or wanted.role, **options)
    chosen = (name, wanted) if name else None
    if fixed_since:
        found = _fixed(app, fixed_since, query, chosen)
    else:
        found = build(app.store(), app.rubric, query, app.now, chosen)
    for note in found.notes:
        click.echo(note, err=True)
    if layout == "csv":
        write_csv(sys.stdout, list(COLUMNS), cells(found.rows))
    elif layout == "json":
        click.echo(json.dumps([as_json(row) for row in found.rows], ensure_ascii=False, indent=1))
    elif not found.rows:
        click.echo("No people. Crawl first, or remove a filter.", err=True)
    elif layout == "md":
        click.echo("\n".join(_markdown(found.rows)))
    else:
        _table(found.rows, query.role, app.store().meta("scored") or "")


def _fixed(
    app: App, path: Path, query: ShortlistQuery, chosen: tuple[str, Opening] | None
) -> Shortlist:
    """The people who repaired the packages of a file, in the order of their repairs."""
    from sourcing.discovery import discover, fixes  # noqa: PLC0415 - only for this option
    from sourcing.discovery.indexes.client import IndexClient  # noqa: PLC0415 - only for this option
    from sourcing.discovery.indexes.installed import Environment  # noqa: PLC0415 - only for this option
    from sourcing.discovery.resolve import Resolver  # noqa: PLC0415 - only for this option

    store, cache = app.store(), settings.cache_of(app.db_path)
    contexts = settings.contexts(app.config, cache, app.now)
    # Without a network: `discover` has asked the indexes before.
    with closing(IndexClient(cache / "indexes", offline=True)) as client:
        rows = Resolver(client, Environment()).resolve(discover.read([path]).packages)
    fixed = fixes.update(store, rows, contexts, app.stamp)
    everybody = replace(query, people=tuple(fixed.people) or (0,), limit=0)
    found = build(store, app.rubric, everybody, app.now, chosen)
    shown = fixes.arranged(store, found.rows, fixed)[: query.limit or None]
    return replace(found, rows=tuple(shown), notes=(*fixed.notes, *found.notes))


def _query(app: App, role: str, **options: object) -> ShortlistQuery:
    within, since = options.pop("active_within"), options.pop("new_since")
    active = app.now - timedelta(days=within) if isinstance(within, int) else None
    facets = {"repository": options.pop("repo"), "work": options.pop("kind")}
    return ShortlistQuery(
        role=role,
        today=app.stamp[:10],
        facets={facet: str(value) for facet, value in facets.items() if value},
        active_since=active.strftime("%Y-%m-%d") if active else "",
        new_since=since.strftime("%Y-%m-%d") if isinstance(since, datetime) else "",
        **{name: value or "" for name, value in options.items() if name != "limit"},  # type: ignore[arg-type] # click has checked them
        limit=int(str(options["limit"])),
    )


def _markdown(rows: Sequence[ShortlistRow]) -> list[str]:
    lines = []
    for row in rows:
        handle = f" (@{markdown.plain(row.login)})" if row.login else ""
        tie = ", tied" if row.tied else ""
        name = markdown.plain(row.display_name)
        lines.append(f"{row.rank}. **{name}**{handle}: {_place(row)}{tie}{_unknown(row)}")
        lines += [
            f"   - {m.kind} “{markdown.plain(m.wanted)}”: {_link(m.work)}" for m in row.matches
        ]
        lines += [f"   - {work.kind}: {_link(work)}" for work in row.other_works]
    return lines


def _link(work: EvidenceItem) -> str:
    return f"{markdown.link(work.title, work.url)} ({markdown.plain(_where(work))})"


def _place(row: ShortlistRow) -> str:
    return ", ".join(filter(None, (row.answers, row.above, STANDINGS[row.standing])))


def _unknown(row: ShortlistRow) -> str:
    return f" ({' and '.join(row.unknown)} unknown)" if row.unknown else ""


def _where(work: EvidenceItem) -> str:
    return ", ".join(filter(None, (work.place, work.date, work.part)))


def _table(rows: Sequence[ShortlistRow], role: str, scored: str) -> None:
    console = Console()
    console = Console(width=None if console.is_terminal else 140)
    table = Table(title=f"{role}, as of {scored.partition(' ')[0]}", title_justify="left")
    table.add_column("#", justify="right")
    table.add_column("person", justify="right")
    table.add_column("who", min_width=24, max_width=30)
    table.add_column("active")
    table.add_column("why: the strongest work", ratio=1)
    for row in rows:
        table.add_row(
            f"{row.rank}{'=' if row.tied else ''}",
            str(row.person_id),
            _who(row),
            row.last_active,
            _reasons(row),
        )
    console.print(table)
    if any(row.tied for row in rows):
        console.print("= the same score as a neighbour: the order between them says nothing")
    console.print("Open one: sourcing show PERSON (the number in the second column, or a login)")


def _who(row: ShortlistRow) -> Text:
    who = Text(row.display_name)
    if row.login and row.login != row.display_name:
        who.append(f"\n@{row.login}", style="dim")
    for line in (row.answers, row.above, STANDINGS[row.standing], _unknown(row).strip()):
        who.append(f"\n{line}" if line else "", style="dim")
    return who


def _reasons(row: ShortlistRow) -> Text:
    lines = [(f"{m.kind} “{m.wanted}”: ", "bold green", m.work) for m in row.matches]
    lines += [(f"{work.kind}: ", "bold", work) for work in row.other_works]
    why = Text()
    for label, style, work in lines:
        why.append("\n" if why else "")
        why.append(label, style=style)
        why.append(work.title, style=Style(link=work.url) if work.url else "")
        why.append(f" ({_where(work)})", style="dim")
    return why
