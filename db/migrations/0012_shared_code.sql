ALTER TABLE evidence ADD COLUMN ground INTEGER NOT NULL DEFAULT 0;  -- lies where everybody works
