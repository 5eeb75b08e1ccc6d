-- Links (L1-L9): what opens one node of an account's to whoever has the address. Times are milliseconds since 1970.
CREATE TABLE links (
  id               TEXT PRIMARY KEY,
  token_hash       BLOB NOT NULL UNIQUE,      -- SHA-256 of the secret in the address, 32 bytes; the secret is derived (L2)
  generation       INTEGER NOT NULL DEFAULT 1, -- of the secret
  owner_id         TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  shard            TEXT NOT NULL,             -- where the node is
  space_id         TEXT NOT NULL,
  node_id          TEXT NOT NULL,
  permission       TEXT NOT NULL CHECK (permission IN ('view', 'download', 'upload')),
  password         TEXT,                      -- as A2 says
  expires_at       INTEGER,
  max_downloads    INTEGER,
  note             TEXT,
  slug             TEXT,
  max_upload_bytes INTEGER,
  -- As the link's ShareGate has counted, at most a minute ago.
  opened           INTEGER NOT NULL DEFAULT 0,
  downloads        INTEGER NOT NULL DEFAULT 0,
  received         INTEGER NOT NULL DEFAULT 0,
  last_used_at     INTEGER,
  created_at       INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX links_owner ON links (owner_id, id);
CREATE INDEX links_node ON links (owner_id, node_id, id);
