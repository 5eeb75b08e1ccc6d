import { randomBytes } from "node:crypto";
import { existsSync, writeFileSync } from "node:fs";

/** New secrets, in the form that workers/env.ts describes. */
export function newSecrets() {
  return {
    AUTH_SECRET: randomBytes(32).toString("base64url"),
    MASTER_KEYS: `k1:${randomBytes(32).toString("base64")}`,
  };
}

/**
 * Writes secrets as a dotenv file that only its owner can read. Never overwrites: what the old master key encrypted
 * would be lost.
 *
 * @returns whether the file was made.
 */
export function writeSecretsOnce(path) {
  if (existsSync(path)) return false;
  const { AUTH_SECRET, MASTER_KEYS } = newSecrets();
  const text = [
    "# Made once by Ledge. Keep a copy in a safe place:",
    "# whoever loses MASTER_KEYS loses every file that was stored with it.",
    `AUTH_SECRET=${AUTH_SECRET}`,
    `MASTER_KEYS=${MASTER_KEYS}`,
    "",
  ];
  writeFileSync(path, text.join("\n"), { mode: 0o600, flag: "wx" });
  return true;
}
