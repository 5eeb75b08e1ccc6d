-- Administration (R1-R5). Times are milliseconds since 1970.
ALTER TABLE users ADD COLUMN suspended_at INTEGER;       -- NULL: not suspended
ALTER TABLE users ADD COLUMN signed_in_at INTEGER;       -- when a session was begun last; sessions go, this stays
UPDATE users SET signed_in_at = (SELECT max(created_at) FROM sessions WHERE user_id = users.id);
CREATE INDEX users_name ON users (name COLLATE NOCASE, id);

-- Whatever the code looked at before: no session is begun for a suspended account, also not at the same moment.
CREATE TRIGGER sessions_of_suspended BEFORE INSERT ON sessions
WHEN (SELECT suspended_at FROM users WHERE id = NEW.user_id) IS NOT NULL BEGIN
  SELECT RAISE(ABORT, 'account suspended');
END;
CREATE TRIGGER sessions_begun AFTER INSERT ON sessions BEGIN
  UPDATE users SET signed_in_at = NEW.created_at WHERE id = NEW.user_id;
END;

-- What is changed without a deployment. A key that is not here is as the deployment's variables say.
CREATE TABLE settings (
  key        TEXT PRIMARY KEY,          -- sign_up
  value      TEXT NOT NULL,
  changed_by TEXT REFERENCES users(id) ON DELETE SET NULL,
  changed_at INTEGER NOT NULL
) WITHOUT ROWID;

-- What administrators did. Nobody changes a row.
CREATE TABLE admin_events (
  id         TEXT PRIMARY KEY,
  at         INTEGER NOT NULL,
  actor_id   TEXT NOT NULL,
  device     TEXT,                      -- the session's user agent
  action     TEXT NOT NULL,
  account_id TEXT,                      -- whom it was done to
  detail     TEXT
) WITHOUT ROWID;

-- Links on each shard, so that usage need not count them.
CREATE TABLE link_loads (
  shard TEXT PRIMARY KEY,
  links INTEGER NOT NULL
) WITHOUT ROWID;
INSERT INTO link_loads SELECT shard, count(*) FROM links GROUP BY shard;
CREATE TRIGGER links_count AFTER INSERT ON links BEGIN
  INSERT INTO link_loads (shard, links) VALUES (NEW.shard, 1) ON CONFLICT (shard) DO UPDATE SET links = links + 1;
END;
CREATE TRIGGER links_uncount AFTER DELETE ON links BEGIN
  UPDATE link_loads SET links = links - 1 WHERE shard = OLD.shard;
END;

-- What a shard held on a day (UTC), as the cron counted it, and how far a count that is under way has come.
CREATE TABLE usage_days (
  day        TEXT NOT NULL,             -- 2026-11-22
  shard      TEXT NOT NULL,
  accounts   INTEGER NOT NULL,
  used       INTEGER NOT NULL,          -- bytes
  reserved   INTEGER NOT NULL,          -- bytes
  files      INTEGER NOT NULL,
  links      INTEGER NOT NULL,
  counted_at INTEGER NOT NULL,
  PRIMARY KEY (day, shard)
) WITHOUT ROWID;
CREATE TABLE usage_counting (
  shard    TEXT PRIMARY KEY,
  day      TEXT NOT NULL,
  position TEXT NOT NULL,               -- the last node that was looked at: its space's id, then its own
  files    INTEGER NOT NULL             -- so far
) WITHOUT ROWID;
