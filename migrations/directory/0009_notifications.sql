-- What accounts are told of (V4): kept for 90 days. Times are milliseconds since 1970.
CREATE TABLE notifications (
  account_id   TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  id           TEXT NOT NULL,            -- alike ones are one, under an id that their event gives
  at           INTEGER NOT NULL,         -- of the latest of them
  kind         TEXT NOT NULL,            -- protocol/activity.ts
  by_id        TEXT,                     -- an account; NULL where nobody with one did it
  subject_kind TEXT NOT NULL CHECK (subject_kind IN ('invitation', 'space', 'node')),
  subject_id   TEXT NOT NULL,
  subject_name TEXT NOT NULL,
  detail       TEXT,
  count        INTEGER NOT NULL DEFAULT 1,
  read_at      INTEGER,
  PRIMARY KEY (account_id, id)
) WITHOUT ROWID;
CREATE INDEX notifications_newest ON notifications (account_id, at, id);
CREATE INDEX notifications_unread ON notifications (account_id) WHERE read_at IS NULL;
CREATE INDEX notifications_time ON notifications (at);
