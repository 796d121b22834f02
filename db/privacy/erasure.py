"""Erases a person: their rows, their names in texts of others, and the freed bytes in the file.

Works with several authors stay for the other authors. Exported files and sources that are named
after the person cannot be erased here; the caller reports them.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Sequence
from dataclasses import dataclass

from db.connection import Store, translated
from db.privacy import ledger, suppression, traces
from db.privacy.redaction import REMOVED, Redactor, redact_own_texts
from db.privacy.suppression import SuppressionList
from db.privacy.traces import PersonTraces
from db.ranking import text_index
from sourcing.core.text import fold

#: Words up to this length are not searched for: they occur in most texts.
_LONGEST_COMMON_WORD = 3


@dataclass(frozen=True, slots=True)
class ErasureCounts:
    """The number of erased rows, and of redacted texts of others (`mentions`)."""

    accounts: int
    works: int
    drafts: int
    notes: int
    mentions: int


def erase(
    store: Store, persons: Sequence[int], who: PersonTraces, now: str, *, keep: bool
) -> ErasureCounts:
    """Erase the rows; with `keep`, suppress the person, so that no crawl stores them again."""
    with store.transaction():
        if keep:
            suppression.add(store, who.identifiers, now, (*who.previous, *who.addresses))
        counts = _counts(store, persons)
        _delete(store, persons, who)
        redactor = Redactor(SuppressionList(store, who.identifiers, who.previous))
        mentions = _redact(store, redactor, who) + redact_own_texts(store, who.words)
        text_index.remove_changed(store.conn)
    return ErasureCounts(len(who.identities), len(who.works), *counts, mentions)


def _counts(store: Store, persons: Sequence[int]) -> tuple[int, int]:
    within = "person_id IN (SELECT value FROM json_each(?))"
    ids = json.dumps(list(persons))
    drafts = store.scalar(f"SELECT count(*) FROM drafts WHERE {within}", ids)  # nosec B608
    return drafts, store.scalar(f"SELECT count(*) FROM notes WHERE {within}", ids)  # nosec B608


def _delete(store: Store, persons: Sequence[int], who: PersonTraces) -> None:
    conn, works = store.conn, json.dumps(who.works)
    within = "IN (SELECT value FROM json_each(?))"
    # A review of their work by another person keeps the reviewer's text, without the title.
    conn.execute(
        f"UPDATE contributions SET title = ? WHERE kind = 'review' AND id NOT {within} AND"
        " (repo, number) IN (SELECT repo, number FROM contributions WHERE kind = 'merged_pr'"
        f" AND id {within})",  # nosec B608
        [REMOVED, works, works],
    )
    conn.execute(f"DELETE FROM drafts WHERE contribution_id {within}", [works])  # nosec B608
    conn.execute(
        "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM credits k"  # nosec B608
        f" JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id {within})",
        [works],
    )
    conn.execute(f"DELETE FROM contributions WHERE id {within}", [works])  # nosec B608
    conn.execute(
        "DELETE FROM exclusions WHERE field <> 'company' AND id IN (SELECT exclusion_id"
        f" FROM excluded_identities WHERE identity_id {within})",  # nosec B608
        [json.dumps(who.identities)],
    )
    conn.execute(f"DELETE FROM identities WHERE id {within}", [json.dumps(who.identities)])  # nosec B608
    conn.execute(f"DELETE FROM persons WHERE id {within}", [json.dumps(list(persons))])  # nosec B608


#: Texts by or for other people: table, key column, text columns.
_TEXTS = (
    ("contributions", "id", ("title", "body", "closes")),
    ("discussions", "contribution_id", ("remarks",)),
    ("notes", "id", ("text",)),
    ("drafts", "id", ("subject", "body", "reason")),
    ("joins", "id", ("proof",)),
)


def _redact(store: Store, redactor: Redactor, who: PersonTraces) -> int:
    changed = 0
    for table, key, columns in _TEXTS:
        for row in _candidates(store, table, key, columns, who):
            news = {c: _clean(redactor, c, row[c]) for c in columns}
            if any(news[c] != row[c] for c in columns):
                sets = ", ".join(f"{c} = :{c}" for c in columns)
                store.conn.execute(
                    f"UPDATE {table} SET {sets} WHERE {key} = :{key}",  # nosec B608
                    news | {key: row[key]},
                )
                changed += 1
    for row in store.rows("SELECT id, cursor FROM sources"):
        before = json.loads(row["cursor"])
        if (after := redactor.state(before)) != before:
            store.conn.execute(
                "UPDATE sources SET cursor = ? WHERE id = ?", [json.dumps(after), row["id"]]
            )
    return changed


def _clean(redactor: Redactor, column: str, text: str | None) -> str | None:
    if column == "title" and text:
        return redactor.title(text)
    if not text or column not in {"closes", "remarks"}:
        return redactor.text(text) if text else text
    items = json.loads(text)
    redacted = [
        redactor.text(i) if isinstance(i, str) else i | {"text": redactor.text(i["text"])}
        for i in items
    ]
    return text if redacted == items else json.dumps(redacted, ensure_ascii=False)


def _candidates(
    store: Store, table: str, key: str, columns: Sequence[str], who: PersonTraces
) -> list[sqlite3.Row]:
    """Rows that contain one of their names, logins or titles.

    Previous names are known by hash only: if there are any, every row is a candidate.
    """
    hit = " OR ".join(f"instr(lower({c}), lower(w.value))" for c in columns)
    found = store.rows(
        f"SELECT {key}, {', '.join(columns)} FROM {table} t"  # nosec B608
        f" WHERE ?2 OR EXISTS (SELECT 1 FROM json_each(?1) w WHERE {hit})",
        json.dumps(_searched_words(who)),
        bool(who.previous),
    )
    if table == "contributions":
        for title in who.titles:
            phrase = '"' + title.replace('"', '""') + '"'
            found += store.rows(
                f"SELECT {key}, {', '.join(columns)} FROM contributions WHERE id IN"  # nosec B608
                " (SELECT rowid FROM contributions_fts WHERE contributions_fts MATCH ?)",
                phrase,
            )
    return list({row[key]: row for row in found}.values())


def _searched_words(who: PersonTraces) -> list[str]:
    """Names and logins, and the words of names: other spellings contain one of these."""
    parts = {part for word in who.words for part in word.split() if len(part) > 2}
    return sorted({*who.words, *parts, *map(fold, parts)})


def remaining_mentions(store: Store, who: PersonTraces) -> list[tuple[str, int]]:
    """The columns that still contain a login, name or key of theirs, with the number of rows."""
    searched = (*who.words, *map(fold, who.words), *who.keys)
    words = json.dumps([w for w in searched if len(w) > _LONGEST_COMMON_WORD])
    found = []
    for row in store.rows(
        "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t"
        " JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
        " AND t.name NOT LIKE 'contributions_fts%' AND t.name NOT LIKE 'sqlite%'"
    ):
        table, column = row["table_name"], f't."{row["column_name"]}"'
        count = store.scalar(
            f"SELECT count(*) FROM \"{table}\" t WHERE typeof({column}) = 'text' AND EXISTS"  # nosec B608
            f" (SELECT 1 FROM json_each(?) w WHERE instr(lower({column}), lower(w.value)))",
            words,
        )
        if count:
            found.append((f"{table}.{row['column_name']}", int(count)))
    return found


def compact(store: Store) -> bool:
    """Rewrite the file without freed pages; False if another process is reading it."""
    with translated(store.path):
        store.conn.execute("INSERT INTO contributions_fts (contributions_fts) VALUES ('optimize')")
        store.conn.execute("VACUUM")
        busy: int = store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def apply_ledger(store: Store) -> None:
    """Suppress the hashes of the ledger beside the database, and erase the people who match."""
    hashes = ledger.missing(store)
    if not hashes:
        return
    ledger.restore(store, hashes)
    erased = traces.suppressed_persons(store)
    for person in erased:
        erase(store, [person], traces.of_persons(store, [person]), max(hashes.values()), keep=True)
    if erased:
        compact(store)
