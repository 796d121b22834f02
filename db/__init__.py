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

from db.connection import AFTER_OPEN, Store
from db.privacy import address_cleaning, erasure

__all__ = ["Store"]

AFTER_OPEN += [address_cleaning.clean_after_upgrade, erasure.apply_ledger]
