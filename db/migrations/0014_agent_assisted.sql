ALTER TABLE contributions ADD COLUMN assisted INTEGER;  -- 1: a coding agent made, signed or is credited with it; NULL: no sign
