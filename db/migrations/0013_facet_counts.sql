DROP TRIGGER traits_counted;            -- the code that adds traits counts them in one statement
DROP VIEW shortlist;
CREATE TABLE scores_by_person (         -- ordered by an index over role and points
    role TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    points REAL NOT NULL,
    as_of TEXT NOT NULL,
    rubric TEXT NOT NULL,
    PRIMARY KEY (person_id, role)
) STRICT, WITHOUT ROWID;
INSERT INTO scores_by_person SELECT * FROM scores ORDER BY person_id, role;
DROP TABLE scores;
ALTER TABLE scores_by_person RENAME TO scores;
CREATE INDEX scores_best ON scores (role, points DESC, person_id);
CREATE VIEW shortlist AS
    SELECT s.role,
           row_number() OVER (PARTITION BY s.role ORDER BY s.points DESC, s.person_id) AS rank,
           s.person_id AS person, p.login, p.name, s.points AS score, s.as_of
    FROM scores s JOIN persons p ON p.id = s.person_id
    WHERE p.status NOT IN ('do not contact', 'declined') AND s.role NOT LIKE 'opening:%'
      AND NOT EXISTS (SELECT 1 FROM excluded x WHERE x.person_id = p.id);
