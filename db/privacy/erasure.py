"""Erases a person: every row that is theirs, their names in others', and the bytes they lay in.

Work with several authors stays for the others. What was exported, and what a source is named
after, cannot be erased from here: it is told.
"""

from __future__ import annotations

import json
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from db.connection import Store, translated
from db.privacy import own_texts
from db.privacy.redaction import REMOVED, Redactor
from db.privacy.suppression import (
    Suppressed,
    lasting,
    login_mark,
    marks,
    name_mark,
    of_row,
    places,
    suppress,
    title_mark,
)
from sourcing.core.text import fold

#: Words so short stand everywhere.
_SHORT = 3


@dataclass(frozen=True, slots=True)
class Known:
    """What tells a person, read before they are erased."""

    identities: tuple[int, ...]
    works: tuple[int, ...]
    keys: tuple[str, ...]
    words: tuple[str, ...]
    titles: tuple[str, ...]
    marks: frozenset[str]
    former: tuple[str, ...]  # hashes of what they were called before


@dataclass(frozen=True, slots=True)
class Erased:
    """How much was erased, and how often they were taken out of what others wrote."""

    accounts: int
    works: int
    drafts: int
    notes: int
    mentions: int


def known(store: Store, persons: Sequence[int]) -> Known:
    """Everything that tells these persons, who are one human."""
    rows = store.rows(
        "SELECT * FROM identities WHERE person_id IN (SELECT value FROM json_each(?))",
        json.dumps(list(persons)),
    )
    ids = json.dumps([row["id"] for row in rows])
    works = [row["id"] for row in store.rows(_THEIRS, ids)]
    titles = [
        row["title"]
        for row in store.rows(
            "SELECT DISTINCT title FROM contributions WHERE kind <> 'review'"
            " AND id IN (SELECT value FROM json_each(?))",
            json.dumps(works),
        )
    ]
    names = {row["name"] for row in rows if row["name"]}
    elsewhere = _others_marks(store, ids, rows)
    told = {mark for row in rows for mark in lasting(of_row(row), elsewhere)}
    told |= {mark for name in names if (mark := name_mark(name))}
    told |= {mark for title in titles if (mark := title_mark(title))}
    told |= {f"byline:{repo}:{name}" for repo, name in _bylines(store, ids, names)}
    return Known(
        tuple(row["id"] for row in rows),
        tuple(works),
        tuple(row["key"] for row in rows),
        tuple(names | {row["login"] for row in rows if row["login"]}),
        tuple(titles),
        frozenset(told),
        _former(store, ids),
    )


def _former(store: Store, ids: str) -> tuple[str, ...]:
    within = "identity_id IN (SELECT value FROM json_each(?))"
    rows = store.rows(f"SELECT hash FROM previous_identifiers WHERE {within}", ids)
    return tuple(row["hash"] for row in rows)


def behind(store: Store, person: int) -> list[int]:
    """The person, and by-lines under a login that is theirs or that an account of theirs had."""
    rows, hashed = store.rows(_IDS, person), Suppressed(store)
    ids = json.dumps([row["id"] for row in rows])
    logins = {hashed.hash(login_mark(row["login"])) for row in rows if row["login"]}
    logins |= set(_former(store, ids))
    if not logins:
        return [person]
    bylines = store.each(
        "SELECT person_id, login FROM identities i WHERE login IS NOT NULL"
        " AND person_id IS NOT NULL AND NOT EXISTS (SELECT 1 FROM identities a"
        "  WHERE a.person_id = i.person_id AND a.key LIKE 'github:%')"
    )
    return [
        person,
        *{row["person_id"] for row in bylines if hashed.hash(login_mark(row["login"])) in logins},
    ]


_IDS = "SELECT id, login FROM identities WHERE person_id = ?"


#: What nobody else wrote; for a review that is who gave it, for anything else who authored it.
_THEIRS = """
WITH mine AS (SELECT value AS id FROM json_each(?))
SELECT DISTINCT c.id FROM credits k JOIN mine ON mine.id = k.identity_id
JOIN contributions c ON c.id = k.contribution_id
WHERE (k.part IN ('author', 'co_author') OR c.kind = 'review' AND k.part = 'reviewer')
  AND NOT EXISTS (
    SELECT 1 FROM credits o JOIN identities i ON i.id = o.identity_id
    WHERE o.contribution_id = c.id AND NOT i.bot AND o.identity_id NOT IN (SELECT id FROM mine)
      AND (o.part IN ('author', 'co_author') OR c.kind = 'review' AND o.part = 'reviewer'))
"""


