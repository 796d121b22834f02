"""Names of sources and identities, parsed once.

A source name is `KIND:TARGET`; an identity key is `PREFIX:PLACE/LOCAL`, never in the form of an
e-mail address. Which kinds and prefixes exist is declared by the connectors, not here.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from urllib.parse import urlsplit

from sourcing.core.errors import ConfigError

_KIND = re.compile(r"[a-z][a-z0-9_]*")
#: A password in an address is refused: it would be stored in the database and the logs.
_PASSWORD = re.compile(r"://[^/@\s]*:[^/@\s]*@")


@dataclass(frozen=True, slots=True)
class SourceName:
    """One public place that is crawled: `kind` names the connector, which interprets `target`."""

    kind: str
    target: str

    def __str__(self) -> str:
        return f"{self.kind}:{self.target}"

    @classmethod
    def parse(cls, text: str) -> SourceName:
        """The name in `text`. Raises ConfigError where the text is no source name."""
        kind, colon, target = text.partition(":")
        if not (colon and target):
            raise ConfigError(f"source {text!r}: write KIND:TARGET")
        if not text.isprintable() or _PASSWORD.search(text):
            raise ConfigError(
                f"source {kind}:…: write it without a password and without control characters;"
                " a credential helper keeps passwords"
            )
        return cls(kind, target)


@dataclass(frozen=True, slots=True)
class IdentityKey:
    """The key of an identity. `path` is a host, then the account, byline or repository and hash."""

    prefix: str
    path: str

    def __str__(self) -> str:
        return f"{self.prefix}:{self.path}"

    @classmethod
    def parse(cls, text: str) -> IdentityKey | None:
        """The key in `text`, or None if the text has another form (a URL, a login)."""
        prefix, colon, path = text.partition(":")
        is_key = colon and _KIND.fullmatch(prefix) and "/" in path and not path.startswith("/")
        return cls(prefix, path) if is_key else None

    @property
    def host(self) -> str:
        """The first part of the path: the host of an account or byline, with its port."""
        return self.path.partition("/")[0]

    @property
    def repository(self) -> str:
        """All but the last part of the path: the repository of a commit author."""
        return self.path.rpartition("/")[0]

    @property
    def site(self) -> str:
        """The host without its port and without a leading `www.`, in lower case."""
        return (urlsplit(f"//{self.host}").hostname or "").removeprefix("www.")
