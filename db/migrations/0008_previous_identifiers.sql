CREATE TABLE former_marks (                             -- earlier logins and names of an account
    identity_id INTEGER NOT NULL REFERENCES identities ON DELETE CASCADE,
    hash TEXT NOT NULL,                                 -- keyed hash: no earlier name is stored
    PRIMARY KEY (identity_id, hash)
) STRICT, WITHOUT ROWID;
