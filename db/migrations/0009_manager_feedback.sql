CREATE TABLE verdicts (                                 -- a hiring manager's answers
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    opening TEXT NOT NULL,
    by TEXT NOT NULL,
    verdict TEXT NOT NULL CHECK (verdict IN ('yes', 'maybe', 'no')),
    reason TEXT NOT NULL DEFAULT '',
    area TEXT NOT NULL DEFAULT '',                      -- an area of which the reader wants to see more
    contribution_id INTEGER REFERENCES contributions ON DELETE SET NULL,  -- the work that was misread
    note TEXT NOT NULL DEFAULT '',
    at TEXT NOT NULL,
    settled_at TEXT,                                    -- when the proposed weights were decided
    PRIMARY KEY (person_id, opening, by)
) STRICT, WITHOUT ROWID;
CREATE TABLE misread (                                  -- contributions that a human marked as misread
    contribution_id INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    by TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;
