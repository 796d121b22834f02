-- A score is the share and quality of a person's work; standing and percentiles are separate.
ALTER TABLE evidence RENAME COLUMN ground TO in_shared_code;
ALTER TABLE evidence ADD COLUMN value REAL;          -- 0 to 1: worth before a role weighs the kind
ALTER TABLE evidence ADD COLUMN title_words BLOB;    -- hashes of the title's words: repeated work
ALTER TABLE scores ADD COLUMN counted INTEGER NOT NULL DEFAULT 0;  -- works that count for the role
ALTER TABLE persons ADD COLUMN changes INTEGER NOT NULL DEFAULT 0; -- changes of three years
ALTER TABLE persons ADD COLUMN standing TEXT NOT NULL DEFAULT 'occasional'
    CHECK (standing IN ('core', 'regular', 'occasional'));
CREATE TABLE standings (                -- standing of the authors of a repository's last year
    repo TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    standing TEXT NOT NULL CHECK (standing IN ('core', 'regular', 'occasional')),
    PRIMARY KEY (repo, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX standings_of_person ON standings (person_id);
CREATE TABLE standings_due (            -- repositories with an author who was scored since
    repo TEXT PRIMARY KEY
) STRICT, WITHOUT ROWID;
CREATE TABLE percentiles (              -- the lowest score with this share of all people below it
    role TEXT NOT NULL,
    points REAL NOT NULL,
    percentile REAL NOT NULL,
    PRIMARY KEY (role, points)
) STRICT, WITHOUT ROWID;
DROP VIEW shortlist;
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
