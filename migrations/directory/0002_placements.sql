-- Where an account's data lives: a user is placed on a shard once, and the directory remembers.
CREATE TABLE placements (
  user_id    TEXT PRIMARY KEY,
  shard      TEXT NOT NULL,     -- binding name, e.g. META_0
  space_id   TEXT NOT NULL,     -- the home space
  root_id    TEXT NOT NULL,     -- its root folder
  ready      INTEGER NOT NULL DEFAULT 0,  -- 1 once the shard has the owner, the space and the root
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE UNIQUE INDEX placements_space ON placements (space_id);

-- Accounts on each shard, so that placing one need not count them.
CREATE TABLE shard_loads (
  shard    TEXT PRIMARY KEY,
  accounts INTEGER NOT NULL
) WITHOUT ROWID;
CREATE TRIGGER placements_count AFTER INSERT ON placements BEGIN
  INSERT INTO shard_loads (shard, accounts) VALUES (NEW.shard, 1)
    ON CONFLICT (shard) DO UPDATE SET accounts = accounts + 1;
END;
CREATE TRIGGER placements_uncount AFTER DELETE ON placements BEGIN
  UPDATE shard_loads SET accounts = accounts - 1 WHERE shard = OLD.shard;
END;
