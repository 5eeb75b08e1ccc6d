import { ID_PATTERN } from "../../../protocol/new-id.ts";
import { derivedKey } from "../derived-key.ts";

const SIGNATURE_BYTES = 18;

/** What a guest goes on with a drop by: its id, and 144 bits that only this deployment can make. */
export async function dropToken(secret: string, linkId: string, dropId: string): Promise<string> {
  const mac = await crypto.subtle.sign("HMAC", await key(secret), Buffer.from(`share-drop/${linkId}/${dropId}`));
  return `${dropId}.${Buffer.from(mac).subarray(0, SIGNATURE_BYTES).toString("base64url")}`;
}

/** The id of the link's drop that a guest names; null where this deployment did not give that out. */
export async function dropIdIn(secret: string, linkId: string, token: string): Promise<string | null> {
  const [id = "", signature] = token.split(".");
  if (!ID_PATTERN.test(id) || signature === undefined) return null;
  const [ours, theirs] = await Promise.all([digest(await dropToken(secret, linkId, id)), digest(token)]);
  // Of digests, so that the time tells nothing of what was right.
  return Buffer.from(ours).equals(Buffer.from(theirs)) ? id : null;
}

function digest(text: string): Promise<ArrayBuffer> {
  return crypto.subtle.digest("SHA-256", new TextEncoder().encode(text));
}

function key(secret: string): Promise<CryptoKey> {
  return derivedKey(secret, "ledge share drop v1");
}
