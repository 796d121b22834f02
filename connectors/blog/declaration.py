"""The source `blog:`: the posts of a site, by its start page or a feed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from connectors import Connector, Context
from sourcing.core.model import Budget, Cursor, Page


def _fetch(target: str, cursor: Cursor, budget: Budget, context: Context) -> Iterator[Page]:
    from connectors.blog import reader  # noqa: PLC0415 - slow to load

    yield from reader.fetch(target, cursor, budget, context)


def _explain(
    url: str, sites: Mapping[str, Cursor], budget: Budget, context: Context
) -> list[tuple[str, str]]:
    from connectors.blog import reader  # noqa: PLC0415 - slow to load

    return reader.explain(url, sites, budget, context)


CONNECTOR = Connector(
    name="blog",
    example="blog:address",
    fetch=_fetch,
    kinds=("post",),
    identity_prefixes=("blog",),
    terms="terms/blog.md",
    fixture="tests.test_contract:blog_case",
    modules=("connectors.blog.reader",),
    explain=_explain,
    of_website=lambda url: f"blog:{url}",
)
