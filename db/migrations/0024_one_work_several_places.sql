-- A backport, a cherry-pick or a cross-post repeats another work: it is shown as its place and counts once.
ALTER TABLE contributions ADD COLUMN repeats TEXT;  -- what it says it repeats: '#N' or an oid in its repo, or a key
ALTER TABLE contributions ADD COLUMN branch TEXT;   -- the branch that it names
ALTER TABLE contributions ADD COLUMN duplicate_of INTEGER REFERENCES contributions ON DELETE SET NULL;  -- the work itself
CREATE INDEX contributions_repeats ON contributions (repeats) WHERE repeats IS NOT NULL;
CREATE INDEX contributions_duplicates ON contributions (duplicate_of) WHERE duplicate_of IS NOT NULL;
ALTER TABLE evidence ADD COLUMN second TEXT;        -- the next most plausible kind
ALTER TABLE evidence ADD COLUMN certainty REAL;     -- the probability that the kind is right, 0 to 1
ALTER TABLE evidence ADD COLUMN duplicate INTEGER NOT NULL DEFAULT 0;  -- 1: counted with the work that it repeats
DROP VIEW contributions_read;
CREATE VIEW contributions_read AS
    SELECT c.id, c.key, c.kind AS form, c.repo, c.number, c.title, c.url, c.at, c.files,
           c.additions, c.deletions,
           e.work AS kind, e.second, e.certainty, e.relevant, e.relevance, e.substance, e.reasons,
           c.reverted_by, c.duplicate_of, c.withdrawn_at
    FROM contributions c LEFT JOIN evidence e ON e.contribution_id = c.id;
