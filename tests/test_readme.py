"""The README is true: its session is what the commands say, its commands and words exist."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from sourcing.cli import COMMANDS
from tests import rewrite_docs
from tests.conftest import Sourcing
from tests.rewrite_readme import IN_DEMO

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()


def normal(text: str) -> list[str]:
    """Lines without what differs from run to run: seconds and the port of the demo's blog."""
    text = re.sub(r"127\.0\.0\.1:\d+", "127.0.0.1:PORT", re.sub(r"\d+\.\d s", "N s", text))
    return [line.rstrip() for line in text.splitlines() if line.strip()]


def session() -> list[tuple[str, str]]:
    """The commands of the session and what they are said to print."""
    block = README.split("real commands on it:")[1].split("```console\n")[1].split("```")[0]
    parts = re.split(r"^\$ sourcing (.*)$", block, flags=re.MULTILINE)[1:]
    return list(zip(parts[::2], parts[1::2], strict=True))


def test_the_session_is_real(sourcing: Sourcing) -> None:
    said = sourcing("demo")
    assert said.status == 0
    demo = normal(said.out + said.err)
    shown = session()
    assert [command.split()[0] for command, _ in shown] == ["crawl", "shortlist", "drafts"]
    for command, output in shown:
        lines = normal(output)
        assert lines
        if command.startswith("shortlist"):
            here = sourcing(*IN_DEMO, *command.split())
            assert normal(here.err + here.out) == lines
        else:
            assert [line for line in lines if line not in demo] == []
    # Commands that the demo called say of themselves what they say elsewhere.
    assert rewrite_docs.commands() == (ROOT / "docs" / "commands.md").read_text()


@pytest.mark.parametrize(
    "text", [README, (ROOT / "CHANGELOG.md").read_text()], ids=["readme", "changes"]
)
def test_every_command_that_is_named_exists(text: str) -> None:
    named = set(re.findall(r"(?:`|\$ )sourcing ([a-z]+)", text))
    assert named
    assert named <= set(COMMANDS)


def test_every_dependency_earns_its_line() -> None:
    listed = re.findall(
        r'^    "([A-Za-z0-9-]+)>=', (ROOT / "pyproject.toml").read_text(), re.MULTILINE
    )
    table = README.split("### Dependencies")[1].split("\n## ")[0].lower()
    assert [name for name in listed if name.lower() not in table] == []


def test_every_target_of_make_that_is_named_exists() -> None:
    makefile = (ROOT / "Makefile").read_text()
    for target in set(re.findall(r"`make ([a-z-]+)`", README)) | {"demo"}:
        assert f"\n{target}:" in makefile
