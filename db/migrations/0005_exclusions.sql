DROP TABLE exclusions;                                  -- no command ever wrote to it
CREATE TABLE exclusions (                               -- people and companies to leave alone for a time, with the reason
    id INTEGER PRIMARY KEY,
    field TEXT NOT NULL CHECK (field IN ('identity', 'login', 'website', 'company')),
    value TEXT NOT NULL,                                -- the form for comparison
    given TEXT NOT NULL,                                -- as the user wrote it
    reason TEXT NOT NULL,
    until TEXT,                                         -- the last day of the exclusion
    made_at TEXT NOT NULL,
    UNIQUE (field, value)
) STRICT;
CREATE TABLE excluded_identities (                      -- the identities that exclusions match
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    exclusion_id INTEGER NOT NULL REFERENCES exclusions ON DELETE CASCADE,
    PRIMARY KEY (identity_id, exclusion_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX excluded_by ON excluded_identities (exclusion_id);
CREATE VIEW excluded AS
    SELECT i.person_id, x.id AS exclusion_id, x.field, x.given, x.reason, x.until
    FROM excluded_identities h JOIN identities i ON i.id = h.identity_id
    JOIN exclusions x ON x.id = h.exclusion_id
    WHERE i.person_id IS NOT NULL;
CREATE TABLE objections (                               -- opt-outs ("no recruiters") as quotations
    identity_id INTEGER PRIMARY KEY REFERENCES identities ON DELETE CASCADE,
    quote TEXT NOT NULL,
    place TEXT NOT NULL,
    url TEXT,
    seen_at TEXT NOT NULL
) STRICT;
ALTER TABLE identities ADD COLUMN purged_at TEXT;       -- when the profile details were purged; they are not stored again
ALTER TABLE persons ADD COLUMN released_at TEXT;        -- when a user released the profile details
CREATE INDEX persons_first_seen ON persons (first_seen_at);
DROP VIEW shortlist;
CREATE VIEW shortlist AS
    SELECT s.role,
           row_number() OVER (PARTITION BY s.role ORDER BY s.points DESC, s.person_id) AS rank,
           s.person_id AS person, p.login, p.name, s.points AS score, s.as_of
    FROM scores s JOIN persons p ON p.id = s.person_id
    WHERE p.status NOT IN ('do not contact', 'declined')
      AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id);
