-- File drops (L7): what guests send through a link, until nothing came for two days. Times are milliseconds since 1970.
CREATE TABLE drops (
  id         TEXT PRIMARY KEY,
  link_id    TEXT NOT NULL,
  owner_id   TEXT NOT NULL,
  folder_id  TEXT NOT NULL,     -- of the guest's folder, which is made with the first file
  guest      TEXT NOT NULL,     -- what it is named
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX drops_expiry ON drops (expires_at);

-- Which chunks a drop has sent: all that its guest may be told of, and may make files of (I3).
CREATE TABLE drop_chunks (
  drop_id  TEXT NOT NULL,
  chunk_id BLOB NOT NULL,       -- SHA-256, 32 bytes
  size     INTEGER NOT NULL,
  PRIMARY KEY (drop_id, chunk_id)
) WITHOUT ROWID;
