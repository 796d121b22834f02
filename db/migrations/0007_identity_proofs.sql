ALTER TABLE identities ADD COLUMN proof TEXT;           -- the quotation in which a site shows the login
