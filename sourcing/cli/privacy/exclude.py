"""`sourcing exclude`: who is not to be written to for now; all of it can be taken back."""

from __future__ import annotations

import sys
from pathlib import Path
from sqlite3 import Row

import click

from db.privacy import exclusions
from db.privacy.exclusions import Exclusion
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, fold, has_address, organisation
from sourcing.privacy import contact_policy, exclusion_import

_REASONS = "colleague, client, past applicant, in process, ..."


@click.command("exclude")
@click.argument("who", nargs=-1, metavar="[PERSON]...")
@click.option("--company", "companies", multiple=True, metavar="C", help="Everybody there.")
@click.option(
    "--from", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV file out of an ATS or an HR list: matched by login, website and name.",
)  # fmt: skip
@click.option("--reason", help=f"Why: {_REASONS}")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day on which it holds.")
@click.option("--end", is_flag=True, help="Take it back.")
@click.option("--yes-names", is_flag=True, help="With --from: exclude namesakes without asking.")
@pass_app
def command(
    app: App, /, who: tuple[str, ...], companies: tuple[str, ...], **wishes: object
) -> None:
    """Leave people or companies out, with a reason; without arguments, list who is.

    They vanish from the shortlist, and are neither drafted to nor exported. PERSON may be somebody
    nobody has seen yet: @login, or a page of theirs.
    """
    file, end = wishes["file"], wishes["end"]
    if not (who or companies or file):
        _list(exclusions.listed(app.store()))
        return
    if end and file:
        raise ConfigError("--end takes back a PERSON or a --company, not a file")
    if end:
        _end(app, who, companies)
        return
    reason = clean_line(str(wishes["reason"] or ("past applicant" if file else "")), 200)
    if not reason:
        raise ConfigError(f"say why with --reason: {_REASONS}")
    last = contact_policy.last_day(str(wishes["until"] or ""), app.stamp)
    for one in who:
        _exclude(app, *contact_policy.exclusions_for(app.store(create=True), one, reason, last))
    for name in companies:
        _company(app, name, reason, last)
    if isinstance(file, Path):
        _from_file(app, file, reason, last, unasked=bool(wishes["yes_names"]))


def _exclude(app: App, wanted: list[Exclusion], people: list[int]) -> None:
    exclusions.add(app.store(), wanted, app.stamp)
    given = wanted[0].given
    if people:
        click.echo(f"{given}: excluded (person {', '.join(map(str, people))})", err=True)
    else:
        click.echo(f"{given}: nobody here yet; excluded as soon as they are seen", err=True)


def _company(app: App, name: str, reason: str, last: str | None) -> None:
    if has_address(name) or not (value := organisation(name)):
        raise ConfigError(f"{name!r} is no company's name")
    said = Exclusion("company", value, clean_line(name, 120), reason, last)
    exclusions.add(app.store(create=True), [said], app.stamp)
    met = exclusions.meeting(app.store(), "company", value)
    click.echo(f"{name}: excluded, {len(met)} people here name it as theirs", err=True)


def _end(app: App, who: tuple[str, ...], companies: tuple[str, ...]) -> None:
    store = app.store()
    for name in (*who, *companies):
        if name in who:
            wanted, people = contact_policy.exclusions_for(store, name, "", None)
            ids = [id_ for x in wanted for id_ in exclusions.of_value(store, x.field, x.value)]
            rows = [row for person in people for row in exclusions.of_person(store, person)]
        else:
            ids, rows = exclusions.of_value(store, "company", organisation(name)), []
        ids += [row["exclusion_id"] for row in rows if row["field"] != "company"]
        left = [row for row in rows if row["field"] == "company"]
        if not ids and not left:
            raise ConfigError(f"{name!r} is not excluded; `sourcing exclude` lists who is")
        exclusions.end(store, ids)
        if ids:
            click.echo(f"{name}: no longer excluded", err=True)
        for row in left:
            click.echo(
                f"{name}: still excluded with everybody at {row['given']} ({row['reason']});"
                f' to end that: sourcing exclude --company "{row["given"]}" --end',
                err=True,
            )


def _from_file(app: App, path: Path, reason: str, last: str | None, *, unasked: bool) -> None:
    rows, store = exclusion_import.read(path), app.store(create=True)
    wanted = [x for row in rows for x in row.exclusions(reason, last)]
    exclusions.add(store, wanted, app.stamp)
    click.echo(f"{path}: {len(rows)} people read, {len(wanted)} logins and pages excluded")
    namesakes = exclusions.named(store, [row.name for row in rows])
    for row in rows:
        for person in namesakes.get(fold(row.name), []):
            if not exclusions.of_person(store, person["id"]):
                said = Exclusion("identity", "", row.name, reason, last)
                _namesake(app, row, person, said, unasked=unasked)


def _namesake(
    app: App, row: exclusion_import.Row, person: Row, said: Exclusion, *, unasked: bool
) -> None:
    """A name proves nothing: somebody has to say that it is the same human."""
    handle = f" (@{person['login']})" if person["login"] else ""
    line = f"line {row.line}: {row.name}: the same name as person {person['id']}{handle}"
    asked = sys.stdin.isatty() and not unasked
    if unasked or (asked and click.confirm(f"{line}. Exclude?", err=True)):
        who = str(person["id"])
        _exclude(app, *contact_policy.exclusions_for(app.store(), who, said.reason, said.until))
    elif not asked:
        click.echo(
            f"{line}; not excluded. If it is them: sourcing exclude {person['id']}"
            f' --reason "{said.reason}" (or --yes-names for all of them)',
            err=True,
        )


def _list(rows: list[Row]) -> None:
    if not rows:
        click.echo("Nobody is excluded.", err=True)
    lines: dict[str, None] = {}
    for row in rows:
        until = f", until {row['until']}" if row["until"] else ""
        met = f"{row['people']} here" if row["people"] else "not seen yet"
        kind = "person" if row["field"] == "identity" else row["field"]
        lines[f"{kind:8} {row['given']}: {row['reason']}{until} ({met})"] = None
    click.echo("".join(f"{line}\n" for line in lines), nl=False)
