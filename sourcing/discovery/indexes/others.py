"""Asks the registry of npm, the API of cargo's index, and the proxy of Go modules.

Sources: https://github.com/npm/registry/blob/main/docs/REGISTRY-API.md,
https://doc.rust-lang.org/cargo/reference/registry-web-api.html, https://go.dev/ref/mod#goproxy-protocol
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from typing import Any
from urllib.parse import quote

from bs4 import BeautifulSoup

from sourcing.core.errors import ParseError
from sourcing.discovery.indexes.client import IndexClient, MissingError
from sourcing.discovery.indexes.metadata import Link, Metadata
from sourcing.discovery.links import FORGES, GIT


def npm(client: IndexClient, registry: str, name: str, version: str | None) -> Metadata:
    """The newest version of an npm package, and whether the version in use is there."""
    base = f"{registry.rstrip('/')}/{quote(name, safe='@')}"
    newest = _object(client.get(f"{base}/latest"))
    found, withdrawn = {str(newest.get("version"))}, set()
    if version and version not in found:
        try:
            used = _object(client.get(f"{base}/{quote(version)}"))
        except MissingError:
            pass
        else:
            found.add(version)
            if used.get("deprecated"):
                withdrawn.add(version)
    return Metadata(
        newest.get("version"), _npm_links(newest), frozenset(found), frozenset(withdrawn)
    )


def _npm_links(manifest: Mapping[str, Any]) -> tuple[Link, ...]:
    links = []
    for key in ("repository", "homepage", "bugs"):
        value = manifest.get(key)
        url = value.get("url") if isinstance(value, dict) else value
        if isinstance(url, str) and url:
            is_short = key == "repository" and re.fullmatch(r"[\w.-]+/[\w.-]+", url)
            # npm's own rule: owner/name is at the first of the forges.
            links.append(Link(key, f"https://{FORGES[0]}/{url}" if is_short else url))
    return tuple(links)


def cargo(client: IndexClient, index: str, name: str) -> Metadata:
    """The versions of a crate and the repository that it names."""
    api = str(_object(client.get(f"{index.rstrip('/')}/config.json")).get("api") or "")
    if not api:
        raise ParseError("the index of cargo names no API")
    answer = _object(client.get(f"{api.rstrip('/')}/api/v1/crates/{quote(name)}"))
    crate, versions = answer.get("crate") or {}, answer.get("versions") or []
    links = [Link(key, str(crate[key])) for key in ("repository", "homepage") if crate.get(key)]
    return Metadata(
        crate.get("max_stable_version") or crate.get("newest_version"),
        tuple(links),
        frozenset(str(one.get("num")) for one in versions),
        frozenset(str(one.get("num")) for one in versions if one.get("yanked")),
    )


def go(client: IndexClient, proxy: str, module: str) -> Metadata:
    """The newest version of a module and the origin that the proxy states for it."""
    escaped = re.sub(r"[A-Z]", lambda m: f"!{m[0].lower()}", module)
    newest = _object(client.get(f"{proxy.rstrip('/')}/{escaped}/@latest"))
    origin = (newest.get("Origin") or {}).get("URL")
    links = (Link("Origin of the module's proxy", str(origin)),) if origin else ()
    return Metadata(newest.get("Version"), links)


def go_import(client: IndexClient, module: str) -> Metadata:
    """The repository of a vanity path: `?go-get=1` (https://go.dev/ref/mod#vcs-find)."""
    page = BeautifulSoup(client.get(f"https://{module}?go-get=1"), "lxml")
    for meta in page.find_all("meta", attrs={"name": "go-import"}):
        words = str(meta.get("content", "")).split()
        if len(words) == 3 and module.startswith(words[0]) and words[1] == GIT:
            return Metadata(links=(Link("go-import", words[2]),))
    return Metadata()


def _object(text: str) -> Mapping[str, Any]:
    try:
        value = json.loads(text)
    except ValueError as error:
        raise ParseError("the index answers no valid JSON") from error
    if not isinstance(value, dict):
        raise ParseError("the index answers no JSON object")
    return value
