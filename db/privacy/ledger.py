"""A ledger of suppressed hashes in a file beside the database, applied whenever it is opened.

So a restored backup cannot bring a suppressed person back. The file holds keyed hashes only. It is
written before the transaction commits: a hash too many is harmless, a missing one is not.
"""

from __future__ import annotations

import os
from collections.abc import Iterable
from pathlib import Path

from db.connection import Store, translated
from sourcing.core.errors import StoreError

_ENDING = ".suppressions"
_HEADER = "sourcing suppression ledger 1"


def path_of(store: Store) -> Path:
    """The ledger of a database."""
    return store.path.absolute().with_name(f"{store.path.name}{_ENDING}")


def append(store: Store, hashes: Iterable[str], now: str) -> None:
    """Add hashes, flushed to the disk; the file is readable by its owner only."""
    if not (lines := [f"{hash_} {now}\n" for hash_ in hashes]):
        return
    path = path_of(store)
    try:
        is_new = not path.exists()
        handle = os.open(path, os.O_WRONLY | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(handle, "a", encoding="ascii") as file:
            if is_new:
                file.write(f"{_HEADER}\nkey {store.meta('suppression_key')}\n")
            file.writelines(lines)
            file.flush()
            os.fsync(file.fileno())
    except OSError as exc:
        raise StoreError(f"{path}: cannot be written: {exc.strerror}") from exc


def missing(store: Store) -> dict[str, str]:
    """Hashes of the ledgers that the database lacks, with their times.

    A copy under another name lies beside the ledger of its original, which has the same key. A new
    database beside an old ledger takes over its key, so that the hashes stay comparable.
    """
    stored = {row["hash"] for row in store.rows("SELECT hash FROM suppressions")}
    own = path_of(store)
    key, listed = _read(own) if own.exists() else (None, {})
    if key and key != store.meta("suppression_key") and not stored:
        store.set_meta("suppression_key", key)
    for path in own.parent.glob(f"*{_ENDING}"):
        if path != own:
            other, hashes = _read(path)
            listed |= hashes if other == store.meta("suppression_key") else {}
    return {hash_: at for hash_, at in listed.items() if hash_ not in stored}


def _read(path: Path) -> tuple[str | None, dict[str, str]]:
    """The key of a ledger, and its hashes with their times."""
    try:
        lines = path.read_text(encoding="ascii", errors="replace").splitlines()
    except OSError:
        return None, {}
    if not lines or lines[0] != _HEADER:
        return None, {}
    keys = [line.removeprefix("key ") for line in lines if line.startswith("key ")]
    pairs = (line.split(" ", 1) for line in lines[2:] if line.count(" ") == 1)
    return next(iter(keys), None), {hash_: at for hash_, at in pairs if hash_ != "key"}


def restore(store: Store, hashes: dict[str, str]) -> None:
    """Insert hashes of the ledger into the database."""
    with translated(store.path), store.transaction():
        store.conn.executemany("INSERT OR IGNORE INTO suppressions VALUES (?, ?)", hashes.items())
