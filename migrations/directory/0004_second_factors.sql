-- Second factors (B3) and passkeys (B2).

ALTER TABLE users ADD COLUMN two_factor INTEGER NOT NULL DEFAULT 0 CHECK (two_factor IN (0, 1));

-- What better-auth 1.7.25's twoFactor plugin keeps. Secret and recovery codes are encrypted under AUTH_SECRET.
CREATE TABLE two_factors (
  id             TEXT PRIMARY KEY,
  user_id        TEXT NOT NULL UNIQUE REFERENCES users(id) ON DELETE CASCADE,
  secret         TEXT NOT NULL,
  recovery_codes TEXT NOT NULL,
  verified       INTEGER NOT NULL DEFAULT 0 CHECK (verified IN (0, 1)),  -- 0: not confirmed by a code yet
  failed_count   INTEGER NOT NULL DEFAULT 0,
  locked_until   INTEGER
) WITHOUT ROWID;

CREATE TABLE passkeys (
  id            TEXT PRIMARY KEY,
  user_id       TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  name          TEXT NOT NULL,
  credential_id TEXT NOT NULL UNIQUE,           -- base64url, as the authenticator chose it
  public_key    BLOB NOT NULL,                  -- COSE
  counter       INTEGER NOT NULL,               -- of signatures; 0 where the authenticator keeps none
  transports    TEXT NOT NULL,                  -- comma-separated; a hint for browsers
  backed_up     INTEGER NOT NULL CHECK (backed_up IN (0, 1)),  -- synced to the person's other devices
  aaguid        TEXT NOT NULL,                  -- the authenticator's model, all zeros where it does not say
  created_at    INTEGER NOT NULL,
  last_used_at  INTEGER
) WITHOUT ROWID;
CREATE INDEX passkeys_user ON passkeys (user_id);

-- What is good once and was used: TOTP codes and passkey challenges, by SHA-256, for as long as they would be good.
CREATE TABLE spent_codes (
  digest     BLOB PRIMARY KEY,
  expires_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX spent_codes_expiry ON spent_codes (expires_at);

-- Challenges of the second step (`2fa-…`) and trusted browsers (`trust-device-…`, whose value is the user's id).
CREATE INDEX verifications_expiry ON verifications (expires_at);
CREATE INDEX verifications_value ON verifications (value);
