-- The space's seq when the folder was shared: what changed in it before is in no journal, so older cursors have expired.
ALTER TABLE shared_folders ADD COLUMN since_seq INTEGER NOT NULL DEFAULT 0;

-- Folders that are no longer shared (M10), until the directory knows and their journal is gone.
CREATE TABLE ended_folders (
  space_id  TEXT NOT NULL,
  folder_id TEXT NOT NULL,
  PRIMARY KEY (space_id, folder_id)
) WITHOUT ROWID;

CREATE TRIGGER shared_folders_end AFTER DELETE ON shared_folders BEGIN
  INSERT OR IGNORE INTO ended_folders (space_id, folder_id) VALUES (OLD.space_id, OLD.folder_id);
END;

-- Whatever purges the folder, by itself or with one that it is in, ends its sharing.
CREATE TRIGGER nodes_unshare AFTER UPDATE OF state ON nodes
WHEN NEW.state = 'purged' AND OLD.state <> 'purged' AND NEW.type = 'folder' BEGIN
  DELETE FROM shared_folders WHERE space_id = NEW.space_id AND folder_id = NEW.id;
END;
