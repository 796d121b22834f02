CREATE TABLE nights (                                   -- what one crawl of all sources did
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT NOT NULL DEFAULT 'running'
        CHECK (outcome IN ('running', 'done', 'stopped', 'failed', 'killed')),
    read INTEGER NOT NULL DEFAULT 0,                    -- contributions the classifier read
    scored INTEGER NOT NULL DEFAULT 0,                  -- people scored
    points INTEGER NOT NULL DEFAULT 0                   -- of GitHub's, all askings together
) STRICT;
ALTER TABLE runs ADD COLUMN night_id INTEGER REFERENCES nights ON DELETE SET NULL;
CREATE INDEX runs_of_night ON runs (night_id);
ALTER TABLE sources ADD COLUMN missed_at TEXT;          -- when the config first lacked it
CREATE TABLE backups (                                  -- copies that hold what this file held
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    path TEXT NOT NULL
) STRICT;
