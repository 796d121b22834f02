"""The command line: one command is one module of this package, loaded when it is called.

The thinnest layer: it reads the clock, the environment and the arguments, lays out what the
others return, and is the only place where a SourcingError is caught.
"""

from __future__ import annotations

import errno
import importlib
import json
import os
import sys
from datetime import UTC, datetime
from io import TextIOWrapper
from pathlib import Path

import click

from sourcing import __version__
from sourcing.cli._app import App
from sourcing.core.errors import ConfigError, SourcingError

#: Every command with what `--help` says of it; told here so that help loads none of them.
COMMANDS = {
    "init": "Write a first sources.toml and a first opening.",
    "crawl": "Read the sources, then classify and score what changed.",
    "score": "Classify and score everything again, as it stood on a date.",
    "search": "Work that answers a sentence, best first, with its people.",
    "shortlist": "Who shows the work a role asks for, best first, and why.",
    "show": "One person's dossier: signals, evidence with links, what it cannot show.",
    "draft": "Propose messages that each cite one thing the person did.",
    "drafts": "List, read, edit, approve, send and export drafts.",
    "mark": "Set where somebody stands, write a note, put tags on.",
    "runs": "What the last nights did, and what went wrong in them.",
    "backup": "A verified copy of the database, also while a crawl is at work.",
    "digest": "The new people of the week, and why; what waits for you.",
    "serve": "The recruiter's pages, in a browser on this machine alone.",
    "exclude": "Leave people or companies out for now, with a reason.",
    "suppress": "Never store or contact somebody again.",
    "forget": "Erase a person, here and in our backups.",
    "access": "A copy of everything held about a person, to hand to them.",
    "people": "Who is who, corrected by hand; who must be told what we hold.",
    "doctor": "What is wrong with the setup, and how to mend it.",
    "demo": "The whole job against an invented world, without a network.",
}

#: The package of each command; one that is not named lies in this package.
PACKAGES = {
    "crawl": ("init", "crawl", "score", "runs", "doctor", "backup"),
    "people": ("search", "shortlist", "show", "mark", "people", "digest"),
    "outreach": ("draft", "drafts"),
    "privacy": ("exclude", "suppress", "forget", "access"),
}


def load(name: str) -> click.Command:
    """Import the module of a command and return the command."""
    package = next((p for p, names in PACKAGES.items() if name in names), None)
    module = ".".join(filter(None, (__name__, package, name)))
    command: click.Command = importlib.import_module(module).command
    return command


class _Commands(click.Group):
    """Loads a command's module only when it is called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        return load(cmd_name)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        with formatter.section("Commands"):
            formatter.write_dl(list(COMMANDS.items()))


@click.group(cls=_Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(__version__, prog_name="sourcing")
@click.option(
    "--config",
    type=click.Path(path_type=Path, readable=False),
    default=Path("sources.toml"),
    show_default=True,
    help="What is crawled, and how.",
)
@click.option(
    "--db",
    type=click.Path(path_type=Path, readable=False),
    default=Path("sourcing.db"),
    envvar="SOURCING_DB",
    show_default=True,
    show_envvar=True,
    help="The database.",
)
@click.option(
    "--log-format",
    type=click.Choice(["text", "json"]),
    default="text",
    show_default=True,
    help="How progress is told on stderr.",
)
@click.option("-v", "--verbose", is_flag=True, help="Tell more.")
@click.pass_context
def group(ctx: click.Context, config: Path, db: Path, log_format: str, verbose: bool) -> None:
    """Find the engineers who keep AI systems dependable, by their own public work.

    \b
    Exit status:
      0  fine, or stopped by its budget
      1  a source failed, the others were read; or no honest draft could be made
      2  wrong usage or config
      3  the database cannot be used
      4  another crawl is at work
    """
    ctx.ensure_object(dict)["log_format"] = log_format
    ctx.obj = App(config, db, log_format, verbose)
    ctx.call_on_close(ctx.obj.close)


def _is_text(word: str) -> bool:
    """True for what a file name and a database can hold."""
    return "\0" not in word and not any("\ud800" <= sign <= "\udfff" for sign in word)


def _open_streams() -> None:
    """Streams that are there even if the caller closed them, and that can hold any name."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            nowhere = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, nowhere)
        elif name != "stdin" and isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")


def _told(error: SourcingError, log_format: str) -> str:
    """The last line of a call that failed; one more object where a machine reads the log."""
    if log_format == "text":
        return f"sourcing: {error}"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"at": at, "event": "error", "error": str(error), "status": error.status}
    return json.dumps(facts, ensure_ascii=False)


def main() -> None:
    """The console script."""
    _open_streams()
    asked = {"log_format": "text"}
    try:
        if not all(map(_is_text, sys.argv)):
            raise ConfigError("an argument is no valid UTF-8 text; write it anew")
        status = group.main(standalone_mode=False, prog_name="sourcing", obj=asked)
        sys.stdout.flush()
    except SourcingError as exc:
        click.echo(_told(exc, asked["log_format"]), err=True)
        sys.exit(exc.status)
    except click.ClickException as exc:
        exc.show()
        sys.exit(exc.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("sourcing: stopped", err=True)
        sys.exit(130)
    except (BrokenPipeError, SystemExit):  # the latter is click's word for the former
        os._exit(0)  # `| head` has read enough; what waits to be written would fail
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        click.echo("sourcing: the disk is full: not all of the output was written", err=True)
        os._exit(1)  # what waits to be written would fail once more
    sys.exit(status if isinstance(status, int) else 0)
