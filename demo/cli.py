"""`sourcing demo`: the real commands, one after the other, on an invented world."""

from __future__ import annotations

import os
import shutil
import sys
from datetime import UTC, datetime, time, timedelta
from pathlib import Path
from time import monotonic
from urllib.parse import urlsplit

import click

from db.outreach import drafts
from db.ranking import persons, shortlist
from demo import World, build, serve
from demo.github import TOKEN, Server
from scoring import DEFAULT_ROLE
from sourcing.cli import load
from sourcing.cli._app import App, pass_app
from sourcing.cli.serve import PORT, listen
from sourcing.cli.serve import serve as serve_pages
from sourcing.core.errors import ConfigError

#: The files that the demo writes into its folder and removes before the next demo.
_OURS = (
    "repositories", "sourcing.db", "sourcing.db-wal", "sourcing.db-shm",
    "sourcing.db.lock", "drafts.csv", "openings/serving.toml",
)  # fmt: skip

_TOKEN_ENV = "SOURCING_DEMO_TOKEN"  # noqa: S105 - the name of a variable  # nosec B105

_CONFIG = """\
# Written by `sourcing demo`: everybody and everything in here is invented.
sources = [
{sources}
]

[git.forge]
{forges}

[github]
api_url = "{github}"   # the demo's own GitHub, served on loopback
token_env = "{token_env}"

[http]
allow_private = ["{private}"]   # the demo's blog is served on loopback

[outreach]
sender_name = "Mira Vale"
sender_org = "Northwind (50 people, agents that book freight)"
position = "Senior engineer, reliability of model serving"
why = \"\"\"Our agent runs leak GPU slots when users leave, and our watchdog is a timeout. \\
Nobody owns that path yet; the person we hire will.\"\"\"
notice_url = "https://northwind.example/notice"
postal_address = "Northwind, 1 Harbour Street, 1000 Examplia"
"""

_OPENING = """\
# Written by `sourcing demo`: what the invented company hires for.
role = "reliability-tooling"
title = "Senior engineer, reliability of model serving"
bottleneck = "Our agent runs leak GPU slots when users leave, and our watchdog is a timeout."
problems = [
    "Clients disconnect, and their KV blocks are never released",
    "Retries amplify the outage of a slow worker",
    "Streams are cut when a pod is replaced",
    "Tools hang without a deadline or a memory limit",
    "Runs get nodes that nobody checked",
    "A slow endpoint stalls everything behind it",
]
stack = ["Prometheus", "speculative decoding"]
level = "senior"
place = "remote within CET ±3"
hours = "full time"
pay = "€115-140k"
sender_role = "head of serving"
"""


@click.command("demo")
@click.option(
    "--to",
    "folder",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path("demo-out"),
    show_default=True,
    help="The folder for its repositories, database and drafts.csv.",
)
@click.option("--serve", "pages", is_flag=True, help="Then show it in the recruiter's pages.")
@click.option(
    "--port", type=click.IntRange(0, 65535), default=PORT, show_default=True, help="For --serve."
)
@click.option(
    "--again", hidden=True, type=click.DateTime(), help="One more night; its pages ask for it."
)
@pass_app
def command(app: App, folder: Path, pages: bool, port: int, again: datetime | None) -> int | None:
    """The whole job against an invented world on loopback: no network, nobody real."""
    if again:  # by the world's own clock: by another its forge would be days off
        app.now = again.replace(tzinfo=UTC)
        return _run(app, "crawl")
    listening = listen(port) if pages else None
    _clear(folder)
    world = build(folder / "repositories")
    demo = App(folder / "sources.toml", folder / "sourcing.db", app.log_format, app.verbose)
    demo.now = datetime.combine(world.today, time(3), UTC)
    began = monotonic()

    def clock() -> datetime:
        return demo.now + timedelta(seconds=monotonic() - began)

    with serve(world) as blog, Server(world.github(), clock=lambda: clock().timestamp()) as github:
        os.environ[_TOKEN_ENV] = TOKEN
        demo.config_path.write_text(_config(world, blog, github.url), encoding="utf-8")
        opening = folder / "openings" / "serving.toml"
        opening.parent.mkdir(exist_ok=True)
        opening.write_text(_OPENING, encoding="utf-8")
        _run(demo, "crawl")
        if listening:
            _for_pages(demo)
            serve_pages(demo, listening, clock, lambda: ("demo", "--again", f"{clock():%FT%T}"))
        else:
            _rest(demo, folder)
            click.echo(_NEXT.format(folder=folder, program=_program()))
    demo.close()
    return None


