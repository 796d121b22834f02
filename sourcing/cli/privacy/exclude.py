"""`sourcing exclude`: exclude people, companies, domains or organisations for now.

Every exclusion can be removed.
"""

from __future__ import annotations

import os
import sys
from pathlib import Path

import click

from db.privacy import exclusion_matching, exclusions, suppression
from db.privacy.exclusions import Exclusion, NamedPerson, StoredExclusion
from sourcing.cli._app import App, pass_app
from sourcing.core.config import Config
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.pipeline import members
from sourcing.privacy import contact_policy, exclusion_import
from sourcing.privacy.contact_policy import group_exclusion

#: The option that removes an exclusion of a group, by its field.
_OPTIONS = {"company": "--company", "domain": "--domain", "organisation": "--forge-org"}
_REASONS = "colleague, client, past applicant, in process, ..."


@click.command("exclude")
@click.argument("who", nargs=-1, metavar="[PERSON]...")
@click.option(
    "--company", "companies", multiple=True, metavar="C", help="All members of this organisation."
)
@click.option(
    "--domain", "domains", multiple=True, metavar="D",
    help="Everybody with commits from an address of this domain.",
)  # fmt: skip
@click.option(
    "--forge-org", "organisations", multiple=True, metavar="ORG",
    help="Public members of this organisation, and people who regularly merge there.",
)  # fmt: skip
@click.option(
    "--from", "file", type=click.Path(path_type=Path, dir_okay=False),
    help="A CSV file from an applicant tracking or HR system: matched by login, website, e-mail"
    " address (as a keyed hash) and name.",
)  # fmt: skip
@click.option("--reason", help=f"Why: {_REASONS}")
@click.option("--until", metavar="YYYY-MM-DD", help="The last day of the exclusion.")
@click.option("--end", is_flag=True, help="Remove the exclusion.")
@click.option("--yes-names", is_flag=True, help="With --from: exclude namesakes without asking.")
@pass_app
def command(
    app: App,
    /,
    who: tuple[str, ...],
    companies: tuple[str, ...],
    domains: tuple[str, ...],
    organisations: tuple[str, ...],
    **options: object,
) -> None:
    """Exclude people or organisations, with a reason; without arguments, list the exclusions.

    Excluded people are not on the shortlist, not drafted and not exported. PERSON may be unknown so
    far: @login, or a page of theirs.
    """
    file, end = options["file"], options["end"]
    groups = [*(("company", one) for one in companies), *(("domain", one) for one in domains)]
    groups += [("organisation", one) for one in organisations]
    if not (who or groups or file):
        _list(exclusions.all_exclusions(app.store()))
        return
    if end and file:
        raise ConfigError("--end removes the exclusion of a PERSON or a group, not of a file")
    if end:
        _end(app, who, groups)
        return
    reason = clean_line(str(options["reason"] or ("past applicant" if file else "")), 200)
    if not reason:
        raise ConfigError(f"give a reason with --reason: {_REASONS}")
    last = contact_policy.last_day(str(options["until"] or ""), app.stamp)
    for one in who:
        _exclude(app, *contact_policy.exclusions_for(app.store(create=True), one, reason, last))
    for field, name in groups:
        _group(app, group_exclusion(field, name, reason, last))
    for name in organisations:
        _members(app, name, reason, last)
    if isinstance(file, Path):
        _from_file(app, file, reason, last, unasked=bool(options["yes_names"]))


def _exclude(app: App, wanted: list[Exclusion], people: list[int]) -> None:
    exclusions.add(app.store(), wanted, app.stamp)
    given = wanted[0].given
    if people:
        click.echo(f"{given}: excluded (person {', '.join(map(str, people))})", err=True)
    else:
        click.echo(f"{given}: not stored so far; excluded when a crawl finds them", err=True)


def _group(app: App, wanted: Exclusion) -> None:
    exclusions.add(app.store(create=True), [wanted], app.stamp)
    matching = exclusion_matching.people_matching(app.store(), wanted.field, wanted.value)
    shown = {
        "company": "people here name it as theirs",
        "domain": "people here have commits from it",
        "organisation": "people here regularly merge there or are members",
    }[wanted.field]
    click.echo(f"{wanted.given}: excluded, {len(matching)} {shown}", err=True)


def _members(app: App, name: str, reason: str, last: str | None) -> None:
    """Exclude the public members of an organisation, as its forge lists them."""
    config = app.config if app.config_path.exists() else Config()
    found = members.public_members(config, os.environ, app.now, name)
    for line in found.notes:
        click.echo(line, err=True)
    if found.members:
        wanted = [
            Exclusion("identity", one.id, f"{one.login} of {name}", reason, last)
            for one in found.members
        ]
        exclusions.add(app.store(), wanted, app.stamp)
        click.echo(f"{name}: {len(wanted)} public members excluded", err=True)


def _end(app: App, who: tuple[str, ...], groups: list[tuple[str, str]]) -> None:
    for name in who:
        _end_person(app, name)
    for field, name in groups:
        wanted = group_exclusion(field, name, "", None)
        ids = exclusions.ids_of_value(app.store(), wanted.field, wanted.value)
        if field == "organisation":
            ids += [row.id for row in exclusions.all_exclusions(app.store())
                    if row.field == "identity" and row.given.endswith(f" of {name}")]  # fmt: skip
        if not ids:
            raise ConfigError(f"{name!r} is not excluded; `sourcing exclude` lists who is")
        exclusions.remove(app.store(), ids)
        click.echo(f"{name}: no longer excluded", err=True)


def _end_person(app: App, name: str) -> None:
    store = app.store()
    wanted, people = contact_policy.exclusions_for(store, name, "", None)
    ids = [id_ for x in wanted for id_ in exclusions.ids_of_value(store, x.field, x.value)]
    rows = [row for person in people for row in exclusions.of_person(store, person)]
    ids += [row.exclusion_id for row in rows if row.field not in _OPTIONS]
    left = [row for row in rows if row.field in _OPTIONS]
    if not ids and not left:
        raise ConfigError(f"{name!r} is not excluded; `sourcing exclude` lists who is")
    exclusions.remove(store, ids)
    if ids:
        click.echo(f"{name}: no longer excluded", err=True)
    for row in left:
        click.echo(
            f"{name}: still excluded with everybody at {row.given} ({row.reason});"
            f' to remove that: sourcing exclude {_OPTIONS[row.field]} "{row.given}" --end',
            err=True,
        )


def _from_file(app: App, path: Path, reason: str, last: str | None, *, unasked: bool) -> None:
    store = app.store(create=True)
    rows = exclusion_import.read(path, suppression.address_key(store))
    wanted = [x for row in rows for x in row.exclusions(reason, last)]
    exclusions.add(store, wanted, app.stamp)
    addresses = sum(x.field == "address" for x in wanted)
    click.echo(
        f"{path}: {len(rows)} people read, {len(wanted) - addresses} logins and pages and"
        f" {addresses} addresses (as keyed hashes) excluded"
    )
    namesakes = exclusions.people_named(store, [row.name for row in rows])
    for row in rows:
        for person in namesakes.get(row.name, []):
            if not exclusions.of_person(store, person.id):
                _namesake(app, row, person, reason, last, unasked=unasked)
    unknown = [row for row in rows if row.name and not row.sure and row.name not in namesakes]
    if unknown:
        names = "1 name" if len(unknown) == 1 else f"{len(unknown)} names"
        lines = ", ".join(str(row.line) for row in unknown[:10])
        click.echo(f"{path}: {names} matched nobody here (line {lines}); run this again after a"
                   " crawl", err=True)  # fmt: skip


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
