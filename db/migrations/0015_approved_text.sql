-- An approval covers one text: the hash of the subject and body that were approved.
ALTER TABLE drafts ADD COLUMN approved_hash TEXT;
