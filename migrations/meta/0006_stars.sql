-- What accounts have starred (B20). The key begins with the node, so that a tombstone takes its stars with it.
CREATE TABLE stars (
  space_id   TEXT NOT NULL,
  node_id    TEXT NOT NULL,
  user_id    TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  PRIMARY KEY (space_id, node_id, user_id)
) WITHOUT ROWID;
-- An account's stars, newest first.
CREATE INDEX stars_newest ON stars (user_id, created_at, space_id, node_id);

CREATE TRIGGER nodes_unstar AFTER UPDATE OF state ON nodes WHEN NEW.state = 'purged' AND OLD.state <> 'purged' BEGIN
  DELETE FROM stars WHERE space_id = NEW.space_id AND node_id = NEW.id;
END;
