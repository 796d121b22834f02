"""The command line: each command is one module, imported when it is called.

This layer reads the clock, the environment and the arguments, formats results, and is the only
place that catches SourcingError. It contains no logic.
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
from sourcing.core.text import mask_addresses

#: Every command with its line in `--help`, so that help imports no command.
COMMANDS = {
    "init": "Write a first sources.toml and a first opening.",
    "discover": "Find the repositories of what you run, from lock files and SBOMs.",
    "crawl": "Read the sources, then classify and score what changed.",
    "score": "Classify and score everything again, as of a date.",
    "search": "Find work that answers a sentence, best first, with its people.",
    "shortlist": "List people with work that fits a role, best first, and why.",
    "show": "Show one person: signals, evidence with links, limits of the score.",
    "draft": "Propose messages that each cite one work of the person.",
    "drafts": "List, read, edit, approve, send and export drafts.",
    "mark": "Set a person's status, write a note, add tags.",
    "runs": "List results and problems of the last nights.",
    "backup": "Copy the database and verify the copy, also during a crawl.",
    "digest": "List the new people of the week, and the decisions that wait.",
    "serve": "Serve the recruiter's pages to a browser on this machine.",
    "exclude": "Exclude people or companies for a time, with a reason.",
    "suppress": "Never store or contact a person again.",
    "forget": "Erase a person, also in backups.",
    "access": "Write all data about a person to a file for that person.",
    "people": "Correct which identities are one person; list due notices.",
    "doctor": "Check the installation and say how to fix it.",
    "users": "Manage the users of the pages, for serve --host.",
    "demo": "Try all steps with invented people, without a network.",
}

#: The subpackage of each command; the others are in this package.
PACKAGES = {
    "crawl": ("init", "discover", "crawl", "score", "runs", "doctor", "backup"),
    "people": ("search", "shortlist", "show", "mark", "people", "digest"),
    "outreach": ("draft", "drafts"),
    "privacy": ("exclude", "suppress", "forget", "access", "users"),
}


def load(name: str) -> click.Command:
    """Import the module of a command and return the command."""
    package = next((p for p, names in PACKAGES.items() if name in names), None)
    module = ".".join(filter(None, (__name__, package, name)))
    command: click.Command = importlib.import_module(module).command
    return command


class _Commands(click.Group):
    """Imports the module of a command when the command is called."""

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
    help="The config: sources and settings.",
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
    help="The format of progress on stderr.",
)
@click.option("-v", "--verbose", is_flag=True, help="Show more.")
@click.pass_context
def group(ctx: click.Context, config: Path, db: Path, log_format: str, verbose: bool) -> None:
    """Find the engineers who keep AI systems dependable, by their public work.

    \b
    Exit status:
      0  fine, or stopped by its budget
      1  a source failed, the others were read; or no honest draft could be made
      2  wrong usage or config
      3  the database cannot be used
      4  another crawl is running
    """
    ctx.ensure_object(dict)["log_format"] = log_format
    ctx.obj = App(config, db, log_format, verbose)
    ctx.call_on_close(ctx.obj.close)


def _is_text(word: str) -> bool:
    """True for text that a file name and a database can hold."""
    return "\0" not in word and not any("\ud800" <= sign <= "\udfff" for sign in word)


class _MaskedStream(TextIOWrapper):
    """A stream that masks addresses in every text that is written to it."""

    def __init__(self, stream: TextIOWrapper) -> None:
        encoding, errors, lines = stream.encoding, stream.errors, stream.line_buffering
        super().__init__(stream.detach(), encoding, errors, line_buffering=lines)

    def write(self, text: str) -> int:
        """Write the text, masked; return the length of the text that was given."""
        super().write(mask_addresses(text))
        return len(text)


def _open_streams() -> None:
    """Replace streams that the caller closed, and let stdout and stderr encode any name."""
    for name in ("stdin", "stdout", "stderr"):
        stream = getattr(sys, name)
        if stream is None:
            mode = "r" if name == "stdin" else "w"
            null = Path(os.devnull).open(mode, encoding="utf-8")  # noqa: SIM115 - stays open
            setattr(sys, name, null)
        elif name != "stdin" and isinstance(stream, TextIOWrapper):
            encoding = None if stream.isatty() else "utf-8"
            stream.reconfigure(encoding=encoding, errors="replace")
            if stream is getattr(sys, f"__{name}__"):  # a test captures with another stream
                setattr(sys, name, _MaskedStream(stream))


def _error_line(error: SourcingError, log_format: str) -> str:
    """The last line of a failed command; a JSON object if the log format is JSON."""
    if log_format == "text":
        return f"sourcing: {error}"
    at = datetime.now(UTC).isoformat(timespec="seconds")
    facts = {"at": at, "event": "error", "error": str(error), "status": error.status}
    return json.dumps(facts, ensure_ascii=False)


def main() -> None:
    """The console script."""
    os.umask(0o077)  # databases, exports and packets contain data about people
    _open_streams()
    chosen = {"log_format": "text"}
    try:
        if not all(map(_is_text, sys.argv)):
            raise ConfigError("an argument is not valid UTF-8 text; type it again")
        status = group.main(standalone_mode=False, prog_name="sourcing", obj=chosen)
        sys.stdout.flush()
    except SourcingError as exc:
        click.echo(_error_line(exc, chosen["log_format"]), err=True)
        sys.exit(exc.status)
    except click.ClickException as exc:
        exc.show()
        sys.exit(exc.exit_code)
    except (click.Abort, KeyboardInterrupt):
        click.echo("sourcing: stopped", err=True)
        sys.exit(130)
    except (BrokenPipeError, SystemExit):  # click turns the former into the latter
        os._exit(0)  # `| head` closed the pipe; buffered output would fail
    except OSError as exc:
        if exc.errno != errno.ENOSPC:
            raise
        click.echo("sourcing: the disk is full: not all of the output was written", err=True)
        os._exit(1)  # buffered output would fail again
    sys.exit(status if isinstance(status, int) else 0)
