"""All the SQL there is: what was found, in one SQLite file, and the ready-made shortlist.

    store       opens the file, one transaction at a time; sources and runs
    pages       writes a Page and its cursor, exactly once
    work        what still needs reading, joining or scoring, and the results
    people      persons as others see them: shortlist, dossier, status, notes
    drafts      a draft's life and the log of it

It remembers; it does not fetch, judge or decide, and knows nothing but `sourcing.model`.
"""

from db.store import Store

__all__ = ["Store"]