def _for_pages(demo: App) -> None:
    """Something on every page, and enough left to be done in them."""
    _run(demo, "draft", "--top", "12", "--opening", "serving")
    last = max(row.id for row in drafts.listed(demo.store()))
    _run(demo, "drafts", "approve", str(last), "--opened", "--confirm", "5,9")
    click.echo("\nAll of it is invented: people, forge and links lead nowhere.")


def _rest(demo: App, folder: Path) -> None:
    _run(demo, "shortlist", "--opening", "serving", "--limit", "5")
    [first] = shortlist.top(demo.store(), DEFAULT_ROLE, 1)
    _run(demo, "show", persons.person(demo.store(), first).login or str(first))
    _run(demo, "draft", "--top", "12", "--opening", "serving")
    _run(demo, "drafts", "show", "1")
    for number in ("1", "2", "3"):
        _run(demo, "drafts", "approve", number, "--opened", "--confirm", "5")
    _run(demo, "drafts", "export", "--to", str(folder / "drafts.csv"))


_NEXT = """
That was an invented world: its people, its forge and its links lead nowhere. Look around in it:
  {program} --config {folder}/sources.toml --db {folder}/sourcing.db shortlist --about "flaky tests"
  {program} demo --serve          shows it in your browser

With your own sources:
  {program} init          writes sources.toml with a watchlist, and openings/first.toml
  {program} doctor        says what is missing
  {program} crawl         tonight and every night, by cron
  {program} shortlist     who, and why"""


def _program() -> str:
    """How this program was called, as it may be called again."""
    called = Path(sys.argv[0])
    if called.name != "sourcing":
        return "sourcing"
    here = Path.cwd()
    return str(called.relative_to(here)) if called.is_relative_to(here) else str(called)


def _clear(folder: Path) -> None:
    config = folder / "sources.toml"
    if config.exists() and "`sourcing demo`" not in config.read_text(encoding="utf-8"):
        raise ConfigError(
            f"{folder} holds a sources.toml of your own; name another folder with --to"
        )
    for name in _OURS:
        path = folder / name
        shutil.rmtree(path) if path.is_dir() else path.unlink(missing_ok=True)
    folder.mkdir(parents=True, exist_ok=True)


def _config(world: World, blog: str, github: str) -> str:
    sources = "\n".join(f'    "{source}",' for source in world.sources(blog))
    forges = "\n".join(f'"{path}" = "{url}"' for path, url in world.forges.items())
    private = urlsplit(blog).netloc
    return _CONFIG.format(
        sources=sources, forges=forges, private=private, github=github, token_env=_TOKEN_ENV
    )


def _run(demo: App, name: str, *args: str) -> int | None:
    """Run a command as the command line would, saying which."""
    shown = " ".join(f'"{arg}"' if " " in arg else arg for arg in args)
    click.secho(f"\n$ sourcing {name} {shown}".rstrip(), bold=True)
    found = load(name)
    status: int | None = found.main(
        list(args), prog_name=f"sourcing {name}", obj=demo, standalone_mode=False,
        # A command keeps the help option of its first call in this process.
        help_option_names=click.get_current_context().help_option_names,
    )  # fmt: skip
    return status
