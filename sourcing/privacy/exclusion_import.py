"""Reads a CSV file of known people (from an applicant tracking or HR system) for exclusion.

It reads the columns with a login, a page or a name, and no other column. It returns the
exclusions of each row; the caller stores them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.privacy.exclusions import Exclusion, Field
from sourcing.core import files
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, fold, page

#: Column headings of common exports, folded.
_LOGIN = {"login", "github", "githublogin", "githubusername", "githubhandle", "handle", "username"}
_PAGES = {
    "website", "websites", "url", "urls", "link", "links", "githuburl", "githubprofile", "homepage",
    "blog", "socialmedia", "profile", "profileurl", "linkedin", "linkedinurl", "personalwebsite",
}  # fmt: skip
_NAME = {"name", "fullname", "candidate", "candidatename", "applicant", "employee", "prospect"}
_FIRST = {"firstname", "first", "givenname", "preferredname"}
_LAST = {"lastname", "last", "surname", "familyname"}

_PROFILE = re.compile(r"github\.com/([a-z\d](?:[a-z\d-]{0,38}))$", re.IGNORECASE)
#: A login as forges allow it; other values of a login column are ignored.
_HANDLE = re.compile(r"@?[a-z\d](?:[a-z\d_.-]{0,38})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One row of the file: exact matches in `sure`, and the name, which is not proof."""

    line: int
    sure: tuple[tuple[Field, str], ...]
    name: str

    def exclusions(self, reason: str, until: str | None) -> list[Exclusion]:
        """The exclusions for the exact matches of this row."""
        return [Exclusion(field, value, value, reason, until) for field, value in self.sure]


def read(path: Path) -> list[ListedPerson]:
    """The people in the file."""
    text = files.read(path)
    heading = text.partition("\n")[0]
    lines = csv.reader(text.splitlines(keepends=True), delimiter=max(",;\t", key=heading.count))
    try:
        columns = _columns(path, next(lines, []))
        return [row for cells in lines if (row := _row(lines.line_num, columns, cells))]
    except csv.Error as exc:
        raise ConfigError(f"{path}, line {lines.line_num}: not CSV: {exc}") from exc


def _columns(path: Path, heading: Sequence[str]) -> Mapping[str, list[int]]:
    """The positions of the readable columns, by kind; other columns are not read."""
    folded = [fold(title) for title in heading]
    kinds = {"login": _LOGIN, "page": _PAGES, "name": _NAME, "first": _FIRST, "last": _LAST}
    found = {
        kind: [at for at, title in enumerate(folded) if title in titles]
        for kind, titles in kinds.items()
    }
    if not any(found.values()):
        raise ConfigError(
            f"{path}: no column to match by; call one of them login, website or name (its first"
            f" line has: {clean_line(', '.join(heading), 200)})"
        )
    return found


def _row(line: int, columns: Mapping[str, list[int]], cells: Sequence[str]) -> ListedPerson | None:
    def of(kind: str) -> Iterator[str]:
        for at in columns[kind]:
            if at < len(cells) and (text := clean_line(cells[at], 300)):
                yield text

    sure: dict[tuple[Field, str], None] = {}
    for handle in of("login"):
        if _HANDLE.fullmatch(handle):
            sure["login", handle.removeprefix("@").casefold()] = None
    for url in re.split(r"[\s,;|]+", " ".join([*of("login"), *of("page")])):
        if profile := _PROFILE.search(page(url)):
            sure["login", profile[1].casefold()] = None
        elif "/" in page(url) or url.startswith(("http://", "https://")):
            sure["website", page(url)] = None
    name = next(of("name"), "") or " ".join([*of("first"), *of("last")])
    sure.pop(("website", ""), None)
    return ListedPerson(line, tuple(sure), name) if sure or name else None
