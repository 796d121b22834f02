CREATE TABLE verdicts (                                 -- a hiring manager's answers
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    opening TEXT NOT NULL,
    by TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('yes', 'maybe', 'no')),
    reason TEXT NOT NULL DEFAULT '',
    area TEXT NOT NULL DEFAULT '',                      -- of which more is wanted
    contribution_id INTEGER REFERENCES contributions ON DELETE SET NULL,  -- that was misread
    note TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    settled_at TEXT,                                    -- when what it proposes was decided
    PRIMARY KEY (person_id, opening, by)
) STRICT, WITHOUT ROWID;
CREATE TABLE misread (                                  -- evidence that a human says it is none
    contribution_id INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
