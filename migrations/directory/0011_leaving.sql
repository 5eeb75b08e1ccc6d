-- Which invitation a membership came by: accepting it again, after an answer that was lost, finds the membership.
ALTER TABLE members ADD COLUMN invitation_id TEXT;

-- Mounts of memberships that have ended, until they are purged from their homes (M9). Written with the end of a membership,
-- whatever ends it, so that no crash leaves a mount that nobody comes back for.
CREATE TABLE unmounts (
  mount_id   TEXT PRIMARY KEY,
  account_id TEXT NOT NULL,
  folder_id  TEXT NOT NULL,
  at         INTEGER NOT NULL            -- ms since 1970
) WITHOUT ROWID;
CREATE INDEX unmounts_time ON unmounts (at);
CREATE INDEX unmounts_folder ON unmounts (folder_id);

CREATE TRIGGER members_unmount AFTER DELETE ON members WHEN OLD.mount_id IS NOT NULL BEGIN
  INSERT OR REPLACE INTO unmounts (mount_id, account_id, folder_id, at)
  VALUES (OLD.mount_id, OLD.account_id, OLD.folder_id, unixepoch() * 1000);
END;
