"""State that all commands share: the files of the command line, the clock, the user's name.

Slow modules are imported on first use, so that `--help` stays fast.
"""

from __future__ import annotations

import getpass
from datetime import UTC, datetime
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import click

from sourcing.core.times import stamp

if TYPE_CHECKING:
    from db import Store
    from scoring import Rubric
    from sourcing.core.config import Config, Opening

#: Types of numbers on the command line: a count, a count where 0 means all, and days.
COUNT, COUNT_OR_ALL = click.IntRange(1, 10**9), click.IntRange(0, 10**9)
DAYS = click.IntRange(0, 36_500)


class App:
    """One invocation of the command line."""

    def __init__(self, config: Path, db: Path, log_format: str, verbose: bool) -> None:
        self.config_path, self.db_path = config, db
        self.log_format, self.verbose = log_format, verbose
        self._store: Store | None = None

    @cached_property
    def now(self) -> datetime:
        """The one reading of the clock."""
        return datetime.now(UTC)

    @property
    def stamp(self) -> str:
        """`now` in the stored format."""
        return stamp(self.now)

    @cached_property
    def config(self) -> Config:
        """The validated config."""
        from sourcing.pipeline.settings import load_config  # noqa: PLC0415 - see the docstring

        return load_config(self.config_path)

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric, with the roles of the config if there is one."""
        from scoring import load  # noqa: PLC0415 - see the module's docstring

        return load(self.config.roles if self.config_path.exists() else {})

    def opening(self, name: str | None) -> tuple[str, Opening]:
        """An opening and its name; without a name, an empty opening."""
        from sourcing.core import config  # noqa: PLC0415 - see the module's docstring

        if name is None:
            return "", config.Opening()
        return name, config.load_opening(self.config_path, name)

    @cached_property
    def openings(self) -> dict[str, Opening]:
        """All openings by name."""
        from sourcing.core import config  # noqa: PLC0415 - see the module's docstring

        names = config.openings(self.config_path)
        return {name: config.load_opening(self.config_path, name) for name in names}

    def roles(self) -> list[str]:
        """The roles of all openings; without an opening, the default role."""
        from scoring import DEFAULT_ROLE  # noqa: PLC0415 - see the module's docstring

        found = [opening.role for opening in self.openings.values()]
        return list(dict.fromkeys(found)) or [DEFAULT_ROLE]

    def store(self, *, create: bool = False) -> Store:
        """The database, opened once."""
        from db import Store  # noqa: PLC0415 - see the module's docstring

        if self._store is None:
            self._store = Store(self.db_path, create=create)
        return self._store

    def close(self) -> None:
        """Close the database."""
        if self._store is not None:
            self._store.close()

    @property
    def user(self) -> str:
        """The name of the user for the log of decisions."""
        try:
            # In a Windows domain the name may have the form of an address.
            return getpass.getuser().partition("@")[0] or "unknown"
        except (KeyError, OSError):
            return "unknown"


pass_app = click.make_pass_decorator(App)
