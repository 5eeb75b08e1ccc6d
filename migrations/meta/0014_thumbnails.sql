-- Thumbnails, one a content of an owner's that may have one (H1); the bytes are in R2 (workers/thumbnails/thumbnail-objects.ts).
CREATE TABLE thumbnails (
  owner_id    TEXT NOT NULL,
  content_id  TEXT NOT NULL,
  object_id   TEXT NOT NULL UNIQUE,        -- its R2 object's; fresh for each row
  state       TEXT NOT NULL CHECK (state IN ('wanted', 'made', 'none')),
  attempts    INTEGER NOT NULL DEFAULT 0,  -- begun and not ended
  failures    INTEGER NOT NULL DEFAULT 0,  -- ended by an error that may pass
  due_at      INTEGER NOT NULL,            -- while wanted: nobody is at it from then on
  kind        TEXT CHECK (kind IN ('image', 'text')),
  key_id      TEXT,                        -- which master key the object is under
  width       INTEGER,                     -- pixels, of an image
  height      INTEGER,
  placeholder BLOB,                        -- a thumbhash
  reason      TEXT,                        -- why there is none
  PRIMARY KEY (owner_id, content_id)
) WITHOUT ROWID;
CREATE INDEX thumbnails_wanted ON thumbnails (due_at) WHERE state = 'wanted';

-- Objects of contents that are gone, to be deleted.
CREATE TABLE gone_thumbnails (
  object_id TEXT PRIMARY KEY,
  gone_at   INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TRIGGER contents_deleted_thumbnails AFTER DELETE ON contents BEGIN
  INSERT OR IGNORE INTO gone_thumbnails (object_id, gone_at)
  SELECT object_id, CAST(unixepoch('subsec') * 1000 AS INTEGER) FROM thumbnails
  WHERE owner_id = old.owner_id AND content_id = old.id;
  DELETE FROM thumbnails WHERE owner_id = old.owner_id AND content_id = old.id;
END;
