"""All SQL of the project, in one SQLite file per database.

    connection  opens the file; transactions, sources, runs
    migrations  the numbered schema changes; schema.sql shows their result
    ingest      writes a page and its cursor, exactly once
    identity    entity resolution
    ranking     scores, shortlist, search index
    outreach    drafts and notes
    privacy     suppression, erasure, exclusions, retention

It stores and reads; it does not fetch, score or decide.
"""

from __future__ import annotations

import logging
from pathlib import Path

from db import backup
from db.connection import AFTER_OPEN, Store
from db.privacy import address_cleaning, erasure

__all__ = ["Store"]

_log = logging.getLogger(__name__)


def _remove_unfinished_copies(store: Store) -> None:
    """Delete what a killed backup left, beside the database and where backups were made."""
    folders = {store.path.absolute().parent, Path(store.meta("backup_folder") or store.path.parent)}
    for folder in folders:
        for name in backup.remove_unfinished(folder.absolute()):
            _log.warning("%s: an unfinished copy of the database is deleted", name)


AFTER_OPEN += [
    _remove_unfinished_copies,
    address_cleaning.clean_after_upgrade,
    erasure.apply_ledger,
]
