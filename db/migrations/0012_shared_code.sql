ALTER TABLE evidence ADD COLUMN ground INTEGER NOT NULL DEFAULT 0;  -- 1: most paths belong to the whole project
