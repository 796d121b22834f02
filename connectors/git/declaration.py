"""The source `git:`: the history of a repository, a path or a URL."""

from __future__ import annotations

import re
import shutil
import subprocess  # nosec B404
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from pydantic import Field

from connectors import Check, Connector, Context
from connectors._accounts import PREFIX
from sourcing.core.config import Table
from sourcing.core.errors import SourcingError
from sourcing.core.model import Budget, Cursor, Page, Releases

#: The first version with all options that are used.
_OLDEST = (2, 31)


class GitSection(Table):
    """The section `[git]`: where the links of local clones point."""

    forge: dict[str, str] = Field(default_factory=dict)


def _fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    from connectors.git import fetch  # noqa: PLC0415 - loaded by the first crawl

    yield from fetch(target, cursor, budget, context)


def _settings(section: GitSection, environment: Mapping[str, str]) -> Mapping[str, str]:
    return section.forge


def _checks(
    targets: Sequence[str], section: GitSection, context: Context | None
) -> Iterator[Check]:
    from connectors.git import check  # noqa: PLC0415 - loaded by the first crawl

    yield _version()
    try:
        check(section.forge)
    except SourcingError as exc:
        yield Check("wrong", str(exc))
    for target in targets:
        if target.startswith("/") and not Path(target).exists():
            path, at, _ = target.rpartition("@")
            if not (at and Path(path).exists()):
                yield Check("wrong", f"git:{target}: no such folder")


def _version() -> Check:
    path = shutil.which("git")
    if path is None:
        return Check("wrong", "git is not installed; git: sources need version 2.31 or newer")
    answer = subprocess.run([path, "--version"], capture_output=True, text=True, check=False)  # nosec B603
    version = re.search(r"(\d+)\.(\d+)", answer.stdout)
    if version is None or (int(version[1]), int(version[2])) < _OLDEST:
        return Check("wrong", f"{answer.stdout.strip()} is too old; 2.31 or newer is needed")
    return Check("ok", answer.stdout.strip())


#: What `git clone` accepts and is no web page: https://git-scm.com/docs/git-clone#_git_urls
_CLONE = re.compile(r"/.+|(?:ssh|git|file)://.+|[\w.-]+@[\w.-]+:.+|https?://.+\.git/?")


def _releases(target: str, package: str, in_use: str, context: Context) -> Releases | None:
    from connectors.git import releases  # noqa: PLC0415 - loaded by the first question

    return releases.releases(target, package, in_use, context)


def _of_clone(text: str) -> str | None:
    return f"git:{text}" if _CLONE.fullmatch(text) else None


def _delete_copy(target: str, cache: Path) -> bool:
    from connectors.git import clone  # noqa: PLC0415 - loaded when needed

    return clone.delete_copy(target, cache)


CONNECTOR = Connector(
    name="git",
    reads_paths=True,
    example="git:address",
    fetch=_fetch,
    kinds=("merged_pr", "commit"),
    identity_prefixes=("git", PREFIX),
    terms="terms/git.md",
    fixture="tests.test_contract:git_case",
    section=GitSection,
    settings=_settings,
    modules=("connectors.git",),
    # The whole history is scanned before the first page; git itself has limits in `process`.
    cpu_seconds=900,
    memory=6 << 30,
    checks=_checks,
    of_clone=_of_clone,
    delete_copy=_delete_copy,
    releases=_releases,
    cache_note=(
        "git's own copies of public histories, with the addresses git keeps in them; none of those"
        " enters the database"
    ),
    link_hint="name its forge under [git.forge]",
)
