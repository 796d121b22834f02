"""One request with the database, the config and the clock, and the kinds of answers.

A page is a function from a Visit to an Answer. It opens no file and no connection.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from db import Store
from db.privacy.accounts import Account
from scoring import Rubric, load
from sourcing.core import config
from sourcing.core.config import Config, Opening
from sourcing.core.errors import ConfigError
from sourcing.core.times import stamp
from sourcing.pipeline.settings import load_config
from sourcing.web.crawl_job import Crawling

#: The cookie that keeps the facts of `Go.undo`.
UNDO_COOKIE = "undo"


@dataclass(frozen=True, slots=True)
class Desk:
    """The settings of the server; `user` is the name that actions are attributed to."""

    config_path: Path
    db_path: Path
    user: str
    clock: Callable[[], datetime]
    crawling: Crawling


@dataclass(frozen=True, slots=True)
class Query:
    """The names and values after `?` in an address, in order: the state of a page."""

    pairs: tuple[tuple[str, str], ...] = ()

    def get(self, name: str, default: str = "") -> str:
        """The first value of a name; an empty field of a form has none."""
        return next((v for n, v in self.pairs if n == name and v), default)

    def all(self, name: str) -> list[str]:
        """All values of a name, each once."""
        return list(dict.fromkeys(v for n, v in self.pairs if n == name and v))

    def numbers(self, name: str) -> list[int]:
        """The values of a name that are numbers within the range of the database."""
        return [int(v) for v in self.all(name) if v.isdecimal() and len(v) <= 18]

    def but(self, **changed: object) -> str:
        """The query string with these names changed; None removes one."""
        kept = [(n, v) for n, v in self.pairs if n not in changed and v]
        kept += [(n, str(v)) for n, v in changed.items() if v not in {None, ""}]
        return "?" + urlencode(kept)


@dataclass(frozen=True)
class Visit:
    """One request."""

    desk: Desk
    account: Account
    store: Store
    now: datetime
    url: str
    path: Mapping[str, Any] = field(default_factory=dict)
    query: Query = field(default_factory=Query)
    form: Query = field(default_factory=Query)
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: Mapping[str, str] = field(default_factory=dict)

    @property
    def stamp(self) -> str:
        """`now` in the stored format."""
        return stamp(self.now)

    @cached_property
    def config(self) -> Config:
        """The config; the defaults if there is none."""
        path = self.desk.config_path
        return load_config(path) if path.exists() else Config()

    @cached_property
    def rubric(self) -> Rubric:
        """The rubric with the config's own roles."""
        return load(self.config.roles)

    @cached_property
    def openings(self) -> list[str]:
        """The names of the openings."""
        return list(config.openings(self.desk.config_path))

    def opening(self, name: str) -> Opening:
        """One opening; without a name, one that only has defaults."""
        return config.load_opening(self.desk.config_path, name) if name else Opening()

    @property
    def role(self) -> str:
        """The role of the query, or of its opening, or the default."""
        chosen = self.query.get("role") or self.opening(self.query.get("opening")).role
        self.rubric.weights(chosen)
        return chosen

    @property
    def scored(self) -> str:
        """The date of the scores; empty before the first crawl."""
        return (self.store.meta("scored") or "").partition(" ")[0]


@dataclass(frozen=True, slots=True)
class Shown:
    """A page: its template, and the facts on it, which are also its JSON."""

    template: str
    facts: Mapping[str, Any]
    status: int = 200
    cookies: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Go:
    """A redirect after an action. `said` is the message at the top of the next page."""

    to: str
    said: str = ""
    #: The facts with which the change can be undone for some seconds.
    undo: str = ""


@dataclass(frozen=True, slots=True)
class File:
    """A file to be saved."""

    name: str
    content: str
    media: str


Answer = Shown | Go | File
Page = Callable[[Visit], Answer]


def back(visit: Visit, otherwise: str) -> str:
    """The page to return to: a path of these pages, never another site."""
    to = visit.form.get("next")
    return to if to.startswith("/") and not to.startswith(("//", "/\\")) else otherwise


class MissingError(ConfigError):
    """The person, draft or file of this address does not exist."""
