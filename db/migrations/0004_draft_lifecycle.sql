ALTER TABLE drafts ADD COLUMN opened_at TEXT;  -- when a human opened its link, and who
ALTER TABLE drafts ADD COLUMN opened_by TEXT;
ALTER TABLE drafts ADD COLUMN link TEXT;       -- what the link answered when it was last asked
ALTER TABLE drafts ADD COLUMN confirmed TEXT;  -- JSON: the checks a human has answered for
ALTER TABLE drafts ADD COLUMN weak TEXT;       -- why it says little, for the recruiter
ALTER TABLE drafts ADD COLUMN short INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN follows INTEGER REFERENCES drafts ON DELETE SET NULL;  -- the unanswered one before
ALTER TABLE drafts ADD COLUMN outcome_at TEXT;
