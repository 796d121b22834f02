"""The docs are true: generated pages are current; named files, settings and pins exist."""

from __future__ import annotations

import json
import re
import tomllib
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

import connectors
from connectors import Context
from sourcing.cli import COMMANDS
from sourcing.core.config import Config
from sourcing.core.model import Budget
from sourcing.core.text import has_address
from tests import rewrite_docs

ROOT = Path(__file__).parents[1]
DOCS = sorted((ROOT / "docs").glob("*.md"))


@pytest.mark.parametrize("page", ["commands", "schema", "recruiter"])
def test_generated_pages_are_current(page: str) -> None:
    generated: str = getattr(rewrite_docs, page)()
    assert (ROOT / "docs" / f"{page}.md").read_text() == generated, "run `make docs`"


def test_the_schema_page_has_every_table() -> None:
    """Also a renamed table, which SQLite writes in quotes."""
    schema = (ROOT / "db" / "schema.sql").read_text()
    tables = re.findall(r'^CREATE TABLE "?(\w+)', schema, re.MULTILINE)
    page = (ROOT / "docs" / "schema.md").read_text()
    assert {name for name in tables if not re.match(r"sqlite_|\w+_fts_", name)} <= set(
        re.findall(r"^### (\w+)", page, re.M)
    )


@pytest.mark.parametrize("path", DOCS, ids=lambda p: str(p.stem))
def test_commands_links_and_settings_in_the_docs_exist(path: Path) -> None:
    text = path.read_text()
    named = set(re.findall(r"(?:`|\$ |&& |/)sourcing ([a-z]+)", text))
    assert named <= set(COMMANDS), named - set(COMMANDS)
    for link in re.findall(r"\]\(((?!https?:)[^)#]+)", text):
        assert (path.parent / link).exists(), link
    for table, key in re.findall(r"`\[([a-z]+)\] ([a-z_]+)`", text):
        section = connectors.sections().get(table) or Config.model_fields[table].annotation
        known = section.model_fields  # type: ignore[union-attr] # all are tables
        assert key in known, f"[{table}] {key}"


def test_every_dependency_is_pinned_by_hash_and_by_no_address() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    text = (ROOT / "constraints.txt").read_text()
    assert "://" not in text
    pins = re.findall(r"^([a-z0-9][a-z0-9.-]*)==.*\\\n    --hash=sha256:[0-9a-f]{64}", text, re.M)
    pinned = set(pins)
    wanted = {re.split("[>=]", line)[0].lower() for line in project["dependencies"]}
    assert wanted <= pinned, f"run `make constraints`: {wanted - pinned}"
    assert len(re.findall(r"^\S+==", text, re.M)) == len(pins), "a pin without a hash"


def test_each_dependency_has_a_line_in_the_readme() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    lines = [*project["dependencies"], *project["optional-dependencies"]["demo"]]
    wanted = sorted(re.split("[>=]", line)[0] for line in lines)
    table = (ROOT / "README.md").read_text().partition("### Dependencies")[2]
    assert sorted(re.findall(r"^\| ([\w-]+) \| .", table, re.M)[1:]) == wanted


def test_the_connector_of_the_guide_reads_its_file(tmp_path: Path) -> None:
    text = (ROOT / "docs" / "connectors.md").read_text()
    code = re.findall(r"```python\n(.*?)```", text, re.S)[2]
    made: dict[str, Any] = {}
    exec(compile(code, "docs/connectors.md", "exec"), made)
    notes = tmp_path / "notes.jsonl"
    line = {"url": "https://kiln.example/a", "title": "On a", "day": "2026-05-07",
            "author": "Jane Doe", "text": "Ask jane@mail.example"}  # fmt: skip
    notes.write_text(json.dumps(line) + "\n")
    context = Context(datetime(2026, 11, 16, tzinfo=UTC), tmp_path)
    [page] = made["fetch"](str(notes), {}, Budget(), context)
    [post] = page.contributions
    assert (post.key, post.title, page.finished) == ("post:kiln.example/a", "On a", True)
    assert not has_address(post.body)
    assert list(made["fetch"](str(notes), page.cursor, Budget(), context)) == []


def test_the_units_name_options_that_exist() -> None:
    service = (ROOT / "docs" / "sourcing.service").read_text()
    assert re.search(r"ExecStart=\S+/sourcing --log-format json crawl --max-minutes \d+", service)
    commands = (ROOT / "docs" / "commands.md").read_text()
    for option in ("--log-format", "--max-minutes"):
        assert option in commands
