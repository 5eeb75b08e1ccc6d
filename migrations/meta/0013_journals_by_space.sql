-- Journals of shared folders by their space as well: clients make folder ids, so two spaces of a shard may have the same, and a
-- folder that goes to a new owner keeps its id (M13). Rows of what is no longer shared are dropped.
CREATE TABLE folder_changes_by_space (
  space_id    TEXT NOT NULL,
  folder_id   TEXT NOT NULL,
  node_id     TEXT NOT NULL,
  seq         INTEGER NOT NULL,            -- the space's seq of its last change in the folder, or of its leaving it
  arrived_seq INTEGER NOT NULL DEFAULT 0,  -- when it last came in with what is below it; 0: it was made there, or was there
  is_left     INTEGER NOT NULL DEFAULT 0 CHECK (is_left IN (0, 1)),
  PRIMARY KEY (space_id, folder_id, node_id)
) WITHOUT ROWID;

-- Of a space, what is a node of it: the rest was written by another one, under the same id.
INSERT INTO folder_changes_by_space (space_id, folder_id, node_id, seq, arrived_seq, is_left)
SELECT s.space_id, c.folder_id, c.node_id, c.seq, c.arrived_seq, c.is_left
FROM shared_folders s CROSS JOIN folder_changes c ON c.folder_id = s.folder_id
CROSS JOIN nodes n ON n.space_id = s.space_id AND n.id = c.node_id;

DROP TABLE folder_changes;
ALTER TABLE folder_changes_by_space RENAME TO folder_changes;
CREATE INDEX folder_changes_seq ON folder_changes (space_id, folder_id, seq);
