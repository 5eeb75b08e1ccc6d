-- What was done in a space (V1): kept for a year. Ids are ULIDs of the time at which it was done, so both keys are in order
-- of time. Who reads what is there: workers/storage/activity-reads.ts.
CREATE TABLE activity (
  space_id  TEXT NOT NULL,
  id        TEXT NOT NULL,
  at        INTEGER NOT NULL,            -- ms since 1970
  actor     TEXT NOT NULL,               -- an account's id, `link:` and a link's, or '' for the system
  origin    TEXT,                        -- the session or token that it came with
  label     TEXT,                        -- the device or client; of a guest, the name that they gave
  action    TEXT NOT NULL,               -- protocol/activity.ts
  node_id   TEXT NOT NULL,               -- where `count` is more than 1, one of them
  name      TEXT NOT NULL,               -- then
  type      TEXT NOT NULL CHECK (type IN ('file', 'folder')),
  parent_id TEXT,                        -- then
  count     INTEGER NOT NULL,
  detail    TEXT,                        -- of a move: the id of the folder that it came from
  PRIMARY KEY (space_id, id)
) WITHOUT ROWID;
-- For pruning, and for the administrator.
CREATE INDEX activity_time ON activity (id);
-- A node's own, but for what makes nodes and versions: those have times of their own that lead to it.
CREATE INDEX activity_node ON activity (space_id, node_id, id)
  WHERE action NOT IN ('create', 'edit', 'copy', 'drop', 'restoreVersion');
