ALTER TABLE contributions ADD COLUMN landed TEXT;  -- why a closed pull request counts as merged: a label, comment or commit
