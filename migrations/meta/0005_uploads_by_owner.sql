-- Upload ids are made by clients: what one account uses tells another nothing, and takes nothing from it (I11).
CREATE TABLE uploads_by_owner (
  owner_id   TEXT NOT NULL,
  id         TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  space_id   TEXT NOT NULL,
  node_id    TEXT,                        -- POST /files/upload only
  intent     TEXT,                        -- JSON: the operation that `complete` will commit
  manifest   BLOB NOT NULL,               -- announced chunks, protocol/content.ts
  reserved   INTEGER NOT NULL CHECK (reserved >= 0),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, id)
) WITHOUT ROWID;
INSERT INTO uploads_by_owner (owner_id, id, user_id, space_id, node_id, intent, manifest, reserved, expires_at, created_at)
SELECT owner_id, id, user_id, space_id, node_id, intent, manifest, reserved, expires_at, created_at FROM uploads;
DROP TABLE uploads;
ALTER TABLE uploads_by_owner RENAME TO uploads;
CREATE INDEX uploads_expiry ON uploads (expires_at);
CREATE INDEX uploads_node ON uploads (node_id) WHERE node_id IS NOT NULL;
