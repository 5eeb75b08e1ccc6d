-- Mail (E1-E5). Times are milliseconds since 1970.

-- Messages, written down with what they tell of and sent after. A row is waiting (next_at), with a sender (claimed_until),
-- sent (sent_at), or given up (error and none of these).
CREATE TABLE outbox (
  id            TEXT PRIMARY KEY,
  key           TEXT NOT NULL UNIQUE,     -- of the event: it is told once
  kind          TEXT NOT NULL,
  recipient     TEXT NOT NULL,
  payload       BLOB,                     -- encrypted under AUTH_SECRET: it may hold a link's secret. NULL once it is done with
  created_at    INTEGER NOT NULL,
  expires_at    INTEGER NOT NULL,         -- when trying ends
  attempts      INTEGER NOT NULL DEFAULT 0,
  next_at       INTEGER,
  claimed_until INTEGER,
  sent_at       INTEGER,
  error         TEXT
) WITHOUT ROWID;
CREATE INDEX outbox_due ON outbox (next_at) WHERE next_at IS NOT NULL;
CREATE INDEX outbox_claimed ON outbox (claimed_until) WHERE claimed_until IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (id) WHERE error IS NOT NULL AND sent_at IS NULL;

-- What the links of our own mails are good for.
CREATE TABLE mail_tokens (
  secret_hash BLOB PRIMARY KEY,           -- SHA-256 of the secret in the link, 32 bytes
  kind        TEXT NOT NULL CHECK (kind IN ('reset', 'verify')),
  user_id     TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  email       TEXT NOT NULL,              -- where it was sent: good while that is the account's
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX mail_tokens_user ON mail_tokens (user_id);
CREATE INDEX mail_tokens_expiry ON mail_tokens (expires_at);
