"""`make docs`: the pages that are made of the code, docs/commands.md and docs/schema.md.

A test holds the pages against this; nothing else of docs/ is touched.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import click

from sourcing.cli import COMMANDS, group

ROOT = Path(__file__).parents[1]
_ITEM = re.compile(r'CREATE (?:VIRTUAL )?(TABLE|VIEW) "?(\w+)"?(.*?)\n?;\n(?=CREATE|\Z)', re.DOTALL)
_COLUMN = re.compile(r"^ {4}(\w+) (TEXT|INTEGER|REAL|BLOB)([^-]*?),?(?: +-- (.*))?$", re.MULTILINE)
_ADDED = re.compile(r", (\w+) (TEXT|INTEGER|REAL|BLOB)([^,]*)(?=,|\) STRICT)")


def commands() -> str:
    """Every command with all its options, as `--help` says it."""
    parts = [
        "# Every command\n\n<!-- Made by `make docs` of what `--help` says; a test compares. -->\n"
    ]
    # With the group's own settings: a command keeps the first help option it is asked for.
    top = click.Context(group, info_name="sourcing", terminal_width=90, **group.context_settings)
    parts.append(_block("sourcing", group.get_help(top)))
    for name in COMMANDS:
        command = group.get_command(top, name)
        assert command is not None, name
        parts += _command(command, name, top)
    return "\n".join(parts)


def _command(command: click.Command, name: str, above: click.Context) -> Iterator[str]:
    here = click.Context(command, info_name=name, parent=above, terminal_width=90)
    yield _block(here.command_path, command.get_help(here))
    if isinstance(command, click.Group):
        for inner in command.list_commands(here):
            found = command.get_command(here, inner)
            assert found is not None, inner
            yield from _command(found, inner, here)


def _block(title: str, text: str) -> str:
    return f"## {title}\n\n```text\n{text.rstrip()}\n```\n"


def schema() -> str:
    """Every table and view with its columns and what the schema says of them."""
    text = (ROOT / "db" / "schema.sql").read_text()
    lines = [_ABOUT]
    found = [match.groups() for match in _ITEM.finditer(text) if "_fts_" not in match[2]]
    for wanted, title in (("VIEW", "Views"), ("TABLE", "Tables")):
        lines.append(f"## {title}\n")
        for kind, name, body in found:
            if kind == wanted:
                lines += _view(name, body) if kind == "VIEW" else _table(name, body)
    return "\n".join(lines).rstrip() + "\n"


def _view(name: str, body: str) -> list[str]:
    return [f"### {name}\n", f"```sql\n{body.strip().removeprefix('AS').strip()}\n```\n"]


def _table(name: str, body: str) -> list[str]:
    lines = [f"### {name}\n"]
    if about := re.match(r" \( +-- (.*)", body):
        lines.append(f"{about[1]}\n")
    rows = [m.groups() for m in _COLUMN.finditer(body)]
    tail = body.rpartition("\n")[2]
    rows += [(*m.groups(), None) for m in _ADDED.finditer(tail)]
    if not rows:
        return [*lines, f"```sql\n{body.strip()}\n```\n"]
    lines += ["| column | type | |", "|---|---|---|"]
    for column, kind, rule, said in rows:
        told = "; ".join(filter(None, (said, _told(rule)))).replace("|", "\\|")
        lines.append(f"| `{column}` | {kind.lower()} | {told} |")
    return [*lines, ""]


def _told(rule: str) -> str:
    of = re.search(r"REFERENCES (\w+)", rule)
    return f"of `{of[1]}`" if of else "may be empty" if not _required(rule) else ""


def _required(rule: str) -> bool:
    return "NOT NULL" in rule or "PRIMARY KEY" in rule


_ABOUT = """\
# The database

<!-- Made by `make docs` of db/schema.sql; a test compares. -->

One SQLite file. Tables are STRICT, times are UTC in ISO 8601, no column holds an e-mail
address. The views are for any SQLite tool; tables may change with a version.
"""


def main() -> None:
    """Write both pages."""
    (ROOT / "docs" / "commands.md").write_text(commands(), encoding="utf-8")
    (ROOT / "docs" / "schema.md").write_text(schema(), encoding="utf-8")


if __name__ == "__main__":
    main()
