"""The addresses of package indexes, as the user's own tools state them.

pip and npm are asked, since both know their defaults; cargo and go are asked through their
configuration and environment. A tool that is not installed has no index. Credentials in an
address are used and never shown.
"""

from __future__ import annotations

import re
import subprocess  # nosec B404
import sys
import tomllib
from collections.abc import Mapping
from pathlib import Path

#: Seconds for one question to a tool.
_PATIENCE = 30


def pip_index(environ: Mapping[str, str]) -> str:
    """The simple index of pip (PEP 503): `pip download --help` shows the configured one."""
    named = environ.get("PIP_INDEX_URL") or environ.get("UV_INDEX_URL")
    if named:
        return named
    for command in ([sys.executable, "-m", "pip"], ["pip"]):
        help_text = _output([*command, "download", "--help"])
        text = " ".join(help_text.split())
        if match := re.search(r"--index-url <url>.*?\(default (\S+?)\)", text):
            return match[1]
    return ""


def npm_registry(environ: Mapping[str, str]) -> str:
    """The registry of npm."""
    named = environ.get("npm_config_registry") or environ.get("NPM_CONFIG_REGISTRY")
    return named or _output(["npm", "config", "get", "registry"]).strip()


def cargo_index(environ: Mapping[str, str]) -> str:
    """The sparse index that replaces cargo's default; "" if the configuration names none.

    Source: https://doc.rust-lang.org/cargo/reference/source-replacement.html
    """
    home = Path(environ.get("CARGO_HOME") or Path.home() / ".cargo")
    for file in (home / "config.toml", home / "config"):
        try:
            sources = tomllib.loads(file.read_text(encoding="utf-8")).get("source", {})
        except (OSError, ValueError):
            continue
        name = sources.get("crates-io", {}).get("replace-with", "crates-io")
        place = str(sources.get(name, {}).get("registry", ""))
        if place.startswith("sparse+"):
            return place.removeprefix("sparse+")
    return ""


def go_proxy(environ: Mapping[str, str]) -> str:
    """The first proxy of GOPROXY; "" if it is off or direct."""
    named = environ.get("GOPROXY") or _output(["go", "env", "GOPROXY"]).strip()
    first = re.split(r"[,|]", named)[0]
    return first if first.startswith(("http://", "https://")) else ""


def _output(command: list[str]) -> str:
    """What a tool prints; "" if it is not installed or fails."""
    try:
        done = subprocess.run(  # nosec B603
            command, capture_output=True, text=True, timeout=_PATIENCE, check=False
        )
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout if done.returncode == 0 else ""
