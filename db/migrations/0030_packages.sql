CREATE TABLE packages (                   -- what the team runs, from its lock files and SBOMs
    id INTEGER PRIMARY KEY,
    ecosystem TEXT NOT NULL,              -- the type of a package URL: pypi, npm, …
    name TEXT NOT NULL,
    version TEXT NOT NULL,                -- the version in use
    direct INTEGER,                       -- 1: the project requires it itself; NULL: not stated
    repository TEXT NOT NULL,             -- as contributions.repo
    read_at TEXT NOT NULL,
    UNIQUE (ecosystem, name, version)
) STRICT;
CREATE TABLE package_fixes (              -- works that a later version has and the one in use has not
    package_id INTEGER NOT NULL REFERENCES packages ON DELETE CASCADE,
    contribution_id INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    fixed_in TEXT NOT NULL,               -- the first version whose tag has all commits of the work
    PRIMARY KEY (package_id, contribution_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX package_fixes_of_contribution ON package_fixes (contribution_id);
CREATE VIEW fixes_since AS                -- repairs and speed-ups that an update would bring
SELECT p.ecosystem, p.name AS package, p.version AS in_use, f.fixed_in, p.direct,
       c.id AS contribution_id, c.repo, c.title, c.url, substr(c.at, 1, 10) AS date,
       e.work AS kind, e.substance
FROM package_fixes f
JOIN packages p ON p.id = f.package_id
JOIN contributions c ON c.id = f.contribution_id
    AND c.withdrawn_at IS NULL AND c.reverted_by IS NULL
JOIN evidence e ON e.contribution_id = c.id AND e.relevant
    AND e.work IN ('reliability', 'performance');
