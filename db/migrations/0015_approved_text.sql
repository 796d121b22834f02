ALTER TABLE drafts ADD COLUMN approved_hash TEXT;  -- hash of the approved subject and body
