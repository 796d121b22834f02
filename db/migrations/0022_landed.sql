-- why a pull request that its forge calls closed counts as merged: a label, comment or commit
ALTER TABLE contributions ADD COLUMN landed TEXT;
