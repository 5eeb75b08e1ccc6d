-- Shared folders (M1-M12): who has which folder of whom. Times are milliseconds since 1970.
CREATE TABLE shared_folders (
  folder_id  TEXT PRIMARY KEY,          -- a node of the owner's home space; for members the space's id
  owner_id   TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  shard      TEXT NOT NULL,             -- where the owner's rows are
  space_id   TEXT NOT NULL,             -- the owner's home space
  name       TEXT NOT NULL,             -- as it was when it was last looked at; for mails and invitations
  created_at INTEGER NOT NULL
) WITHOUT ROWID;
CREATE INDEX shared_folders_owner ON shared_folders (owner_id);

CREATE TABLE members (
  folder_id  TEXT NOT NULL REFERENCES shared_folders(folder_id) ON DELETE CASCADE,
  account_id TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  role       TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'manager')),
  mount_id   TEXT,                      -- the node of the member's own home that stands for it
  joined_at  INTEGER NOT NULL,
  PRIMARY KEY (folder_id, account_id)
) WITHOUT ROWID;
CREATE INDEX members_account ON members (account_id);

CREATE TABLE invitations (
  id          TEXT PRIMARY KEY,
  folder_id   TEXT NOT NULL REFERENCES shared_folders(folder_id) ON DELETE CASCADE,
  email       TEXT NOT NULL,            -- lower case
  role        TEXT NOT NULL CHECK (role IN ('viewer', 'editor', 'manager')),
  secret_hash BLOB NOT NULL UNIQUE,     -- SHA-256 of the secret in the mail
  invited_by  TEXT NOT NULL REFERENCES users(id) ON DELETE CASCADE,
  message     TEXT,
  created_at  INTEGER NOT NULL,
  expires_at  INTEGER NOT NULL,
  UNIQUE (folder_id, email)
) WITHOUT ROWID;
CREATE INDEX invitations_email ON invitations (email);
CREATE INDEX invitations_expiry ON invitations (expires_at);
