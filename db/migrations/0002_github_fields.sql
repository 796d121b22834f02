ALTER TABLE contributions ADD COLUMN association TEXT;  -- the author's standing in the project
ALTER TABLE contributions ADD COLUMN closes TEXT;       -- JSON: titles of the issues it closed
ALTER TABLE contributions ADD COLUMN truncated TEXT;    -- JSON: lists seen in part only
ALTER TABLE identities ADD COLUMN routes TEXT;          -- JSON: where the person may be written to
ALTER TABLE identities ADD COLUMN asked_at TEXT;        -- when the forge was asked whose it is
CREATE TABLE renames (                                  -- repositories that moved
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE contributors (                             -- commits, as the forge counts them
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    commits INTEGER NOT NULL,
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (source_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contributors_identity ON contributors (identity_id);
CREATE TABLE discussions (                              -- what was said around a contribution
    contribution_id INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    remarks TEXT NOT NULL,                              -- JSON: place, text, url, author's own
    fetched_at TEXT NOT NULL
) STRICT;
