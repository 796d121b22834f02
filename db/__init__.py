"""All the SQL there is: what was found, in one SQLite file, and the ready-made shortlist.

    store       opens the file, one transaction at a time; sources and runs
    pages       writes a Page and its cursor, exactly once
    merge       the statements that write a row
    ties        which rows are one thing, or undo another
    suppressed  who must not be stored
    refusal     a page without them
    redact      their names in what others wrote
    erasure     a person, erased to the last byte
    identities  who is who: claims, and the persons found for them
    work        what still needs reading or scoring, and the results
    people      persons as others see them: shortlist, dossier, status, notes
    exclusions  who is not to be written to for now, and why
    drafts      a draft's life and the log of it

It remembers; it does not fetch, judge or decide, and knows nothing but `sourcing.model`.
"""

from db.connection import Store

__all__ = ["Store"]
