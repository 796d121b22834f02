CREATE TABLE nights (                                   -- one crawl of all sources, with its totals
    id INTEGER PRIMARY KEY,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT NOT NULL DEFAULT 'running'
        CHECK (outcome IN ('running', 'done', 'stopped', 'failed', 'killed')),
    read INTEGER NOT NULL DEFAULT 0,                    -- contributions the classifier read
    scored INTEGER NOT NULL DEFAULT 0,                  -- people scored
    points INTEGER NOT NULL DEFAULT 0                   -- points of the API's rate limit, all requests
) STRICT;
ALTER TABLE runs ADD COLUMN night_id INTEGER REFERENCES nights ON DELETE SET NULL;
CREATE INDEX runs_of_night ON runs (night_id);
ALTER TABLE sources ADD COLUMN missed_at TEXT;          -- when the config first lacked it
CREATE TABLE backups (                                  -- paths of copies of this file, for erasure
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    path TEXT NOT NULL
) STRICT;
