ALTER TABLE drafts ADD COLUMN opened_at TEXT;  -- when a human opened the cited link
ALTER TABLE drafts ADD COLUMN opened_by TEXT;
ALTER TABLE drafts ADD COLUMN link TEXT;       -- the last answer of the cited link
ALTER TABLE drafts ADD COLUMN confirmed TEXT;  -- JSON: the checks that a human confirmed
ALTER TABLE drafts ADD COLUMN weak TEXT;       -- why the message says little
ALTER TABLE drafts ADD COLUMN short INTEGER NOT NULL DEFAULT 0;
ALTER TABLE drafts ADD COLUMN follows INTEGER REFERENCES drafts ON DELETE SET NULL;  -- the message that it follows up
ALTER TABLE drafts ADD COLUMN outcome_at TEXT;
