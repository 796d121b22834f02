"""Asks a simple index of Python packages.

Forms: JSON (PEP 691, PEP 700) and HTML (PEP 503), metadata beside each file (PEP 658, PEP 714),
withdrawn files (PEP 592). No file of a package is downloaded.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from email.parser import Parser
from urllib.parse import urljoin

from bs4 import BeautifulSoup
from packaging.utils import (
    InvalidSdistFilename,
    InvalidWheelFilename,
    canonicalize_name,
    parse_sdist_filename,
    parse_wheel_filename,
)
from packaging.version import Version

from sourcing.core.errors import ParseError, SourceError
from sourcing.discovery.indexes.client import IndexClient
from sourcing.discovery.indexes.installed import links_of
from sourcing.discovery.indexes.metadata import Link, Metadata

_JSON = "application/vnd.pypi.simple.v1+json"
_ACCEPT = f"{_JSON}, application/vnd.pypi.simple.v1+html;q=0.2, text/html;q=0.1"


@dataclass(frozen=True, slots=True)
class _File:
    name: str
    url: str
    has_metadata: bool
    withdrawn: bool

    @property
    def version(self) -> Version | None:
        """The version in the file's name; None for other files."""
        try:
            if self.name.endswith(".whl"):
                return parse_wheel_filename(self.name)[1]
            return parse_sdist_filename(self.name)[1]
        except (InvalidWheelFilename, InvalidSdistFilename):
            return None


def metadata_of(client: IndexClient, index: str, name: str) -> Metadata:
    """The versions of a package, and the addresses that its newest version names."""
    page = f"{index.rstrip('/')}/{canonicalize_name(name)}/"
    dated = [(v, f) for f in _files(client.get(page, _ACCEPT), page) if (v := f.version)]
    usable = [v for v, f in dated if not f.withdrawn]
    stable = [v for v in usable if not v.is_prerelease] or usable
    newest = max(stable, default=None)
    versions = {str(v) for v, _ in dated}
    return Metadata(
        str(newest) if newest else None,
        _links(client, index, name, [f for v, f in dated if v == newest]),
        frozenset(versions),
        frozenset(versions - {str(v) for v in usable}),
    )


def _files(text: str, page: str) -> Iterator[_File]:
    if not text.lstrip().startswith("{"):
        yield from _html_files(text, page)
        return
    try:
        entries = json.loads(text)["files"]
        for one in entries:
            beside = one.get("core-metadata") or one.get("dist-info-metadata")
            url = urljoin(page, one["url"])
            yield _File(one["filename"], url, bool(beside), bool(one.get("yanked")))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParseError("the index answers no valid list of files") from error


def _html_files(text: str, page: str) -> Iterator[_File]:
    for anchor in BeautifulSoup(text, "lxml").find_all("a", href=True):
        url = urljoin(page, str(anchor["href"])).partition("#")[0]
        beside = anchor.get("data-core-metadata") or anchor.get("data-dist-info-metadata")
        is_withdrawn = anchor.has_attr("data-yanked")
        yield _File(anchor.get_text().strip(), url, bool(beside), is_withdrawn)


def _links(client: IndexClient, index: str, name: str, files: list[_File]) -> tuple[Link, ...]:
    """The addresses of a version: by the metadata beside a file, else by the index's JSON page."""
    beside = next((file for file in files if file.has_metadata), None)
    if beside:
        text = client.get(f"{beside.url}.metadata", immutable=True)
        return links_of(Parser().parsestr(text, headersonly=True))
    root = index.rstrip("/").removesuffix("/simple")
    try:
        info = json.loads(client.get(f"{root}/pypi/{canonicalize_name(name)}/json"))["info"]
        links = [Link(key, str(url)) for key, url in (info.get("project_urls") or {}).items()]
        return (*links, *(Link("Home-page", info[k]) for k in ("home_page",) if info.get(k)))
    except (ValueError, KeyError, TypeError, AttributeError) as error:
        raise ParseError("the index answers no valid metadata") from error
    except SourceError as error:
        raise SourceError("the index has no metadata beside its files") from error
