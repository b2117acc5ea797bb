-- Which user master key the vault's records are under: 1 for the first, one more with each rotation.
-- A session that still holds the key before is told so before it stores anything under it.
ALTER TABLE vault ADD COLUMN umk_epoch INTEGER NOT NULL DEFAULT 1 CHECK (umk_epoch >= 1);
