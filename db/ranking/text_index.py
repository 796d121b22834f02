"""Stores and reads the text index: vocabulary, postings, and the queue of texts to index.

A posting is a contribution id within its chunk and an impact from 0 to 255.
`sourcing.shortlist.matching` decides terms and impacts.
"""

from __future__ import annotations

import json
import sqlite3
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

from db.connection import Store

#: Contribution ids in a chunk, as a power of two: a position in it fits in two bytes.
CHUNK_BITS = 16
_MASK = (1 << CHUNK_BITS) - 1

Postings = dict[int, int]


def pack(postings: Mapping[int, int]) -> bytes:
    """Impacts by position as a blob: all positions (uint16, ascending), then all impacts."""
    positions = sorted(postings)
    return b"".join(p.to_bytes(2, "little") for p in positions) + bytes(
        postings[p] for p in positions
    )


def unpack(blob: bytes) -> Postings:
    """Impacts by position."""
    count = len(blob) // 3
    positions = memoryview(blob)[: 2 * count].cast("H")
    return dict(zip(positions, blob[2 * count :], strict=True))


# -- what waits -------------------------------------------------------------------------------


def version(store: Store) -> str | None:
    """The version of the text analysis that made the index."""
    return store.meta("text_index")


def restart(store: Store, version_: str) -> None:
    """Empty the index and queue every contribution."""
    with store.transaction():
        for table in ("text_terms", "text_postings", "text_changes", "text_templates"):
            store.conn.execute(f"DELETE FROM {table}")  # nosec B608
        store.conn.execute("INSERT INTO text_changes SELECT id, 0 FROM contributions")
        store.set_meta("text_index", version_)


def waiting(store: Store) -> int:
    """The number of contributions to be indexed or removed."""
    return int(store.scalar("SELECT count(*) FROM text_changes"))


def waiting_repositories(store: Store) -> list[str | None]:
    """The repositories of contributions that wait; None for work outside of repositories."""
    rows = store.rows(
        "SELECT DISTINCT c.repo FROM text_changes w"
        " JOIN contributions c ON c.id = w.contribution_id"
    )
    return [row["repo"] for row in rows]


def next_waiting(store: Store, most: int) -> list[sqlite3.Row]:
    """The first queued contributions, all of one chunk; text columns are NULL for deleted ones.

    The title of a review is left out: it is another person's text.
    """
    first = store.scalar("SELECT min(contribution_id) FROM text_changes")
    if first is None:
        return []
    return store.rows(
        "SELECT w.contribution_id, w.indexed, c.id, iif(c.kind = 'review', '', c.title) AS title,"
        " c.body, iif(c.kind = 'review', NULL, c.paths) AS paths, c.repo"
        " FROM text_changes w LEFT JOIN contributions c ON c.id = w.contribution_id"
        " WHERE w.contribution_id BETWEEN ? AND ? ORDER BY w.contribution_id LIMIT ?",
        first,
        first | _MASK,
        most,
    )


def bodies(store: Store, repo: str) -> Iterator[sqlite3.Row]:
    """The bodies of a repository's contributions."""
    return store.each("SELECT id, body FROM contributions WHERE repo = ? AND body <> ''", repo)


def templates(store: Store, repo: str | None) -> set[bytes]:
    """Hashes of the lines of a repository's templates."""
    rows = store.rows("SELECT line FROM text_templates WHERE repo = ?", repo)
    return {row["line"] for row in rows}


def add_templates(
    store: Store, repo: str, lines: Collection[bytes], holders: Collection[int]
) -> None:
    """Store template lines and queue the contributions that contain them."""
    with store.transaction():
        store.conn.executemany(
            "INSERT OR IGNORE INTO text_templates VALUES (?, ?)", [(repo, line) for line in lines]
        )
        store.conn.executemany(
            "INSERT OR IGNORE INTO text_changes VALUES (?, 1)", [(id_,) for id_ in holders]
        )


# -- writing ----------------------------------------------------------------------------------


