"""What every connector is, on one screen.

A connector is a module in this package without a leading underscore. It has

    def fetch(target, cursor, budget, context) -> Iterator[Page]

and promises, tested for each of them in tests/test_contract.py:
yields what its fixture says; requests made = budget spent; budget 0 stops it; new
work first, then the oldest gap; reading twice changes nothing; a failing source is a
SourceError, a mangled answer a ParseError or one item fewer, never anything else.

Connectors fetch. They do not store, classify, rank or know each other.
"""

import importlib
import importlib.util
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from sourcing.core.errors import ConfigError
from sourcing.core.model import Budget, Cursor, Page


@dataclass(frozen=True, slots=True)
class GitHubAccess:
    """Which GitHub, as whom, and how far back. `page_width` 0 adapts."""

    api_url: str = "https://api.github.com"
    token: str | None = field(default=None, repr=False)
    #: (app id, installation id, private key): a GitHub App's installation instead of a token.
    app: tuple[str, int, str] | None = field(default=None, repr=False)
    lookback_days: int = 730
    page_width: int = 0


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector may know besides its target. Times in seconds."""

    now: datetime
    cache: Path
    contact: str = ""
    pace: float = 1.0
    allow_private: frozenset[str] = frozenset()
    forges: Mapping[str, str] = field(default_factory=dict)
    github: GitHubAccess = GitHubAccess()
    #: Targets known to have nothing new since their cursor; what is unread may still be read.
    quiet: frozenset[str] = frozenset()
    #: What the budget's clock showed at `now`.
    began: float = field(default_factory=time.monotonic)
    #: Hosts that asked for silence, until when on the budget's clock; shared by one crawl.
    silent_until: dict[str, float] = field(default_factory=dict)
    #: Hosts that could not be reached since the last that could; shared by one crawl.
    unreached: set[str] = field(default_factory=set)
    #: Proxies by scheme, and under "no" what is read without one, as the environment has them.
    proxies: Mapping[str, str] = field(default_factory=dict)
    #: Told how far a long reading has come: (done, expected or None).
    progress: Callable[[int, int | None], None] = lambda done, expected: None
    #: Told in one line what the user should know while it goes on.
    tell: Callable[[str], None] = lambda line: None
    sleep: Callable[[float], None] = time.sleep


class Connector(Protocol):
    """The shape of a connector module."""

    def fetch(
        self, target: str, cursor: Cursor, budget: Budget, context: Context
    ) -> Iterator[Page]:
        """Read `target` on from `cursor`, newest first, until done or out of budget."""


def names() -> list[str]:
    """The connectors there are; a Source is `NAME:TARGET`."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def load(name: str) -> Connector:
    """The connector for Sources that begin with `name:`."""
    if name not in names():
        raise ConfigError(f"no connector named {name!r}; there are: {', '.join(names())}")
    module = f"{__name__}.{name}"
    if importlib.util.find_spec(f"{module}.reader"):
        module += ".reader"
    return cast(Connector, importlib.import_module(module))
