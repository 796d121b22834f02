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
import pkgutil
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Protocol, cast

from sourcing.errors import ConfigError
from sourcing.model import Budget, Cursor, Page


@dataclass(frozen=True, slots=True)
class Context:
    """What a connector may know besides its target. Times in seconds."""

    now: datetime
    cache: Path
    contact: str = ""
    pace: float = 1.0
    allow_private: frozenset[str] = frozenset()
    forges: Mapping[str, str] = field(default_factory=dict)
    #: Told how far a long reading has come: (done, expected or None).
    progress: Callable[[int, int | None], None] = lambda done, expected: None


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
    return cast(Connector, importlib.import_module(f"{__name__}.{name}"))
