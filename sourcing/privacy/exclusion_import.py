"""Reads a CSV file of known people (from an applicant tracking or HR system) for exclusion.

It reads the columns with a login, a page, a name or an e-mail address, and no other column. An
address is hashed at once and thrown away. It returns the exclusions of each row; the caller stores
them.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from db.privacy.exclusions import Exclusion, Field
from sourcing.core import csv_files, files, keyed_hashes
from sourcing.core.errors import ConfigError
from sourcing.core.text import clean_line, fold, page

#: Column headings of common exports, folded.
_LOGIN = {"login", "github", "githublogin", "githubusername", "githubhandle", "handle", "username"}
_PAGES = {
    "website", "websites", "url", "urls", "link", "links", "githuburl", "githubprofile", "homepage",
    "blog", "socialmedia", "profile", "profileurl", "linkedin", "linkedinurl", "personalwebsite",
}  # fmt: skip
_NAME = {"name", "fullname", "candidate", "candidatename", "applicant", "employee", "prospect"}
_EMAIL = {
    "email", "emails", "emailaddress", "emailaddresses", "mail", "workemail", "personalemail",
    "candidateemail", "primaryemail", "companyemail", "contactemail", "emailadresse",
}  # fmt: skip
_FIRST = {"firstname", "first", "givenname", "preferredname"}
_LAST = {"lastname", "last", "surname", "familyname"}

_PROFILE = re.compile(r"github\.com/([a-z\d](?:[a-z\d-]{0,38}))$", re.IGNORECASE)
#: A login as forges allow it; other values of a login column are ignored.
_HANDLE = re.compile(r"@?[a-z\d](?:[a-z\d_.-]{0,38})", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class ListedPerson:
    """One row of the file: exact matches in `sure`, and the name, which is not proof.

    An address is in `sure` as its keyed hash.
    """

    line: int
    sure: tuple[tuple[Field, str], ...]
    name: str

    def exclusions(self, reason: str, until: str | None) -> list[Exclusion]:
        """The exclusions for the exact matches of this row."""
        shown = self.name or f"line {self.line} of the file"
        return [
            Exclusion(field, value, f"an address of {shown}" if field == "address" else value,
                      reason, until)
            for field, value in self.sure
        ]  # fmt: skip


def read(path: Path, key: bytes = b"") -> list[ListedPerson]:
    """The people in the file; `key`: that of the keyed hashes of addresses."""
    text, separator = csv_files.separated(files.read(path))
    lines = csv.reader(text.splitlines(keepends=True), delimiter=separator, strict=True)
    try:
        columns = _columns(path, next(lines, []))
        return [row for cells in lines if (row := _row(lines.line_num, columns, cells, key))]
    except csv.Error as exc:
        raise ConfigError(f"{path}, line {lines.line_num}: not CSV: {exc}") from exc


def _columns(path: Path, heading: Sequence[str]) -> Mapping[str, list[int]]:
    """The positions of the readable columns, by kind; other columns are not read."""
    folded = [fold(title) for title in heading]
    kinds = {
        "login": _LOGIN, "page": _PAGES, "name": _NAME, "first": _FIRST, "last": _LAST,
        "email": _EMAIL,
    }  # fmt: skip
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


def _row(
    line: int, columns: Mapping[str, list[int]], cells: Sequence[str], key: bytes
) -> ListedPerson | None:
    def of(kind: str) -> list[str]:
        return [cells[at] for at in columns[kind] if at < len(cells)]

    def clean(kind: str) -> list[str]:
        return [text for cell in of(kind) if (text := clean_line(cell, 300))]

    sure = {*_addresses([*of("email"), *of("login")], key), *_accounts(clean("login"))}
    sure |= set(_pages([*clean("login"), *clean("page")]))
    name = next(iter(clean("name")), "") or " ".join([*clean("first"), *clean("last")])
    if name.count(",") == 1:  # "Roe, Jane"
        name = " ".join(part.strip() for part in reversed(name.split(","))).strip()
    return ListedPerson(line, tuple(sorted(sure)), name) if sure or name else None


def _addresses(cells: Sequence[str], key: bytes) -> Iterator[tuple[Field, str]]:
    for text in re.split(r"[\s,;|<>]+|mailto:", " ".join(cells)):
        if hashed := keyed_hashes.of_address(key, text):
            yield "address", hashed


def _accounts(cells: Sequence[str]) -> Iterator[tuple[Field, str]]:
    for handle in cells:
        if _HANDLE.fullmatch(handle):
            yield "login", handle.removeprefix("@").casefold()


def _pages(cells: Sequence[str]) -> Iterator[tuple[Field, str]]:
    for url in re.split(r"[\s,;|]+", " ".join(cells)):
        place = page(url)
        if profile := _PROFILE.search(place):
            yield "login", profile[1].casefold()
        elif place and ("/" in place or url.startswith(("http://", "https://"))):
            yield "website", place
