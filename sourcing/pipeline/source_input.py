"""Parses source names from pasted text: addresses, `owner/name`, paths, several at once.

The declarations of the connectors decide. It does not fetch and does not write the config.
"""

from __future__ import annotations

import re
from urllib.parse import urlsplit

import connectors
from sourcing.core.errors import ConfigError

#: Separators of pasted names. A comma or semicolon is not part of a pasted address.
_SEPARATORS = re.compile(r"[\s,;]+")
_SHORT = re.compile(r"[\w-]+/[\w.-]+")
_HOST = re.compile(r"[\w-]+(?:\.[\w-]+)+(?:[:/].*)?", re.IGNORECASE)


def source_names(text: str) -> list[str]:
    """The source names in a pasted text, each once.

    Raises ConfigError for a part that is not recognised, with an example of what to paste.
    """
    parts = [part.strip("<>\"'()") for part in _SEPARATORS.split(text)]
    found = [_source_name(part) for part in parts if part]
    if not found:
        raise ConfigError("paste the address of a repository or an engineering site, or owner/name")
    return list(dict.fromkeys(found))


def _source_name(part: str) -> str:
    kind = part.partition(":")[0]
    if kind in connectors.names():
        return part
    if _SHORT.fullmatch(part):
        return _of_short(part)
    if "://" not in part and (clone := _of_clone(part)):
        return clone
    url = part if "://" in part else f"https://{part}" if _HOST.fullmatch(part) else ""
    if not url:
        raise ConfigError(f"no connector named {kind!r}; paste an address, or owner/name")
    return _of_url(url)


def _of_url(url: str) -> str:
    if repository := connectors.source_of_link(url) or _of_clone(url):
        return repository
    if urlsplit(url).scheme not in {"http", "https"}:
        raise ConfigError(f"{url}: only pages of the web and repositories can be read")
    if connectors.source_of_link(f"{url.rstrip('/')}/any"):
        raise ConfigError(f"{url} is an owner's page: paste the address of one of its repositories")
    readers = (connector.of_website for connector in connectors.every())
    return next(reader(url) for reader in readers if reader)


def _of_short(name: str) -> str:
    """`owner/name` at the forge of the connector that accepts such a target."""
    for connector in connectors.every():
        if connector.of_link:
            connector.check_target(name)
            return f"{connector.name}:{name}"
    raise ConfigError(f"{name}: paste the whole address")


def _of_clone(text: str) -> str | None:
    readers = (connector.of_clone for connector in connectors.every())
    return next(filter(None, (reader(text) for reader in readers if reader)), None)
