"""`sourcing search`: contributions that answer a sentence, best first, with their people."""

from __future__ import annotations

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from sqlite3 import Row
from typing import get_args

import click
from rich.style import Style
from rich.table import Table
from rich.text import Text

from db import Store
from sourcing.cli._app import COUNT_OR_ALL, App, pass_app
from sourcing.cli._console import Console
from sourcing.core import markdown
from sourcing.core.csv_files import write_csv
from sourcing.core.errors import ConfigError
from sourcing.core.model import Work
from sourcing.people.profile import find
from sourcing.shortlist.matching import Scope
from sourcing.shortlist.matching.results import (
    FoundWork,
    SearchResults,
    example_of,
    example_of_person,
    results,
    results_like,
)

_COLUMNS = ("fit", "title", "url", "repo", "kind", "date", "people", "words", "missing")


@click.command("search")
@click.argument("text", required=False, default="")
@click.option("--like", metavar="URL|PERSON", help="Work like this work, or like this person's.")
@click.option("--repo", metavar="OWNER/NAME", help="Only in this repository.")
@click.option("--kind", type=click.Choice(get_args(Work)), help="Only this kind of work.")
@click.option("--limit", type=COUNT_OR_ALL, default=20, show_default=True, help="0: all.")
@click.option(
    "--format", "layout", type=click.Choice(["table", "json", "csv", "md"]), default="table",
    show_default=True,
)  # fmt: skip
@pass_app
def command(app: App, /, text: str, layout: str, limit: int, **asked: str | None) -> None:
    """Find work that answers TEXT (a sentence or some words), best first, with its people."""
    store = app.store()
    scope = Scope(repo=asked["repo"], kind=asked["kind"], today=app.stamp[:10])
    if asked["like"] and text.strip():
        raise ConfigError("search: give a TEXT or --like, not both")
    if asked["like"]:
        found = results_like(store, _example(store, asked["like"]), limit, scope)
    else:
        found = results(store, text, limit, scope)
    for note in found.notes:
        click.echo(note, err=True)
    _write(found, layout)


def _example(store: Store, like: str) -> Sequence[Row]:
    """The work at a URL, or the strongest work of a person."""
    if "://" in like:
        return example_of(store, like)
    return example_of_person(store, find(store, like))


def _write(found: SearchResults, layout: str) -> None:
    if layout == "json":
        click.echo(json.dumps([asdict(work) for work in found.works], ensure_ascii=False, indent=1))
    elif layout == "csv":
        write_csv(sys.stdout, _COLUMNS, map(_flat, found.works))
    elif layout == "md":
        for number, work in enumerate(found.works, 1):
            people = markdown.plain(_people(work))
            click.echo(
                f"{number}. {markdown.link(work.title, work.url)}: {people} ({_facts(work)})"
            )
    else:
        _table(found.works)


def _flat(work: FoundWork) -> dict[str, str | float]:
    return {
        "fit": work.fit,
        "title": work.title,
        "url": work.url or "",
        "repo": work.repo,
        "kind": work.kind,
        "date": work.date,
        "people": _people(work),
        "words": "; ".join(work.words),
        "missing": "; ".join(work.missing),
    }


def _people(work: FoundWork) -> str:
    return ", ".join(
        (person.name or f"@{person.login}")
        + ("" if person.part == "author" else f" ({person.part.replace('_', '-')})")
        for person in work.people
    )


def _facts(work: FoundWork) -> str:
    return f"{work.kind}, {work.date}, fit {work.fit:.2f}"


def _table(works: Sequence[FoundWork]) -> None:
    console = Console()
    console = Console(width=None if console.is_terminal else 140)
    table = Table()
    table.add_column("fit", justify="right")
    table.add_column("work", ratio=3)
    table.add_column("people", ratio=1)
    table.add_column("words", ratio=1)
    for work in works:
        title = Text(work.title, style=Style(link=work.url) if work.url else "")
        title.append(f"\n{work.repo}, {work.kind}, {work.date}", style="dim")
        words = Text(", ".join(work.words))
        if work.missing:
            words.append(f"\nwithout: {', '.join(work.missing)}", style="dim")
        table.add_row(f"{work.fit:.2f}", title, _people(work), words)
    console.print(table)
