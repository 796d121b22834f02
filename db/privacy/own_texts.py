"""What was written here about others, freed of somebody who is erased: notes, tags, searches.

It is looked through while names and logins are still known, and so more closely than what
strangers wrote (`redact`). A first name alone it does not see.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from urllib.parse import unquote_plus

from db.connection import Store
from db.privacy.redaction import REMOVED

#: Texts of ours: table, what tells a row, columns.
_TEXTS = (
    ("notes", ("id",), ("text",)),
    ("drafts", ("id",), ("subject", "body", "reason")),
    ("verdicts", ("person_id", "opening", "by"), ("reason", "note")),
)


def take_out(store: Store, words: Sequence[str]) -> int:
    """Take these names and logins out; how many texts of ours had them."""
    known = [word for word in words if len(word) > 2]
    if not known:
        return 0
    pattern = re.compile("|".join(map(_whole, sorted(known, key=len, reverse=True))))
    changed = sum(_rewrite(store, pattern, *text) for text in _TEXTS)
    for table, columns in (("tags", ("person_id", "tag")), ("searches", ("name", "query"))):
        for row in store.rows(f"SELECT * FROM {table}"):
            if any(pattern.search(unquote_plus(str(row[c]))) for c in columns):
                where = " AND ".join(f"{c} = :{c}" for c in columns)
                store.conn.execute(f"DELETE FROM {table} WHERE {where}", dict(row))
                changed += 1
    return changed


def _whole(word: str) -> str:
    """A login or single name as it is written (Will is not will); a full name however written."""
    said = r"\s+".join(map(re.escape, word.split()))
    return rf"(?<![\w-])(?{'i' if ' ' in word or not word.isalpha() else ''}:{said})(?![\w-])"


def _rewrite(
    store: Store, pattern: re.Pattern[str], table: str, key: Sequence[str], columns: Sequence[str]
) -> int:
    changed = 0
    for row in store.rows(f"SELECT {', '.join((*key, *columns))} FROM {table}"):
        news = {c: pattern.sub(REMOVED, row[c]) if row[c] else row[c] for c in columns}
        if any(news[c] != row[c] for c in columns):
            sets = ", ".join(f"{c} = :{c}" for c in columns)
            where = " AND ".join(f"{c} = :{c}" for c in key)
            store.conn.execute(f"UPDATE {table} SET {sets} WHERE {where}", dict(row) | news)
            changed += 1
    return changed
