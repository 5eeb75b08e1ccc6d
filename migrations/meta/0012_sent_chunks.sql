-- Which chunks a member of a shared folder has sent to its owner, or has read in a file there: all that the member may be
-- told of, and may make files of (M6, I3). By the day, so that old ones are found without an index: see sent-chunks.ts.
CREATE TABLE sent_chunks (
  day        INTEGER NOT NULL,      -- since 1970, UTC
  owner_id   TEXT NOT NULL,
  account_id TEXT NOT NULL,         -- the member
  chunk_id   BLOB NOT NULL,         -- SHA-256, 32 bytes
  size       INTEGER NOT NULL,      -- plaintext, bytes
  PRIMARY KEY (day, owner_id, account_id, chunk_id)
) WITHOUT ROWID;
