-- Links for a new password that an administrator handed on, because the server sends no mail (R1): who has one has not shown
-- that the email is theirs.
ALTER TABLE mail_tokens ADD COLUMN is_mailed INTEGER NOT NULL DEFAULT 1 CHECK (is_mailed IN (0, 1));
