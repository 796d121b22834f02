"""What every test gets: a folder of its own, no user settings, and no network but loopback."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, settings

from connectors import Context
from connectors._http import client
from sourcing.cli import main
from tests.web import Web, loopback

SHARED = Path(__file__).parents[2] / "shared"
# How long an example takes says something of the machine, and nothing of the law it tries.
settings.register_profile(
    "any machine", deadline=None, suppress_health_check=[HealthCheck.too_slow]
)
settings.load_profile("any machine")


@dataclass(frozen=True)
class Said:
    """What one call of the command line came to."""

    status: int
    out: str
    err: str


class Sourcing:
    """The command line, called in a folder of its own."""

    def __init__(self, folder: Path, capsys: pytest.CaptureFixture[str], monkeypatch: Any) -> None:
        self.folder, self._capsys, self._monkeypatch = folder, capsys, monkeypatch

    def __call__(self, *args: str) -> Said:
        self._monkeypatch.setattr(sys, "argv", ["sourcing", *args])
        with pytest.raises(SystemExit) as stop:
            main()
        out, err = self._capsys.readouterr()
        assert "Traceback" not in err
        return Said(int(stop.value.code or 0), out, err)

    def config(self, *sources: str, **tables: dict[str, Any]) -> None:
        """Write sources.toml."""
        configure(self.folder, *sources, **tables)


def configure(folder: Path, *sources: str, **tables: dict[str, Any]) -> None:
    """Write a sources.toml; `__` in a table's name stands for a dot."""
    lines = ["sources = [", *(f"  {toml(s)}," for s in sources), "]"]
    for name, table in tables.items():
        lines.append(f"[{name.replace('__', '.')}]")
        lines += [f"{toml(key)} = {toml(value)}" for key, value in table.items()]
    (folder / "sources.toml").write_text("\n".join(lines) + "\n")


def toml(value: object) -> str:
    """A value as TOML writes it."""
    if isinstance(value, str):
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'
    if isinstance(value, list):
        return "[" + ", ".join(map(toml, value)) + "]"
    return str(value).lower() if isinstance(value, bool) else str(value)


@pytest.fixture
def sourcing(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Sourcing:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("COLUMNS", "200")
    return Sourcing(tmp_path, capsys, monkeypatch)


@pytest.fixture
def hurry(monkeypatch: pytest.MonkeyPatch) -> None:
    """No pauses between requests."""
    monkeypatch.setattr(client, "sleep", lambda seconds: None)


@pytest.fixture
def web(hurry: None) -> Iterator[Web]:
    """An invented web on loopback."""
    with loopback() as served:
        yield served


@pytest.fixture
def context(web: Web, tmp_path: Path) -> Context:
    """What a connector needs to read that web."""
    return web.context(tmp_path)


@pytest.fixture(scope="session")
def demo_world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a demo that was run once, drafts and all; copy it to change it."""
    folder = tmp_path_factory.mktemp("demo")
    command = [sys.executable, "-m", "sourcing", "demo", "--to", str(folder / "world")]
    subprocess.run(command, check=True, capture_output=True, cwd=folder)
    return folder / "world"


@pytest.fixture(autouse=True)
def only_loopback(monkeypatch: pytest.MonkeyPatch) -> None:
    """No test reaches further than this machine, and none sees the user's own settings."""
    for name in [n for n in os.environ if n.startswith(("GIT_", "GITHUB_", "SOURCING_"))]:
        monkeypatch.delenv(name)
    connect = socket.socket.connect

    def guarded(self: socket.socket, address: Any) -> None:
        host = address[0] if isinstance(address, tuple) else "127.0.0.1"
        assert host in {"127.0.0.1", "::1", "localhost"}, f"a test reached for {address}"
        connect(self, address)

    monkeypatch.setattr(socket.socket, "connect", guarded)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What measures on the shared cases is skipped where they are absent."""
    skip = pytest.mark.skip(reason="the shared cases are not beside this checkout")
    for item in items:
        if "shared" in item.keywords and not SHARED.exists():
            item.add_marker(skip)
