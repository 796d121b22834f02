"""The contract of a connector, on one screen, and the registry of the connectors.

A source is one package `connectors/NAME/`. Its module `declaration` holds `CONNECTOR`, an instance
of `Connector` that declares all that the rest of the program uses. `docs/connectors.md` explains
how to write one. Connectors fetch. They do not store, classify or rank, and do not import each
other.
"""

from __future__ import annotations

import importlib
import pkgutil
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any, Literal, Protocol

from sourcing.core.config import Table
from sourcing.core.errors import ConfigError
from sourcing.core.identifiers import IdentityKey, SourceName
from sourcing.core.model import Budget, Cursor, Identity, Join, Kind, Page, Releases


@dataclass(frozen=True, slots=True)
class Context:
    """The input of a connector in addition to its target. Durations are in seconds."""

    now: datetime
    #: A folder for files that the connector can rebuild, such as clones.
    cache: Path
    contact: str = ""
    pace: float = 1.0
    allow_private: frozenset[str] = frozenset()
    #: The connector's own settings, as `Connector.settings` makes them; None means its defaults.
    settings: Any = None
    #: Secrets of all connectors, which no child process inherits in its environment.
    secrets: frozenset[str] = frozenset()
    #: The key under which a parser hashes the addresses that it reads; without one it hashes none.
    hash_key: bytes = b""
    #: Targets in which the probe found nothing new since their cursor; a backlog is still read.
    unchanged: frozenset[str] = frozenset()
    #: The value of the budget's clock at `now`.
    began: float = field(default_factory=time.monotonic)
    #: Hosts that asked for a pause, with its end on the budget's clock; shared by one crawl.
    silent_until: dict[str, float] = field(default_factory=dict)
    #: Hosts without a connection since the last successful one; shared by one crawl.
    unreached: set[str] = field(default_factory=set)
    #: Proxies by scheme; under "no", the hosts that are read without one (from the environment).
    proxies: Mapping[str, str] = field(default_factory=dict)
    #: Receives the progress of a long crawl: (done, expected or None).
    progress: Callable[[int, int | None], None] = lambda done, expected: None
    #: Receives one line that the user should see during the crawl.
    tell: Callable[[str], None] = lambda line: None
    sleep: Callable[[float], None] = time.sleep


class Fetch(Protocol):
    """Reads a target from its cursor, newest first, until the end or the end of the budget."""

    def __call__(
        self, target: str, cursor: Cursor, budget: Budget, context: Context
    ) -> Iterator[Page]:
        """Yield pages; each holds the cursor that covers it."""


class Enrichment(Protocol):
    """Requests about a few people and works, sent after the crawl with the remaining budget."""

    def discussions(
        self, pulls: Sequence[tuple[str, str, int]], budget: Budget, context: Context
    ) -> Iterator[Page]:
        """Comments on pull requests: (host, owner/name, number)."""

    def profiles(
        self, people: Sequence[tuple[str, str]], budget: Budget, context: Context
    ) -> Iterator[Page]:
        """Profiles with all published pages, of (host, login)."""

    def authors(
        self, place: str, commits: Mapping[str, str], budget: Budget, context: Context
    ) -> Iterator[tuple[str, Identity | None, Join | None]]:
        """Accounts of commit authors: `commits` maps identity keys of `place` to one oid each."""


@dataclass(frozen=True, slots=True)
class Check:
    """One result of `doctor`."""

    verdict: Literal["ok", "note", "wrong"]
    what: str


def _any_target(target: str) -> None:
    """Accept every target."""


def _section_itself(section: Any, environment: Mapping[str, str]) -> Any:
    return section


def _no_secrets(settings: Any) -> frozenset[str]:
    return frozenset()


