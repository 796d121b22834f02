"""What every command shares: the files named on the command line, the clock, the user's name.

Heavy modules are loaded when first needed, so that `--help` stays quick.
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

#: What a number on the command line may be: one to count by, all of them, and days back or ahead.
COUNT, COUNT_OR_ALL = click.IntRange(1, 10**9), click.IntRange(0, 10**9)
DAYS = click.IntRange(0, 36_500)


class App:
    """One call of the command line."""

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
        """`now`, as it is stored."""
        return stamp(self.now)

    @cached_property
    def config(self) -> Config:
        """The config, checked."""
        from sourcing.core import config  # noqa: PLC0415 - see the module's docstring

        return config.load(self.config_path)

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric, with the config's own roles if there is a config."""
        from scoring import load  # noqa: PLC0415 - see the module's docstring

        return load(self.config.roles if self.config_path.exists() else {})

    def opening(self, name: str | None) -> tuple[str, Opening]:
        """An opening and its name; without a name, one that only has the config's defaults."""
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
        """The roles of all openings; without an opening, the one that is asked by default."""
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
        """Close what was opened."""
        if self._store is not None:
            self._store.close()

    @property
    def user(self) -> str:
        """Who is at the keyboard, for the log of decisions."""
        try:
            # In a domain a user's name may be an address.
            return getpass.getuser().partition("@")[0] or "unknown"
        except (KeyError, OSError):
            return "unknown"


pass_app = click.make_pass_decorator(App)
