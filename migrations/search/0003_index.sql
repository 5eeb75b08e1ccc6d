-- The index (docs/adr/0012-search-index.md). It can be dropped and rebuilt from the shards at any time.

-- Nothing was indexed so far but how far one had come: everything is to be read.
DROP TABLE watermarks;

CREATE TABLE indexed_spaces (
  number     INTEGER PRIMARY KEY AUTOINCREMENT,  -- what the space's terms begin with; core/search/terms.ts
  space_id   TEXT NOT NULL UNIQUE,
  generation INTEGER NOT NULL,                   -- which making of the index `seq` is of
  epoch      TEXT NOT NULL,                      -- of the space, when it was read
  seq        INTEGER NOT NULL CHECK (seq >= 0),  -- the watermark: everything up to and including it has been indexed
  updated_at INTEGER NOT NULL
);

-- Raised to have everything read anew: what was written under a lower one counts as not there to the indexer alone.
CREATE TABLE generations (
  id         INTEGER PRIMARY KEY CHECK (id = 1),
  generation INTEGER NOT NULL
);
INSERT INTO generations VALUES (1, 1);

-- A node that can be found, live or in the trash. Whether it is live, and whose, is asked of the tree (F1).
CREATE TABLE entries (
  id         INTEGER PRIMARY KEY AUTOINCREMENT,  -- of its terms, too; what was indexed last has the highest
  space      INTEGER NOT NULL,                   -- indexed_spaces.number
  node_id    TEXT NOT NULL,
  generation INTEGER NOT NULL,
  type       TEXT NOT NULL CHECK (type IN ('file', 'folder')),
  name       TEXT NOT NULL,
  content_id TEXT,
  size       INTEGER NOT NULL,
  mtime      INTEGER NOT NULL,
  UNIQUE (space, node_id)
);
CREATE INDEX entries_content ON entries (space, content_id) WHERE content_id IS NOT NULL;

-- What was read in a content (X3), or why not (X4); a row is there before the reading begins.
CREATE TABLE texts (
  space      INTEGER NOT NULL,
  content_id TEXT NOT NULL,
  generation INTEGER NOT NULL,
  attempts   INTEGER NOT NULL DEFAULT 0,  -- begun and not ended
  failures   INTEGER NOT NULL DEFAULT 0,  -- ended by an error that may pass
  text       TEXT,                        -- base64 of what deflate made of it; null: none was read
  parked     TEXT,                        -- why there is none, where somebody should know
  updated_at INTEGER NOT NULL,
  PRIMARY KEY (space, content_id)
);
CREATE INDEX texts_parked ON texts (parked, updated_at) WHERE parked IS NOT NULL;

-- An entry's terms. They are made by core/search/terms.ts: each begins with its kind and its space's number.
CREATE VIRTUAL TABLE terms USING fts5 (
  name, inside, text, compounds, facets,
  content = '', contentless_delete = 1, tokenize = 'ascii'
);
CREATE VIRTUAL TABLE vocabulary USING fts5vocab (terms, 'row');

-- Messages that were tried to the end (X6).
CREATE TABLE dead_letters (
  id          INTEGER PRIMARY KEY AUTOINCREMENT,
  message_id  TEXT NOT NULL UNIQUE,
  body        TEXT NOT NULL,             -- JSON
  at          INTEGER NOT NULL,
  redriven_at INTEGER
);
