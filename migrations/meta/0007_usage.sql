-- What the last count of an account's bytes found (B21), and when one began: one count at a time, one in ten minutes.
CREATE TABLE usage_counts (
  user_id     TEXT PRIMARY KEY,
  started_at  INTEGER NOT NULL,           -- of the newest count; 0 where that failed
  measured_at INTEGER,                    -- when the count that found `result` ended; at or after started_at: none is under way
  result      TEXT                        -- JSON
) WITHOUT ROWID;
