"""`sourcing exclude`: exclude people or companies for now; every exclusion can be removed."""

from __future__ import annotations

import sys
from pathlib import Path

import click

from db.privacy import exclusions
from db.privacy.exclusions import Exclusion, NamedPerson, StoredExclusion
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, fold, has_address, organisation
from sourcing.privacy import contact_policy, exclusion_import

_REASONS = "colleague, client, past applicant, in process, ..."


@click.command("exclude")
@click.argument("who", nargs=-1, metavar="[PERSON]...")
@click.option(
    "--company", "companies", multiple=True, metavar="C", help="All members of this organisation."
)
@click.option(
    "--from", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV file from an applicant tracking or HR system: matched by login, website and name.",
)  # fmt: skip
@click.option("--reason", help=f"Why: {_REASONS}")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day of the exclusion.")
@click.option("--end", is_flag=True, help="Remove the exclusion.")
@click.option("--yes-names", is_flag=True, help="With --from: exclude namesakes without asking.")
@pass_app
def command(
    app: App, /, who: tuple[str, ...], companies: tuple[str, ...], **options: object
) -> None:
    """Exclude people or companies, with a reason; without arguments, list the exclusions.

    Excluded people are not on the shortlist, not drafted and not exported. PERSON may be unknown so
    far: @login, or a page of theirs.
    """
    file, end = options["file"], options["end"]
    if not (who or companies or file):
        _list(exclusions.all_exclusions(app.store()))
        return
    if end and file:
        raise ConfigError("--end removes the exclusion of a PERSON or a --company, not of a file")
    if end:
        _end(app, who, companies)
        return
    reason = clean_line(str(options["reason"] or ("past applicant" if file else "")), 200)
    if not reason:
        raise ConfigError(f"give a reason with --reason: {_REASONS}")
    last = contact_policy.last_day(str(options["until"] or ""), app.stamp)
    for one in who:
        _exclude(app, *contact_policy.exclusions_for(app.store(create=True), one, reason, last))
    for name in companies:
        _company(app, name, reason, last)
    if isinstance(file, Path):
        _from_file(app, file, reason, last, unasked=bool(options["yes_names"]))


def _exclude(app: App, wanted: list[Exclusion], people: list[int]) -> None:
    exclusions.add(app.store(), wanted, app.stamp)
    given = wanted[0].given
    if people:
        click.echo(f"{given}: excluded (person {', '.join(map(str, people))})", err=True)
    else:
        click.echo(f"{given}: not stored so far; excluded when a crawl finds them", err=True)


def _company(app: App, name: str, reason: str, last: str | None) -> None:
    if has_address(name) or not (value := organisation(name)):
        raise ConfigError(f"{name!r} is not a company name")
    exclusion = Exclusion("company", value, clean_line(name, 120), reason, last)
    exclusions.add(app.store(create=True), [exclusion], app.stamp)
    matching = exclusions.people_matching(app.store(), "company", value)
    click.echo(f"{name}: excluded, {len(matching)} people here name it as theirs", err=True)


def _end(app: App, who: tuple[str, ...], companies: tuple[str, ...]) -> None:
    store = app.store()
    for name in (*who, *companies):
        if name in who:
            wanted, people = contact_policy.exclusions_for(store, name, "", None)
            ids = [id_ for x in wanted for id_ in exclusions.ids_of_value(store, x.field, x.value)]
            rows = [row for person in people for row in exclusions.of_person(store, person)]
        else:
            ids, rows = exclusions.ids_of_value(store, "company", organisation(name)), []
        ids += [row.exclusion_id for row in rows if row.field != "company"]
        left = [row for row in rows if row.field == "company"]
        if not ids and not left:
            raise ConfigError(f"{name!r} is not excluded; `sourcing exclude` lists who is")
        exclusions.remove(store, ids)
        if ids:
            click.echo(f"{name}: no longer excluded", err=True)
        for row in left:
            click.echo(
                f"{name}: still excluded with everybody at {row.given} ({row.reason});"
                f' to remove that: sourcing exclude --company "{row.given}" --end',
                err=True,
            )


def _from_file(app: App, path: Path, reason: str, last: str | None, *, unasked: bool) -> None:
    rows, store = exclusion_import.read(path), app.store(create=True)
    wanted = [x for row in rows for x in row.exclusions(reason, last)]
    exclusions.add(store, wanted, app.stamp)
    click.echo(f"{path}: {len(rows)} people read, {len(wanted)} logins and pages excluded")
    namesakes = exclusions.people_named(store, [row.name for row in rows])
    for row in rows:
        for person in namesakes.get(fold(row.name), []):
            if not exclusions.of_person(store, person.id):
                _namesake(app, row, person, reason, last, unasked=unasked)


def _namesake(
    app: App,
    row: exclusion_import.ListedPerson,
    person: NamedPerson,
    reason: str,
    last: str | None,
    *,
    unasked: bool,
) -> None:
    """A name is no proof: the user confirms that it is the same human."""
    handle = f" (@{person.login})" if person.login else ""
    line = f"line {row.line}: {row.name}: the same name as person {person.id}{handle}"
    asked = sys.stdin.isatty() and not unasked
    if unasked or (asked and click.confirm(f"{line}. Exclude?", err=True)):
        who = str(person.id)
        _exclude(app, *contact_policy.exclusions_for(app.store(), who, reason, last))
    elif not asked:
        click.echo(
            f"{line}; not excluded. If it is them: sourcing exclude {person.id}"
            f' --reason "{reason}" (or --yes-names for all of them)',
            err=True,
        )


def _list(rows: list[StoredExclusion]) -> None:
    if not rows:
        click.echo("Nobody is excluded.", err=True)
    lines: dict[str, None] = {}
    for row in rows:
        until = f", until {row.until}" if row.until else ""
        met = f"{row.people} here" if row.people else "not stored so far"
        kind = "person" if row.field == "identity" else row.field
        lines[f"{kind:8} {row.given}: {row.reason}{until} ({met})"] = None
    click.echo("".join(f"{line}\n" for line in lines), nl=False)
