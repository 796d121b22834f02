-- Accounts of the pages, for `serve --host`.
CREATE TABLE users (
    name TEXT PRIMARY KEY,
    role TEXT NOT NULL CHECK (role IN ('admin', 'recruiter', 'manager')),
    password_hash TEXT NOT NULL,                        -- argon2id
    made_at TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE TABLE user_sessions (
    token_hash TEXT PRIMARY KEY,                        -- SHA-256 of the cookie's token
    name TEXT NOT NULL REFERENCES users ON DELETE CASCADE,
    until TEXT NOT NULL
) STRICT, WITHOUT ROWID;
CREATE INDEX user_sessions_of_user ON user_sessions (name);
