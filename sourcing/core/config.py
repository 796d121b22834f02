"""`sources.toml` and `openings/NAME.toml`, read and checked; a wrong key is told with its place.

It reads and checks, and never writes; `sourcing init` writes the first ones.
"""

from __future__ import annotations

import difflib
import tomllib
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sourcing.core import files
from sourcing.core.errors import ConfigError


class Table(BaseModel):
    """A table of the config: only the keys it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class GitHub(Table):
    """How GitHub's API is asked."""

    api_url: str = "https://api.github.com"
    token_env: str = "GITHUB_TOKEN"  # noqa: S105 - the name of a variable
    lookback_days: Annotated[int, Field(gt=0)] = 730
    max_points: Annotated[int, Field(ge=0)] = 4000
    page_width: Annotated[int, Field(ge=0, le=100)] = 0
    app_id: int = 0
    installation_id: int = 0
    app_key_env: str = "GITHUB_APP_KEY"
    app_key_file: str = ""


class Git(Table):
    """Where the links of local clones point."""

    forge: dict[str, str] = {}


class Http(Table):
    """How politely the web is read."""

    contact: str = ""
    pace_seconds: Annotated[float, Field(ge=0)] = 1.0
    max_minutes: Annotated[float, Field(gt=0)] = 60
    allow_private: list[str] = []


class Night(Table):
    """What is told of the nights: where a good one is reported, when failing ones are said loudly.

    `heartbeat` is a file to be written, or an address to be asked.
    """

    heartbeat: str = ""
    failing_nights: Annotated[int, Field(gt=0)] = 3


class Outreach(Table):
    """Who writes, and for what; an opening may override the first block."""

    sender_name: str = ""
    sender_org: str = ""
    sender_role: str = ""
    position: str = ""
    why: str = ""
    notice_url: str = ""

    #: An agency names for whom it writes, or why it does not.
    client: str = ""
    postal_address: str = ""
    ask: str = "Is a 20-minute call with me worth your time, or shall I not write again?"
    #: Approvals a day, days a draft waits, days before the one second message.
    daily_cap: Annotated[int, Field(gt=0)] = 20
    draft_days: Annotated[int, Field(gt=0)] = 30
    follow_up_days: Annotated[int, Field(gt=0)] = 14


class Retention(Table):
    """How long profile details of people nobody looked at are kept."""

    profile_days: Annotated[int, Field(ge=0)] = 30
    #: What only a source shows that the config no longer names.
    source_days: Annotated[int, Field(ge=0)] = 30


class Opening(Table):
    """What one hires for. The first block says what is asked, the second who writes."""

    role: str = "reliability-tooling"
    title: str = ""
    bottleneck: str = ""
    problems: list[str] = []
    stack: list[str] = []
    level: str = ""
    place: str = ""
    hours: str = ""
    pay: str = ""
    deal_breakers: list[str] = []
    example_prs: list[str] = []

    sender_name: str = ""
    sender_org: str = ""
    sender_role: str = ""
    notice_url: str = ""
    why: str = ""


class Config(Table):
    """Everything a user can set."""

    sources: list[str] = []
    github: GitHub = GitHub()
    git: Git = Git()
    http: Http = Http()
    night: Night = Night()
    outreach: Outreach = Outreach()
    retention: Retention = Retention()
    roles: dict[str, dict[str, float]] = {}


TableT = TypeVar("TableT", bound=Table)


def load(path: Path) -> Config:
    """The config at `path`."""
    if not path.exists():
        raise ConfigError(f"{path}: no such file; `sourcing init` writes a first one")
    return _checked(Config, path)


def openings(config_path: Path) -> dict[str, Path]:
    """The openings beside the config, by name."""
    return {p.stem: p for p in sorted((config_path.parent / "openings").glob("*.toml"))}


def load_opening(config_path: Path, name: str) -> Opening:
    """One opening by its name."""
    there = openings(config_path)
    if name not in there:
        known = f"there are: {', '.join(there)}" if there else "there is none yet"
        raise ConfigError(
            f"no opening named {name!r} in {config_path.parent / 'openings'}; {known}"
        )
    return _checked(Opening, there[name])


def _checked(kind: type[TableT], path: Path) -> TableT:
    try:
        return kind.model_validate(tomllib.loads(files.read(path)))
    except RecursionError as exc:
        raise ConfigError(f"{path}: not valid TOML: nested too deep") from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{path}: not valid TOML: {exc}") from exc
    except ValidationError as exc:
        raise ConfigError(f"{path}: {_place(kind, exc.errors()[0])}") from exc


def _place(kind: type[Table], error: Any) -> str:
    *tables, key = (str(part) for part in error["loc"])
    where = f"[{'.'.join(tables)}] " if tables else ""
    if error["type"] != "extra_forbidden":
        return f"{where}{key}: {error['msg'].lower()}, not {error['input']!r}"
    for table in tables:
        kind = kind.model_fields[table].annotation  # type: ignore[assignment] # tables are Table
    near = difflib.get_close_matches(key, kind.model_fields, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(kind.model_fields)}"
    return f"{where}{key}: unknown key; {hint}"
