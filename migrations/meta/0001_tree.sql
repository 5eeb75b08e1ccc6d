-- One metadata shard. The dedup domain is a space's owner (docs/adr/0002): chunks and contents belong to an owner,
-- and every reference count changes in the same batch as the tree.

CREATE TABLE owners (
  id         TEXT PRIMARY KEY,            -- account id
  quota      INTEGER NOT NULL,            -- bytes
  used       INTEGER NOT NULL DEFAULT 0,  -- bytes: the sum of chunks.size over the owner's chunks, kept with them
  reserved   INTEGER NOT NULL DEFAULT 0 CHECK (reserved >= 0),  -- bytes: the sum of uploads.reserved
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE spaces (
  id         TEXT PRIMARY KEY,
  owner_id   TEXT NOT NULL REFERENCES owners(id),
  root_id    TEXT NOT NULL,
  seq        INTEGER NOT NULL DEFAULT 0,
  epoch      TEXT NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spaces_owner ON spaces (owner_id);

CREATE TABLE nodes (
  space_id   TEXT NOT NULL REFERENCES spaces(id),
  id         TEXT NOT NULL,
  parent_id  TEXT,                        -- NULL for the root
  name       TEXT NOT NULL,
  name_key   TEXT NOT NULL,               -- NFC, case folded (core/names.ts)
  type       TEXT NOT NULL CHECK (type IN ('file', 'folder')),
  state      TEXT NOT NULL DEFAULT 'live' CHECK (state IN ('live', 'trashed', 'purged')),
  version    INTEGER NOT NULL DEFAULT 0,
  content_id TEXT,
  size       INTEGER NOT NULL DEFAULT 0,
  mtime      INTEGER NOT NULL,
  executable INTEGER NOT NULL DEFAULT 0,
  seq        INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  trashed_at INTEGER,
  PRIMARY KEY (space_id, id)
) WITHOUT ROWID;
-- The journal: each node once, at its latest change.
CREATE UNIQUE INDEX nodes_seq ON nodes (space_id, seq);
-- Invariant 7, and the listing by name.
CREATE UNIQUE INDEX nodes_name ON nodes (space_id, parent_id, name_key) WHERE state = 'live';
CREATE INDEX nodes_size ON nodes (space_id, parent_id, size, name_key) WHERE state = 'live';
CREATE INDEX nodes_mtime ON nodes (space_id, parent_id, mtime, name_key) WHERE state = 'live';
-- The trash listing, newest first.
CREATE INDEX nodes_trash ON nodes (space_id, trashed_at) WHERE state = 'trashed';
-- Every child whatever its state: what purging a folder walks. (Purged and trashed rows only, so live ones pay nothing.)
CREATE INDEX nodes_gone ON nodes (space_id, parent_id) WHERE state <> 'live';

CREATE TABLE versions (
  space_id   TEXT NOT NULL,
  node_id    TEXT NOT NULL,
  version    INTEGER NOT NULL,
  owner_id   TEXT NOT NULL,               -- of the content; the space's owner
  content_id TEXT NOT NULL,
  size       INTEGER NOT NULL,
  mtime      INTEGER NOT NULL,
  executable INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  author_id  TEXT NOT NULL,
  PRIMARY KEY (space_id, node_id, version)
) WITHOUT ROWID;

CREATE TABLE contents (
  owner_id   TEXT NOT NULL,
  id         TEXT NOT NULL,               -- hex SHA-256 of the manifest
  size       INTEGER NOT NULL,
  manifest   BLOB NOT NULL,               -- protocol/content.ts: 36 bytes a chunk
  refs       INTEGER NOT NULL DEFAULT 0,  -- versions that have it
  digest     TEXT,                        -- hex SHA-256 of the whole file, once the server has verified it
  created_at INTEGER NOT NULL,
  PRIMARY KEY (owner_id, id)
) WITHOUT ROWID;
CREATE INDEX contents_dead ON contents (owner_id) WHERE refs = 0;

-- A version holds its content: counted here and nowhere else.
CREATE TRIGGER versions_count AFTER INSERT ON versions BEGIN
  UPDATE contents SET refs = refs + 1 WHERE owner_id = NEW.owner_id AND id = NEW.content_id;
  SELECT RAISE(ABORT, 'version without content') WHERE changes() = 0;
END;
CREATE TRIGGER versions_uncount AFTER DELETE ON versions BEGIN
  UPDATE contents SET refs = refs - 1 WHERE owner_id = OLD.owner_id AND id = OLD.content_id;
END;

CREATE TABLE chunks (
  owner_id   TEXT NOT NULL,
  id         BLOB NOT NULL,               -- SHA-256 of the plaintext, 32 bytes
  pack_id    TEXT NOT NULL,
  "offset"   INTEGER NOT NULL,            -- in the pack, bytes
  length     INTEGER NOT NULL,            -- encoded, in the pack, bytes
  size       INTEGER NOT NULL,            -- plaintext, bytes
  refs       INTEGER NOT NULL DEFAULT 0,  -- contents that have it (once each)
  touched_at INTEGER NOT NULL,            -- last announced or released: the grace period's start
  PRIMARY KEY (owner_id, id)
) WITHOUT ROWID;
CREATE INDEX chunks_dead ON chunks (touched_at) WHERE refs = 0;
CREATE INDEX chunks_pack ON chunks (pack_id);

CREATE TABLE packs (
  id         TEXT PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  size       INTEGER NOT NULL,
  key_id     TEXT NOT NULL,               -- which master key
  created_at INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE uploads (
  id         TEXT PRIMARY KEY,
  owner_id   TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  space_id   TEXT NOT NULL,
  node_id    TEXT,                        -- POST /files/upload only
  intent     TEXT,                        -- JSON: the operation that `complete` will commit
  manifest   BLOB NOT NULL,               -- announced chunks, protocol/content.ts
  reserved   INTEGER NOT NULL CHECK (reserved >= 0),
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX uploads_expiry ON uploads (expires_at);
CREATE INDEX uploads_node ON uploads (node_id) WHERE node_id IS NOT NULL;

-- Invariant 4: `base_seq` is the seq that a batch was planned on; a stale writer's row is taken already.
CREATE TABLE commits (
  space_id  TEXT NOT NULL,
  base_seq  INTEGER NOT NULL,
  seq       INTEGER NOT NULL,             -- after the batch
  at        INTEGER NOT NULL,
  PRIMARY KEY (space_id, base_seq)
) WITHOUT ROWID;
CREATE INDEX commits_time ON commits (space_id, at);

-- Invariant 5.
CREATE TABLE operations (
  space_id  TEXT NOT NULL,
  id        TEXT NOT NULL,
  digest    TEXT NOT NULL,                -- of the request, so that an id is not reused for another
  result    TEXT NOT NULL,                -- JSON
  at        INTEGER NOT NULL,
  PRIMARY KEY (space_id, id)
) WITHOUT ROWID;
CREATE INDEX operations_time ON operations (at);
