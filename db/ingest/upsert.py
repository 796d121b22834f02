"""SQL statements that insert or merge a row: the source with the higher priority fills a column.

A merge that changes no column writes nothing, so that a repeated crawl is idempotent.
"""

import json
from collections.abc import Sequence
from functools import lru_cache
from operator import attrgetter
from typing import Any

from sourcing.core.model import Contribution

CONTRIBUTION = (
    "kind", "repo", "number", "at", "title", "url", "files", "renames", "additions",
    "deletions", "labels", "language", "reverts", "paths", "body", "association", "closes",
    "truncated", "assisted", "landed", "repeats", "branch",
)  # fmt: skip
IDENTITY = (
    "bot", "name", "login", "url", "company", "location", "website", "bio", "hireable", "routes",
    "proof",
)  # fmt: skip


def _merge_sql(table: str, columns: Sequence[str], also: str) -> str:
    """An UPDATE by source priority, column by column, that skips rows without a change."""
    news = {
        c: f"iif(:source_priority >= source_priority, coalesce(:{c}, {c}), coalesce({c}, :{c}))"
        for c in columns
    }
    news["source_priority"] = "max(source_priority, :source_priority)"
    if "bot" in news:  # permanent: not every page shows the sign of a bot
        news["bot"] = "max(bot, :bot)"
    sets = ", ".join(f"{c} = {new}" for c, new in news.items())
    changed = " OR ".join(f"{c} IS NOT {new}" for c, new in news.items())
    return f"UPDATE {table} SET {sets}, {also} WHERE id = :id AND ({changed} OR {_REDO[table]})"  # nosec B608


_REDO = {"contributions": "withdrawn_at IS NOT NULL", "identities": "0"}
MERGE_CONTRIBUTION = _merge_sql("contributions", CONTRIBUTION, "withdrawn_at = NULL")
MERGE_IDENTITY = _merge_sql(
    "identities", IDENTITY, "needs_resolution = 1, fetched_at = :now, source_id = :source"
)
INSERT_CONTRIBUTION = (
    f"INSERT INTO contributions (id, key, source_priority, {', '.join(CONTRIBUTION)})"  # nosec B608
    f" VALUES (?, ?, ?{', ?' * len(CONTRIBUTION)})"
)
INSERT_IDENTITY = (
    "INSERT INTO identities (id, key, type, source_priority, source_id, fetched_at,"  # nosec B608
    f" {', '.join(IDENTITY)})"
    f" VALUES (:id, :key, :type, :source_priority, :source, :now, :{', :'.join(IDENTITY)})"
)


as_json = json.JSONEncoder(ensure_ascii=False).encode


def contribution_values(item: Contribution) -> list[Any]:
    """The column values of a contribution, in the order of `CONTRIBUTION`."""
    result = list(_columns(item))
    for at in _LISTS:
        if result[at] is not None:
            result[at] = _as_list(result[at])
    return result


_columns = attrgetter(*CONTRIBUTION)
_LISTS = tuple(map(CONTRIBUTION.index, ("labels", "paths", "closes", "truncated")))


@lru_cache(maxsize=256)
def _as_list(texts: tuple[str, ...]) -> str:
    """JSON; the cache helps since a pull request and its reviews share their paths."""
    return as_json(texts)
