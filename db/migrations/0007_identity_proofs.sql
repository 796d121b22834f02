ALTER TABLE identities ADD COLUMN proof TEXT;           -- where a site shows the login, quoted
