CREATE TABLE former_marks (                             -- logins and names an account had before
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    hash TEXT NOT NULL,                                 -- keyed, so that no former name is kept
    PRIMARY KEY (identity_id, hash)
) STRICT, WITHOUT ROWID;
