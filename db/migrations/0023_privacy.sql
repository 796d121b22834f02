-- Keyed hashes of the addresses of commit authors and of their domains, for suppression and
-- exclusion. They are deleted with the profile details.
CREATE TABLE address_hashes (
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    kind TEXT NOT NULL CHECK (kind IN ('address', 'domain')),
    hash TEXT NOT NULL,
    PRIMARY KEY (identity_id, kind, hash)
) STRICT, WITHOUT ROWID;
CREATE INDEX address_hashes_of_hash ON address_hashes (hash);

-- Exclusions by e-mail domain, by keyed hash of an address, and by organisation of a forge.
CREATE TABLE new_exclusions (
    id INTEGER PRIMARY KEY,
    field TEXT NOT NULL CHECK (field IN ('identity', 'login', 'website', 'company', 'domain',
                                         'address', 'organisation')),
    value TEXT NOT NULL,                                -- as it is compared
    given TEXT NOT NULL,                                -- as the user typed it
    reason TEXT NOT NULL,
    until TEXT,                                         -- the last day on which it holds
    made_at TEXT NOT NULL,
    UNIQUE (field, value)
) STRICT;
INSERT INTO new_exclusions SELECT id, field, value, given, reason, until, made_at FROM exclusions;
CREATE TABLE new_excluded_identities (
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    exclusion_id INTEGER NOT NULL REFERENCES new_exclusions ON DELETE CASCADE,
    PRIMARY KEY (identity_id, exclusion_id)
) STRICT, WITHOUT ROWID;
INSERT INTO new_excluded_identities SELECT identity_id, exclusion_id FROM excluded_identities;
DROP VIEW shortlist;
DROP VIEW excluded;
DROP TABLE excluded_identities;
DROP TABLE exclusions;
ALTER TABLE new_exclusions RENAME TO exclusions;
ALTER TABLE new_excluded_identities RENAME TO excluded_identities;
CREATE INDEX excluded_by ON excluded_identities (exclusion_id);
CREATE VIEW excluded AS
    SELECT i.person_id, x.id AS exclusion_id, x.field, x.given, x.reason, x.until
    FROM excluded_identities h JOIN identities i ON i.id = h.identity_id
    JOIN exclusions x ON x.id = h.exclusion_id
    WHERE i.person_id IS NOT NULL;
CREATE VIEW shortlist AS
    SELECT s.role,
           row_number() OVER (PARTITION BY s.role ORDER BY s.points DESC, s.person_id) AS rank,
           s.person_id AS person, p.login, p.name, s.points AS score, s.as_of,
           (SELECT q.percentile FROM percentiles q WHERE q.role = s.role AND q.points <= s.points
            ORDER BY q.points DESC LIMIT 1) AS percentile,
           p.standing
    FROM scores s JOIN persons p ON p.id = s.person_id
    WHERE p.status NOT IN ('do not contact', 'declined') AND s.role NOT LIKE 'opening:%'
      AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id);

-- People with the name of a suppressed person: the operator decides whether it is the same human.
CREATE TABLE suppressed_namesakes (
    person_id INTEGER PRIMARY KEY REFERENCES persons ON DELETE CASCADE,
    found_at TEXT NOT NULL
) STRICT;

-- Requests for erasure: open until no copy remains. `remaining` names no person.
CREATE TABLE erasure_tasks (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER REFERENCES persons ON DELETE SET NULL,
    asked_at TEXT NOT NULL,
    asked_in TEXT NOT NULL,                             -- "answer to draft 12"
    erased_at TEXT,
    remaining TEXT NOT NULL DEFAULT '[]',               -- JSON: copies elsewhere, each with its step
    done_at TEXT
) STRICT;
CREATE INDEX erasure_tasks_of_person ON erasure_tasks (person_id) WHERE person_id IS NOT NULL;
