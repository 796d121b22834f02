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
        c: f"iif(:authority >= authority, coalesce(:{c}, {c}), coalesce({c}, :{c}))"
        for c in columns
    }
    news["authority"] = "max(authority, :authority)"
    if "bot" in news:  # once a machine, always: not every page shows what tells it
        news["bot"] = "max(bot, :bot)"
    sets = ", ".join(f"{c} = {new}" for c, new in news.items())
    changed = " OR ".join(f"{c} IS NOT {new}" for c, new in news.items())
    return f"UPDATE {table} SET {sets}, {also} WHERE id = :id AND ({changed} OR {_REDO[table]})"


_REDO = {"contributions": "withdrawn_at IS NOT NULL", "identities": "0"}
MERGE_CONTRIBUTION = _merge_sql("contributions", CONTRIBUTION, "withdrawn_at = NULL")
MERGE_IDENTITY = _merge_sql(
    "identities", IDENTITY, "unsettled = 1, fetched_at = :now, source_id = :source"
)
INSERT_CONTRIBUTION = (
    f"INSERT INTO contributions (id, key, authority, {', '.join(CONTRIBUTION)})"
    f" VALUES (?, ?, ?{', ?' * len(CONTRIBUTION)})"
)
INSERT_IDENTITY = (
    f"INSERT INTO identities (id, key, authority, source_id, fetched_at, {', '.join(IDENTITY)})"
    f" VALUES (:id, :key, :authority, :source, :now, :{', :'.join(IDENTITY)})"
)
