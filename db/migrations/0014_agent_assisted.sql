-- 1: a coding agent made or signed the change, or a trailer credits one; NULL: no sign of one
ALTER TABLE contributions ADD COLUMN assisted INTEGER;
