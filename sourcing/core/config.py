"""Reads and validates `sources.toml` and `openings/NAME.toml`; an error names its place.

It reads and checks, and never writes; `sourcing init` writes the first ones.
"""

from __future__ import annotations

import difflib
import tomllib
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Annotated, Any, TypeVar

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from sourcing.core import files
from sourcing.core.errors import ConfigError


class Table(BaseModel):
    """A table of the config: only the keys it names."""

    model_config = ConfigDict(extra="forbid", frozen=True)


class ApiSection(Table):
    """Base of the section of a connector that reads an API with a rate limit in points."""

    #: Work older than this is not read, and is deleted.
    lookback_days: Annotated[int, Field(gt=0)] = 730
    #: Points that one crawl may spend.
    max_points: Annotated[int, Field(ge=0)] = 4000


class Http(Table):
    """How politely the web is read."""

    contact: str = ""
    pace_seconds: Annotated[float, Field(ge=0)] = 1.0
    max_minutes: Annotated[float, Field(gt=0)] = 60
    allow_private: list[str] = []


class Night(Table):
    """Reports about runs: the heartbeat, and the number of failures after which one is reported.

    `heartbeat` is a file to write or a URL to request after a successful run.
    """

    heartbeat: str = ""
    failing_nights: Annotated[int, Field(gt=0)] = 3


class Outreach(Table):
    """The sender and the position; an opening may override the first block."""

    sender_name: str = ""
    sender_org: str = ""
    sender_role: str = ""
    position: str = ""
    why: str = ""
    notice_url: str = ""
    #: The end of a sentence "ORGANISATION, which ...", such as "builds a freight agent".
    about: str = ""

    #: For an agency: its client, or the reason why it does not name the client.
    client: str = ""
    postal_address: str = ""
    ask: str = "Would 20 minutes be worth it? A no is fine."
    #: Approvals per day, days until a draft expires, days before the one follow-up.
    daily_cap: Annotated[int, Field(gt=0)] = 20
    draft_days: Annotated[int, Field(gt=0)] = 30
    follow_up_days: Annotated[int, Field(gt=0)] = 14


class Retention(Table):
    """The retention of profile details of people whom no user opened."""

    profile_days: Annotated[int, Field(ge=0)] = 30
    #: Days for which the data of a removed source is kept.
    source_days: Annotated[int, Field(ge=0)] = 30


class Opening(Table):
    """An opening. The first block describes the position, the second the sender."""

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
    #: The user's own sources: `{ source = "git:…", own = true }`. Not a key of the file.
    own: frozenset[str] = frozenset()
    http: Http = Http()
    night: Night = Night()
    outreach: Outreach = Outreach()
    retention: Retention = Retention()
    roles: dict[str, dict[str, float]] = {}
    #: The sections of the connectors by name. Not a key of the file.
    sections: dict[str, Table] = {}

    @property
    def lookback_days(self) -> int:
        """Days for which work is kept: the longest period of any connector."""
        return max((api.lookback_days for api in self._apis()), default=_DEFAULT.lookback_days)

    @property
    def max_points(self) -> int:
        """API points that one crawl may spend."""
        return sum(api.max_points for api in self._apis()) or (
            0 if self._apis() else _DEFAULT.max_points
        )

    def _apis(self) -> list[ApiSection]:
        return [section for section in self.sections.values() if isinstance(section, ApiSection)]


_DEFAULT = ApiSection()


TableT = TypeVar("TableT", bound=Table)


def load(path: Path, sections: Mapping[str, type[Table]]) -> Config:
    """The config at `path`; `sections` are the tables that the connectors declare, by name."""
    if not path.exists():
        raise ConfigError(f"{path}: no such file; `sourcing init` writes a first one")
    tables = _parsed(path)
    for key in ("sections", "own"):
        if key in tables:
            raise ConfigError(f"{path}: {key}: unknown key")
    tables |= _sources(path, tables)
    found = {
        name: _validated(path, kind, tables.pop(name, {}), name) for name, kind in sections.items()
    }
    config = _validated(path, Config, tables, known=tuple(sections))
    return config.model_copy(update={"sections": found})


def _sources(path: Path, tables: Mapping[str, Any]) -> dict[str, Any]:
    """The names of the sources, and of those with `own = true`."""
    written = tables.get("sources", [])
    if not isinstance(written, list) or not any(isinstance(one, dict) for one in written):
        return {}
    names, own = [], set()
    for one in written:
        if isinstance(one, dict):
            if set(one) - {"source", "own"} or not isinstance(one.get("source"), str):
                raise ConfigError(
                    f'{path}: sources: write {{ source = "…", own = true }}, not {one!r:.100}'
                )
            names.append(one["source"])
            own |= {one["source"]} if one.get("own") is True else set()
        else:
            names.append(one)
    return {"sources": names, "own": frozenset(own)}


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
    return _validated(there[name], Opening, _parsed(there[name]))


def _parsed(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(files.read(path))
    except RecursionError as exc:
        raise ConfigError(f"{path}: not valid TOML: nested too deep") from exc
    except tomllib.TOMLDecodeError as exc:
        raise ConfigError(f"{path}: not valid TOML: {exc}") from exc


def _validated(
    path: Path, kind: type[TableT], values: Any, section: str = "", known: Sequence[str] = ()
) -> TableT:
    """`values` as a table; an error names the file, the section and the key."""
    try:
        return kind.model_validate(values)
    except ValidationError as exc:
        raise ConfigError(f"{path}: {_place(kind, exc.errors()[0], section, known)}") from exc


def _place(kind: type[Table], error: Any, section: str, known: Sequence[str]) -> str:
    if not error["loc"]:
        return f"{section}: write it as a table: [{section}]"
    *tables, key = (str(part) for part in error["loc"])
    prefix = [section] if section else []
    where = f"[{'.'.join(prefix + tables)}] " if prefix + tables else ""
    if error["type"] != "extra_forbidden":
        return f"{where}{key}: {error['msg'].lower()}, not {error['input']!r}"
    for table in tables:
        kind = kind.model_fields[table].annotation  # type: ignore[assignment] # tables are Table
    keys = [
        *([] if tables else known),
        *(name for name in kind.model_fields if name not in {"sections", "own"}),
    ]
    near = difflib.get_close_matches(key, keys, 1)
    hint = f"did you mean {near[0]!r}?" if near else f"known: {', '.join(keys)}"
    return f"{where}{key}: unknown key; {hint}"
