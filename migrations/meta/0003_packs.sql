-- What the collector goes by, kept with the chunk rows: bytes of a pack's records that chunk rows still name, and when
-- that last changed. A pack that is mostly dead is found by index, not by walking the shard.
ALTER TABLE packs ADD COLUMN live INTEGER NOT NULL DEFAULT 0;
ALTER TABLE packs ADD COLUMN changed_at INTEGER NOT NULL DEFAULT 0;
CREATE INDEX packs_sparse ON packs (changed_at) WHERE size > live * 2;

-- I9: nothing makes an account's total grow past its quota, whoever races. Shrinking is always allowed, so an account
-- whose quota was lowered can still delete and release.
CREATE TRIGGER owners_quota BEFORE UPDATE OF used, reserved ON owners
WHEN NEW.used + NEW.reserved > NEW.quota AND NEW.used + NEW.reserved > OLD.used + OLD.reserved
BEGIN
  SELECT RAISE(ABORT, 'over_quota');
END;

-- Where the collector's walk over the bucket stands: the last key that it has seen.
CREATE TABLE collector_walks (
  task   TEXT PRIMARY KEY,
  cursor TEXT NOT NULL
) WITHOUT ROWID;
