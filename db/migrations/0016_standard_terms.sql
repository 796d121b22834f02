-- Columns, tables and one run outcome take the terms that the code and the documentation use.
ALTER TABLE identities RENAME COLUMN unsettled TO needs_resolution;
ALTER TABLE identities RENAME COLUMN flood TO mass_contributor;
ALTER TABLE identities RENAME COLUMN authority TO source_priority;
ALTER TABLE contributions RENAME COLUMN authority TO source_priority;
ALTER TABLE persons RENAME COLUMN stale TO needs_scoring;
ALTER TABLE sightings RENAME TO source_contributions;
ALTER TABLE former_marks RENAME TO previous_identifiers;
DROP INDEX identities_unsettled;
CREATE INDEX identities_needs_resolution ON identities (id) WHERE needs_resolution;
DROP INDEX identities_flood;
CREATE INDEX identities_mass_contributor ON identities (person_id) WHERE mass_contributor;
DROP INDEX persons_stale;
CREATE INDEX persons_needs_scoring ON persons (id) WHERE needs_scoring;
DROP VIEW runs_latest;
CREATE TABLE runs_renamed (                             -- one crawl of one source
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT NOT NULL DEFAULT 'running'
        CHECK (outcome IN ('running', 'done', 'unchanged', 'budget_exhausted', 'failed', 'gone',
                           'killed')),
    pages INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,                   -- contributions seen for the first time
    changed INTEGER NOT NULL DEFAULT 0,                 -- contributions with a changed column
    requests INTEGER NOT NULL DEFAULT 0,
    points INTEGER NOT NULL DEFAULT 0,                  -- of the API's rate limit
    error TEXT,
    night_id INTEGER REFERENCES nights ON DELETE SET NULL
) STRICT;
INSERT INTO runs_renamed
    SELECT id, source_id, started_at, ended_at,
           iif(outcome = 'starved', 'budget_exhausted', outcome),
           pages, added, changed, requests, points, error, night_id
    FROM runs;
DROP TABLE runs;
ALTER TABLE runs_renamed RENAME TO runs;
CREATE INDEX runs_of_source ON runs (source_id, id);
CREATE INDEX runs_of_night ON runs (night_id);
CREATE VIEW runs_latest AS
    SELECT s.name AS source, r.* FROM runs r JOIN sources s ON s.id = r.source_id
    WHERE r.id = (SELECT max(id) FROM runs WHERE source_id = s.id);
