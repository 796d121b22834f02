"""`sourcing users`: the accounts of the pages, for `serve --host`."""

from __future__ import annotations

import sys

import click

from db.privacy import accounts
from sourcing.cli._app import App, pass_app
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line

_SHORTEST_PASSWORD = 10


@click.group("users")
def command() -> None:
    """Who may use the pages with `serve --host`, and in which role."""


@command.command("add")
@click.argument("name")
@click.option("--role", type=click.Choice(list(accounts.ROLES)), default="recruiter",
              show_default=True, help="A manager only answers packets.")  # fmt: skip
@click.option("--password-stdin", is_flag=True, help="Read the password from standard input.")
@pass_app
def add(app: App, name: str, role: str, *, password_stdin: bool) -> None:
    """Add a user, or change role and password of one."""
    if clean_line(name, 60) != name or not name:
        raise ConfigError(f"{name!r} cannot be a user's name")
    if password_stdin or not sys.stdin.isatty():
        password = sys.stdin.readline().rstrip("\n")
    else:
        password = click.prompt("Password", hide_input=True, confirmation_prompt=True, err=True)
    if len(password) < _SHORTEST_PASSWORD:
        raise ConfigError(f"the password needs {_SHORTEST_PASSWORD} characters or more")
    accounts.add(app.store(create=True), name, accounts.ROLES[role], password, app.stamp)
    click.echo(f"{name}: {role}")


@command.command("list")
@pass_app
def list_(app: App) -> None:
    """List the users."""
    for account in accounts.all_accounts(app.store()):
        click.echo(f"{account.name}  {account.role}")


@command.command("remove")
@click.argument("name")
@pass_app
def remove(app: App, name: str) -> None:
    """Remove a user and end the sessions."""
    if not accounts.remove(app.store(), name):
        raise ConfigError(f"there is no user {name!r}; `sourcing users list` shows them")
    click.echo(f"{name}: removed")
