-- Moves between spaces of different owners (M11), and of folders to new owners (M13): what was asked, and how far it is.
-- Times are milliseconds since 1970.
CREATE TABLE transfers (
  id           TEXT PRIMARY KEY,       -- made by the client
  account_id   TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,  -- who asked
  kind         TEXT NOT NULL CHECK (kind IN ('move', 'ownership')),
  state        TEXT NOT NULL CHECK (state IN ('copying', 'done', 'failed', 'cancelled')),
  is_open      INTEGER NOT NULL DEFAULT 1 CHECK (is_open IN (0, 1)),       -- something is left to do, clearing away included
  is_appearing INTEGER NOT NULL DEFAULT 0 CHECK (is_appearing IN (0, 1)),  -- from here on it is not to be cancelled
  asked        TEXT NOT NULL,          -- JSON of the request, as it was asked
  origin       TEXT,                   -- the session or token that it came with
  label        TEXT,                   -- the device or client that it came from
  from_home    TEXT NOT NULL,          -- JSON: shard, space, owner and scope, as when it began
  to_home      TEXT NOT NULL,          -- JSON, the same
  node_id      TEXT NOT NULL,          -- in the space that it comes from
  target_id    TEXT NOT NULL,          -- in the space that it goes to
  name         TEXT NOT NULL,          -- in its new place
  progress     TEXT NOT NULL,          -- JSON: the next step, see workers/transfers
  files        INTEGER NOT NULL DEFAULT 0,
  bytes        INTEGER NOT NULL DEFAULT 0,
  total_files  INTEGER,
  total_bytes  INTEGER,
  error        TEXT,                   -- JSON: code and detail
  leased_until INTEGER NOT NULL DEFAULT 0,  -- one runner at a time
  created_at   INTEGER NOT NULL,
  updated_at   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX transfers_account ON transfers (account_id, created_at);
CREATE INDEX transfers_open ON transfers (updated_at) WHERE is_open = 1;
CREATE INDEX transfers_ended ON transfers (updated_at) WHERE is_open = 0;

-- Who was offered a shared folder by its owner (M13), and whether it is changing hands at this moment.
ALTER TABLE shared_folders ADD COLUMN offered_to TEXT;
ALTER TABLE shared_folders ADD COLUMN offered_at INTEGER;
ALTER TABLE shared_folders ADD COLUMN is_moving INTEGER NOT NULL DEFAULT 0 CHECK (is_moving IN (0, 1));
