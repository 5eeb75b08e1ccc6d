-- The search database can be dropped and rebuilt from the shards at any time.
CREATE TABLE watermarks (
  space_id   TEXT PRIMARY KEY,
  seq        INTEGER NOT NULL,  -- everything up to and including it has been indexed
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
