"""The statements that write a row: the richer source wins, column by column, nothing in vain."""

from collections.abc import Sequence

CONTRIBUTION = (
    "kind", "repo", "number", "at", "title", "url", "files", "renames", "additions",
    "deletions", "labels", "language", "reverts", "paths", "body", "association", "closes",
    "truncated", "assisted",
)  # fmt: skip
IDENTITY = (
    "bot", "name", "login", "url", "company", "location", "website", "bio", "hireable", "routes",
    "proof",
)  # fmt: skip


def _merge_sql(table: str, columns: Sequence[str], also: str) -> str:
    """UPDATE that lets the richer source win column by column, and writes nothing in vain."""
    news = {
        c: f"iif(:source_priority >= source_priority, coalesce(:{c}, {c}), coalesce({c}, :{c}))"
        for c in columns
    }
    news["source_priority"] = "max(source_priority, :source_priority)"
    if "bot" in news:  # once a machine, always: not every page shows what tells it
        news["bot"] = "max(bot, :bot)"
    sets = ", ".join(f"{c} = {new}" for c, new in news.items())
    changed = " OR ".join(f"{c} IS NOT {new}" for c, new in news.items())
    return f"UPDATE {table} SET {sets}, {also} WHERE id = :id AND ({changed} OR {_REDO[table]})"


_REDO = {"contributions": "withdrawn_at IS NOT NULL", "identities": "0"}
MERGE_CONTRIBUTION = _merge_sql("contributions", CONTRIBUTION, "withdrawn_at = NULL")
MERGE_IDENTITY = _merge_sql(
    "identities", IDENTITY, "needs_resolution = 1, fetched_at = :now, source_id = :source"
)
INSERT_CONTRIBUTION = (
    f"INSERT INTO contributions (id, key, source_priority, {', '.join(CONTRIBUTION)})"
    f" VALUES (?, ?, ?{', ?' * len(CONTRIBUTION)})"
)
INSERT_IDENTITY = (
    "INSERT INTO identities (id, key, source_priority, source_id, fetched_at,"
    f" {', '.join(IDENTITY)})"
    f" VALUES (:id, :key, :source_priority, :source, :now, :{', :'.join(IDENTITY)})"
)
