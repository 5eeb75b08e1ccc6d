-- What better-auth 1.7.25 keeps (core tables, deviceAuthorization plugin), under our own names; the mapping is
-- workers/storage/schema/directory.ts. Times are milliseconds since 1970.

CREATE TABLE users (
  id             TEXT PRIMARY KEY,
  name           TEXT NOT NULL,
  email          TEXT NOT NULL UNIQUE,          -- lower case
  email_verified INTEGER NOT NULL DEFAULT 0,
  image          TEXT,
  admin          INTEGER NOT NULL DEFAULT 0 CHECK (admin IN (0, 1)),
  founder        INTEGER UNIQUE CHECK (founder = 1),  -- the first account: UNIQUE lets two first sign-ups make only one
  created_at     INTEGER NOT NULL,
  updated_at     INTEGER NOT NULL
) WITHOUT ROWID;

CREATE TABLE sessions (
  id         TEXT PRIMARY KEY,
  token      TEXT NOT NULL UNIQUE,
  user_id    TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  expires_at INTEGER NOT NULL,
  ip_address TEXT,
  user_agent TEXT,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX sessions_user ON sessions (user_id);
CREATE INDEX sessions_expiry ON sessions (expires_at);

-- How a user proves who they are: today one row, provider `credential`, with a scrypt hash.
CREATE TABLE credentials (
  id                       TEXT PRIMARY KEY,
  account_id               TEXT NOT NULL,
  provider_id              TEXT NOT NULL,
  user_id                  TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  access_token             TEXT,
  refresh_token            TEXT,
  id_token                 TEXT,
  access_token_expires_at  INTEGER,
  refresh_token_expires_at INTEGER,
  scope                    TEXT,
  password                 TEXT,
  created_at               INTEGER NOT NULL,
  updated_at               INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX credentials_user ON credentials (user_id);

CREATE TABLE verifications (
  id         TEXT PRIMARY KEY,
  identifier TEXT NOT NULL,
  value      TEXT NOT NULL,
  expires_at INTEGER NOT NULL,
  created_at INTEGER NOT NULL,
  updated_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX verifications_identifier ON verifications (identifier);

-- RFC 8628.
CREATE TABLE device_codes (
  id               TEXT PRIMARY KEY,
  device_code      TEXT NOT NULL UNIQUE,
  user_code        TEXT NOT NULL UNIQUE,
  user_id          TEXT,
  expires_at       INTEGER NOT NULL,
  status           TEXT NOT NULL,              -- pending, approved, denied
  last_polled_at   INTEGER,
  polling_interval INTEGER,                    -- ms
  client_id        TEXT,
  scope            TEXT
) WITHOUT ROWID;
CREATE INDEX device_codes_expiry ON device_codes (expires_at);

-- Personal access tokens (A6). The token itself is never kept.
CREATE TABLE tokens (
  hash         BLOB PRIMARY KEY,               -- SHA-256 of the token's text, 32 bytes
  id           TEXT NOT NULL UNIQUE,
  user_id      TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name         TEXT NOT NULL,
  scopes       TEXT NOT NULL,                  -- "read", "write" or "read write"
  expires_at   INTEGER,                        -- NULL: never
  last_used_at INTEGER,                        -- written at most once an hour
  created_at   INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX tokens_user ON tokens (user_id);
