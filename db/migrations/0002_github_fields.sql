ALTER TABLE contributions ADD COLUMN association TEXT;  -- the author's relation to the project, as the forge states it
ALTER TABLE contributions ADD COLUMN closes TEXT;       -- JSON: titles of the issues it closed
ALTER TABLE contributions ADD COLUMN truncated TEXT;    -- JSON: lists that the source cut off
ALTER TABLE identities ADD COLUMN routes TEXT;          -- JSON: pages that the person publishes for contact
ALTER TABLE identities ADD COLUMN asked_at TEXT;        -- when the forge was asked for the account
CREATE TABLE renames (                                  -- repositories with a new name
    old TEXT PRIMARY KEY,
    new TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE contributors (                             -- commits per identity, as counted by the forge
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    commits INTEGER NOT NULL,
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (source_id, identity_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX contributors_identity ON contributors (identity_id);
CREATE TABLE discussions (                              -- comments on a contribution
    contribution_id INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    remarks TEXT NOT NULL,                              -- JSON: place, text, url, own (by the author)
    fetched_at TEXT NOT NULL
) STRICT;
