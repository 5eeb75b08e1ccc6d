-- Session tokens and device codes are kept as their SHA-256 in hex (workers/api/auth/digested-secrets.ts). Rows from
-- before hold the secrets themselves: they match nothing any more, and go. Whoever was signed in signs in again.
DELETE FROM sessions;
DELETE FROM device_codes;