def replace(
    store: Store, chunk: int, done: Sequence[sqlite3.Row], fresh: Mapping[str, Postings]
) -> None:
    """Index these contributions of one chunk anew, in one transaction.

    `done`: rows of `next_waiting`; `fresh`: their postings by term.
    """
    stale = {row["contribution_id"] & _MASK for row in done if row["indexed"]}
    with store.transaction():
        if stale:
            _take_out(store.conn, chunk, stale)
        before = _present(store.conn, chunk, fresh)
        new: list[tuple[str, int, int, bytes]] = []
        for term, postings in sorted(fresh.items()):
            merged = unpack(before[term]) | postings if term in before else postings
            new.append((term, chunk, len(merged), pack(merged)))
        store.conn.executemany(
            "INSERT INTO text_postings (term, chunk, works, postings) VALUES (?, ?, ?, ?)"
            " ON CONFLICT DO UPDATE SET works = excluded.works, postings = excluded.postings",
            new,
        )
        store.conn.executemany(
            "INSERT INTO text_terms VALUES (?, ?)"
            " ON CONFLICT DO UPDATE SET works = works + excluded.works",
            [(term, len(postings)) for term, postings in sorted(fresh.items())],
        )
        store.conn.executemany(
            "DELETE FROM text_changes WHERE contribution_id = ?",
            [(row["contribution_id"],) for row in done],
        )
        store.set_meta("text_updates", str(int(store.meta("text_updates") or 0) + 1))


def remove_changed(conn: sqlite3.Connection) -> None:
    """Remove changed and deleted contributions now, inside the caller's transaction.

    An erasure cannot wait for the next update of the index.
    """
    chunks: dict[int, set[int]] = defaultdict(set)
    for (id_,) in map(tuple, conn.execute("SELECT contribution_id FROM text_changes")):
        chunks[id_ >> CHUNK_BITS].add(id_ & _MASK)
    for chunk, positions in chunks.items():
        _take_out(conn, chunk, positions)


def _present(conn: sqlite3.Connection, chunk: int, wanted: Iterable[str]) -> dict[str, bytes]:
    # CROSS JOIN keeps the order of the joins: otherwise each stored term may scan the list.
    rows = conn.execute(
        "SELECT term, postings FROM json_each(?) w CROSS JOIN text_postings p"
        " ON p.term = w.value AND p.chunk = ?",
        [json.dumps(sorted(wanted)), chunk],
    )
    return {row["term"]: row["postings"] for row in rows}


def _take_out(conn: sqlite3.Connection, chunk: int, positions: set[int]) -> None:
    """Remove positions from all terms of a chunk; the terms of one position are not stored."""
    changed, emptied, fewer = [], [], []
    rows = conn.execute("SELECT id, term, postings FROM text_postings WHERE chunk = ?", [chunk])
    for row in rows:
        blob = row["postings"]
        stored = memoryview(blob)[: len(blob) // 3 * 2].cast("H")
        gone = positions.intersection(stored)
        if not gone:
            continue
        rest = {p: i for p, i in unpack(blob).items() if p not in gone}
        fewer.append((len(gone), row["term"]))
        if rest:
            changed.append((len(rest), pack(rest), row["id"]))
        else:
            emptied.append((row["id"],))
    conn.executemany("UPDATE text_postings SET works = ?, postings = ? WHERE id = ?", changed)
    conn.executemany("DELETE FROM text_postings WHERE id = ?", emptied)
    conn.executemany("UPDATE text_terms SET works = works - ? WHERE term = ?", fewer)
    conn.executemany(
        "DELETE FROM text_terms WHERE term = ? AND works <= 0", [(term,) for _, term in fewer]
    )


# -- reading ----------------------------------------------------------------------------------


def size(store: Store) -> int:
    """The greatest contribution id, about the number of contributions."""
    return int(store.scalar("SELECT ifnull(max(id), 0) FROM contributions"))


def frequencies(store: Store, terms: Collection[str]) -> dict[str, int]:
    """The number of contributions with each of these terms; unknown terms are left out."""
    rows = store.rows(
        "SELECT term, works FROM json_each(?) w CROSS JOIN text_terms t ON t.term = w.value",
        json.dumps(sorted(terms)),
    )
    return {row["term"]: row["works"] for row in rows}


def postings(store: Store, term: str) -> list[tuple[int, bytes]]:
    """The postings of a term: chunk and blob."""
    rows = store.rows("SELECT chunk, postings FROM text_postings WHERE term = ?", term)
    return [(row["chunk"], row["postings"]) for row in rows]


def vocabulary(store: Store, first: str, lengths: tuple[int, int], least: int) -> dict[str, int]:
    """Single terms with this first letter, one of these lengths and at least this frequency."""
    rows = store.rows(
        "SELECT term, works FROM text_terms WHERE term >= ? AND term < ? AND works >= ?"
        " AND length(term) BETWEEN ? AND ? AND instr(term, ' ') = 0",
        first,
        chr(ord(first) + 1),
        least,
        *lengths,
    )
    return {row["term"]: row["works"] for row in rows}
