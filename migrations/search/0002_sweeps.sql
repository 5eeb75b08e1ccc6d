-- How far the cron's round through a shard's spaces has come; see workers/indexer/sweep.ts.
CREATE TABLE sweeps (
  shard    TEXT PRIMARY KEY,  -- binding name, e.g. META_0
  space_id TEXT NOT NULL      -- the last space looked at; '' to begin again
) WITHOUT ROWID;
