CREATE TABLE meta (name TEXT PRIMARY KEY, value TEXT NOT NULL) STRICT, WITHOUT ROWID;

-- Sources, their cursors and their runs.
CREATE TABLE sources (
    id INTEGER PRIMARY KEY,
    name TEXT NOT NULL UNIQUE,          -- github:owner/name, git:PATH-or-URL, blog:URL
    cursor TEXT NOT NULL DEFAULT '{}',  -- JSON; written with the rows it covers
    added_at TEXT NOT NULL
) STRICT;
CREATE TABLE runs (
    id INTEGER PRIMARY KEY,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    started_at TEXT NOT NULL,
    ended_at TEXT,
    outcome TEXT NOT NULL DEFAULT 'running'
        CHECK (outcome IN ('running', 'done', 'unchanged', 'starved', 'failed', 'gone', 'killed')),
    pages INTEGER NOT NULL DEFAULT 0,
    added INTEGER NOT NULL DEFAULT 0,    -- contributions seen for the first time
    changed INTEGER NOT NULL DEFAULT 0,  -- contributions of which a column changed
    requests INTEGER NOT NULL DEFAULT 0,
    points INTEGER NOT NULL DEFAULT 0,
    error TEXT
) STRICT;
CREATE INDEX runs_of_source ON runs (source_id, id);

-- Persons and identities: a person is identities joined by proof.
CREATE TABLE persons (
    id INTEGER PRIMARY KEY AUTOINCREMENT, -- never reused: notes and files quote it
    name TEXT,                            -- as published; chosen from the identities
    login TEXT,
    aliases TEXT NOT NULL DEFAULT '',     -- other logins and names, separated by ;
    first_seen_at TEXT NOT NULL,          -- the notice clock; a new crawl never resets it
    opened_at TEXT,                       -- when a user first opened the profile
    noticed_at TEXT,                      -- when the person was notified (GDPR, article 14)
    status TEXT NOT NULL DEFAULT 'new'
        CHECK (status IN ('new', 'reviewing', 'shortlisted', 'draft', 'approved', 'exported',
                          'contacted', 'replied', 'in process', 'closed', 'not now', 'declined',
                          'do not contact')),
    last_at TEXT,                         -- newest public work of any kind except merging
    stale INTEGER NOT NULL DEFAULT 1      -- 1: evidence has changed since the last score
) STRICT;
CREATE INDEX persons_stale ON persons (id) WHERE stale;
CREATE INDEX persons_name ON persons (name COLLATE NOCASE);
CREATE INDEX persons_login ON persons (login COLLATE NOCASE);
CREATE TABLE identities (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,             -- github:HOST/ID, git:REPO/KEY, blog:HOST/Name
    person_id INTEGER REFERENCES persons ON DELETE SET NULL,
    unsettled INTEGER NOT NULL DEFAULT 1, -- 1: entity resolution has to assign a person
    bot INTEGER NOT NULL DEFAULT 0,
    flood INTEGER NOT NULL DEFAULT 0,     -- 1: more merged changes in many projects than a human can make
    name TEXT,
    login TEXT,
    url TEXT,
    company TEXT,
    location TEXT,
    website TEXT,
    bio TEXT,
    hireable INTEGER,
    authority INTEGER NOT NULL,
    source_id INTEGER REFERENCES sources ON DELETE SET NULL,
    fetched_at TEXT NOT NULL
) STRICT;
CREATE INDEX identities_of_person ON identities (person_id);
CREATE INDEX identities_unsettled ON identities (id) WHERE unsettled;
CREATE INDEX identities_login ON identities (login COLLATE NOCASE) WHERE login IS NOT NULL;
CREATE INDEX identities_url ON identities (url COLLATE NOCASE) WHERE url IS NOT NULL;
CREATE TABLE joins (                      -- proofs that two identities are one person, or two
    id INTEGER PRIMARY KEY,
    a INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    b INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    verdict TEXT NOT NULL DEFAULT 'same' CHECK (verdict IN ('same', 'different')),
    proof TEXT NOT NULL,
    urls TEXT NOT NULL DEFAULT '[]',      -- JSON
    origin TEXT NOT NULL DEFAULT 'source' CHECK (origin IN ('source', 'authorship', 'commit', 'hand')),
    source_id INTEGER REFERENCES sources ON DELETE CASCADE,  -- the source that shows the proof; NULL: a manual join
    made_at TEXT NOT NULL,
    CHECK (a < b)
) STRICT;
CREATE UNIQUE INDEX joins_once ON joins (a, b, origin, ifnull(source_id, 0));
CREATE INDEX joins_b ON joins (b);

