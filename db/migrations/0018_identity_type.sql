-- The type of an identity is a column, so that no query tests the prefix of a key.
ALTER TABLE identities ADD COLUMN type TEXT NOT NULL DEFAULT 'byline'
    CHECK (type IN ('account', 'commit_author', 'byline'));
UPDATE identities SET type = CASE
    WHEN key LIKE 'github:%' THEN 'account' WHEN key LIKE 'git:%' THEN 'commit_author'
    ELSE 'byline' END;
CREATE INDEX identities_bylines ON identities (id) WHERE type = 'byline';
CREATE INDEX identities_websites ON identities (id) WHERE type = 'account' AND website IS NOT NULL;