def _bylines(store: Store, ids: str, names: Iterable[str]) -> Iterator[tuple[str, str]]:
    """Full names in the repositories they worked in: one name there is one human."""
    full = [name_mark(name) for name in names if " " in name.strip()]
    for row in store.rows(
        "SELECT DISTINCT c.repo FROM credits k JOIN contributions c ON c.id = k.contribution_id"
        " WHERE c.repo IS NOT NULL AND k.identity_id IN (SELECT value FROM json_each(?))",
        ids,
    ):
        yield from ((row["repo"], mark.removeprefix("name:")) for mark in full if mark)


def _others_marks(store: Store, ids: str, rows: Sequence[sqlite3.Row]) -> set[str]:
    """Pages and hosts of theirs that somebody else names as well, such as an employer's."""
    pages = {m for row in rows for m in marks(of_row(row)) if m.startswith(("page:", "site:"))}
    if not pages:
        return set()
    others = store.each(
        "SELECT key, name, login, url, website, routes FROM identities"
        " WHERE id NOT IN (SELECT value FROM json_each(?))",
        ids,
    )
    found = set()
    for row in others:
        found |= (marks(of_row(row)) | places(of_row(row))) & pages
    return found


def erase(store: Store, person: Sequence[int], who: Known, now: str, *, keep: bool) -> Erased:
    """Erase the rows; `keep`: remember the marks, so that no crawl brings them back."""
    with store.transaction():
        if keep:
            suppress(store, who.marks, now, who.former)
        counts = _counts(store, person)
        _delete(store, person, who)
        redactor = Redactor(Suppressed(store, who.marks, who.former))
        mentions = _redact(store, redactor, who) + own_texts.take_out(store, who.words)
    return Erased(len(who.identities), len(who.works), *counts, mentions)


def _counts(store: Store, persons: Sequence[int]) -> tuple[int, int]:
    within = "person_id IN (SELECT value FROM json_each(?))"
    ids = json.dumps(list(persons))
    drafts = store.scalar(f"SELECT count(*) FROM drafts WHERE {within}", ids)
    return drafts, store.scalar(f"SELECT count(*) FROM notes WHERE {within}", ids)


def _delete(store: Store, persons: Sequence[int], who: Known) -> None:
    conn, works = store.conn, json.dumps(who.works)
    within = "IN (SELECT value FROM json_each(?))"
    # Of a review of theirs that somebody else gave only the other's words stay.
    conn.execute(
        f"UPDATE contributions SET title = ? WHERE kind = 'review' AND id NOT {within} AND"
        " (repo, number) IN (SELECT repo, number FROM contributions WHERE kind = 'merged_pr'"
        f" AND id {within})",
        [REMOVED, works, works],
    )
    conn.execute(f"DELETE FROM drafts WHERE contribution_id {within}", [works])
    conn.execute(
        "UPDATE persons SET needs_scoring = 1 WHERE id IN (SELECT i.person_id FROM credits k"
        f" JOIN identities i ON i.id = k.identity_id WHERE k.contribution_id {within})",
        [works],
    )
    conn.execute(f"DELETE FROM contributions WHERE id {within}", [works])
    conn.execute(
        "DELETE FROM exclusions WHERE field <> 'company' AND id IN (SELECT exclusion_id"
        f" FROM excluded_identities WHERE identity_id {within})",
        [json.dumps(who.identities)],
    )
    conn.execute(f"DELETE FROM identities WHERE id {within}", [json.dumps(who.identities)])
    conn.execute(f"DELETE FROM persons WHERE id {within}", [json.dumps(list(persons))])


#: Texts that others wrote, or that were written to others: table, key, columns.
_TEXTS = (
    ("contributions", "id", ("title", "body", "closes")),
    ("discussions", "contribution_id", ("remarks",)),
    ("notes", "id", ("text",)),
    ("drafts", "id", ("subject", "body", "reason")),
    ("joins", "id", ("proof",)),
)


