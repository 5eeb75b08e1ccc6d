import type { Env } from "../../env.ts";
import { spendOnce } from "../../storage/directory-second-factors.ts";
import { derivedKey } from "../derived-key.ts";
import { sha256 } from "./access-token.ts";

/**
 * Challenges for passkeys (WebAuthn, section 13.4.3): 16 random bytes, the time that they end (ms since 1970, 8 bytes), and
 * an HMAC over both and over what they are for. So asking for one writes nothing, whoever asks; each is good once.
 */

const NONCE_BYTES = 16;
const STAMPED_BYTES = NONCE_BYTES + 8;
/** Longer than browsers let the person take. Milliseconds. */
const LIFETIME = 5 * 60_000;

/** What a challenge is asked for: nobody's sign-in, or one account's new passkey. */
export type Purpose = "sign-in" | `register:${string}`;

export async function newChallenge(env: Env, purpose: Purpose, now: number): Promise<Uint8Array<ArrayBuffer>> {
  const challenge = new Uint8Array(STAMPED_BYTES + 32);
  crypto.getRandomValues(challenge.subarray(0, NONCE_BYTES));
  new DataView(challenge.buffer).setBigUint64(NONCE_BYTES, BigInt(now + LIFETIME));
  const mac = await crypto.subtle.sign("HMAC", await key(env), message(challenge, purpose));
  challenge.set(new Uint8Array(mac), STAMPED_BYTES);
  return challenge;
}

/** Whether this server gave the challenge (base64url) out for `purpose`, not too long ago. */
export async function isOurs(env: Env, purpose: Purpose, challenge: string, now: number): Promise<boolean> {
  const bytes = fromBase64Url(challenge);
  if (bytes?.length !== STAMPED_BYTES + 32) return false;
  const mac = bytes.slice(STAMPED_BYTES);
  const isSigned = await crypto.subtle.verify("HMAC", await key(env), mac, message(bytes, purpose));
  return isSigned && endOf(bytes) > now;
}

/** Uses a challenge of ours up; false for whoever comes second. */
export async function spendChallenge(env: Env, challenge: string, now: number): Promise<boolean> {
  const bytes = fromBase64Url(challenge);
  return bytes !== undefined && spendOnce(env.DIRECTORY, await sha256(`passkey:${challenge}`), endOf(bytes), now);
}

function endOf(challenge: Uint8Array<ArrayBuffer>): number {
  return Number(new DataView(challenge.buffer).getBigUint64(NONCE_BYTES));
}

function message(challenge: Uint8Array<ArrayBuffer>, purpose: Purpose): Uint8Array<ArrayBuffer> {
  const label = new TextEncoder().encode(`${purpose}:`);
  const whole = new Uint8Array(label.length + STAMPED_BYTES);
  whole.set(label);
  whole.set(challenge.subarray(0, STAMPED_BYTES), label.length);
  return whole;
}

function key(env: Env): Promise<CryptoKey> {
  return derivedKey(env.AUTH_SECRET, "ledge passkey challenge v1");
}

/** Only the one spelling without padding: a challenge must not be good again in another. */
function fromBase64Url(text: string): Uint8Array<ArrayBuffer> | undefined {
  if (!/^[A-Za-z0-9_-]{1,128}$/.test(text)) return undefined;
  const bytes = Uint8Array.from(Buffer.from(text, "base64url"));
  return Buffer.from(bytes).toString("base64url") === text ? bytes : undefined;
}
