-- Folders of this shard's spaces that have members (M1), and what changed in each (M7): beside the nodes, whose journal is
-- the whole space's.
CREATE TABLE shared_folders (
  space_id  TEXT NOT NULL,
  folder_id TEXT NOT NULL,
  PRIMARY KEY (space_id, folder_id)
) WITHOUT ROWID;

CREATE TABLE folder_changes (
  folder_id   TEXT NOT NULL,
  node_id     TEXT NOT NULL,
  seq         INTEGER NOT NULL,            -- the space's seq of its last change in the folder, or of its leaving it
  arrived_seq INTEGER NOT NULL DEFAULT 0,  -- when it last came in with what is below it; 0: it was made there, or was there
  is_left     INTEGER NOT NULL DEFAULT 0 CHECK (is_left IN (0, 1)),
  PRIMARY KEY (folder_id, node_id)
) WITHOUT ROWID;
CREATE INDEX folder_changes_seq ON folder_changes (folder_id, seq);

-- A folder that stands for somebody else's shared folder (M5): that folder's id.
ALTER TABLE nodes ADD COLUMN mount TEXT;
CREATE INDEX nodes_mounts ON nodes (space_id, mount) WHERE mount IS NOT NULL;
