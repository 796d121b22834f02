"""`sourcing init`: a first config and a first opening, to be filled in."""

from __future__ import annotations

from importlib import resources
from pathlib import Path

import click

from sourcing.cli._app import App, pass_app
from sourcing.errors import ConfigError


@click.command("init")
@pass_app
def command(app: App) -> None:
    """Write a commented sources.toml with a useful watchlist, and a first opening.

    Files that are already there are never touched.
    """
    if app.config_path.exists():
        raise ConfigError(f"{app.config_path} is already there; edit it, or name another --config")
    templates = resources.files("sourcing") / "templates"
    opening = app.config_path.parent / "openings" / "first.toml"
    _write(app.config_path, (templates / "sources.toml").read_text(encoding="utf-8"))
    if not opening.exists():
        _write(opening, (templates / "opening.toml").read_text(encoding="utf-8"))
    click.echo(f"{app.config_path}: take out what you do not need, fill in [outreach]")
    click.echo(f"{opening}: say what you hire for")
    click.echo("then: sourcing doctor, sourcing crawl, sourcing shortlist")


def _write(path: Path, text: str) -> None:
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    except OSError as exc:
        raise ConfigError(f"{path}: {exc.strerror}") from exc