-- Contributions: one row per public, linkable work, with its credits.
CREATE TABLE contributions (
    id INTEGER PRIMARY KEY,
    key TEXT NOT NULL UNIQUE,
    kind TEXT NOT NULL CHECK (kind IN ('merged_pr', 'review', 'commit', 'post', 'talk')),
    repo TEXT,
    number INTEGER,
    at TEXT NOT NULL,
    title TEXT NOT NULL,
    url TEXT,
    files INTEGER,
    renames INTEGER,
    additions INTEGER,
    deletions INTEGER,
    labels TEXT,                          -- JSON
    language TEXT,
    reverts TEXT,                         -- '#N' or an oid, in the same repo
    reverted_by INTEGER REFERENCES contributions ON DELETE SET NULL,
    withdrawn_at TEXT,                    -- when its last source stopped showing it
    authority INTEGER NOT NULL,
    paths TEXT,                           -- JSON: the first paths
    body TEXT
) STRICT;
CREATE INDEX contributions_repo ON contributions (repo, at);
CREATE INDEX contributions_reverts ON contributions (repo, reverts) WHERE reverts IS NOT NULL;
CREATE INDEX contributions_reverted ON contributions (reverted_by) WHERE reverted_by IS NOT NULL;
CREATE TABLE commits (                    -- the commits of a contribution, by oid
    oid TEXT NOT NULL,
    contribution_id INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    PRIMARY KEY (oid, contribution_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX commits_of_contribution ON commits (contribution_id);
CREATE TABLE credits (                    -- per source; a later page of the source replaces its credits
    contribution_id INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    part TEXT NOT NULL CHECK (part IN ('author', 'co_author', 'reviewer', 'merger')),
    PRIMARY KEY (contribution_id, source_id, identity_id, part)
) STRICT, WITHOUT ROWID;
CREATE INDEX credits_of_identity ON credits (identity_id);
CREATE TABLE sightings (                  -- provenance: which source showed it, and when
    contribution_id INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    source_id INTEGER NOT NULL REFERENCES sources ON DELETE CASCADE,
    scan INTEGER NOT NULL,
    fetched_at TEXT NOT NULL,
    PRIMARY KEY (contribution_id, source_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX sightings_of_source ON sightings (source_id, scan);
CREATE VIRTUAL TABLE contributions_fts USING fts5 (
    title, body, content = 'contributions', content_rowid = 'id', tokenize = 'porter unicode61'
);
-- A review is found by its body; its title is the title of the change.
CREATE TRIGGER contributions_fts_insert AFTER INSERT ON contributions
WHEN new.kind <> 'review' OR new.body IS NOT NULL BEGIN
    INSERT INTO contributions_fts (rowid, title, body)
    VALUES (new.id, iif(new.kind = 'review', NULL, new.title), new.body);
END;
CREATE TRIGGER contributions_fts_delete AFTER DELETE ON contributions
WHEN old.kind <> 'review' OR old.body IS NOT NULL BEGIN
    INSERT INTO contributions_fts (contributions_fts, rowid, title, body)
    VALUES ('delete', old.id, iif(old.kind = 'review', NULL, old.title), old.body);
END;
CREATE TRIGGER contributions_fts_update AFTER UPDATE OF title, body ON contributions
WHEN old.title IS NOT new.title OR old.body IS NOT new.body BEGIN
    INSERT INTO contributions_fts (contributions_fts, rowid, title, body)
    SELECT 'delete', old.id, iif(old.kind = 'review', NULL, old.title), old.body
    WHERE old.kind <> 'review' OR old.body IS NOT NULL;
    INSERT INTO contributions_fts (rowid, title, body)
    SELECT new.id, iif(new.kind = 'review', NULL, new.title), new.body
    WHERE new.kind <> 'review' OR new.body IS NOT NULL;
END;

-- Evidence and scores.
CREATE TABLE evidence (
    contribution_id INTEGER PRIMARY KEY REFERENCES contributions ON DELETE CASCADE,
    classifier TEXT,                      -- version of the classifier; NULL: to be classified
    work TEXT,
    relevant INTEGER,
    relevance REAL,
    substance REAL,
    reasons TEXT                          -- JSON
) STRICT;
CREATE INDEX evidence_unread ON evidence (contribution_id) WHERE classifier IS NULL;
CREATE TABLE scores (
    role TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    points REAL NOT NULL,
    as_of TEXT NOT NULL,
    rubric TEXT NOT NULL,
    PRIMARY KEY (role, person_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX scores_best ON scores (role, points DESC, person_id);
CREATE INDEX scores_of_person ON scores (person_id);
CREATE TABLE signals (
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    name TEXT NOT NULL,
    points REAL NOT NULL,
    PRIMARY KEY (person_id, name)
) STRICT, WITHOUT ROWID;
CREATE TABLE proofs (                     -- the strongest contributions of each signal
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    signal TEXT NOT NULL,
    contribution_id INTEGER NOT NULL REFERENCES contributions ON DELETE CASCADE,
    points REAL NOT NULL,
    PRIMARY KEY (person_id, signal, contribution_id)
) STRICT, WITHOUT ROWID;
CREATE INDEX proofs_of_contribution ON proofs (contribution_id);

-- The recruiter's work: notes, tags, drafts, exports.
CREATE TABLE notes (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    at TEXT NOT NULL,
    text TEXT NOT NULL
) STRICT;
CREATE INDEX notes_of_person ON notes (person_id);
CREATE TABLE tags (
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    tag TEXT NOT NULL,
    PRIMARY KEY (person_id, tag)
) STRICT, WITHOUT ROWID;
CREATE TABLE drafts (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    person_id INTEGER NOT NULL REFERENCES persons ON DELETE CASCADE,
    opening TEXT NOT NULL,                -- the opening's name, or '' for [outreach] alone
    contribution_id INTEGER NOT NULL REFERENCES contributions,  -- the cited work
    subject TEXT NOT NULL,
    body TEXT NOT NULL,
    status TEXT NOT NULL DEFAULT 'proposed'
        CHECK (status IN ('proposed', 'edited', 'approved', 'rejected', 'sent', 'exported',
                          'expired')),
    made_at TEXT NOT NULL,
    expires_at TEXT NOT NULL,
    decided_by TEXT,
    decided_at TEXT,
    reason TEXT,
    sent_via TEXT,
    sent_at TEXT,
    outcome TEXT CHECK (outcome IN ('replied', 'declined', 'complained', 'no answer'))
) STRICT;
CREATE INDEX drafts_of_person ON drafts (person_id, opening);
CREATE UNIQUE INDEX drafts_one_message ON drafts (person_id) WHERE status = 'approved';
CREATE TABLE draft_log (                  -- append-only; no personal text, so it survives erasure
    id INTEGER PRIMARY KEY,
    draft_id INTEGER NOT NULL,
    at TEXT NOT NULL,
    event TEXT NOT NULL,
    by TEXT NOT NULL
) STRICT;
CREATE TRIGGER draft_log_keeps BEFORE UPDATE ON draft_log BEGIN
    SELECT raise(ABORT, 'the log of drafts is append-only');
END;
CREATE TRIGGER draft_log_stays BEFORE DELETE ON draft_log BEGIN
    SELECT raise(ABORT, 'the log of drafts is append-only');
END;
CREATE TABLE exports (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    at TEXT NOT NULL,
    by TEXT NOT NULL,
    path TEXT NOT NULL,
    preset TEXT NOT NULL
) STRICT;
CREATE TABLE export_rows (                -- which exported file contains which person
    export_id INTEGER NOT NULL REFERENCES exports ON DELETE CASCADE,
    draft_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    PRIMARY KEY (export_id, draft_id)
) STRICT, WITHOUT ROWID;

-- Exclusions (reversible) and suppressions (permanent; keyed hashes only).
CREATE TABLE exclusions (
    id INTEGER PRIMARY KEY,
    field TEXT NOT NULL CHECK (field IN ('person', 'login', 'name', 'website', 'company')),
    value TEXT NOT NULL,
    reason TEXT NOT NULL,
    until TEXT,
    made_at TEXT NOT NULL
) STRICT;
CREATE TABLE suppressions (
    hash TEXT PRIMARY KEY,
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;

-- Views for any SQLite tool.
CREATE VIEW shortlist AS
    SELECT s.role,
           row_number() OVER (PARTITION BY s.role ORDER BY s.points DESC, s.person_id) AS rank,
           s.person_id AS person, p.login, p.name, s.points AS score, s.as_of
    FROM scores s JOIN persons p ON p.id = s.person_id;
CREATE VIEW contributions_read AS
    SELECT c.id, c.key, c.kind AS form, c.repo, c.number, c.title, c.url, c.at, c.files,
           c.additions, c.deletions,
           e.work AS kind, e.relevant, e.relevance, e.substance, e.reasons,
           c.reverted_by, c.withdrawn_at
    FROM contributions c LEFT JOIN evidence e ON e.contribution_id = c.id;
CREATE VIEW posts AS
    SELECT s.name AS source, c.url, c.title, i.name AS author, c.at AS published, i.login
    FROM contributions c
    JOIN sightings g ON g.contribution_id = c.id
    JOIN sources s ON s.id = g.source_id
    LEFT JOIN credits k ON k.contribution_id = c.id AND k.source_id = s.id
        AND k.part IN ('author', 'co_author')
    LEFT JOIN identities i ON i.id = k.identity_id
    WHERE c.kind = 'post';
CREATE VIEW runs_latest AS
    SELECT s.name AS source, r.* FROM runs r JOIN sources s ON s.id = r.source_id
    WHERE r.id = (SELECT max(id) FROM runs WHERE source_id = s.id);