def _redact(store: Store, redactor: Redactor, who: Known) -> int:
    changed = 0
    for table, key, columns in _TEXTS:
        for row in _naming(store, table, key, columns, who):
            news = {c: _clean(redactor, c, row[c]) for c in columns}
            if any(news[c] != row[c] for c in columns):
                sets = ", ".join(f"{c} = :{c}" for c in columns)
                store.conn.execute(
                    f"UPDATE {table} SET {sets} WHERE {key} = :{key}", news | {key: row[key]}
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
    said = redactor.text
    news = [said(i) if isinstance(i, str) else i | {"text": said(i["text"])} for i in items]
    return text if news == items else json.dumps(news, ensure_ascii=False)


def _naming(
    store: Store, table: str, key: str, columns: Sequence[str], who: Known
) -> list[sqlite3.Row]:
    """Rows in which a name or login of theirs stands, or a title of what they did.

    What they were called before nobody knows: then every row is looked through.
    """
    hit = " OR ".join(f"instr(lower({c}), lower(w.value))" for c in columns)
    found = store.rows(
        f"SELECT {key}, {', '.join(columns)} FROM {table} t"
        f" WHERE ?2 OR EXISTS (SELECT 1 FROM json_each(?1) w WHERE {hit})",
        json.dumps(who.words),
        bool(who.former),
    )
    if table == "contributions":
        for title in who.titles:
            phrase = '"' + title.replace('"', '""') + '"'
            found += store.rows(
                f"SELECT {key}, {', '.join(columns)} FROM contributions WHERE id IN"
                " (SELECT rowid FROM contributions_fts WHERE contributions_fts MATCH ?)",
                phrase,
            )
    return found


def left(store: Store, who: Known) -> list[tuple[str, int]]:
    """Where a login, name or number of theirs still stands, and how often: nothing is hidden."""
    told = (*who.words, *map(fold, who.words), *who.keys)
    words = json.dumps([w for w in told if len(w) > _SHORT])
    found = []
    for row in store.rows(
        "SELECT t.name AS table_name, c.name AS column_name FROM sqlite_master t"
        " JOIN pragma_table_info(t.name) c WHERE t.type = 'table'"
        " AND t.name NOT LIKE 'contributions_fts%' AND t.name NOT LIKE 'sqlite%'"
    ):
        table, column = row["table_name"], f't."{row["column_name"]}"'
        count = store.scalar(
            f"SELECT count(*) FROM \"{table}\" t WHERE typeof({column}) = 'text' AND EXISTS"
            f" (SELECT 1 FROM json_each(?) w WHERE instr(lower({column}), lower(w.value)))",
            words,
        )
        if count:
            found.append((f"{table}.{row['column_name']}", int(count)))
    return found


def scrub(store: Store) -> bool:
    """Rewrite the file so that nothing deleted is left in it; False if somebody is reading it."""
    with translated(store.path):
        store.conn.execute("INSERT INTO contributions_fts (contributions_fts) VALUES ('optimize')")
        store.conn.execute("VACUUM")
        busy: int = store.conn.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0]
    return not busy


def persons_of(store: Store, keys: Sequence[str]) -> list[int]:
    """The persons who have any of these identities."""
    rows = store.rows(
        "SELECT DISTINCT person_id FROM identities WHERE person_id IS NOT NULL"
        " AND key IN (SELECT value FROM json_each(?))",
        json.dumps(list(keys)),
    )
    return [row["person_id"] for row in rows]


def stored_although_suppressed(store: Store) -> list[int]:
    """Persons that stand here although somebody said not to store them."""
    asked = Suppressed(store)
    if not asked:
        return []
    return sorted({row["person_id"] for row in _everybody(store) if of_row(row) in asked})


def meeting(store: Store, wanted: set[str]) -> list[int]:
    """Persons who have any of these marks."""
    met = (row for row in _everybody(store) if marks(of_row(row)) & wanted)
    return sorted({row["person_id"] for row in met})


def _everybody(store: Store) -> Iterator[sqlite3.Row]:
    return store.each(
        "SELECT person_id, key, name, login, url, website, routes FROM identities"
        " WHERE person_id IS NOT NULL"
    )
