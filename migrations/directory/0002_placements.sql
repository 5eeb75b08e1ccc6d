-- Where an account's data lives: a user is placed on a shard once, and the directory remembers.
CREATE TABLE placements (
  user_id    TEXT PRIMARY KEY,
  shard      TEXT NOT NULL,     -- binding name, e.g. META_0
  space_id   TEXT NOT NULL,     -- the home space
  root_id    TEXT NOT NULL,     -- its root folder
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX placements_shard ON placements (shard);
CREATE UNIQUE INDEX placements_space ON placements (space_id);
