-- The text index: for each term the contributions that contain it, in chunks of 65,536 contribution
-- ids. Changed contributions are queued in text_changes until the index is updated.
CREATE TABLE text_terms (                               -- the vocabulary
    term TEXT PRIMARY KEY,                              -- a stem, or several stems separated by spaces
    works INTEGER NOT NULL                              -- number of contributions that contain it
) STRICT, WITHOUT ROWID;
CREATE TABLE text_postings (
    id INTEGER PRIMARY KEY,
    term TEXT NOT NULL,
    chunk INTEGER NOT NULL,                             -- contribution id >> 16
    works INTEGER NOT NULL,
    postings BLOB NOT NULL,                             -- ids & 0xffff (uint16), then impacts (uint8)
    UNIQUE (term, chunk)
) STRICT;
CREATE INDEX text_postings_of_chunk ON text_postings (chunk);
CREATE TABLE text_changes (                             -- the queue of contributions to index
    contribution_id INTEGER PRIMARY KEY,                -- no reference: deleted contributions are queued too
    indexed INTEGER NOT NULL                            -- 1: the index may contain an older text
) STRICT;
CREATE TABLE text_templates (                           -- lines of a repository's templates
    repo TEXT NOT NULL,
    line BLOB NOT NULL,                                 -- a hash
    PRIMARY KEY (repo, line)
) STRICT, WITHOUT ROWID;
CREATE TRIGGER text_changes_insert AFTER INSERT ON contributions BEGIN
    INSERT INTO text_changes SELECT new.id, 0
    WHERE NOT EXISTS (SELECT 1 FROM text_changes WHERE contribution_id = new.id);
END;
CREATE TRIGGER text_changes_update AFTER UPDATE OF title, body, paths, repo ON contributions
WHEN old.title IS NOT new.title OR old.body IS NOT new.body OR old.paths IS NOT new.paths
    OR old.repo IS NOT new.repo BEGIN
    INSERT INTO text_changes SELECT new.id, 1
    WHERE NOT EXISTS (SELECT 1 FROM text_changes WHERE contribution_id = new.id);
END;
CREATE TRIGGER text_changes_delete AFTER DELETE ON contributions BEGIN
    INSERT INTO text_changes SELECT old.id, 1
    WHERE NOT EXISTS (SELECT 1 FROM text_changes WHERE contribution_id = old.id);
END;
INSERT INTO text_changes SELECT id, 0 FROM contributions;