@dataclass(frozen=True, slots=True)
class Connector:
    """All that one source declares. Its functions load parsers only when they are called."""

    #: The kind in a source name, the name of the package and of the config section.
    name: str
    #: A source name as a user writes it.
    example: str
    fetch: Fetch
    #: Kinds of contribution that the source shows; a message may cite each of them.
    kinds: tuple[Kind, ...]
    #: Prefixes of the identity keys that the source gives.
    identity_prefixes: tuple[str, ...]
    #: The page with the terms of use, below `docs/`.
    terms: str
    #: The case of the contract test: a function in `MODULE:FUNCTION` form.
    fixture: str
    #: A target may be a path of this machine: not accepted from the pages.
    reads_paths: bool = False
    #: Raises ConfigError where a target has the wrong syntax.
    check_target: Callable[[str], None] = _any_target
    #: The pydantic model of the section `[NAME]` in the config.
    section: type[Table] = Table
    #: Makes `Context.settings` of the section and the environment; raises ConfigError.
    settings: Callable[[Any, Mapping[str, str]], Any] = _section_itself
    #: The secrets within the settings.
    secrets: Callable[[Any], frozenset[str]] = _no_secrets
    #: The source name to read in place of a target that the settings do not allow to read, or None.
    fallback: Callable[[str, Any], str | None] | None = None
    #: A line for the user in case a fallback is used.
    fallback_note: str = ""
    #: The targets that changed since their cursors: one request for many targets.
    probe: Callable[[Mapping[str, Cursor], Budget, Context], set[str]] | None = None
    #: Requests for a few people and works after the crawl.
    enrichment: Callable[[], Enrichment] | None = None
    #: Modules that the parent imports before it forks a child for this source.
    modules: tuple[str, ...] = ()
    #: Limits of the child: seconds of processor time from one page to the next, bytes of memory.
    cpu_seconds: int = 10
    memory: int = 2 << 30
    #: Describes parts of a source that failed and are requested again, from its cursor.
    gaps: Callable[[Cursor], Sequence[str]] | None = None
    #: Rank of the source where two show one contribution: the higher one fills the columns.
    priority: int = 1
    #: Examines the installation, the section and these targets for `doctor`.
    checks: Callable[[Sequence[str], Any, Context | None], Iterator[Check]] | None = None
    #: Explains how one page is read: (URL, cursors by target) to (field, text) pairs.
    explain: (
        Callable[[str, Mapping[str, Cursor], Budget, Context], list[tuple[str, str]]] | None
    ) = None
    #: The public members of an organisation, written as `name` or `host/name`.
    members: Callable[[str, Budget, Context], Iterator[Identity]] | None = None
    #: The source name that reads a person's website, or None if the source reads none.
    of_website: Callable[[str], str] | None = None
    #: The source name that shows the page of a repository, or None.
    of_link: Callable[[str], str | None] | None = None
    #: The source name that reads what `git clone` accepts (a path, an SSH address, …), or None.
    of_clone: Callable[[str], str | None] | None = None
    #: The commits that later versions of a package have and the one in use has not, by tags; None
    #: if no tag names that version: (target, package, version in use) to Releases.
    releases: Callable[[str, str, str, Context], Releases | None] | None = None
    #: The repository of a target, for the filter of the shortlist, or None.
    repository: Callable[[str], str | None] | None = None
    #: Deletes the copy of a target in the cache folder; False if there is none.
    delete_copy: Callable[[str, Path], bool] | None = None
    #: A note on the content of the folder `NAME` in the cache, for `doctor`.
    cache_note: str = ""
    #: An instruction for the user: how contributions without a link get one.
    link_hint: str = ""
    #: One sentence for a new user on the options of the source.
    hint: Callable[[Any], str] | None = None


def names() -> list[str]:
    """The names of all connectors."""
    return sorted(m.name for m in pkgutil.iter_modules(__path__) if not m.name.startswith("_"))


def load(name: str) -> Connector:
    """The connector of a kind of source. Raises ConfigError for an unknown kind."""
    if name not in names():
        raise ConfigError(f"no connector named {name!r}; there are: {', '.join(names())}")
    found: Connector = importlib.import_module(f"{__name__}.{name}.declaration").CONNECTOR
    return found


def every() -> list[Connector]:
    """All connectors, by name."""
    return [load(name) for name in names()]


def of_source(source: str) -> tuple[Connector, str]:
    """The connector and the target of a source name. Raises ConfigError where it is malformed."""
    examples = ", ".join(connector.example for connector in every())
    try:
        parsed = SourceName.parse(source)
    except ConfigError as error:
        raise ConfigError(f"{error}, such as {examples}") from error
    connector = load(parsed.kind)
    connector.check_target(parsed.target)
    return connector, parsed.target


def sections() -> dict[str, type[Table]]:
    """The config sections that connectors declare, by name."""
    return {connector.name: connector.section for connector in every()}


def identity_key(text: str) -> IdentityKey | None:
    """The identity key in `text`, or None if no connector gives such keys."""
    key = IdentityKey.parse(text)
    known = {prefix for connector in every() for prefix in connector.identity_prefixes}
    return key if key and key.prefix in known else None


def identity_example() -> str:
    """An identity key as a user writes it, for messages."""
    prefix = next(prefix for connector in every() for prefix in connector.identity_prefixes)
    return f"{prefix}:host.example/name"


def link_hints() -> str:
    """Instructions that give links to contributions without one."""
    return "; ".join(connector.link_hint for connector in every() if connector.link_hint)


def source_of_link(url: str) -> str | None:
    """The source name that shows the repository of a page, or None."""
    found = (connector.of_link(url) for connector in every() if connector.of_link)
    return next(filter(None, found), None)


def repository_of(source: str) -> str | None:
    """The repository that a source shows, as the shortlist filters by it, or None."""
    kind, _, target = source.partition(":")
    if kind not in names():
        return None
    repository = load(kind).repository
    return repository(target) if repository else None
