"""The source `github:`: repositories of GitHub, read through its API."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import cast
from urllib.parse import urlsplit

from connectors import Check, Connector, Context, Enrichment
from connectors.github.api.access import (
    GitHubAccess,
    GitHubSection,
    access,
    check_target,
    secrets,
    settings,
)
from sourcing.core.errors import SourcingError
from sourcing.core.model import Budget, Cursor, Identity, Page

_REPOSITORY_PAGE = re.compile(r"/([\w.-]+/[\w.-]+?)(?:\.git)?(?:/.*)?")


def _fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    from connectors.github import reader  # noqa: PLC0415 - slow to load

    yield from reader.fetch(target, cursor, budget, context)


def _probe(cursors: Mapping[str, Cursor], budget: Budget, context: Context) -> set[str]:
    from connectors.github import reader  # noqa: PLC0415 - slow to load

    return reader.changed(cursors, budget, context)


def _enrichment() -> Enrichment:
    from connectors.github import enrich  # noqa: PLC0415 - slow to load

    return cast(Enrichment, enrich)


def _checks(
    targets: Sequence[str], section: GitHubSection, context: Context | None
) -> Iterator[Check]:
    if not targets or context is None:
        return
    found = access(context)
    if not (found.token or found.app):
        yield Check(
            "note",
            f"no token in ${section.token_env}: github: sources are read as git histories;"
            " a token without any scopes is enough",
        )
        return
    from connectors.github import reader  # noqa: PLC0415 - slow to load

    try:
        answers = reader.examine(targets, Budget(deadline=context.began + 60), context)
        yield Check("ok", next(answers))
        yield from (Check("wrong", fault) for fault in answers)
    except SourcingError as exc:
        yield Check("wrong", str(exc))


def _history(target: str, found: GitHubAccess) -> str | None:
    """The source that reads the repository's history without a token; None with one."""
    if found.token or found.app:
        return None
    host = (urlsplit(found.api_url).hostname or "").removeprefix("api.")
    return f"git:https://{host}/{target}"


def _members(organisation: str, budget: Budget, context: Context) -> Iterator[Identity]:
    from connectors.github import contributors  # noqa: PLC0415 - slow to load

    yield from contributors.members_of(organisation, budget, context)


def _gaps(cursor: Cursor) -> Sequence[str]:
    from connectors.github.cursor import describe_gaps  # noqa: PLC0415 - loaded when needed

    return describe_gaps(cursor) if cursor else ()


def _of_link(url: str) -> str | None:
    parts = urlsplit(url)
    page = _REPOSITORY_PAGE.fullmatch(parts.path)
    return f"github:{page[1]}" if parts.hostname == "github.com" and page else None


CONNECTOR = Connector(
    name="github",
    example="github:owner/name",
    fetch=_fetch,
    kinds=("merged_pr", "review"),
    identity_prefixes=("github",),
    terms="terms/github.md",
    fixture="tests.test_contract:github_case",
    check_target=check_target,
    section=GitHubSection,
    settings=settings,
    secrets=secrets,
    fallback=_history,
    fallback_note=(
        "no GitHub token: github: sources are read as git histories, without reviews, labels"
        " and profiles; put a token without any scopes into the variable named by token_env"
    ),
    modules=("connectors.github.reader",),
    probe=_probe,
    enrichment=_enrichment,
    gaps=_gaps,
    members=_members,
    priority=2,
    checks=_checks,
    of_link=_of_link,
    repository=lambda target: target,
    hint=lambda section: (
        f"With a GitHub token in {section.token_env} when this was started it reads reviews and"
        " profiles too; without one, the repositories' histories."
    ),
)
