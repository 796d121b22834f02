"""From paths to sources: reads the files, resolves the packages, proposes sources.

The files are not kept and not changed. The config is written by `write` alone.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from sourcing.core.errors import ConfigError
from sourcing.discovery import readers
from sourcing.discovery.package import Feed, Package, unique
from sourcing.discovery.resolve import Resolved
from sourcing.pipeline.source_input import source_names


@dataclass(frozen=True, slots=True)
class Named:
    """The packages and sources that the files name."""

    packages: tuple[Package, ...]
    feeds: tuple[Feed, ...]
    #: One line for each file that was read, and for each that could not be.
    files: tuple[str, ...]
    failed: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Proposal:
    """A source to add, with the packages that lead to it."""

    source: str
    because: str


def read(paths: Sequence[Path]) -> Named:
    """Read every known file below the paths. A folder without one is a ConfigError.

    A file that a path names must be readable; one inside a folder is reported and skipped.
    """
    packages: list[Package] = []
    feeds: list[Feed] = []
    lines: list[str] = []
    failed: list[str] = []
    for path in paths:
        for file, form in readers.files_of(path):
            try:
                contents = readers.read(file, form)
            except ConfigError as error:
                if file == path:
                    raise
                failed.append(str(error))
                continue
            packages += contents.packages
            feeds += contents.feeds
            count = len(contents.packages) + len(contents.feeds)
            lines.append(f"{file}: {form.name}, {count} named")
    if not lines and not failed:
        named = ", ".join(map(str, paths))
        raise ConfigError(f"{named}: no lock file, SBOM or OPML was found")
    return Named(unique(packages), tuple(feeds), tuple(lines), tuple(failed))


def proposals(
    rows: Sequence[Resolved], feeds: Sequence[Feed], *, all_of_them: bool
) -> list[Proposal]:
    """The sources of direct dependencies (or of all), each once, and of the feeds.

    Packages of one repository are one proposal that names them.
    """
    packages: dict[str, list[str]] = {}
    for row in rows:
        if row.source and (all_of_them or row.direct is not False):
            stated = f"{row.package} {row.version}" if row.version else row.package
            packages.setdefault(row.source, []).append(stated)
    chosen = [Proposal(source, _listed(names)) for source, names in packages.items()]
    return chosen + [Proposal(source_names(feed.url)[0], feed.title) for feed in feeds]


def _listed(names: Sequence[str]) -> str:
    more = f" and {len(names) - 3} more" if len(names) > 3 else ""
    return ", ".join(names[:3]) + more
