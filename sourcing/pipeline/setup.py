"""Writes the user's files: a first config and opening, added sources, openings, weights of roles.

It keeps the user's entries and comments. It validates nothing; `config` does when it reads the
file.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from importlib import resources
from pathlib import Path
from typing import Any

import tomlkit
from tomlkit.exceptions import TOMLKitError

from sourcing.core import files
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line
from sourcing.pipeline.crawl import checked_sources

_NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,59}")


def begin(config_path: Path) -> tuple[Path, Path]:
    """Write a first config with a list of sources, a first opening and the notice; never replace a
    file."""
    if config_path.exists():
        raise ConfigError(f"{config_path} is already there; edit it, or name another --config")
    opening = config_path.parent / "openings" / "first.toml"
    files.write(config_path, _template("sources.toml"))
    if not opening.exists():
        files.write(opening, _template("opening.toml"))
    notice = config_path.parent / "notice.html"
    if not notice.exists():
        files.write(notice, _template("notice.html"))
    return config_path, opening


def add_source(config_path: Path, name: str) -> None:
    """Add a source; write a first config if there is none."""
    if not add_sources(config_path, {name.strip(): ""}):
        raise ConfigError(f"{name.strip()} is already there")


def add_sources(config_path: Path, comments: Mapping[str, str]) -> list[str]:
    """Add sources (each with a comment, or "") and return those that were not there."""
    checked = dict(zip(checked_sources(list(comments)), comments.values(), strict=True))
    if config_path.exists():
        text = files.read(config_path)
    else:
        text = re.sub(r"(?ms)^sources = \[.*?^\]", "sources = [\n]", _template("sources.toml"))
    document = _parsed(config_path, text)
    sources = document.setdefault("sources", tomlkit.array())
    known = {one["source"] if isinstance(one, Mapping) else one for one in sources}
    new = [source for source in checked if source not in known]
    for source in new:
        sources.add_line(source, indent="    ", comment=clean_line(checked[source], 120) or None)
    if new:
        sources.add_line(indent="")
        files.write(config_path, tomlkit.dumps(document))
    return new


def remove_source(config_path: Path, name: str) -> None:
    """Remove a source from the config; a later crawl deletes what only this source shows."""
    document = _parsed(config_path, files.read(config_path))
    sources = document.get("sources", [])
    if name not in sources:
        raise ConfigError(f"{name} is not in {config_path.name}")
    sources.remove(name)
    files.write(config_path, tomlkit.dumps(document))


def save_opening(config_path: Path, name: str, fields: Mapping[str, Any]) -> Path:
    """Write an opening, or change these fields of an existing one."""
    if not _NAME.fullmatch(name):
        raise ConfigError(
            f"{name!r} cannot name an opening: use small letters, digits and dashes, such as"
            " model-serving"
        )
    path = config_path.parent / "openings" / f"{name}.toml"
    document = _parsed(path, files.read(path) if path.exists() else _template("opening.toml"))
    for key, value in fields.items():
        if document.get(key) != value:
            document[key] = value
    files.write(path, tomlkit.dumps(document))
    return path


def save_weights(config_path: Path, role: str, weights: Mapping[str, float]) -> None:
    """Write the weights of a role to `[roles.NAME]` of the config."""
    document = _parsed(config_path, files.read(config_path))
    roles = document.setdefault("roles", tomlkit.table(is_super_table=True))
    table = roles.setdefault(role, tomlkit.table())
    for name, weight in weights.items():
        table[name] = weight
    files.write(config_path, tomlkit.dumps(document))


def _template(name: str) -> str:
    return (resources.files("sourcing") / "templates" / name).read_text(encoding="utf-8")


def _parsed(path: Path, text: str) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(text)
    except TOMLKitError as exc:
        raise ConfigError(f"{path}: not valid TOML: {exc}") from exc
